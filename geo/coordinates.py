"""Coordinates typed, pasted or sent by a phone -> a point and how far off it may be."""

import math
import re
from dataclasses import dataclass

from geo.kelurahan import CITY_BBOX

TYPED_RADIUS_M = 50.0
"""Of coordinates that say nothing of their own precision."""
REFERENCE = (-3.69, 128.18)
"""Ambon (lat, lon), to complete short plus codes."""
NEAR_DEGREES = 3.0
"""Coordinates this far from the city are read as written; swapped ones are turned round."""

NUMBER = r"[+-]?\d{1,3}(?:[.,]\d{1,15})?"
DECIMAL = r"[+-]?\d{1,3}[.,]\d{2,15}"
LAT_KEY = r"(?:latitude|lintang|lat|mlat|lt)"
LON_KEY = r"(?:longitude|bujur|long|lon|lng|mlon|lg)"
RADIUS_KEY = r"(?:radius|rad|accuracy|akurasi|acc|rd)"
KEYED = re.compile(
    rf"\b{LAT_KEY}[\"']?\s{{0,3}}[=:]?\s{{0,3}}(?P<lat>{NUMBER})"
    rf"[^\d+-]{{1,40}}?{LON_KEY}[\"']?\s{{0,3}}[=:]?\s{{0,3}}(?P<lon>{NUMBER})",
    re.IGNORECASE,
)
KEYED_RADIUS = re.compile(
    rf"\b{RADIUS_KEY}[\"']?\s{{0,3}}[=:]?\s{{0,3}}(?P<radius>\d{{1,6}}(?:[.,]\d{{1,6}})?)"
    r"\s{0,3}(?P<km>km\b)?",
    re.IGNORECASE,
)
PIN = re.compile(rf"!3d(?P<lat>{DECIMAL})!4d(?P<lon>{DECIMAL})")
AT = re.compile(rf"@(?P<lat>{DECIMAL}),\s?(?P<lon>{DECIMAL})")
OSM_MAP = re.compile(rf"#map=\d{{1,2}}(?:\.\d{{1,3}})?/(?P<lat>{DECIMAL})/(?P<lon>{DECIMAL})")
GEO_QUERY = re.compile(rf"\bgeo:0,0\?q=(?P<lat>{NUMBER}),(?P<lon>{NUMBER})", re.IGNORECASE)
GEO_URI = re.compile(
    rf"\bgeo:(?P<lat>{NUMBER}),(?P<lon>{NUMBER})(?:[^\s]{{0,40}}?;u=(?P<radius>\d{{1,6}}))?",
    re.IGNORECASE,
)
SIDE = r"(?P<{0}>LS|LU|BT|BB|[NSEWUTB])"
DMS = (
    r"(?P<{0}d>\d{{1,3}})\s{{0,2}}[°ºd:\s]\s{{0,2}}(?P<{0}m>\d{{1,2}}(?:[.,]\d{{1,8}})?)"
    r"\s{{0,2}}?(?:['′’m:\s]\s{{0,2}}(?:(?P<{0}s>\d{{1,2}}(?:[.,]\d{{1,8}})?)"
    r"\s{{0,2}}(?:[\"″”s]|''|′′)?)?)?"
)
DMS_PAIR = re.compile(
    DMS.format("a") + r"\s{0,2}" + SIDE.format("ah") + r"[\s,;/]{1,4}"
    + DMS.format("b") + r"\s{0,2}" + SIDE.format("bh") + r"\b",
    re.IGNORECASE,
)  # fmt: skip
DMS_PAIR_BEFORE = re.compile(
    r"\b" + SIDE.format("ah") + r"\s{0,2}" + DMS.format("a") + r"[\s,;/]{1,4}"
    + SIDE.format("bh") + r"\s{0,2}" + DMS.format("b"),
    re.IGNORECASE,
)  # fmt: skip
SIDED = re.compile(
    rf"(?P<a>{DECIMAL})\s{{0,2}}°?\s{{0,2}}(?P<ah>LS|LU|BT|BB|[NSEW])\b[\s,;/]{{0,4}}"
    rf"(?P<b>{DECIMAL})\s{{0,2}}°?\s{{0,2}}(?P<bh>LS|LU|BT|BB|[NSEW])\b",
    re.IGNORECASE,
)
SIDED_BEFORE = re.compile(
    rf"\b(?P<ah>LS|LU|BT|BB|[NSEW])\s{{0,2}}(?P<a>{DECIMAL})\s{{0,2}}°?[\s,;/]{{1,4}}"
    rf"(?P<bh>LS|LU|BT|BB|[NSEW])\s{{0,2}}(?P<b>{DECIMAL})",
    re.IGNORECASE,
)
POINT_PAIR = re.compile(
    r"(?<![\d.,])(?P<a>[+-]?\d{1,3}\.\d{2,15})°?\s{0,3}[,;/\s]\s{0,3}"
    r"(?P<b>[+-]?\d{1,3}\.\d{2,15})(?![\d.])"
)
COMMA_PAIR = re.compile(
    r"(?<![\d.,])(?P<a>[+-]?\d{1,3},\d{2,15})\s{0,3}[;/,\s]\s{0,3}"
    r"(?P<b>[+-]?\d{1,3},\d{2,15})(?![\d.,])"
)
PLUS_CODE = re.compile(
    r"(?<![A-Z0-9+])([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,7})\b"
)
SOUTH, WEST = frozenset({"LS", "S"}), frozenset({"BB", "W"})
LATITUDES = frozenset({"LS", "LU", "N", "S", "U"})


