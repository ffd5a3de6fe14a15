"""OSM -> osmnx graph -> `RoadNetwork` on disk, and where people live along it."""

import gzip
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import LineString

from geo.files import DataFileError
from geo.kelurahan import load_boundaries
from geo.prepare.people import prepare_people
from geo.roads import KIND_TAGS, RoadNetwork, load_network, save_network

if TYPE_CHECKING:
    from networkx import MultiDiGraph

Progress = Callable[[str], None]
MARGIN_M = 5_000.0  # fetched beyond the city line: the way round may leave the city
SOURCE = """# Roads

| file | what |
|---|---|
| network.npz | {nodes} junctions and ends, {edges} streets between them, {km:.0f} km: flat arrays \
(`geo.roads.RoadNetwork`) |
| people.npz | {places} places along residential roads and the people at each (`geo.people`) |

Roads: (c) OpenStreetMap contributors, ODbL 1.0 (https://opendatacommons.org/licenses/odbl/1-0/), \
{origin}. Read with osmnx, simplified so that a street ends where its class, surface, access, \
width or direction changes. network.npz is a derived database under the same licence.

People: kelurahan population 2010 (BPS SP2010) scaled to 359,661, spread evenly over the length \
of residential roads in each kelurahan. An estimate: nobody counted people by street.

Known limits: no turn restrictions; few names, widths and speeds; {margin}.

Written by `ambon112 prepare` on {today}.
"""


class NoInternet(Exception):
    """The road network could not be fetched; the message says why."""


def prepare(source: Path, out: Path, progress: Progress) -> None:
    """
    Write roads/network.npz and roads/people.npz from `source`/roads.osm.gz.

    Raises
    ------
    DataFileError
        The source is missing or is not OSM XML.
    """
    progress("Jalan: membaca OSM / roads: reading OSM")
    graph = read_osm(source / "roads.osm.gz")
    _write(graph, out, progress, "extract as of 2025-09-17", "the network stops at the city line")


def prepare_online(out: Path, progress: Progress) -> None:
    """
    Fetch the ways of the city and 5 km around it from OSM, and write them.

    Raises
    ------
    NoInternet
        The map server cannot be reached or gives nothing usable; the present files stay.
    """
    import osmnx  # noqa: PLC0415 - six seconds

    progress("Jalan: mengambil dari OpenStreetMap / roads: fetching from OpenStreetMap")
    _settings()
    try:
        graph = osmnx.graph_from_polygon(
            _city_and_margin(out), network_type="all", simplify=False, retain_all=True
        )
    except Exception as error:  # requests, osmnx and urllib3 each have their own
        raise NoInternet(type(error).__name__) from error
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    _write(graph, out, progress, f"fetched {today}", "the network stops 5 km outside the city")


def read_osm(path: Path) -> "MultiDiGraph[int]":
    """
    Read gzipped OSM XML into an unsimplified osmnx graph.

    Raises
    ------
    DataFileError
        The file is missing, not gzip or not OSM XML.
    """
    import osmnx  # noqa: PLC0415

    _settings()
    try:
        with tempfile.NamedTemporaryFile(suffix=".osm") as plain, gzip.open(path) as packed:
            shutil.copyfileobj(packed, plain)
            plain.flush()
            return osmnx.graph_from_xml(plain.name, simplify=False, retain_all=True)
    except Exception as error:  # expat, gzip and osmnx each have their own
        raise DataFileError(path, f"not gzipped OSM XML ({error!r})") from error


