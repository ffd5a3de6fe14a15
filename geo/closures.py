"""Roads that are cut: points, lines and areas that some or all vehicles cannot pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geo.crs import to_utm
from geo.profiles import load_profiles
from geo.roads import RoadNetwork

POINT_REACH_M = 50.0  # a point closes the nearest road, if one is this near
SAME_M = 0.5  # roads this much farther than the nearest meet there
LINE_HALF_WIDTH_M = 10.0  # a line drawn by hand closes what runs this close to it
MOST = 1_000  # closures in one file
MOST_CORNERS = 2_000  # of one; more makes every ranking wait
MOST_TANGLED = 50  # corners of an outline that crosses itself: its crossings are their square
KINDS = frozenset({"Point", "LineString", "Polygon"})
KINDS |= {f"Multi{kind}" for kind in KINDS}


class BadClosure(ValueError):
    """A closure cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Closure:
    """
    A stretch or area that vehicles cannot pass.

    `geometry` shapely, WGS84: a point, a line or an area. `profiles` the vehicles stopped, None
    for all. In force from `from_at` until `until_at`, None for always; both with a zone.
    """

    id: str
    geometry: BaseGeometry
    profiles: frozenset[str] | None
    from_at: datetime | None
    until_at: datetime | None
    reason: str
    author: str


def active(closures: Iterable[Closure], at: datetime) -> list[Closure]:
    """Return those in force at a time; the end is no longer in force."""
    return [
        one
        for one in closures
        if (one.from_at is None or one.from_at <= at)
        and (one.until_at is None or at < one.until_at)
    ]


def read_closures(geojson: Any) -> list[Closure]:
    """
    Read a GeoJSON feature collection (or one feature) of closures.

    Properties: `profiles` (list of profile names, null or missing for all), `from`, `until` (ISO
    8601 with a zone, null or missing for always), `reason`, `author`. A feature without an id is
    numbered from 1.

    Raises
    ------
    BadClosure
        Not GeoJSON, another kind of geometry, an unknown profile, a time without a zone; more than
        a room could mean.
    """
    if not isinstance(geojson, Mapping):
        raise BadClosure("not a GeoJSON object")
    features = [geojson] if geojson.get("type") == "Feature" else geojson.get("features")
    if not isinstance(features, list):
        raise BadClosure("not a FeatureCollection")
    if len(features) > MOST:
        raise BadClosure(f"more than {MOST} closures")
    return [_read(one, number) for number, one in enumerate(features, start=1)]


