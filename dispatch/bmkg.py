"""
What BMKG says: earthquakes (TEWS, JSON) and weather warnings (nowcast, CAP 1.2 XML), read strictly.

Nothing here is fetched: `dispatch.bmkg_poll` does that. A document that is not what it should be
is refused with a reason, whole: half an earthquake is none.

Shaking is estimated with Allen, Wald & Worden (2012), "Intensity attenuation for active crustal
regions", Journal of Seismology 16, the relation for hypocentral distance on rock; it is made for
magnitudes 5 to 7.9 within 300 km and is off by about one grade either way. It is no measurement.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from dispatch.errors import BadFeed
from geo.crs import to_utm

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST = 2_000_000  # bytes of a document
MOST = 200  # earthquakes, warnings or links in one
MOST_CORNERS = 20_000
WORDS = 2_000
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
DEPTH = re.compile(r"(\d{1,4}(?:[.,]\d+)?)\s*km", re.IGNORECASE)
FARTHEST_KM = 300.0


class Corner(NamedTuple):
    """WGS84 degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Quake:
    """
    One earthquake as BMKG tells it; `felt` and `potential` in BMKG's own words, empty when untold.

    `depth_km` of the hypocentre; `at` UTC or with BMKG's own offset.
    """

    at: datetime
    lon: float
    lat: float
    magnitude: float
    depth_km: float
    region: str
    potential: str
    felt: str


@dataclass(frozen=True, slots=True)
class WeatherWarning:
    """A weather warning: in force from `from_at` until `until_at`, inside `polygons`."""

    identifier: str
    sent: datetime
    event: str
    headline: str
    description: str
    severity: str
    area: str
    from_at: datetime
    until_at: datetime
    cancelled: bool
    polygons: tuple[tuple[Corner, ...], ...]


def quakes(document: bytes, feed: str = "gempa") -> list[Quake]:
    """
    Read autogempa, gempaterkini or gempadirasakan.

    Raises
    ------
    BadFeed
        Not UTF-8, not JSON, not BMKG's form, or a number that cannot be.
    """
    said = _json(document, feed)
    try:
        told = said["Infogempa"]["gempa"]
    except (KeyError, TypeError) as error:
        raise BadFeed(feed, "form") from error
    rows = [told] if isinstance(told, Mapping) else told
    if not isinstance(rows, list) or len(rows) > MOST:
        raise BadFeed(feed, "form")
    return [_quake(one, feed) for one in rows]


def links(document: bytes, host: str, feed: str = "nowcast") -> list[str]:
    """
    Return the addresses of the warnings an RSS list names; only those on the host it came from.

    Raises
    ------
    BadFeed
        Not XML, or no list of news.
    """
    root = _xml(document, feed)
    if root.tag != "rss" or root.find("channel") is None:
        raise BadFeed(feed, "form")
    said = [(one.findtext("link") or "").strip() for one in root.iterfind("channel/item")]
    return [one for one in said[:MOST] if one.startswith(host)]


def warning(document: bytes, feed: str = "cap") -> WeatherWarning:
    """
    Read one CAP 1.2 warning; of several languages Indonesian is taken.

    Raises
    ------
    BadFeed
        Not XML, not CAP 1.2, or without time or area.
    """
    root = _xml(document, feed)
    infos = root.findall(f"{CAP}info")
    if root.tag != f"{CAP}alert" or not infos:
        raise BadFeed(feed, "form")
    info = next((one for one in infos if _text(one, "language").startswith("id")), infos[0])
    sent = _time(_text(root, "sent"), feed)
    return WeatherWarning(
        identifier=_text(root, "identifier"),
        sent=sent,
        event=_text(info, "event"),
        headline=_text(info, "headline"),
        description=_text(info, "description"),
        severity=_text(info, "severity"),
        area=", ".join(_text(one, "areaDesc") for one in info.iterfind(f"{CAP}area"))[:WORDS],
        from_at=_time(_text(info, "effective") or _text(root, "sent"), feed),
        until_at=_time(_text(info, "expires"), feed),
        cancelled=_text(root, "msgType") == "Cancel",
        polygons=_polygons(info, feed),
    )


def intensity(quake: Quake, lon: float, lat: float) -> float:
    """Return the estimated shaking (MMI, 1 to 12) at a place; off by about one grade."""
    return _mmi(quake.magnitude, math.hypot(_apart_km(quake, lon, lat), quake.depth_km))


