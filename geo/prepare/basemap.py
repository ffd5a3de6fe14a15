"""Source roads and kelurahan -> static/map: what the browser draws the ground from."""

import itertools
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from geo.files import DATA
from geo.kelurahan import Boundaries, load_boundaries
from geo.prepare.osm import Way, read_ways

STATIC = DATA.parent / "static" / "map"
"""What the page serves; another data folder gets its own `map`."""
SCALE = 1e5  # about a metre: finer is not seen on a screen
KM2_PER_SQUARE_DEGREE = 12_340  # at 3.7 degrees south
NAMED_FROM = ((4.0, 12), (1.2, 13), (0.35, 14), (0.0, 15))  # square km -> zoom of its name


def prepare(source: Path, out: Path, progress: Callable[[str], None]) -> None:
    """
    Write roads.json and kelurahan.json.

    Parameters
    ----------
    source
        Holds roads.osm.gz.
    out
        The data folder, with the kelurahan prepared; the project's own goes to static/map.

    Raises
    ------
    DataFileError
        A file is missing or broken.
    """
    folder = STATIC if out.resolve() == DATA.resolve() else out / "map"
    folder.mkdir(parents=True, exist_ok=True)
    progress("Peta dasar: jalan / basemap: roads")
    _write(folder / "roads.json", pack_roads(read_ways(source / "roads.osm.gz")))
    progress("Peta dasar: batas / basemap: borders")
    _write(folder / "kelurahan.json", draw_borders(load_boundaries(out / "kelurahan")))


def pack_roads(ways: Iterable[Way]) -> dict[str, list[list[int]]]:
    """
    Group ways by highway class, each as one flat list of whole numbers.

    Returns
    -------
    roads
        Class -> lines; a line is lon, lat of its first point in 1e-5 degrees, then the steps
        to each next point.
    """
    packed: dict[str, list[list[int]]] = {}
    for way in ways:
        points = [(round(lon * SCALE), round(lat * SCALE)) for lon, lat in way.points]
        if len(points) < 2:
            continue
        line = list(points[0])
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            line += (x1 - x0, y1 - y0)
        packed.setdefault(way.tags.get("highway", "road"), []).append(line)
    return packed


def draw_borders(boundaries: Boundaries) -> dict[str, Any]:
    """Return the kelurahan as GeoJSON: name, where to write it, and from which zoom on."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(boundaries, one.code, one.name) for one in boundaries],
    }


def _feature(boundaries: Boundaries, code: str, name: str) -> dict[str, Any]:
    polygon = boundaries.polygon(code)
    largest = max(getattr(polygon, "geoms", [polygon]), key=lambda part: part.area)
    middle = largest.centroid
    at = middle if largest.contains(middle) else largest.representative_point()
    size = polygon.area * KM2_PER_SQUARE_DEGREE
    zoom = next(zoom for at_least, zoom in NAMED_FROM if size >= at_least)
    rings = [[_rounded(part.exterior.coords)] for part in getattr(polygon, "geoms", [polygon])]
    return {
        "type": "Feature",
        "properties": {"name": name, "label": _rounded(at.coords)[0], "from": zoom},
        "geometry": {"type": "MultiPolygon", "coordinates": rings},
    }


def _rounded(points: Iterable[tuple[float, ...]]) -> list[list[float]]:
    return [[round(point[0], 5), round(point[1], 5)] for point in points]


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":"), ensure_ascii=False) + "\n")
