"""
How far units come in so many minutes by road, from their posts outward: people and streets.

Reached street segments, not polygons: a polygon round them would promise the slopes and the bay
between. Times are those of `geo.travel`, post -> people, with one-way streets and closures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage import LIMIT_S
from dispatch.unit import Unit, UnitStatus

if TYPE_CHECKING:
    from geo.people import People
    from geo.reached import Stretches
    from geo.travel import Travel

BANDS_S = (300.0, 600.0, float(LIMIT_S))
LonLat = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Area:
    """
    The people of one kelurahan, or of the city (`code` ""), and how soon a unit is with them.

    People are an estimate (2010 census scaled to 359,661). `beyond` live further than the limit,
    `cut_off` of them have no road from any post at all; `mean_s` seconds, weighted by people, over
    those who have a road: nan when nobody has.
    """

    code: str
    people: float
    beyond: float
    cut_off: float
    mean_s: float

    @property
    def within(self) -> float:
        """People within the limit."""
        return self.people - self.beyond


def posts(units: Iterable[Unit], agency: str, profile: str) -> list[LonLat]:
    """
    Return the homes of an agency's units of one vehicle profile that are on duty, each once.

    A unit out on an incident counts: its post is manned. One off duty or out of service does not.
    """
    standing = (UnitStatus.AVAILABLE, UnitStatus.ASSIGNED)
    return list(
        dict.fromkeys(
            (one.lon, one.lat)
            for one in units
            if one.agency == agency and one.profile == profile and one.status in standing
        )
    )


def seconds_to_people(
    travel: "Travel", places: Sequence[LonLat], profile: str, *, before_s: float = 0.0
) -> Floats:
    """
    Return seconds (cells,) until the nearest unit is where people live.

    Parameters
    ----------
    places
        Where units wait.
    before_s
        Seconds before the wheels turn (taking the call, turnout), added to every drive.

    Returns
    -------
    seconds
        inf where no road leads, everywhere when there is no place.
    """
    rows = travel.reach(places, profile)
    nearest: Floats = rows.min(axis=0, initial=np.inf) + before_s
    return nearest


def streets(
    travel: "Travel",
    places: Sequence[LonLat],
    profile: str,
    *,
    before_s: float = 0.0,
    limits_s: Sequence[float] = BANDS_S,
) -> "list[Stretches]":
    """Return for each limit the streets reached within it and not within the one before."""
    from geo.reached import stretches  # noqa: PLC0415 - shapely and numba take time to import

    spread = travel.spread(places, profile)
    return stretches(travel.network, spread, [limit - before_s for limit in limits_s])


def city(people: "People", seconds: Floats, limit_s: float = LIMIT_S) -> Area:
    """Return the people of the whole city and how soon a unit is with them."""
    whole = np.zeros(len(seconds), np.int64)
    return _areas([""], whole, people.people, seconds, limit_s)[0]


def by_kelurahan(people: "People", seconds: Floats, limit_s: float = LIMIT_S) -> list[Area]:
    """Return the same for each kelurahan in which anybody lives, by code."""
    codes, of = np.unique(people.kelurahan_code, return_inverse=True)
    return _areas([str(one) for one in codes], of, people.people, seconds, limit_s)


def _areas(
    codes: Sequence[str], of: NDArray[Any], people: Floats, seconds: Floats, limit_s: float
) -> list[Area]:
    def count(weight: Floats) -> Floats:
        return np.bincount(of, weight, len(codes)).astype(np.float64)

    road = np.isfinite(seconds)
    reached, total = count(people * road), count(people)
    beyond, cut_off = count(people * (seconds > limit_s)), count(people * ~road)
    spent = count(np.where(road, people * np.where(road, seconds, 0.0), 0.0))
    mean_s = np.divide(spent, reached, out=np.full(len(codes), np.nan), where=reached > 0)
    rows = zip(codes, total, beyond, cut_off, mean_s, strict=True)
    return [Area(code, *(float(one) for one in row)) for code, *row in rows]


def feature_collection(
    travel: "Travel", bands: "Sequence[Stretches]", limits_s: Sequence[float], **said: object
) -> dict[str, Any]:
    """
    Return reached streets as GeoJSON: one MultiLineString a band, WGS84 to 1e-6 degrees.

    `said` (agency, profile, ...) becomes properties of every feature, beside `within_s` and
    `street_m`.
    """
    from geo.reached import lines  # noqa: PLC0415

    features = []
    for limit_s, band in zip(limits_s, bands, strict=True):
        drawn = [line.round(6).tolist() for line in lines(travel.network, band)]
        properties = {
            **said, "within_s": limit_s, "street_m": round(band.length_m(travel.network)),
        }  # fmt: skip
        geometry = {"type": "MultiLineString", "coordinates": drawn}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}
