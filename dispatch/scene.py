"""Where an incident may be: a longitude and latitude that units of Ambon can be sent towards."""

import math
import re

from dispatch.errors import BadCoordinates, OutsideArea

# The city and the neighbours in Maluku Tengah that its room also answers for, degrees.
WEST, SOUTH, EAST, NORTH = 127.85, -3.90, 128.50, -3.40


def scene_at(lon: float, lat: float) -> tuple[float, float]:
    """
    Check a longitude and latitude.

    Raises
    ------
    BadCoordinates
        Not degrees, or the other way round (`swapped`).
    OutsideArea
        A real place, too far from Ambon.
    """
    try:
        lon, lat = float(lon), float(lat)
    except OverflowError:  # JSON may hold whole numbers of any length
        raise BadCoordinates("~", "~") from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise BadCoordinates(lon, lat)
    if _near(lon, lat):
        return lon, lat
    if _near(lat, lon):
        raise BadCoordinates(lon, lat, swapped=True)
    if abs(lon) > 180 or abs(lat) > 90:
        raise BadCoordinates(lon, lat)
    raise OutsideArea(lon, lat)


def read_scene(text: str) -> tuple[float, float]:
    """
    Read "LON,LAT".

    Raises
    ------
    BadCoordinates, OutsideArea
        As `scene_at`; text that is not two numbers is BadCoordinates.
    """
    parts = re.split(r"[,;\s]+", text.strip())
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError as error:
        raise BadCoordinates(text, None) from error
    return scene_at(lon, lat)


def _near(lon: float, lat: float) -> bool:
    """Whether this is Ambon or close to it."""
    return WEST <= lon <= EAST and SOUTH <= lat <= NORTH
