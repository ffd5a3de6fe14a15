"""kelurahan.geojson and the roads -> data/kelurahan: polygons, land border, likely centres."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from shapely import LineString, Point, Polygon, STRtree, unary_union
from shapely.geometry import shape

from geo.files import DATA, DataFileError
from geo.kelurahan import LON_SHRINK, METRES_PER_DEGREE
from geo.prepare.osm import RESIDENTIAL, Way, read_ways

FOLDER = "kelurahan"
HAND_KEPT = ("SOURCE.md", "neighbours.csv", "border_ends.csv")
PIECE_M = 25.0
COVERED = 0.9
BEYOND, BEYOND_M = 1.15, 80.0
"""People live beyond the ways that OSM knows; measured on schools with known coordinates."""


def prepare(source: Path, out: Path, progress: Callable[[str], None]) -> None:
    """
    Write data/kelurahan from the source folder.

    Parameters
    ----------
    source
        Holds kelurahan.geojson and roads.osm.gz.
    out
        The data folder.

    Raises
    ------
    DataFileError
        A source file is missing or broken, or a neighbour's settlement falls inside the city.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copy_hand_kept(HAND_KEPT, DATA / FOLDER, folder)
    progress("Batas kelurahan / boundaries")
    collection = _read(source / "kelurahan.geojson")
    polygons = {f["properties"]["code"]: shape(f["geometry"]) for f in collection["features"]}
    _write_json(folder / "kelurahan.geojson", collection)
    border = land_border(polygons.values(), folder)
    _write_json(folder / "land_border.geojson", _as_collection(border))
    progress("Pusat kelurahan / where each kelurahan lives")
    write_centres(folder / "centres.csv", polygons, read_ways(source / "roads.osm.gz"))


def copy_hand_kept(names: Iterable[str], kept: Path, folder: Path) -> None:
    """Copy the tables that people keep by hand, when writing to another data folder."""
    if kept.resolve() == folder.resolve():
        return
    for name in names:
        shutil.copyfile(kept / name, folder / name)


def land_border(polygons: Iterable[Any], folder: Path) -> list[tuple[float, float]]:
    """
    Cut the outline's land part out: coordinates from west to east, ends drawn out to sea.

    Parameters
    ----------
    polygons
        Shapely polygons of the city, WGS84.
    folder
        Holds border_ends.csv and neighbours.csv.
    """
    closed = unary_union([p.buffer(1e-4) for p in polygons]).buffer(-1e-4)
    outline = max(getattr(closed, "geoms", [closed]), key=lambda part: float(part.area))
    ring = list(outline.exterior.coords)[:-1]
    ends = {row["end"]: row for row in _rows(folder / "border_ends.csv")}
    west, east = (_nearest_vertex(ring, ends[end]) for end in ("west", "east"))
    arcs = [_arc(ring, west, east), _arc(ring, east, west)[::-1]]
    neighbours = [Point(_lon_lat(row)) for row in _rows(folder / "neighbours.csv")]
    if inside := [point for point in neighbours if Polygon(ring).contains(point)]:
        raise DataFileError(folder / "neighbours.csv", f"inside the city: {inside[0]}")
    arc = min(arcs, key=lambda arc: sum(LineString(arc).distance(point) for point in neighbours))
    to_sea = [(float(row["to_sea_lon"]), float(row["to_sea_lat"])) for row in ends.values()]
    west_sea, east_sea = sorted(to_sea)
    return [west_sea, *arc, east_sea]


def _nearest_vertex(ring: list[tuple[float, float]], row: dict[str, str]) -> int:
    lon, lat = _lon_lat(row)
    return min(range(len(ring)), key=lambda i: (ring[i][0] - lon) ** 2 + (ring[i][1] - lat) ** 2)


def _arc(ring: list[tuple[float, float]], first: int, last: int) -> list[tuple[float, float]]:
    if first <= last:
        return ring[first : last + 1]
    return ring[first:] + ring[: last + 1]


def write_centres(path: Path, polygons: dict[str, Any], ways: list[Way]) -> None:
    """Write, per kelurahan and district, the likely place of a caller there (see `centre_of`)."""
    points = road_points(ways)
    tree = STRtree([Point(lon, lat) for lon, lat in points])
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["code", "lon", "lat", "radius_m"])
        for code, polygon in sorted({**polygons, **_districts(polygons)}.items()):
            inside = points[np.sort(tree.query(polygon, predicate="contains"))]
            if not len(inside):
                inside = np.array([polygon.representative_point().coords[0]])
            lon, lat, radius_m = centre_of(inside)
            rows.writerow([code, f"{lon:.6f}", f"{lat:.6f}", f"{radius_m:.0f}"])


def _districts(polygons: dict[str, Any]) -> dict[str, Any]:
    """Return the union of each district's polygons by district code."""
    codes = sorted({code[:8] for code in polygons})
    return {
        district: unary_union([p for code, p in polygons.items() if code.startswith(district)])
        for district in codes
    }


def road_points(ways: Iterable[Way]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return points (n, 2) lon, lat every 25 m along the ways that have houses."""
    points: list[tuple[float, float]] = []
    for way in ways:
        if way.tags.get("highway") not in RESIDENTIAL or len(way.points) < 2:
            continue
        flat = LineString([(lon * LON_SHRINK, lat) for lon, lat in way.points])
        count = max(1, round(flat.length * METRES_PER_DEGREE / PIECE_M))
        for i in range(count):
            at = flat.interpolate((i + 0.5) / count, normalized=True)
            points.append((at.x / LON_SHRINK, at.y))
    return np.array(points)


def centre_of(points: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float, float]:
    """
    Choose, among the points (n, 2), the one whose circle holding 90 % of them is smallest.

    Returns
    -------
    lon, lat, radius_m
        Degrees and metres; the radius is a little wider than the circle.
    """
    flat = points * [LON_SHRINK, 1.0]
    tried = flat[:: max(1, len(flat) // 400)]
    reach = [float(np.quantile(np.hypot(*(flat - at).T), COVERED)) for at in tried]
    best = int(np.argmin(reach))
    x, y = tried[best]
    return float(x / LON_SHRINK), float(y), reach[best] * METRES_PER_DEGREE * BEYOND + BEYOND_M


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as broken:
        raise DataFileError(path, f"not GeoJSON ({broken!r})") from broken


def _write_json(path: Path, content: Any) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _as_collection(line: list[tuple[float, float]]) -> dict[str, Any]:
    geometry = {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in line]}
    properties = {"name": "Kota Ambon - Kabupaten Maluku Tengah"}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return {"type": "FeatureCollection", "features": [feature]}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lon_lat(row: dict[str, str]) -> tuple[float, float]:
    return float(row["lon"]), float(row["lat"])
