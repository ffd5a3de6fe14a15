"""Where in a kelurahan: the finest evidence gives the point, and its radius says how fine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from geo.answer import Level
from geo.evidence import Evidence
from geo.gazetteer import Kind, Part, Thing
from geo.kelurahan import Centre, metres_between
from geo.weigh import Weighed

LEVEL = {
    Kind.POINT: Level.POINT,
    Kind.STREET: Level.STREET,
    Kind.KAMPUNG: Level.KAMPUNG,
    Kind.KELURAHAN: Level.KELURAHAN,
    Kind.DISTRICT: Level.KELURAHAN,
}
FINENESS = [Kind.POINT, Kind.STREET, Kind.KAMPUNG, Kind.KELURAHAN, Kind.DISTRICT]
NEAR_M = 150.0
"""`Beside`, `opposite`, `near` a place is this much farther off than the place itself."""
MARGIN_M = {Level.POINT: 50.0, Level.STREET: 200.0, Level.KAMPUNG: 50.0}
"""Houses stand off the line, and people call a place after its neighbour."""
MOST = 0.95
"""Of the people along a street; its radius may leave out the rest."""
UNCONFIRMED_STREET_M = 250.0
"""A street name alone: the town calls side lanes after the street they leave."""
UNSTATED = {
    Level.KAMPUNG: (1.2, 200.0),
    Level.STREET: (1.5, 350.0),
    Level.KELURAHAN: (1.5, 350.0),
}
"""Where the kelurahan is only gathered from the name, people use it farther out: times and plus."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A position, how fine it is known, and the thing it was read from."""

    lon: float
    lat: float
    level: Level
    radius_m: float
    thing: Thing | None


def spot_in(weighed: Weighed, code: str, centre: Centre) -> Spot:
    """
    Choose the position in a kelurahan.

    Parameters
    ----------
    weighed
        The evidence.
    code
        The kelurahan.
    centre
        Where a caller in it most likely is, for names without a position of their own.
    """
    supporting = [e for e in weighed.supporting(code) if e.kind is not Kind.DISTRICT]
    here = [e for e in supporting if not e.toward] or supporting
    placed = [spot for evidence in here for spot in _spots(evidence, code, here, centre)[:1]]
    if placed:
        return min(placed, key=lambda s: (s.level is not Level.POINT, s.radius_m))
    finest = min(here, key=lambda e: FINENESS.index(e.kind), default=None)
    kind = finest.kind if finest else Kind.KELURAHAN
    level = Level.KAMPUNG if kind is Kind.POINT else LEVEL[kind]
    thing = finest.thing if finest else None
    return Spot(centre.lon, centre.lat, level, round(centre.radius_m), thing)


def doubted_m(spot: Spot, sure: float) -> float:
    """
    Return the radius in metres of a place whose kelurahan nobody stated.

    Nine of ten schools and health centres lie within it, given their address alone. A place
    with a position of its own is where it is.
    """
    if spot.level not in UNSTATED:
        return spot.radius_m
    times, plus_m = UNSTATED[spot.level]
    return round((times * spot.radius_m + plus_m) * (2.0 - sure))


def _spots(evidence: Evidence, code: str, here: Sequence[Evidence], centre: Centre) -> list[Spot]:
    """Positions of the things that lie in the kelurahan, in the order they are meant."""
    spots = []
    for thing in evidence.things:
        whole = len(here) == 1 and thing.kind is Kind.STREET
        drawn = whole and any(part.lon is not None for part in thing.parts)
        for part in thing.parts:
            if part.code != code or (part.lon is None and not drawn):
                continue
            # Said to run here, but drawn next door: somewhere between the two.
            middle = replace(part, lon=centre.lon, lat=centre.lat, radius_m=centre.radius_m)
            at = middle if part.lon is None else part
            spots.append(_spot(evidence, thing, at, whole=whole))
    return spots


def _spot(evidence: Evidence, thing: Thing, part: Part, *, whole: bool) -> Spot:
    """A street that nothing else narrows may be meant anywhere along it, not in one part."""
    called_after = evidence.role == "street" and thing.kind is not Kind.STREET
    level = Level.STREET if called_after else LEVEL[thing.kind]
    reach_m = _reach_along(part, thing.parts) if whole else (part.radius_m or 0.0)
    radius_m = reach_m + MARGIN_M[level] + (NEAR_M if evidence.near else 0.0)
    radius_m += UNCONFIRMED_STREET_M if whole or called_after else 0.0
    return Spot(part.lon or 0.0, part.lat or 0.0, level, round(radius_m), thing)


def _reach_along(part: Part, parts: Sequence[Part]) -> float:
    """Return metres from the middle of one part within which most who live along them live."""
    reach_m = held = 0.0
    needed = MOST * sum(other.share for other in parts if not other.said)
    for far_m, other in sorted(
        ((_reach(part, other), other) for other in parts), key=itemgetter(0)
    ):
        if held < needed and not other.said:
            reach_m, held = far_m, held + other.share
    return max(reach_m, part.radius_m or 0.0)


def _reach(part: Part, other: Part) -> float:
    """Return metres from the middle of one part to the far end of another."""
    if other.lon is None or other.lat is None or part.lon is None or part.lat is None:
        return 0.0
    away_m = metres_between((part.lon, part.lat), (other.lon, other.lat))
    return away_m + (other.radius_m or 0.0)


def district_spot(thing: Thing, centre: Centre) -> Spot:
    """Return the middle of a district, for a name of which no more is known."""
    return Spot(centre.lon, centre.lat, Level.DISTRICT, centre.radius_m, thing)
