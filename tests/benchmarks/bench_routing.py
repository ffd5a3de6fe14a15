"""
Our ranking against the ways others write it, all in this run: times, ratios, memory, mismatches.

python -m tests.benchmarks.bench_routing [--quick]
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from shapely.geometry import LineString

from geo.closures import Closure
from geo.crs import to_utm
from geo.profiles import load_profiles
from geo.roads import RoadNetwork, save_network
from geo.travel import Travel, load_travel
from tests.benchmarks.routing_grid import town
from tests.benchmarks.routing_peers import BEST, LonLat, Rank, Streets, installed, missing
from tests.geo.plain_dijkstra import Plain

PROFILE = "car"
SLOW = {"osmnx + networkx, unit by unit": 100, "networkx, reversed": 5_000}  # units, city
RANDOM = np.random.default_rng(112)


def places(network: RoadNetwork, count: int) -> list[LonLat]:
    """Random places a little off random streets."""
    n = RANDOM.integers(0, len(network.point_lon), count)
    off = RANDOM.uniform(-0.0003, 0.0003, (2, count))
    lon, lat = network.point_lon[n] + off[0], network.point_lat[n] + off[1]
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def ours(travel: Travel) -> Rank:
    """Rank with the program itself."""

    def rank(scene: LonLat, units: list[LonLat]) -> tuple[Any, list[Any]]:
        trips = travel.trips(scene, units, PROFILE)
        seconds = np.array([trip.travel_s if trip else np.inf for trip in trips])
        best = np.argsort(seconds, kind="stable")[:BEST]
        return seconds, [travel.route(scene, units[n], PROFILE) for n in best]

    return rank


def seconds(do: Callable[[], Any]) -> float:
    """Time one call."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def timed(rank: Rank, scenes: list[LonLat], units: list[LonLat]) -> float:
    """Median seconds of a ranking; every scene is asked once only."""
    return median(seconds(lambda scene=scene: rank(scene, units)) for scene in scenes)


def compare(network: RoadNetwork, travel: Travel, sizes: list[int], peers: dict[str, Any]) -> None:
    """Print a table: a row each way, a column each number of units, as times and ratios."""
    ways: dict[str, Rank] = {"ours": ours(travel)}
    ways["ours"](places(network, 1)[0], places(network, BEST))  # loaded and compiled
    streets = Streets(travel._vehicle(PROFILE))
    for name, make in peers.items():
        start = time.perf_counter()
        ways[name] = make(streets)
        print(f"  {name}: ready in {time.perf_counter() - start:.1f} s", flush=True)
    print(f"  {'units':32}" + "".join(f"{n:>20,}" for n in sizes))
    base: dict[int, float] = {}
    for name, rank in ways.items():
        row = f"  {name:32}"
        for n in sizes:
            if n > SLOW.get(name, n):
                row += f"{'too slow to ask':>20}"
                continue
            quick = name not in SLOW
            took = timed(rank, places(network, 9 if quick else 3), places(network, n))
            base.setdefault(n, took)
            row += f"{took * 1e3:>11.2f} ms {took / base[n]:>4,.1f}x"
        print(row, flush=True)


def closures(travel: Travel) -> None:
    """Close 40 streets, rank again, open them."""
    net, units = travel.network, places(travel.network, 100)
    rank = ours(travel)
    plain, closing, again = [], [], []
    for _ in range(15):
        edges = RANDOM.choice(net.n_edges, 40, replace=False)
        closed = [_closed(net, int(edge), n) for n, edge in enumerate(edges)]
        one, two, three = places(net, 3)
        plain.append(seconds(lambda scene=one: rank(scene, units)))
        cut: list[Travel] = []
        closing.append(
            seconds(
                lambda scene=two, closed=closed, cut=cut: (
                    cut.append(travel.with_closures(closed)),
                    ours(cut[0])(scene, units),
                )
            )
        )
        again.append(seconds(lambda scene=three, cut=cut: ours(cut[0])(scene, units)))
        assert cut[0].with_closures([]).trips(one, units, PROFILE) == travel.trips(
            one, units, PROFILE
        )
    base = median(plain)
    print(
        f"closures: plain ranking {base * 1e3:.2f} ms; 40 streets closed and ranked "
        f"{median(closing) / base:.1f}x; ranked again with them closed "
        f"{median(again) / base:.1f}x; opened again: the same answer"
    )


def _closed(net: RoadNetwork, edge: int, n: int) -> Closure:
    part = slice(net.first_point[edge], net.first_point[edge + 1])
    line = LineString(np.column_stack([net.point_lon[part], net.point_lat[part]]))
    return Closure(str(n), line.interpolate(0.5, normalized=True), None, None, None, "", "")


