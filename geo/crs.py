"""WGS84 <-> UTM 52S: degrees for people and files, metres for measuring."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyproj import Transformer

WGS84 = "EPSG:4326"
UTM = "EPSG:32752"


def to_utm(lon: Any, lat: Any) -> tuple[Any, Any]:
    """
    Project degrees to metres.

    Parameters
    ----------
    lon, lat
        WGS84 degrees: two numbers, or two arrays of one shape.

    Returns
    -------
    x, y
        Metres in UTM 52S (EPSG:32752), in the shape given; inf for what cannot be projected.
    """
    return _between(WGS84, UTM).transform(lon, lat)


def to_wgs84(x: Any, y: Any) -> tuple[Any, Any]:
    """Project UTM 52S metres back to lon, lat in degrees; the inverse of `to_utm`."""
    return _between(UTM, WGS84).transform(x, y)


@cache
def _between(from_crs: str, to_crs: str) -> "Transformer":
    from pyproj import Transformer  # noqa: PLC0415 - commands that measure nothing start without

    return Transformer.from_crs(from_crs, to_crs, always_xy=True)
