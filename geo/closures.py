"""Roads that are cut: points, lines and areas that some or all vehicles cannot pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
        Not GeoJSON, another kind of geometry, an unknown profile, a time without a zone.
    """
    if not isinstance(geojson, Mapping):
        raise BadClosure("not a GeoJSON object")
    features = [geojson] if geojson.get("type") == "Feature" else geojson.get("features")
    if not isinstance(features, list):
        raise BadClosure("not a FeatureCollection")
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
    found = [
        row
        for one in closures
        if one.profiles is None or profile in one.profiles
        for geometry in getattr(one.geometry, "geoms", [one.geometry])
        for row in _shut(network, geometry)
    ]
    found.sort()
    table = np.array(found, np.float64).reshape(-1, 3)
    return Shut(table[:, 0].astype(np.int32), table[:, 1].copy(), table[:, 2].copy())


def _shut(network: RoadNetwork, geometry: BaseGeometry) -> list[tuple[int, float, float]]:
    """Return street, start and stop of every stretch a single geometry closes."""
    drawn = shapely.transform(geometry, lambda at: np.column_stack(to_utm(at[:, 0], at[:, 1])))
    if drawn.is_empty or not np.isfinite(drawn.bounds).all():
        return []
    if drawn.geom_type == "Point":
        return _nearest(network, drawn)
    area = drawn
    if drawn.geom_type == "LineString":
        area = drawn.buffer(LINE_HALF_WIDTH_M, cap_style="flat")
        if area.is_empty:  # a line without length
            return _nearest(network, drawn.interpolate(0))
    return [
        (edge, *stretch)
        for edge in _touching(network, area.bounds)
        for stretch in _stretches(_line(network, edge), area)
    ]


def _nearest(network: RoadNetwork, point: shapely.Point) -> list[tuple[int, float, float]]:
    """Return where a point closes the nearest road, or the roads that meet there."""
    x, y = point.x, point.y
    reach = POINT_REACH_M
    near = _touching(network, (x - reach, y - reach, x + reach, y + reach))
    lines = [_line(network, edge) for edge in near]
    far = [line.distance(point) for line in lines]
    limit = min(min(far, default=reach) + SAME_M, reach)
    return [
        (edge, part, part)
        for edge, line, off in zip(near, lines, far, strict=True)
        if off <= limit
        for part in [line.project(point, normalized=True)]
    ]


def _stretches(line: shapely.LineString, area: BaseGeometry) -> list[tuple[float, float]]:
    """Return the parts of a line inside an area."""
    inside = line.intersection(area)
    found = []
    for piece in getattr(inside, "geoms", [inside]):
        if not piece.is_empty:
            ends = shapely.points(shapely.get_coordinates(piece))
            parts = shapely.line_locate_point(line, ends, normalized=True)
            found.append((float(parts.min()), float(parts.max())))
    return found


def _touching(network: RoadNetwork, bounds: tuple[float, float, float, float]) -> list[int]:
    """Return the streets whose box meets a box."""
    west, south, east, north = bounds
    low, high = network.boxes
    meets = (low[:, 0] <= east) & (high[:, 0] >= west) & (low[:, 1] <= north)
    return [int(edge) for edge in np.flatnonzero(meets & (high[:, 1] >= south))]


def _line(network: RoadNetwork, edge: int) -> shapely.LineString:
    part = slice(network.first_point[edge], network.first_point[edge + 1])
    return shapely.LineString(network.point_xy[part])


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
    except (AttributeError, KeyError, TypeError, ValueError, ShapelyError) as error:
        raise BadClosure(f"closure {number}: not a GeoJSON feature ({error})") from error


def _sound(geometry: BaseGeometry, number: int) -> BaseGeometry:
    """Return the geometry fit to be cut with, areas untangled."""
    at = shapely.get_coordinates(geometry)
    if not np.isfinite(at).all() or (np.abs(at) > (180.0, 90.0)).any():
        raise BadClosure(f"closure {number}: coordinates are not lon, lat in degrees")
    return geometry if geometry.is_valid else shapely.make_valid(geometry)


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