def write_closures(closures: Iterable[Closure]) -> dict[str, Any]:
    """Return closures as a GeoJSON feature collection; `read_closures` reads it back."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": one.id,
                "geometry": mapping(one.geometry),
                "properties": {
                    "profiles": None if one.profiles is None else sorted(one.profiles),
                    "from": one.from_at.isoformat() if one.from_at else None,
                    "until": one.until_at.isoformat() if one.until_at else None,
                    "reason": one.reason,
                    "author": one.author,
                },
            }
            for one in closures
        ],
    }


@dataclass(frozen=True, slots=True)
class Shut:
    """
    The parts of streets a vehicle cannot pass, sorted by street.

    `edge` (m,); `start`, `stop` (m,) parts of its way from tail (0) to head (1).
    """

    edge: NDArray[np.int32]
    start: NDArray[np.float64]
    stop: NDArray[np.float64]


def shut_by(network: RoadNetwork, closures: Iterable[Closure], profile: str) -> Shut:
    """Return what the closures close to a vehicle."""
    mine = [one.geometry for one in closures if one.profiles is None or profile in one.profiles]
    if not mine:
        return NOTHING_SHUT
    drawn = shapely.transform(
        shapely.get_parts(mine), lambda at: np.column_stack(to_utm(at[:, 0], at[:, 1]))
    )
    drawn = drawn[np.isfinite(shapely.bounds(drawn)).all(axis=1)]
    kind = shapely.get_type_id(drawn)
    dots = kind == shapely.GeometryType.POINT
    lines = kind == shapely.GeometryType.LINESTRING
    areas = drawn.copy()
    areas[lines] = shapely.buffer(drawn[lines], LINE_HALF_WIDTH_M, cap_style="flat")
    dots |= shapely.is_empty(areas)  # a line without length
    points = shapely.points(shapely.get_coordinates(shapely.centroid(drawn[dots])))
    found = np.concatenate([_nearest(network, points), _inside(network, areas[~dots])])
    edge, start, stop = found[np.lexsort(found.T[::-1])].T
    return Shut(edge.astype(np.int32), start.copy(), stop.copy())


def closes_nothing(network: RoadNetwork, closure: Closure) -> bool:
    """Return whether a closure touches no road, whoever it is for."""
    return not len(shut_by(network, [replace(closure, profiles=None)], "").edge)


NOTHING_SHUT = Shut(np.zeros(0, np.int32), np.zeros(0), np.zeros(0))


def _nearest(network: RoadNetwork, points: Any) -> NDArray[np.float64]:
    """Return where points close the nearest road, or the roads that meet there: rows of Shut."""
    lines = network.lines.geometries
    nearest_m = network.snapper.snap(shapely.get_coordinates(points)).off_m
    reached = points[nearest_m <= POINT_REACH_M]
    far_m = nearest_m[nearest_m <= POINT_REACH_M] + SAME_M
    point, edge = network.lines.query(reached, predicate="dwithin", distance=far_m)
    part = shapely.line_locate_point(lines[edge], reached[point], normalized=True)
    return np.column_stack([edge, part, part])


def _inside(network: RoadNetwork, areas: Any) -> NDArray[np.float64]:
    """Return the stretches of streets inside areas: rows of Shut."""
    lines = network.lines.geometries
    area, edge = network.lines.query(areas, predicate="intersects")
    pieces, of = shapely.get_parts(
        shapely.intersection(lines[edge], areas[area]), return_index=True
    )
    at, piece = shapely.get_coordinates(pieces, return_index=True)
    if not len(at):
        return np.zeros((0, 3))
    part = shapely.line_locate_point(lines[edge[of[piece]]], shapely.points(at), normalized=True)
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    start, stop = np.minimum.reduceat(part, first), np.maximum.reduceat(part, first)
    return np.column_stack([edge[of[piece[first]]], start, stop])


def _read(feature: Any, number: int) -> Closure:
    try:
        said = feature.get("properties") or {}
        geometry = shape(feature["geometry"])
        if geometry.geom_type not in KINDS or geometry.is_empty:
            raise BadClosure(f"closure {number}: not a point, a line or an area")
        return Closure(
            id=str(feature.get("id") or number),
            geometry=_sound(geometry, number),
            profiles=_profiles(said.get("profiles"), number),
            from_at=_time(said.get("from"), number),
            until_at=_time(said.get("until"), number),
            reason=str(said.get("reason") or ""),
            author=str(said.get("author") or ""),
        )
    except BadClosure:
        raise
    except (
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        OverflowError,
        ShapelyError,
    ) as error:
        raise BadClosure(f"closure {number}: not a GeoJSON feature ({error})") from error


def _sound(geometry: BaseGeometry, number: int) -> BaseGeometry:
    """Return the geometry fit to be cut with, areas untangled."""
    at = shapely.get_coordinates(geometry)
    if not np.isfinite(at).all() or (np.abs(at) > (180.0, 90.0)).any():
        raise BadClosure(f"closure {number}: coordinates are not lon, lat in degrees")
    if len(at) > MOST_CORNERS:
        raise BadClosure(f"closure {number}: more than {MOST_CORNERS} corners")
    if len(at) > MOST_TANGLED and not (geometry.is_valid and geometry.is_simple):
        raise BadClosure(
            f"closure {number}: more than {MOST_TANGLED} corners, and it crosses itself"
        )
    return geometry if geometry.is_valid else shapely.make_valid(geometry, method="structure")


def _profiles(said: Any, number: int) -> frozenset[str] | None:
    if said is None:
        return None
    known = load_profiles()
    if not isinstance(said, list) or not said or any(one not in known for one in said):
        raise BadClosure(f"closure {number}: profiles must be some of {', '.join(known)}")
    return frozenset(said)


def _time(said: Any, number: int) -> datetime | None:
    if said is None:
        return None
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise BadClosure(f"closure {number}: the time {said} has no zone")
    return at
