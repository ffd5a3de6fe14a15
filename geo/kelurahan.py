"""Boundaries: which kelurahan a point lies in, tolerant of seams and of the shore."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.files import DATA, DataFileError, check_whole

CITY_BBOX = (128.06, -3.80, 128.31, -3.57)
"""West, south, east, north of the city in degrees, with more than 500 m to spare."""

OFFSHORE_LIMIT_M = 500.0
"""How far off the simplified shore a point still belongs to the nearest kelurahan."""

METRES_PER_DEGREE = 110_574.0
LON_SHRINK = math.cos(math.radians(3.69)) * 111_320.0 / METRES_PER_DEGREE
"""A degree of longitude at Ambon's latitude, as a share of a degree of latitude."""


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """
    Measure straight-line metres between two WGS84 points (lon, lat); within 0.1 % in the city.
    """
    return math.hypot((a[0] - b[0]) * LON_SHRINK, a[1] - b[1]) * METRES_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """One of the 50 kelurahan, desa and negeri, keyed by its Kemendagri code."""

    code: str
    name: str
    kind: str
    district_code: str
    district: str
    population_2010: int


@dataclass(frozen=True, slots=True)
class KelurahanAt:
    """The one kelurahan of a point; `offshore_m` is 0 inside, else metres to its shore."""

    kelurahan: Kelurahan
    offshore_m: float


@dataclass(frozen=True, slots=True)
class Centre:
    """Where a caller in a kelurahan most likely is: a point and the metres that cover 90 %."""

    lon: float
    lat: float
    radius_m: float


class Boundaries:
    """
    The 50 polygons of the city and the part of its outline that is a border on land.

    Geometry is built on first use: listing names needs none of it.

    Parameters
    ----------
    features
        GeoJSON features with the properties of `Kelurahan`.
    land_border
        Coordinates (lon, lat) of the border with Maluku Tengah, its ends drawn out to sea.
    centres
        Likely position of a caller per kelurahan code and per district code.
    """

    def __init__(
        self,
        features: list[dict[str, Any]],
        land_border: list[tuple[float, float]],
        centres: dict[str, Centre],
    ) -> None:
        ordered = sorted(features, key=lambda feature: str(feature["properties"]["code"]))
        self._features = ordered
        self._border = land_border
        self._kelurahan = {
            k.code: k for k in (Kelurahan(**feature["properties"]) for feature in ordered)
        }
        self._codes = list(self._kelurahan)
        self.centres = centres

    def __getitem__(self, code: str) -> Kelurahan:
        """Return the kelurahan of a Kemendagri code; KeyError if there is none."""
        return self._kelurahan[code]

    def __contains__(self, code: object) -> bool:
        return code in self._kelurahan

    def __iter__(self) -> Iterator[Kelurahan]:
        return iter(self._kelurahan.values())

    def __len__(self) -> int:
        return len(self._kelurahan)

    def polygon(self, code: str) -> Any:
        """Return the shapely geometry (WGS84) of a kelurahan; KeyError if there is none."""
        return self._polygons[self._codes.index(self[code].code)]

    def at(self, lon: float, lat: float) -> KelurahanAt | None:
        """
        Find the kelurahan of a WGS84 point.

        Parameters
        ----------
        lon, lat
            Degrees.

        Returns
        -------
        kelurahan_at
            On a seam the lowest code, so that the answer is always the same one. Off the
            simplified shore, up to 500 m, the nearest, with the distance; None farther out and
            beyond the land border with Maluku Tengah.
        """
        west, south, east, north = CITY_BBOX
        if not (west <= lon <= east and south <= lat <= north):
            return None
        from shapely import Point  # noqa: PLC0415 - names alone need no geometry

        inside = self._tree.query(Point(lon, lat), predicate="intersects")
        if len(inside):
            return KelurahanAt(self._kelurahan[self._codes[int(min(inside))]], 0.0)
        return self._off_shore(lon, lat)

    def _off_shore(self, lon: float, lat: float) -> KelurahanAt | None:
        from shapely import LineString, Point  # noqa: PLC0415
        from shapely.ops import nearest_points  # noqa: PLC0415

        here = Point(lon * LON_SHRINK, lat)
        reach = OFFSHORE_LIMIT_M / METRES_PER_DEGREE
        near = self._flat_tree.query(here, predicate="dwithin", distance=reach)
        if not len(near):
            return None
        first = min((float(self._flat[i].distance(here)), int(i)) for i in near)
        shore = nearest_points(self._flat[first[1]], here)[0]
        if self._flat_border.distance(shore) * METRES_PER_DEGREE < 1.0:
            return None
        if LineString([here, shore]).intersects(self._flat_border):
            return None
        offshore_m = round(first[0] * METRES_PER_DEGREE, 1)
        if self._outline.covers(Point(lon, lat)):
            offshore_m = 0.0  # a gap between two simplified neighbours, not the sea
        return KelurahanAt(self._kelurahan[self._codes[first[1]]], offshore_m)

    @cached_property
    def _polygons(self) -> list[Any]:
        from shapely.geometry import shape  # noqa: PLC0415

        return [shape(feature["geometry"]) for feature in self._features]

    @cached_property
    def _tree(self) -> Any:
        from shapely import STRtree  # noqa: PLC0415

        return STRtree(self._polygons)

    @cached_property
    def _flat(self) -> list[Any]:
        """The polygons with longitudes shrunk, so that distances are the same in x and y."""
        from shapely.affinity import scale  # noqa: PLC0415

        return [scale(p, xfact=LON_SHRINK, yfact=1.0, origin=(0, 0)) for p in self._polygons]

    @cached_property
    def _flat_tree(self) -> Any:
        from shapely import STRtree  # noqa: PLC0415

        return STRtree(self._flat)

    @cached_property
    def _flat_border(self) -> Any:
        from shapely import LineString  # noqa: PLC0415

        return LineString([(lon * LON_SHRINK, lat) for lon, lat in self._border])

    @cached_property
    def _outline(self) -> Any:
        from shapely import Polygon, unary_union  # noqa: PLC0415

        closed = unary_union([p.buffer(1e-4) for p in self._polygons]).buffer(-1e-4)
        parts = getattr(closed, "geoms", [closed])
        return unary_union([Polygon(part.exterior) for part in parts])


