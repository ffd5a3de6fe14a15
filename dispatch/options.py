"""Who can be sent: asks the ground for every drive, then ranks (`dispatch.recommend`)."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dispatch import reasons
from dispatch.catalogue import Catalogue, IncidentType
from dispatch.coverage import Coverage, left_behind
from dispatch.incident import Severity
from dispatch.landmarks import landmarks_near
from dispatch.recommend import (
    DIVERTIBLE,
    LonLat,
    Option,
    RankBy,
    Recommendation,
    answering,
    recommend,
)
from dispatch.request import Request
from dispatch.run_card import CallSign
from dispatch.scripts import card_with
from dispatch.speeds import Corrected
from dispatch.uncertainty import Area, AreaAnswer, over_area
from dispatch.unit import Unit, UnitStatus
from geo.crs import to_utm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.kelurahan import Boundaries
    from geo.people import People
    from geo.travel import Travel, Trip

MOST_ORIGINS = 60  # beyond this many places to start from, people left behind are not counted
MOST_POINTS = 400  # an area is ranked at this many of its places at most


class Ground(Protocol):
    """What ranking needs to know of the ground."""

    @property
    def data(self) -> Path:
        """The data folder it was loaded from."""

    @property
    def travel(self) -> "Travel":
        """Drives by road."""

    @property
    def people(self) -> "People":
        """Where people live."""

    @property
    def boundaries(self) -> "Boundaries":
        """The kelurahan."""


def options_for(
    ground: Ground,
    units: Sequence[Unit],
    scene: LonLat,
    type_code: str,
    *,
    catalogue: Catalogue,
    at: datetime | None = None,
    **asked: Any,
) -> Recommendation:
    """
    Rank the units for a scene; the keywords `asked` are the other fields of `Request`.

    Raises
    ------
    UnknownType, BadValue
        No such type or severity.
    """
    request = Request(scene, type_code, units, at or datetime.now(UTC), **asked)
    return answer(ground, catalogue, request)


def answer(ground: Ground, catalogue: Catalogue, request: Request) -> Recommendation:
    """
    Answer a request: the same request on the same ground gives the same answer, always.

    Raises
    ------
    UnknownType, BadValue
        No such type or severity.
    """
    kind = card_with(catalogue.type(request.type_code), request.extra)
    severity = catalogue.severity(request.severity, kind)
    travel = ground.travel.with_closures(request.closures) if request.closures else ground.travel
    asked = _asked(request, kind, severity)
    trips = drives(travel, request.scene, asked)
    first = _suitable(request.units, trips, kind, severity)
    found = recommend(
        request.units,
        trips,
        kind=kind,
        severity=severity,
        catalogue=catalogue,
        limit=request.limit,
        rank_by=request.rank_by,
        corrected=_corrected(travel, request, asked, trips),
        coverage=_coverage(ground, travel, request, first),
        closed_off=_closed_off(ground.travel, request, asked, trips),
        changes=request.changes,
        incident_id=request.incident_id,
    )
    return replace(
        found,
        options=_with_routes(found.options, travel, request),
        diversions=_with_routes(found.diversions, travel, request),
        area=_area(ground, travel, request, trips, first),
        notes=_notes(found, request, first),
    )


def drives(travel: "Travel", scene: LonLat, units: Iterable[Unit]) -> dict[CallSign, "Trip | None"]:
    """Return each unit's drive to the scene, None without a road; units at one place share it."""
    by_profile: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_profile[unit.profile].append(unit)
    found: dict[CallSign, Trip | None] = {}
    for profile, group in by_profile.items():
        places = list(dict.fromkeys(unit.position for unit in group))
        trips = dict(zip(places, travel.trips(scene, places, profile), strict=True))
        found |= {unit.call_sign: trips[unit.position] for unit in group}
    return found


def _asked(request: Request, kind: IncidentType, severity: Severity) -> list[Unit]:
    """Return the units whose drive matters: free or divertible, and of use on the card."""
    wanted = answering(kind, severity)
    for line in kind.card:
        if line.counts[severity] > 0:
            for agency in line.agencies:
                wanted[agency] = wanted.get(agency, frozenset()) | {line.need}
    return [
        unit
        for unit in request.units
        if (unit.status is UnitStatus.AVAILABLE or unit.assignment_status in DIVERTIBLE)
        and (
            unit.capabilities & wanted.get(unit.agency, frozenset())
            or unit.call_sign in request.changes.insisted
        )
    ]


def _suitable(
    units: Iterable[Unit],
    trips: Mapping[CallSign, "Trip | None"],
    kind: IncidentType,
    severity: Severity,
) -> list[Unit]:
    """Return the available units that answer this type and have a road, by call sign."""
    wanted = answering(kind, severity)
    return sorted(
        (
            unit
            for unit in units
            if unit.status is UnitStatus.AVAILABLE
            and unit.capabilities & wanted.get(unit.agency, frozenset())
            and trips.get(unit.call_sign) is not None
        ),
        key=lambda unit: unit.call_sign,
    )


def _closed_off(
    open_travel: "Travel",
    request: Request,
    asked: Sequence[Unit],
    trips: Mapping[CallSign, "Trip | None"],
) -> frozenset[CallSign]:
    """Return the units without a road now that would have one were no road closed."""
    cut = [unit for unit in asked if trips[unit.call_sign] is None]
    if not request.closures or not cut:
        return frozenset()
    before = drives(open_travel, request.scene, cut)
    return frozenset(call for call, trip in before.items() if trip is not None)