def felt_within_km(quake: Quake, mmi: float) -> float | None:
    """
    Return how far from the epicentre shaking of at least `mmi` is estimated, in km.

    None when it is reached nowhere; never farther than `FARTHEST_KM`, where the relation ends.
    """

    def there(km: float) -> float:
        return _mmi(quake.magnitude, math.hypot(km, quake.depth_km))

    if there(0) < mmi:
        return None
    low, high = 0.0, FARTHEST_KM
    if there(high) >= mmi:
        return high
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if there(middle) >= mmi else (low, middle)
    return low


def grade(mmi: float) -> str:
    """Return an intensity as the nearest Roman grade."""
    return ROMAN[min(12, max(1, round(mmi)))]


def area_of(one: WeatherWarning) -> Any:
    """Return a warning's area as one WGS84 shape."""
    import shapely  # noqa: PLC0415 - lists are read without it

    drawn = [shapely.Polygon(corners) for corners in one.polygons]
    return shapely.union_all([shapely.make_valid(polygon) for polygon in drawn])


def _mmi(magnitude: float, hypocentre_km: float) -> float:
    """Allen, Wald & Worden (2012), equations 2 and 3, hypocentral distance, no site term."""
    spread = -0.209 + 2.042 * math.exp(magnitude - 5)
    mmi = 2.085 + 1.428 * magnitude - 1.402 * math.log(math.hypot(hypocentre_km, spread))
    if hypocentre_km > 50:
        mmi += 0.078 * math.log(hypocentre_km / 50)
    return min(12.0, max(1.0, mmi))


def _apart_km(quake: Quake, lon: float, lat: float) -> float:
    (x, other_x), (y, other_y) = to_utm([quake.lon, lon], [quake.lat, lat])
    km = math.hypot(x - other_x, y - other_y) / 1000
    return km if math.isfinite(km) else math.inf


def _json(document: bytes, feed: str) -> Any:
    if len(document) > LONGEST:
        raise BadFeed(feed, "too_long")
    try:
        return json.loads(document.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadFeed(feed, "encoding") from error
    except (ValueError, RecursionError) as error:
        raise BadFeed(feed, "json") from error


def _xml(document: bytes, feed: str) -> "Element":
    """Return the root of a document; entities and document types are refused."""
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415

    from defusedxml import DefusedXmlException  # noqa: PLC0415 - only when there is something
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415

    if len(document) > LONGEST:
        raise BadFeed(feed, "too_long")
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadFeed(feed, "entities") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise BadFeed(feed, "xml") from error
    return root


def _quake(said: Any, feed: str) -> Quake:
    try:
        lat, lon = (float(one) for one in _word(said, "Coordinates").split(","))
        depth = DEPTH.fullmatch(_word(said, "Kedalaman").strip())
        return Quake(
            at=_time(_word(said, "DateTime"), feed),
            lon=_between(lon, -180, 180),
            lat=_between(lat, -90, 90),
            magnitude=_between(float(_word(said, "Magnitude").replace(",", ".")), -2, 10),
            depth_km=_between(float(depth[1].replace(",", ".")) if depth else math.nan, 0, 1000),
            region=_word(said, "Wilayah"),
            potential=str(said.get("Potensi") or "")[:WORDS],
            felt=str(said.get("Dirasakan") or "")[:WORDS],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFeed(feed, "quake") from error


def _word(said: Mapping[str, Any], name: str) -> str:
    word = said[name]
    if not isinstance(word, str):
        raise TypeError(name)
    return word[:WORDS]


def _between(number: float, low: float, high: float) -> float:
    if not low <= number <= high:  # nan is not
        raise ValueError(number)
    return number


def _time(said: str, feed: str) -> datetime:
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError as error:
        raise BadFeed(feed, "time") from error
    if at.utcoffset() is None or not 1900 < at.year < 2200:
        raise BadFeed(feed, "time")
    return at


def _text(parent: "Element", name: str) -> str:
    return (parent.findtext(f"{CAP}{name}") or "").strip()[:WORDS]


def _polygons(info: "Element", feed: str) -> tuple[tuple[Corner, ...], ...]:
    """Return the polygons of a warning; CAP writes latitude first, and the first corner twice."""
    told = [one.text or "" for one in info.iterfind(f"{CAP}area/{CAP}polygon")]
    read = tuple(tuple(_corner(pair, feed) for pair in one.split()) for one in told)
    if not read or sum(map(len, read)) > MOST_CORNERS or min(map(len, read)) < 4:
        raise BadFeed(feed, "area")
    return read


def _corner(pair: str, feed: str) -> Corner:
    try:
        lat, lon = (float(one) for one in pair.split(","))
        return Corner(_between(lon, -180, 180), _between(lat, -90, 90))
    except ValueError as error:
        raise BadFeed(feed, "area") from error
