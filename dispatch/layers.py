"""
Map layers people bring: hazard areas and rasters (InaRISK), evacuation points; read with care.

GeoJSON, GeoPackage and GeoTIFF, each by its own reader and no other: GDAL would otherwise follow
files that name other files. Everything is brought to WGS84. What is too large, says no reference
system, lies nowhere near Ambon or is damaged is refused with a reason.

geopandas, rasterio and Pillow are imported where they are used: the dispatch page does not wait.
"""

import base64
import io
import json
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.work import Careful, Work
from dispatch.errors import BadLayer
from geo.crs import WGS84
from geo.kelurahan import CITY_BBOX

if TYPE_CHECKING:
    from geo.people import People

LONGEST = 20_000_000  # bytes of a file, as many as the pages take
MOST_FEATURES = 5_000
MOST_CORNERS = 400_000
MOST_CELLS = 60_000_000  # in all bands
WIDEST = 700  # pixels of the picture of a raster
MOST_POINTS = 200
NAME = 80  # characters shown of the name of an evacuation point
NAMES = ("name", "nama", "NAMA", "Name", "NAME", "namobj", "NAMOBJ", "REMARK")
LOW, HIGH = 1 / 3, 2 / 3
"""InaRISK's index runs from 0 to 1: low, medium, high (BNPB, Perka 2/2012)."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Hazard areas as one WGS84 shape, and how many features it was."""

    name: str
    shape: Any
    features: int


