"""Where in a kelurahan: the finest evidence gives the point, and its radius says how fine."""

from dataclasses import dataclass

from geo.answer import Level
from geo.evidence import Evidence
from geo.gazetteer import Kind, Part, Thing
from geo.kelurahan import Centre
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
LEAST_RADIUS_M = {Level.POINT: 150.0, Level.STREET: 150.0, Level.KAMPUNG: 300.0}


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
    placed = [spot for evidence in here for spot in _spots(evidence, code)[:1]]
    if placed:
        return min(placed, key=lambda s: (s.level is not Level.POINT, s.radius_m))
    finest = min(here, key=lambda e: FINENESS.index(e.kind), default=None)
    kind = finest.kind if finest else Kind.KELURAHAN
    level = Level.KAMPUNG if kind is Kind.POINT else LEVEL[kind]
    thing = finest.thing if finest else None
    return Spot(centre.lon, centre.lat, level, centre.radius_m, thing)


def _spots(evidence: Evidence, code: str) -> list[Spot]:
    return [
        _spot(evidence, thing, part)
        for thing in evidence.things
        for part in thing.parts
        if part.code == code and part.lon is not None
    ]


def _spot(evidence: Evidence, thing: Thing, part: Part) -> Spot:
    level = LEVEL[thing.kind]
    radius_m = max(part.radius_m or 0.0, LEAST_RADIUS_M.get(level, 0.0))
    if evidence.near:
        radius_m += NEAR_M
    return Spot(part.lon or 0.0, part.lat or 0.0, level, round(radius_m), thing)


def district_spot(thing: Thing, centre: Centre) -> Spot:
    """Return the middle of a district, for a name of which no more is known."""
    return Spot(centre.lon, centre.lat, Level.DISTRICT, centre.radius_m, thing)