def to_network(graph: "MultiDiGraph[int]") -> RoadNetwork:
    """
    Turn an unsimplified osmnx graph into flat arrays.

    A two-way street, two edges in the graph, becomes one edge with `two_way`.
    """
    import osmnx  # noqa: PLC0415

    simple = osmnx.simplify_graph(
        graph, edge_attrs_differ=[*KIND_TAGS, "oneway"], remove_rings=False
    )
    nodes = {osm_id: number for number, osm_id in enumerate(sorted(simple.nodes))}
    streets = sorted(_streets(simple), key=lambda one: (nodes[one[0]], nodes[one[1]], one[3]))
    kinds = sorted({kind for _, _, kind, *_ in streets})
    lines = [np.array(line) for *_, line, _, _ in streets]
    points = np.concatenate(lines)
    at = [simple.nodes[osm_id] for osm_id in nodes]
    return RoadNetwork(
        node_lon=np.array([one["x"] for one in at]),
        node_lat=np.array([one["y"] for one in at]),
        tail=np.array([nodes[one[0]] for one in streets], np.int32),
        head=np.array([nodes[one[1]] for one in streets], np.int32),
        two_way=np.array([one[5] for one in streets], np.bool_),
        length_m=np.array([one[4] for one in streets]),
        kind=np.array([kinds.index(one[2]) for one in streets], np.int32),
        kinds=tuple({tag: value for tag, value in kind if value} for kind in kinds),
        first_point=np.cumsum([0, *map(len, lines)], dtype=np.int32),
        point_lon=points[:, 0],
        point_lat=points[:, 1],
        digest="",
    )


Line = tuple[tuple[float, float], ...]
Street = tuple[int, int, tuple[tuple[str, str], ...], Line, float, bool]


def _streets(simple: "MultiDiGraph[int]") -> Iterator[Street]:
    """Give each street once: ends, tags, line, metres, and whether both ways are open."""
    found: dict[tuple[Any, ...], tuple[int, int, float]] = {}
    for tail, head, data in simple.edges(data=True):
        line = data.get("geometry") or _straight(simple, tail, head)
        kind = tuple((tag, _one(data.get(tag))) for tag in KIND_TAGS)
        found[kind, tuple(line.coords)] = (tail, head, data["length"])
    for (kind, line), (tail, head, length_m) in found.items():
        back = (kind, line[::-1])
        if back not in found:
            yield tail, head, kind, line, length_m, False
        elif line <= line[::-1]:
            yield tail, head, kind, line, length_m, True


def _straight(simple: "MultiDiGraph[int]", tail: int, head: int) -> LineString:
    ends = (simple.nodes[tail], simple.nodes[head])
    return LineString([(end["x"], end["y"]) for end in ends])


def _one(value: Any) -> str:
    """Return a tag as one word; of several the first, as OSM writes the main one first."""
    return str(value[0] if isinstance(value, list) else value or "").split(";")[0].strip()


def _settings() -> None:
    import osmnx  # noqa: PLC0415

    osmnx.settings.useful_tags_way = [*KIND_TAGS, "oneway", "junction", "name", "bridge"]
    osmnx.settings.use_cache = False
    osmnx.settings.requests_timeout = 60


def _city_and_margin(out: Path) -> Any:
    """Return the city and the land around it, WGS84."""
    import geopandas  # noqa: PLC0415
    from shapely import union_all  # noqa: PLC0415

    from geo.crs import UTM, WGS84  # noqa: PLC0415

    boundaries = load_boundaries(out / "kelurahan")
    city = union_all([boundaries.polygon(one.code) for one in boundaries])
    return geopandas.GeoSeries([city], crs=WGS84).to_crs(UTM).buffer(MARGIN_M).to_crs(WGS84)[0]


def _write(
    graph: "MultiDiGraph[int]", out: Path, progress: Progress, origin: str, margin: str
) -> None:
    progress("Jalan: menyederhanakan / roads: simplifying")
    folder = out / "roads"
    save_network(to_network(graph), folder)
    network = load_network(folder)
    progress("Jalan: sebaran penduduk / roads: where people live")
    places = prepare_people(network, load_boundaries(out / "kelurahan"), folder)
    said = SOURCE.format(
        nodes=f"{network.n_nodes:,}",
        edges=f"{network.n_edges:,}",
        km=network.length_m.sum() / 1000,
        places=f"{places:,}",
        origin=origin,
        margin=margin,
        today=datetime.now(UTC).strftime("%Y-%m-%d"),
    )
    (folder / "SOURCE.md").write_text(said, "utf-8")
