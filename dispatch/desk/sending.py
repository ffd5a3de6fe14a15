"""Whom to send, sending them, and following each to the end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dispatch.assignment import ENDED, Assignment, AssignmentStatus
from dispatch.catalogue import Catalogue
from dispatch.desk.checks import check_agency, choice, writing, zoned
from dispatch.errors import DatabaseDown, UnitBusy, UnknownIncident, UnknownRow, UnknownUnit
from dispatch.incident import Incident, IncidentStatus
from dispatch.options import answer
from dispatch.person import By
from dispatch.recommend import Recommendation
from dispatch.record import record
from dispatch.request import Request
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.store import MissingRow, Transaction, UnitTaken, assignments, incidents
from dispatch.store import recommendations as kept
from dispatch.store import units as fleet
from dispatch.unit import Unit
from geo.closures import Closure

TRIES = 5  # a unit may be cleared between being refused and our asking who holds it

# What an incident goes through when a unit is sent to it.
ON_SENDING = {
    IncidentStatus.LOCATED: (IncidentStatus.AWAITING_UNIT, IncidentStatus.IN_PROGRESS),
    IncidentStatus.AWAITING_UNIT: (IncidentStatus.IN_PROGRESS,),
    IncidentStatus.IN_PROGRESS: (),
    IncidentStatus.CONTROLLED: (IncidentStatus.IN_PROGRESS,),
}


def options(
    room: Room,
    *,
    lon: float,
    lat: float,
    type_code: str,
    by: By,
    severity: str | None = None,
    radius_m: float = 0.0,
    limit: int = 5,
    at: datetime | None = None,
    closures: Sequence[Closure] | None = None,
    keep: bool = True,
    **asked: Any,
) -> Recommendation:
    """
    Rank the units for a scene, as the roads and the fleet are at `at` (now when not given).

    Parameters
    ----------
    closures
        Those to rank with; the room's own, in force at `at`, when not given.
    keep
        Write the answer down with its inputs; its `id` then says under which number.
    asked
        Other fields of `dispatch.request.Request`: `rank_by`, `changes`, `incident_id` ...

    Raises
    ------
    BadCoordinates, OutsideArea, UnknownType, BadValue
        As `dispatch.scene.scene_at` and `dispatch.options.answer`.
    """
    at = zoned(at or datetime.now(UTC))
    scene = scene_at(lon, lat)
    catalogue = room.catalogue  # read once: what was used is what is kept
    catalogue.type(type_code)
    request = Request(
        scene=scene,
        type_code=type_code,
        units=_units(room, at),
        at=at,
        severity=severity,
        radius_m=radius_m,
        limit=limit,
        closures=room.closures(at) if closures is None else closures,
        corrections=room.corrections(),
        **asked,
    )
    found = answer(room.ground, catalogue, request)
    return replace(found, id=_keep(room, request, found, catalogue, by)) if keep else found


def _units(room: Room, at: datetime) -> Sequence[Unit]:
    """Return every unit as it stands; while the database is away, as it last stood."""
    try:
        with room.store.reading() as tx:
            return fleet.all_units(tx, at=at, fix_max_age=room.settings.fix_max_age)
    except DatabaseDown as down:
        return room.away(down).standing(at).units


def recommendation(room: Room, recommendation_id: int) -> kept.Kept:
    """Return a recommendation as it was shown; UnknownRow when none has this id."""
    with room.store.reading() as tx:
        return kept.get(tx, recommendation_id)


def assign(
    room: Room,
    incident_id: int,
    call_sign: str,
    *,
    by: By,
    at: datetime,
    recommendation_id: int | None = None,
    predicted_travel_s: float | None = None,
    distance_m: float | None = None,
) -> Assignment:
    """
    Send a unit to an incident.

    Raises
    ------
    UnitBusy
        Somebody sent it first: who, when and where to.
    UnitOffDuty
        It is off duty or out of service.
    IllegalMove
        The incident has ended.
    UnknownUnit, UnknownIncident
        No such unit or incident.
    """
    for _ in range(TRIES):
        try:
            with writing(room, by=by, at=at, action="assign") as tx:
                held = incidents.hold(tx, incident_id)
                check_agency(tx, by, call_sign, at=at, action="assign")
                sent = assignments.dispatch(
                    tx,
                    held.id,
                    call_sign,
                    predicted_travel_s=predicted_travel_s,
                    distance_m=distance_m,
                    recommendation_id=recommendation_id,
                    by=str(by),
                    at=at,
                )
                _step(tx, held, ON_SENDING.get(held.status, (IncidentStatus.IN_PROGRESS,)), at)
                return sent
        except UnitTaken:
            with room.store.reading() as tx:
                holder = assignments.holder(tx, call_sign)
        except MissingRow as missing:
            raise _unknown(missing, incident_id, call_sign, recommendation_id) from missing
        if holder is not None:
            break
    else:
        raise UnitBusy(call_sign, str(by), at, str(incident_id))
    raise UnitBusy(call_sign, holder.by, holder.at, holder.incident)


def move_assignment(room: Room, assignment_id: int, to: str, *, by: By, at: datetime) -> Assignment:
    """
    Move an assignment on; its incident awaits a unit again when the last one never came.

    Raises
    ------
    IllegalMove
        The table has no such step.
    UnknownRow
        No such assignment.
    """
    status = choice("status", AssignmentStatus, to)
    action = f"assignment_{status.value}"
    with writing(room, by=by, at=at, action=action) as tx:
        incident = incidents.hold(tx, assignments.get(tx, assignment_id).incident_id)
        moved = assignments.get(tx, assignment_id).moved_to(status, at)
        check_agency(tx, by, moved.call_sign, at=at, action=action)
        saved = assignments.save_move(tx, moved)
        if status in ENDED and incident.status is IncidentStatus.IN_PROGRESS:
            others = assignments.of_incidents(tx, [incident.id])[incident.id]
            if not any(one.open or came(one) for one in others):
                _step(tx, incident, (IncidentStatus.AWAITING_UNIT,), at)
    return saved


def withdraw(room: Room, assignment_id: int, *, by: By, at: datetime) -> Assignment:
    """Call a unit back; IllegalMove when its assignment has ended."""
    return move_assignment(room, assignment_id, AssignmentStatus.WITHDRAWN, by=by, at=at)


def came(assignment: Assignment) -> bool:
    """Whether the unit reached the scene."""
    return AssignmentStatus.ON_SCENE in assignment.milestones


def _step(
    tx: Transaction, incident: Incident, through: tuple[IncidentStatus, ...], at: datetime
) -> None:
    """Move an incident through statuses that follow from its assignments."""
    for status in through:
        incident = incidents.save_move(tx, incident.moved_to(status, at))


def _unknown(
    missing: MissingRow, incident_id: int, call_sign: str, recommendation_id: int | None
) -> Exception:
    """Say which of the things named does not exist."""
    if "call_sign" in missing.constraint:
        return UnknownUnit(call_sign)
    if "incident" in missing.constraint:
        return UnknownIncident(incident_id)
    return UnknownRow("recommendation", recommendation_id or 0)


def _keep(
    room: Room, request: Request, found: Recommendation, catalogue: Catalogue, by: By
) -> int | None:
    """Write a recommendation down with all it was made from; not while the database is away."""
    inputs = record(request, found, room.ground, catalogue)
    outputs = inputs.pop("answer")
    lon, lat = request.scene
    try:
        with writing(room, by=by, at=request.at, action="recommend") as tx:
            return kept.keep(
                tx,
                type_code=found.kind.code,
                severity=found.severity,
                lon=lon,
                lat=lat,
                inputs=inputs,
                outputs=outputs,
                by=str(by),
                at=request.at,
            )
    except DatabaseDown as down:
        room.away(down)
        return None