@dataclass(frozen=True, slots=True)
class Fix:
    """A point (WGS84 degrees), metres it may be off, how it was written, and what was mended."""

    lon: float
    lat: float
    radius_m: float
    written: str
    note: str | None = None


def find_fix(text: str) -> Fix | None:
    """
    Find the first coordinates in a text.

    Decimal degrees with point or comma, in either order; degrees, minutes and seconds with
    N/S/E/W or LS/BT; Google Maps and OpenStreetMap links; geo: URIs; plus codes, short ones near
    Ambon; the location of a phone (AML, ELIS) with its radius.

    Returns
    -------
    fix
        None if there are none, or numbers that are no place on earth.
    """
    if not any(c.isdigit() for c in text):
        return None
    text = text.replace("%2C", ",").replace("%2c", ",").replace("\u2212", "-")
    for read in (_pinned, _keyed, _linked, _sided, _paired, _plus_code):
        if fix := read(text):
            return fix
    return None


def _pinned(text: str) -> Fix | None:
    match = PIN.search(text)
    return _fix(match["lat"], match["lon"], "link", None) if match else None


def _linked(text: str) -> Fix | None:
    for pattern, written in (
        (OSM_MAP, "link"),
        (AT, "link"),
        (GEO_QUERY, "geo URI"),
        (GEO_URI, "geo URI"),
    ):
        if match := pattern.search(text):
            radius = match.groupdict().get("radius")
            return _fix(match["lat"], match["lon"], written, _radius(radius))
    return None


def _keyed(text: str) -> Fix | None:
    match = KEYED.search(text)
    if match is None:
        return None
    return _fix(match["lat"], match["lon"], "lat/lon", _said_radius(text))


def _sided(text: str) -> Fix | None:
    if match := SIDED.search(text) or SIDED_BEFORE.search(text):
        first, second = _number(match["a"]), _number(match["b"])
    elif match := DMS_PAIR.search(text) or DMS_PAIR_BEFORE.search(text):
        first, second = _degrees(match, "a"), _degrees(match, "b")
    else:
        return None
    sides = match["ah"].upper(), match["bh"].upper()
    pair = {
        side in LATITUDES: _signed(v, side) for v, side in zip((first, second), sides, strict=True)
    }
    if len(pair) < 2:
        return None
    return _checked(pair[True], pair[False], "N/S E/W", TYPED_RADIUS_M)


def _paired(text: str) -> Fix | None:
    match = POINT_PAIR.search(text) or COMMA_PAIR.search(text)
    if match is None:
        return None
    return _fix(match["a"], match["b"], "lat, lon", _said_radius(text))


def _plus_code(text: str) -> Fix | None:
    match = PLUS_CODE.search(text.upper())
    if match is None:
        return None
    from openlocationcode import openlocationcode as olc  # noqa: PLC0415 - rarely needed

    code = match[1]
    if olc.isShort(code):
        code = olc.recoverNearest(code, *REFERENCE)
    if not olc.isFull(code):
        return None
    area = olc.decode(code)
    half_m = math.hypot(area.latitudeHi - area.latitudeLo, area.longitudeHi - area.longitudeLo) / 2
    radius_m = max(15.0, half_m * 111_320.0)
    return Fix(area.longitudeCenter, area.latitudeCenter, round(radius_m, 1), "plus code")


def _fix(lat: str, lon: str, written: str, radius_m: float | None) -> Fix | None:
    return _checked(_number(lat), _number(lon), written, radius_m or TYPED_RADIUS_M)


def _checked(lat: float, lon: float, written: str, radius_m: float) -> Fix | None:
    """Turn swapped numbers round and mend a lost minus, if that alone brings them to Ambon."""
    if _near_city(lat, lon):
        return Fix(lon, lat, radius_m, written)
    if _near_city(lon, lat):
        return Fix(lat, lon, radius_m, written, "Lintang dan bujur tertukar / lat and lon swapped")
    if _near_city(-abs(lat), lon):
        return Fix(lon, -abs(lat), radius_m, written, "Tanda minus hilang / minus sign missing")
    if _near_city(-abs(lon), lat):
        return Fix(lat, -abs(lon), radius_m, written, "Lintang dan bujur tertukar / swapped")
    if abs(lat) > 90 >= abs(lon):
        lat, lon = lon, lat
    if abs(lat) > 90 or abs(lon) > 180:
        return None
    return Fix(lon, lat, radius_m, written)


def _near_city(lat: float, lon: float) -> bool:
    west, south, east, north = CITY_BBOX
    return (
        south - NEAR_DEGREES <= lat <= min(north + NEAR_DEGREES, -0.5)
        and west - NEAR_DEGREES <= lon <= east + NEAR_DEGREES
    )


def _said_radius(text: str) -> float | None:
    """Return the metres a text says it may be off, None when it does not."""
    match = KEYED_RADIUS.search(text)
    if match is None:
        return None
    return max(5.0, _number(match["radius"]) * (1000.0 if match["km"] else 1.0))


def _radius(metres: str | None) -> float | None:
    return max(5.0, float(metres.replace(",", "."))) if metres else None


def _number(written: str) -> float:
    return float(written.replace(",", "."))


def _degrees(match: re.Match[str], which: str) -> float:
    minutes, seconds = match[f"{which}m"] or "0", match[f"{which}s"] or "0"
    return float(match[f"{which}d"]) + _number(minutes) / 60 + _number(seconds) / 3600


def _signed(value: float, side: str) -> float:
    return -abs(value) if side in SOUTH | WEST else value