def snapping(travel: Travel) -> None:
    """Print microseconds a point."""
    import osmnx  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    net, points = travel.network, np.array(places(travel.network, 2_000))
    snapper, xy = travel._vehicle(PROFILE).snapper, np.column_stack(to_utm(*points.T))
    mine = min(seconds(lambda: snapper.snap(xy)) for _ in range(3)) / len(xy)
    tree = net.lines
    strtree = seconds(lambda: tree.query_nearest(shapely.points(xy), all_matches=False)) / len(xy)
    graph = Streets(travel._vehicle(PROFILE)).graph()
    once = seconds(lambda: [osmnx.nearest_edges(graph, x, y) for x, y in xy[:3]]) / 3
    print(
        f"snap: {mine * 1e6:.1f} us a point; shapely STRtree {strtree / mine:.0f}x; "
        f"osmnx nearest_edges {once / mine:,.0f}x"
    )


def start_up(travel: Travel) -> None:
    """Print a new process's time to its first ranking, against a GraphML file through osmnx."""
    import osmnx  # noqa: PLC0415

    first = (
        "import sys; from geo.travel import load_travel; "
        "load_travel().trips((128.18, -3.69), [(128.2, -3.68)] * 100, 'car'); "
        "assert not {'osmnx', 'networkx', 'geopandas'} & set(sys.modules)"
    )
    mine = min(
        seconds(lambda: subprocess.run([sys.executable, "-c", first], check=True)) for _ in range(3)
    )
    with tempfile.NamedTemporaryFile(suffix=".graphml") as file:
        osmnx.save_graphml(Streets(travel._vehicle(PROFILE)).graph(), file.name)
        load = f"import osmnx; osmnx.load_graphml({file.name!r})"
        theirs = seconds(lambda: subprocess.run([sys.executable, "-c", load], check=True))
    print(
        f"start-up: new process to first ranking {mine:.2f} s (osmnx, networkx not imported); "
        f"osmnx only to load its GraphML {theirs / mine:.1f}x"
    )


def mismatches(travel: Travel, scenes: int) -> int:
    """Count answers that differ from plain Dijkstra, cut part-way at both ends."""
    profiles, wrong, asked = load_profiles(), 0, 0
    for profile in ("car", "fire_engine"):
        plain, units = Plain(travel.network, profiles[profile]), places(travel.network, 100)
        for scene in places(travel.network, scenes):
            trips = travel.trips(scene, units, profile)
            expected = plain.seconds(scene, units)
            wrong += sum((t and t.travel_s) != e for t, e in zip(trips, expected, strict=True))
            asked += len(units)
    print(f"mismatches against plain Dijkstra: {wrong} of {asked:,}")
    return wrong


def memory(network: RoadNetwork) -> None:
    """Print the peak memory of a process that only ranks on this network."""
    code = (
        "import resource, sys; from pathlib import Path; from geo.roads import load_network; "
        "from geo.travel import Travel; n = load_network(Path(sys.argv[1])); t = Travel(n); "
        "p = [(float(a), float(b)) for a, b in zip(n.node_lon[::9973], n.node_lat[::9973])]; "
        "t.trips(p[7], p, 'car'); t.trips(p[8], p, 'car'); t.route(p[8], p[0], 'car'); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    with tempfile.TemporaryDirectory() as folder:
        save_network(network, Path(folder))
        said = subprocess.run(
            [sys.executable, "-c", code, folder], check=True, capture_output=True, text=True
        )
    print(f"memory: {said.stdout.strip()} MB at most, in a process that loads it and ranks")


def main() -> int:
    """Run everything; 1 when an answer differs from plain Dijkstra."""
    quick = "--quick" in sys.argv[1:]
    sizes = [20, 100] if quick else [20, 100, 500, 5_000]
    print(f"not installed here: {', '.join(missing()) or 'none'}")
    travel = load_travel()
    net = travel.network
    print(f"city: {net.n_nodes:,} nodes; rank and draw the best three, end to end")
    compare(net, travel, sizes, installed())
    closures(travel)
    snapping(travel)
    start_up(travel)
    wrong = mismatches(travel, 3 if quick else 20)
    big = town(300 if quick else 1_000)
    print(f"generated: {big.n_nodes:,} nodes")
    memory(big)
    slow = ("osmnx + networkx, unit by unit", "networkx, reversed")
    print(f"  not asked, minutes and gigabytes: {'; '.join(slow)}")
    compare(big, Travel(big), sizes, {k: v for k, v in installed().items() if k not in slow})
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
