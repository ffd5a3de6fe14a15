"""
Other ways to rank units, each end to end: lon, lat in, snapped its usual way, ranked, three lines.

All get the streets and the car's milliseconds of ours. They snap to nodes, as they are used.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_utm
from geo.vehicle import Vehicle

LonLat = tuple[float, float]
Answer = tuple[NDArray[Any], list[Any]]
Rank = Callable[[LonLat, list[LonLat]], Answer]
BEST = 3


class Streets:
    """The connected arcs a car may take, and their nodes as points in metres."""

    def __init__(self, vehicle: Vehicle) -> None:
        net = vehicle.network
        first, ends, edges = vehicle.arcs
        start = np.repeat(np.arange(net.n_nodes), np.diff(first))
        kept = vehicle._connected[edges]
        nodes, arcs = np.unique(np.stack([start[kept], ends[kept]]), return_inverse=True)
        self.n = len(nodes)
        self.start, self.end = arcs.reshape(2, -1)
        self.ms = vehicle.cost_ms[edges[kept]]
        self.lonlat = np.column_stack([net.node_lon, net.node_lat])[nodes]
        self.xy = np.column_stack(to_utm(*self.lonlat.T))

    def nearest(self) -> Callable[[list[LonLat]], NDArray[np.int64]]:
        """Return a finder of nearest nodes (scipy's k-d tree)."""
        from scipy.spatial import cKDTree  # noqa: PLC0415

        tree = cKDTree(self.xy)
        return lambda points: tree.query(np.column_stack(to_utm(*np.array(points).T)))[1]

    def graph(self) -> Any:
        """Return the networkx graph osmnx works on, projected."""
        import networkx as nx  # noqa: PLC0415

        graph = nx.MultiDiGraph(crs="EPSG:32752")
        graph.add_nodes_from((n, {"x": x, "y": y}) for n, (x, y) in enumerate(self.xy.tolist()))
        arcs = zip(self.start.tolist(), self.end.tolist(), self.ms.tolist(), strict=True)
        graph.add_edges_from((a, b, {"travel_time": ms / 1000}) for a, b, ms in arcs)
        return graph


def osmnx_networkx(streets: Streets) -> Rank:
    """The way most people write it: nearest_nodes and shortest_path_length, unit by unit."""
    import networkx as nx  # noqa: PLC0415
    import osmnx  # noqa: PLC0415

    graph = streets.graph()

    def rank(scene: LonLat, units: list[LonLat]) -> Answer:
        there = osmnx.nearest_nodes(graph, *to_utm(*scene))
        nodes = [osmnx.nearest_nodes(graph, *to_utm(*unit)) for unit in units]
        seconds = np.array([_length(graph, node, there) for node in nodes])
        ways = [
            nx.shortest_path(graph, nodes[n], there, weight="travel_time") for n in _best(seconds)
        ]
        return seconds, [streets.lonlat[way] for way in ways]

    def _length(graph: Any, node: int, there: int) -> float:
        try:
            return nx.shortest_path_length(graph, node, there, weight="travel_time")
        except nx.NetworkXNoPath:
            return np.inf

    return rank


def networkx_reversed(streets: Streets) -> Rank:
    """Networkx as well as it can: one search from the scene over the reversed graph."""
    import networkx as nx  # noqa: PLC0415

    against, nearest = streets.graph().reverse(), streets.nearest()

    def rank(scene: LonLat, units: list[LonLat]) -> Answer:
        there, *nodes = nearest([scene, *units]).tolist()
        seconds, ways = nx.single_source_dijkstra(against, there, weight="travel_time")
        found = np.array([seconds.get(node, np.inf) for node in nodes])
        return found, [streets.lonlat[ways[nodes[n]][::-1]] for n in _best(found)]

    return rank


def scipy_raw(streets: Streets) -> Rank:
    """scipy.sparse.csgraph over the reversed matrix."""
    from scipy.sparse import csr_array  # noqa: PLC0415
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415

    n = streets.n
    order = np.lexsort((streets.ms, streets.start, streets.end))  # parallel streets: the quicker
    keep = np.append(True, np.diff(streets.end[order] * n + streets.start[order]) != 0)
    mine = order[keep]
    against = csr_array(
        (streets.ms[mine].astype(float), (streets.end[mine], streets.start[mine])), (n, n)
    )
    nearest = streets.nearest()

    def rank(scene: LonLat, units: list[LonLat]) -> Answer:
        there, *nodes = nearest([scene, *units]).tolist()
        ms, onward = dijkstra(against, indices=there, return_predecessors=True)
        found = ms[nodes] / 1000
        return found, [streets.lonlat[_follow(onward, nodes[k])] for k in _best(found)]

    return rank


def igraph_in(streets: Streets) -> Rank:
    """igraph, one search into the scene."""
    import igraph  # noqa: PLC0415

    graph = igraph.Graph(streets.n, np.column_stack([streets.start, streets.end]), directed=True)
    weights, nearest = streets.ms.tolist(), streets.nearest()

    def rank(scene: LonLat, units: list[LonLat]) -> Answer:
        there, *nodes = nearest([scene, *units]).tolist()
        asked, back = np.unique(nodes, return_inverse=True)  # it refuses a target named twice
        (row,) = graph.distances(there, asked.tolist(), weights=weights, mode="in")
        found = np.array(row)[back] / 1000
        best = [nodes[n] for n in _best(found)]
        ways = graph.get_shortest_paths(there, best, weights=weights, mode="in")
        return found, [streets.lonlat[way[::-1]] for way in ways]

    return rank


def pandana_ch(streets: Streets) -> Rank:
    """pandana: contraction hierarchies, unit by unit in C++ on all cores."""
    import pandana  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    net = pandana.Network(
        pd.Series(streets.xy[:, 0]),
        pd.Series(streets.xy[:, 1]),
        pd.Series(streets.start),
        pd.Series(streets.end),
        pd.DataFrame({"seconds": streets.ms / 1000}),
        twoway=False,
    )

    def rank(scene: LonLat, units: list[LonLat]) -> Answer:
        x, y = to_utm(*np.array([scene, *units]).T)
        there, *nodes = net.get_node_ids(pd.Series(x), pd.Series(y)).tolist()
        found = np.array(net.shortest_path_lengths(nodes, [there] * len(nodes)))
        ways = [net.shortest_path(nodes[n], there) for n in _best(found)]
        return found, [streets.lonlat[way] for way in ways]

    return rank


def _best(seconds: NDArray[Any]) -> list[int]:
    order = np.argsort(seconds, kind="stable")[:BEST]
    return [int(n) for n in order if np.isfinite(seconds[n])]


def _follow(onward: NDArray[np.int32], node: int) -> list[int]:
    way = [node]
    while onward[way[-1]] >= 0:
        way.append(int(onward[way[-1]]))
    return way


PEERS: dict[str, tuple[str, Callable[[Streets], Rank]]] = {
    "osmnx + networkx, unit by unit": ("osmnx", osmnx_networkx),
    "networkx, reversed": ("networkx", networkx_reversed),
    "scipy dijkstra, reversed": ("scipy", scipy_raw),
    "igraph": ("igraph", igraph_in),
    "pandana": ("pandana", pandana_ch),
}
NOT_IN_PYTHON = {"OSRM": "osrm", "Valhalla": "valhalla"}


def installed() -> dict[str, Callable[[Streets], Rank]]:
    """Return the peers that are installed here."""
    return {name: make for name, (module, make) in PEERS.items() if find_spec(module)}


def missing() -> list[str]:
    """Return the names of those that are not."""
    wanted = {name: module for name, (module, _) in PEERS.items()} | NOT_IN_PYTHON
    return [name for name, module in wanted.items() if not find_spec(module)]