def load_boundaries(folder: Path = DATA / "kelurahan") -> Boundaries:
    """
    Read the prepared boundaries.

    Parameters
    ----------
    folder
        Holds kelurahan.geojson, land_border.geojson and centres.csv.

    Raises
    ------
    DataFileError
        A file is missing, is not the JSON or CSV it should be, or holds no boundary.
    """
    check_whole(folder)
    features = _features(folder / "kelurahan.geojson")
    border = _features(folder / "land_border.geojson")
    try:
        line = [(float(x), float(y)) for x, y in border[0]["geometry"]["coordinates"]]
        boundaries = Boundaries(features, line, _centres(folder / "centres.csv"))
    except (KeyError, TypeError, ValueError) as broken:
        raise DataFileError(folder, f"not the boundaries it should hold ({broken!r})") from broken
    if missing := [k.code for k in boundaries if k.code not in boundaries.centres]:
        raise DataFileError(folder / "centres.csv", f"no centre for {', '.join(missing)}")
    return boundaries


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except FileNotFoundError as missing:
        raise DataFileError(path, "missing") from missing
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise DataFileError(path, f"not GeoJSON ({broken!r})") from broken
    if not isinstance(features, list) or not features:
        raise DataFileError(path, "no feature in it")
    return features


def _centres(path: Path) -> dict[str, Centre]:
    import csv  # noqa: PLC0415

    try:
        with path.open(encoding="utf-8", newline="") as rows:
            return {
                row["code"]: Centre(float(row["lon"]), float(row["lat"]), float(row["radius_m"]))
                for row in csv.DictReader(rows)
            }
    except FileNotFoundError as missing:
        raise DataFileError(path, "missing") from missing
    except (OSError, ValueError, KeyError) as broken:
        raise DataFileError(path, f"not a table of centres ({broken!r})") from broken
