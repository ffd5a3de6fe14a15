"""The road network: OSM ways as flat arrays, prepared with osmnx (`geo.prepare.roads`)."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, linestrings

from geo.crs import to_utm
from geo.files import DATA, DataFileError, check_whole
from geo.snap import Snapper

FILE = "network.npz"
DEGREE = 1e7  # coordinates are kept in whole 1e-7 degrees, as OSM does
KIND_TAGS = (
    "highway",
    "surface",
    "access",
    "motor_vehicle",
    "motorcar",
    "motorcycle",
    "foot",
    "service",
    "width",
)
"""The OSM tags that decide which vehicles may use a way, and how fast."""

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RoadNetwork:
    """
    Streets between junctions, each kept once.

    With n nodes, e edges and p points: `node_lon`, `node_lat` (n,) degrees; `tail`, `head` (e,)
    nodes an edge runs between, in the direction traffic may always take; `two_way` (e,);
    `length_m` (e,); `kind` (e,) index into `kinds`, the tags (`KIND_TAGS`) of such a way;
    `first_point` (e + 1,) where an edge's line begins among `point_lon`, `point_lat` (p,), from
    tail to head with both ends.
    """

    node_lon: Floats
    node_lat: Floats
    tail: Ints
    head: Ints
    two_way: NDArray[np.bool_]
    length_m: Floats
    kind: Ints
    kinds: tuple[Mapping[str, str], ...]
    first_point: Ints
    point_lon: Floats
    point_lat: Floats
    digest: str

    @property
    def n_nodes(self) -> int:
        """How many junctions and ends."""
        return len(self.node_lon)

    @property
    def n_edges(self) -> int:
        """How many streets between them."""
        return len(self.tail)

    @cached_property
    def point_xy(self) -> Floats:
        """(p, 2) the points in metres, UTM 52S."""
        return np.ascontiguousarray(np.column_stack(to_utm(self.point_lon, self.point_lat)))

    @cached_property
    def along_m(self) -> Floats:
        """(p,) metres from the start of its edge to each point, straight from point to point."""
        steps = np.hypot(*np.diff(self.point_xy, axis=0).T)
        walked = np.concatenate([[0.0], np.cumsum(steps)])
        along: Floats = walked - np.repeat(walked[self.first_point[:-1]], np.diff(self.first_point))
        return along

    @cached_property
    def lines(self) -> STRtree:
        """The (e,) edges as shapely lines in metres, UTM 52S, found by place."""
        of = np.repeat(np.arange(self.n_edges), np.diff(self.first_point))
        return STRtree(linestrings(self.point_xy, indices=of))

    @cached_property
    def snapper(self) -> Snapper:
        """Finds the nearest edge, whoever may use it."""
        return Snapper(self, np.ones(self.n_edges, np.bool_))

    @cached_property
    def road_class(self) -> list[str]:
        """(kinds,) the OSM highway class of each kind."""
        return [kind["highway"] for kind in self.kinds]

    @cached_property
    def width_m(self) -> list[float]:
        """(kinds,) the tagged width, nan where nobody said."""
        return [metres(kind.get("width", "")) for kind in self.kinds]


def metres(said: str) -> float:
    """Read an OSM width ("2.5", "1,5", "2 m") as metres, nan when it says none."""
    try:
        return float(said.removesuffix("m").strip().replace(",", "."))
    except ValueError:
        return float("nan")


def load_network(folder: Path = DATA / "roads") -> RoadNetwork:
    """
    Read the prepared network.

    Raises
    ------
    DataFileError
        The file is missing, damaged or does not fit together.
    """
    check_whole(folder)
    path = folder / FILE
    try:
        packed = path.read_bytes()
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            network = RoadNetwork(
                node_lon=arrays["node_lon"] / DEGREE,
                node_lat=arrays["node_lat"] / DEGREE,
                tail=arrays["tail"],
                head=arrays["head"],
                two_way=arrays["two_way"],
                length_m=arrays["length_mm"] / 1000,
                kind=arrays["kind"].astype(np.int32),
                kinds=tuple(json.loads(str(arrays["kinds"]))),
                first_point=arrays["first_point"],
                point_lon=arrays["point_lon"] / DEGREE,
                point_lat=arrays["point_lat"] / DEGREE,
                digest=hashlib.sha256(packed).hexdigest()[:16],
            )
    except OSError as error:
        raise DataFileError(path, error.strerror or str(error)) from error
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataFileError(path, f"not a prepared road network ({error})") from error
    _check(network, path)
    return network


def save_network(network: RoadNetwork, folder: Path) -> None:
    """Write a network; the same network gives the same bytes."""
    arrays: dict[str, Any] = {
        "node_lon": _whole(network.node_lon),
        "node_lat": _whole(network.node_lat),
        "tail": network.tail,
        "head": network.head,
        "two_way": network.two_way,
        "length_mm": np.rint(network.length_m * 1000).astype(np.int32),
        "kind": network.kind.astype(np.uint16),
        "kinds": np.array(json.dumps(network.kinds, sort_keys=True)),
        "first_point": network.first_point,
        "point_lon": _whole(network.point_lon),
        "point_lat": _whole(network.point_lat),
    }
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / FILE, **arrays)


def _whole(degrees: Floats) -> Ints:
    return np.rint(degrees * DEGREE).astype(np.int32)


def _check(network: RoadNetwork, path: Path) -> None:
    """Refuse a network whose parts do not fit together."""
    e, p = network.n_edges, len(network.point_lon)
    first = network.first_point
    fits = (
        e > 0
        and len(network.node_lat) == network.n_nodes
        and len(network.point_lat) == p
        and all(len(one) == e for one in (network.head, network.two_way, network.kind))
        and len(network.length_m) == e
        and len(first) == e + 1
        and first[0] == 0
        and first[-1] == p
        and bool((np.diff(first) >= 2).all())
        and bool((np.minimum(network.tail, network.head) >= 0).all())
        and bool((np.maximum(network.tail, network.head) < network.n_nodes).all())
        and 0 <= int(network.kind.min()) <= int(network.kind.max()) < len(network.kinds)
    )
    if not fits:
        raise DataFileError(path, "its parts do not fit together")