def _corrected(
    travel: "Travel",
    request: Request,
    asked: Iterable[Unit],
    trips: Mapping[CallSign, "Trip | None"],
) -> dict[CallSign, Corrected]:
    """Return each drive as the room's own drives correct it; empty until there is enough data."""
    if not request.corrections.factors and not request.corrections.spread:
        return {}
    found = {}
    for unit in asked:
        if trips[unit.call_sign] is not None:
            parts = travel.by_class(request.scene, unit.position, unit.profile)
            better = request.corrections.correct(unit.profile, parts, request.at)
            if better:
                found[unit.call_sign] = better
    return found


def _coverage(
    ground: Ground, travel: "Travel", request: Request, suitable: Sequence[Unit]
) -> dict[CallSign, Coverage]:
    """Return the people each suitable unit would leave behind."""
    if not suitable or not _counts_people(request, suitable):
        return {}
    by_profile: dict[str, list[LonLat]] = defaultdict(list)
    for unit in suitable:
        if unit.position not in by_profile[unit.profile]:
            by_profile[unit.profile].append(unit.position)
    rows: dict[tuple[str, LonLat], NDArray[np.float64]] = {}
    for profile, places in by_profile.items():
        seconds = travel.reach(places, profile)
        rows |= {(profile, place): row for place, row in zip(places, seconds, strict=True)}
    seconds = np.array([rows[unit.profile, unit.position] for unit in suitable])
    costs = left_behind(seconds, ground.people.people)
    return {unit.call_sign: cost for unit, cost in zip(suitable, costs, strict=True)}


def _counts_people(request: Request, suitable: Sequence[Unit]) -> bool:
    """Whether people left behind are counted: when asked, and not for a whole fleet at once."""
    places = {(unit.profile, unit.position) for unit in suitable}
    return request.rank_by is RankBy.BOTH or (request.coverage and len(places) <= MOST_ORIGINS)


def _with_routes(
    options: Sequence[Option], travel: "Travel", request: Request
) -> tuple[Option, ...]:
    """Give every option shown its seconds by road class, and the first ones their line."""
    return tuple(
        replace(
            one,
            route=tuple(travel.route(request.scene, one.unit.position, one.unit.profile))
            if place < request.routes
            else (),
            by_class_s=_by_class(travel, request, one.unit),
        )
        for place, one in enumerate(options)
    )


def _by_class(travel: "Travel", request: Request, unit: Unit) -> tuple[tuple[str, float], ...]:
    """Return a drive's seconds by road class, by name: what the speeds will learn from."""
    parts = travel.by_class(request.scene, unit.position, unit.profile)
    return tuple(sorted(parts.items()))


def _area(
    ground: Ground,
    travel: "Travel",
    request: Request,
    trips: Mapping[CallSign, "Trip | None"],
    suitable: Sequence[Unit],
) -> AreaAnswer | None:
    """Say what it means for the choice that the place is known to `radius_m` only."""
    units = [unit for unit in suitable if unit.call_sign not in request.changes.left_out]
    if request.radius_m <= 0 or not units:
        return None
    near = _people_within(ground, request.scene, request.radius_m)
    if not len(near):
        return None
    people = ground.people
    points = np.column_stack([people.lon[near], people.lat[near]])
    parts = [ground.boundaries[people.kelurahan_code[n]].name for n in near]
    known = landmarks_near(ground.data / "places", request.scene, request.radius_m)
    area = Area(request.radius_m, points, people.people[near], parts, known)
    seconds = np.full((len(points), len(units)), np.inf)
    for profile in sorted({unit.profile for unit in units}):
        mine = [n for n, unit in enumerate(units) if unit.profile == profile]
        places = [units[n].position for n in mine]
        seconds[:, mine] = travel.trips_to_area(points, places, profile)
    call_signs = [unit.call_sign for unit in units]
    first = min(call_signs, key=lambda call: (_seconds(trips[call]), call))
    return over_area(area, seconds, call_signs, first)


def _seconds(trip: "Trip | None") -> float:
    """Return a drive's seconds, infinite without a road."""
    return trip.travel_s if trip else math.inf


def _people_within(ground: Ground, scene: LonLat, radius_m: float) -> "NDArray[np.int64]":
    """Return the places people live within the radius, thinned evenly to `MOST_POINTS`."""
    people = ground.people
    x, y = to_utm(people.lon, people.lat)
    middle_x, middle_y = to_utm(*scene)
    near = np.flatnonzero(np.hypot(x - middle_x, y - middle_y) <= radius_m)
    return near[:: -(-len(near) // MOST_POINTS) or 1]


def _notes(
    found: Recommendation, request: Request, suitable: Sequence[Unit]
) -> tuple[reasons.Said, ...]:
    """Say what holds for the answer as a whole."""
    notes = []
    if found.scene_cut_off:
        notes.append(reasons.SCENE_CUT_OFF)
    if request.coverage and not _counts_people(request, suitable):
        notes.append(reasons.people_not_counted(MOST_ORIGINS))
    return tuple(notes)