@dataclass(frozen=True, slots=True)
class Raster:
    """
    A hazard raster in WGS84: `values` (rows, columns), north first, nan where it says nothing.

    `bounds` west, south, east, north in degrees.
    """

    name: str
    values: NDArray[np.float32]
    bounds: tuple[float, float, float, float]

    @property
    def is_index(self) -> bool:
        """Whether it runs from 0 to 1, as InaRISK's do."""
        return bool(np.nanmin(self.values) >= 0 and np.nanmax(self.values) <= 1)

    def at(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return its value at each place; nan outside and where it says nothing."""
        west, south, east, north = self.bounds
        rows, columns = self.values.shape
        column = np.floor((lon - west) / (east - west) * columns).astype(np.int64)
        row = np.floor((north - lat) / (north - south) * rows).astype(np.int64)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        found = np.full(len(lon), np.nan, np.float32)
        found[inside] = self.values[row[inside], column[inside]]
        return found


@dataclass(frozen=True, slots=True)
class Spot:
    """An evacuation point, WGS84 degrees."""

    name: str
    lon: float
    lat: float


def read_hazard(name: str, content: bytes) -> Areas | Raster:
    """
    Read a hazard layer; the content, not the name, says what it is.

    Raises
    ------
    BadLayer
        It cannot be used; `reason` says why.
    """
    if len(content) > LONGEST:
        raise BadLayer(name, "too_long")
    if content.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return _raster(name, content)
    if content.startswith(b"SQLite format 3\0"):
        shapes = _geopackage(name, content)
    else:
        shapes = _geojson(name, content)[0]
    return _areas(name, shapes)


def read_points(name: str, content: bytes) -> list[Spot]:
    """
    Read evacuation points from GeoJSON; an area stands for a point inside it.

    Raises
    ------
    BadLayer
        It cannot be used, or holds more than `MOST_POINTS`.
    """
    if len(content) > LONGEST:
        raise BadLayer(name, "too_long")
    shapes, said = _geojson(name, content)
    if len(shapes) > MOST_POINTS:
        raise BadLayer(name, "too_many")
    inside = [shape.representative_point() for shape in shapes]
    spots = [
        Spot(_name_of(properties, number), float(at.x), float(at.y))
        for number, (at, properties) in enumerate(zip(inside, said, strict=True), 1)
    ]
    west, south, east, north = CITY_BBOX
    near = [one for one in spots if west <= one.lon <= east and south <= one.lat <= north]
    if not near:
        raise BadLayer(name, "elsewhere")
    return near


def hazard_work(name: str, content: bytes) -> Work[Areas | Raster]:
    """Read a hazard layer in a process of its own: a small file can take hours or all memory."""
    return Careful(BadLayer(name, "too_heavy"), read_hazard, name, content)


def points_work(name: str, content: bytes) -> Work[list[Spot]]:
    """Read evacuation points in a process of its own."""
    return Careful(BadLayer(name, "too_heavy"), read_points, name, content)


def people_by_hazard(raster: Raster, people: "People") -> dict[str, int]:
    """
    Return estimates of people where a raster says low, medium, high, and `none`.

    A raster that is no index from 0 to 1 knows `some` (above 0) and `none` alone.
    """
    value = raster.at(people.lon, people.lat)
    count = people.people
    some = np.nan_to_num(value) > 0
    if not raster.is_index:
        return {"some": _sum(count[some]), "none": _sum(count[~some])}
    return {
        "high": _sum(count[some & (value > HIGH)]),
        "medium": _sum(count[some & (value > LOW) & (value <= HIGH)]),
        "low": _sum(count[some & (value <= LOW)]),
        "none": _sum(count[~some]),
    }


def picture(raster: Raster) -> str:
    """Return a raster as a data: address of a PNG, yellow to red, clear where there is nothing."""
    from PIL import Image  # noqa: PLC0415

    high = float(np.nanmax(raster.values))
    part = np.clip(np.nan_to_num(raster.values / high if high > 0 else raster.values), 0, 1)
    shade = np.zeros((*part.shape, 4), np.uint8)
    shade[..., :3] = np.stack(_colour(part), axis=-1)
    shade[..., 3] = np.where(part > 0, 90 + 110 * part, 0)
    file = io.BytesIO()
    Image.fromarray(shade).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def ramp(raster: Raster) -> list[tuple[float, str]]:
    """Return the colours of a third, two thirds and all of the highest value, with the value."""
    high = float(np.nanmax(raster.values))
    return [
        (high * part, "#{:02x}{:02x}{:02x}".format(*(int(one) for one in _colour(np.array(part)))))
        for part in (1 / 3, 2 / 3, 1.0)
    ]


def _colour(part: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return red, green and blue (0 to 255) of a share of the highest value."""
    return 255 - 75 * part, 220 * (1 - part), np.full_like(part, 40.0)


def _geojson(name: str, content: bytes) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """Return the WGS84 shapes of a feature collection and what is said of each."""
    import shapely  # noqa: PLC0415
    from shapely.geometry import shape  # noqa: PLC0415

    try:
        said = json.loads(content.decode("utf-8-sig"))
        features = [said] if said.get("type") == "Feature" else said["features"]
        if len(features) > MOST_FEATURES:
            raise BadLayer(name, "too_many")
        drawn = [one for one in features if one.get("geometry")]
        shapes = [shape(one["geometry"]) for one in drawn]
        crs = str(((said.get("crs") or {}).get("properties") or {}).get("name") or WGS84)
    except BadLayer:
        raise
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise BadLayer(name, "not_read") from error
    except (OverflowError, shapely.errors.ShapelyError) as error:
        raise BadLayer(name, "not_read") from error
    said_of = [one.get("properties") for one in drawn]
    return _to_wgs84(name, shapes, crs), [one if isinstance(one, dict) else {} for one in said_of]


def _geopackage(name: str, content: bytes) -> list[Any]:
    """Return the WGS84 shapes of the first layer of a GeoPackage."""
    import pyogrio  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(content)
        try:
            warnings.simplefilter("ignore")  # GDAL warns of what it then refuses or can read
            count = pyogrio.read_info(path)["features"]
            if count > MOST_FEATURES:
                raise BadLayer(name, "too_many")
            frame = pyogrio.read_dataframe(path, columns=[])
            crs = frame.crs
        except BadLayer:
            raise
        except Exception as error:  # GDAL has no end of ways to fail on a damaged file
            raise BadLayer(name, "not_read") from error
    if crs is None:
        raise BadLayer(name, "no_crs")
    return _to_wgs84(name, [one for one in frame.geometry if one is not None], crs)


def _to_wgs84(name: str, shapes: list[Any], crs: Any) -> list[Any]:
    import shapely  # noqa: PLC0415
    from pyproj import CRS, Transformer  # noqa: PLC0415
    from pyproj.exceptions import CRSError, ProjError  # noqa: PLC0415

    if sum(shapely.get_num_coordinates(shapes)) > MOST_CORNERS:
        raise BadLayer(name, "too_many")
    try:
        move = Transformer.from_crs(CRS.from_user_input(crs), WGS84, always_xy=True)
        moved = [
            shapely.transform(
                shapely.force_2d(one),
                lambda at: np.column_stack(move.transform(at[:, 0], at[:, 1])),
            )
            for one in shapes
        ]
    except (CRSError, ProjError) as error:
        raise BadLayer(name, "no_crs") from error
    sound = [one for one in moved if not one.is_empty and np.isfinite(one.bounds).all()]
    if not sound:
        raise BadLayer(name, "empty")
    return sound


def _areas(name: str, shapes: list[Any]) -> Areas:
    import shapely  # noqa: PLC0415

    city = shapely.box(*CITY_BBOX)
    try:
        whole = [shapely.make_valid(one, method="structure") for one in shapes]
        mine = [one for one in shapely.intersection(whole, city) if not one.is_empty]
        drawn = shapely.union_all(mine).simplify(0.00005)  # 5 m: nothing a map shows
    except shapely.errors.ShapelyError as error:
        raise BadLayer(name, "not_read") from error
    if not mine:
        raise BadLayer(name, "elsewhere")
    return Areas(name, drawn, len(mine))


def _raster(name: str, content: bytes) -> Raster:
    """Return the first band of a GeoTIFF in WGS84, cut to the city, at most `WIDEST` wide."""
    import rasterio  # noqa: PLC0415
    from rasterio.vrt import WarpedVRT  # noqa: PLC0415
    from rasterio.windows import from_bounds  # noqa: PLC0415

    try:
        with (
            rasterio.MemoryFile(content, ext=".tif") as file,
            file.open(driver="GTiff") as source,
        ):
            if source.crs is None:
                raise BadLayer(name, "no_crs")
            if source.width * source.height * source.count > MOST_CELLS:
                raise BadLayer(name, "too_many")
            with WarpedVRT(source, crs=WGS84) as warped:
                bounds = _common(name, warped.bounds)
                window = from_bounds(*bounds, transform=warped.transform)
                shrink = min(1.0, WIDEST / max(window.width, window.height))
                size = tuple(max(1, round(one * shrink)) for one in (window.height, window.width))
                band = warped.read(1, window=window, out_shape=size, masked=True)
    except BadLayer:
        raise
    except Exception as error:  # GDAL has no end of ways to fail on a damaged file
        raise BadLayer(name, "not_read") from error
    values = np.ma.filled(band.astype(np.float32), np.nan)
    if not np.isfinite(values).any():
        raise BadLayer(name, "empty")
    values[~np.isfinite(values)] = np.nan
    return Raster(name, values, bounds)


def _common(name: str, theirs: Any) -> tuple[float, float, float, float]:
    """Return the part of a raster's bounds that lies over the city."""
    west, south = (max(a, b) for a, b in zip(theirs[:2], CITY_BBOX[:2], strict=True))
    east, north = (min(a, b) for a, b in zip(theirs[2:], CITY_BBOX[2:], strict=True))
    if west >= east or south >= north:
        raise BadLayer(name, "elsewhere")
    return west, south, east, north


def _name_of(said: Mapping[str, Any], number: int) -> str:
    found = next((said[key] for key in NAMES if said.get(key)), None)
    shown = "".join(one for one in str(found or "") if one.isprintable())[:NAME].strip()
    return shown or f"Titik {number}"


def _sum(count: NDArray[np.float64]) -> int:
    return round(float(count.sum()))
