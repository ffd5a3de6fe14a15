"""The room as it stands, and what each thing done without the database makes of it (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.assignment import ENDED, Assignment, AssignmentStatus
from dispatch.call import Call
from dispatch.desk.cases import IncidentRow, rows_of
from dispatch.desk.sending import ON_SENDING, came
from dispatch.errors import (
    IllegalMove,
    UnitBusy,
    UnitOffDuty,
    UnknownIncident,
    UnknownRow,
    UnknownUnit,
)
from dispatch.incident import Incident, IncidentStatus, Severity
from dispatch.store import Transaction, calls, incidents, journal, presence
from dispatch.store import units as fleet
from dispatch.store.journal import Conflict
from dispatch.store.presence import Present
from dispatch.unit import PositionBasis, Station, Unit, UnitStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Units, stations, open incidents, waiting calls, who is where, and conflicts nobody has seen to.

    What was done while the database was away has a negative id, until it comes in.
    """

    units: Sequence[Unit]
    stations: Sequence[Station]
    incidents: Sequence[IncidentRow]
    waiting: Sequence[Call]
    present: Sequence[Present]
    conflicts: Sequence[Conflict]


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing done without the database: under which number, when, by whom."""

    number: int
    at: datetime
    login: str

    @property
    def id(self) -> int:
        """The id of what it makes."""
        return -self.number

    @property
    def code(self) -> str:
        """The number of an incident it opens, until it gets one of the room's."""
        return f"SEMENTARA-{self.number}"


Made = Incident | Assignment | None


def read(tx: Transaction, *, at: datetime, fix_max_age: timedelta, heard_of: timedelta) -> Standing:
    """Return the room as the database has it."""
    return Standing(
        units=fleet.all_units(tx, at=at, fix_max_age=fix_max_age),
        stations=fleet.stations(tx),
        incidents=rows_of(tx, incidents.open_ones(tx)),
        waiting=[one.masked() for one in calls.waiting(tx)],
        present=presence.who(tx, at, heard_of),
        conflicts=journal.open_conflicts(tx),
    )


def aged(units: Sequence[Unit], *, at: datetime, fix_max_age: timedelta) -> list[Unit]:
    """Return units read some time ago: a fix that has grown old since counts no more."""
    return [
        replace(
            one,
            position_lon=one.lon,
            position_lat=one.lat,
            position_basis=PositionBasis.STALE_FIX,
        )
        if one.position_basis is PositionBasis.FIX and one.fix_at and at - one.fix_at > fix_max_age
        else one
        for one in units
    ]


def take_call(
    now: Standing,
    noted: Noted,
    /,
    *,
    type_code: str,
    lon: float,
    lat: float,
    level: str,
    radius_m: float,
    severity: str,
    text: str = "",
    candidate_label: str | None = None,
    waiting: int | None = None,
    answers: Mapping[str, str] | None = None,
    **said: Any,
) -> tuple[Standing, Made]:
    """Open an incident; UnknownRow when the waiting call is none any more."""
    opened = Incident(
        id=noted.id,
        code=noted.code,
        type_code=type_code,
        severity=Severity(severity),
        status=IncidentStatus.AWAITING_UNIT,
        lon=lon,
        lat=lat,
        level=level,
        radius_m=radius_m,
        kelurahan_code=None,
        place_text=candidate_label or text or f"{lat:.6f}, {lon:.6f}",
        note=str(said.get("note") or ""),
        opened_at=noted.at,
        opened_by=noted.login,
        status_at=noted.at,
        closed_at=None,
        disposition=None,
        source="desk",
        version=1,
        answers=dict(answers or {}),
    )
    return with_made(_without(now, waiting), opened), opened


def discard_call(
    now: Standing,
    noted: Noted,  # noqa: ARG001 - every action is asked alike
    /,
    *,
    waiting: int | None = None,
    **_said: Any,
) -> tuple[Standing, Made]:
    """Close a call that is no incident."""
    return _without(now, waiting), None


def call_again(
    now: Standing,
    noted: Noted,  # noqa: ARG001
    /,
    *,
    incident_id: int,
    waiting: int | None = None,
    **_said: Any,
) -> tuple[Standing, Made]:
    """Count one more call about an incident."""
    row = _row(now, incident_id)
    return _with(_without(now, waiting), replace(row, calls=row.calls + 1)), None


def assign(
    now: Standing,
    noted: Noted,
    /,
    *,
    incident_id: int,
    call_sign: str,
    predicted_travel_s: float | None = None,
    distance_m: float | None = None,
    **_said: Any,
) -> tuple[Standing, Made]:
    """Send a unit; refused for the same reasons as when the database answers."""
    _check_free(now, call_sign)
    row = _row(now, incident_id)
    sent = Assignment(
        id=noted.id,
        incident_id=incident_id,
        call_sign=call_sign,
        status=AssignmentStatus.DISPATCHED,
        milestones={AssignmentStatus.DISPATCHED.value: noted.at},
        predicted_travel_s=predicted_travel_s,
        distance_m=distance_m,
        assigned_by=noted.login,
    )
    incident = row.incident
    for status in ON_SENDING.get(incident.status, (IncidentStatus.IN_PROGRESS,)):
        incident = incident.moved_to(status, noted.at)
    return with_made(_with(now, replace(row, incident=incident)), sent), sent


def move_assignment(
    now: Standing, noted: Noted, /, *, assignment_id: int, to: str
) -> tuple[Standing, Made]:
    """Move an assignment on; its unit is free again when it ends."""
    status = AssignmentStatus(to)
    row, before = _sent(now, assignment_id)
    moved = before.moved_to(status, noted.at)
    others = [moved if one.id == moved.id else one for one in row.assignments]
    incident = row.incident
    in_progress = incident.status is IncidentStatus.IN_PROGRESS
    if status in ENDED and in_progress and not any(one.open or came(one) for one in others):
        incident = incident.moved_to(IncidentStatus.AWAITING_UNIT, noted.at)
    return with_made(_with(now, replace(row, incident=incident)), moved), moved


def sign_out(now: Standing, noted: Noted, /, **_said: Any) -> tuple[Standing, Made]:  # noqa: ARG001
    """Change nothing of the room."""
    return now, None


ACTIONS: Mapping[str, Callable[..., tuple[Standing, Made]]] = {
    one.__name__: one
    for one in (take_call, discard_call, call_again, assign, move_assignment, sign_out)
}
"""What can be done while the database is away, by the name of the desk's function."""


def agency_of(now: Standing, action: str, said: Mapping[str, Any]) -> str | None:
    """Return whose unit an action moves; None when it moves none."""
    call_sign = said.get("call_sign")
    if action == "move_assignment":
        call_sign = _sent(now, said["assignment_id"])[1].call_sign
    return next((one.agency for one in now.units if one.call_sign == call_sign), None)


def with_made(now: Standing, made: Any) -> Standing:
    """Return the room with an incident just opened, or an assignment just made or moved."""
    if isinstance(made, Incident):
        return replace(now, incidents=[*now.incidents, IncidentRow(made, 1, ())])
    if not isinstance(made, Assignment):
        return now
    rows = [
        replace(row, assignments=(*(one for one in row.assignments if one.id != made.id), made))
        if row.incident.id == made.incident_id
        else row
        for row in now.incidents
    ]
    codes = {row.incident.id: row.incident.code for row in rows}
    units = [
        _bound(one, made, codes.get(made.incident_id))
        if one.call_sign == made.call_sign and (made.open or one.assignment_id == made.id)
        else one
        for one in now.units
    ]
    return replace(now, incidents=rows, units=units)


def renamed(now: Standing, old: int, new: int) -> Standing:
    """Return the room with what was noted as `old` under the id it has since it came in."""
    return replace(
        now,
        incidents=[_renamed_row(row, old, new) for row in now.incidents],
        units=[
            replace(
                one,
                incident_id=new if one.incident_id == old else one.incident_id,
                assignment_id=new if one.assignment_id == old else one.assignment_id,
            )
            if old in (one.incident_id, one.assignment_id)
            else one
            for one in now.units
        ],
    )


def _renamed_row(row: IncidentRow, old: int, new: int) -> IncidentRow:
    incident = replace(row.incident, id=new) if row.incident.id == old else row.incident
    sent = tuple(
        replace(one, id=new if one.id == old else one.id, incident_id=incident.id)
        for one in row.assignments
    )
    return replace(row, incident=incident, assignments=sent)


def _bound(unit: Unit, sent: Assignment, code: str | None) -> Unit:
    """Return a unit as an assignment leaves it: on the incident, or free again."""
    return replace(
        unit,
        status=UnitStatus.ASSIGNED if sent.open else UnitStatus.AVAILABLE,
        incident_id=sent.incident_id if sent.open else None,
        incident_code=code if sent.open else None,
        assignment_id=sent.id if sent.open else None,
        assignment_status=sent.status.value if sent.open else None,
    )


def _check_free(now: Standing, call_sign: str) -> None:
    """Say why a unit cannot be sent, if it cannot."""
    unit = next((one for one in now.units if one.call_sign == call_sign), None)
    if unit is None:
        raise UnknownUnit(call_sign)
    if unit.assignment_id is not None:
        held = _sent(now, unit.assignment_id)[1]
        sent_at = held.milestones[AssignmentStatus.DISPATCHED]
        raise UnitBusy(call_sign, held.assigned_by, sent_at, unit.incident_code or "")
    if unit.status is not UnitStatus.AVAILABLE:
        raise UnitOffDuty(call_sign, unit.status.value)


def _row(now: Standing, incident_id: int) -> IncidentRow:
    """Return an open incident; UnknownIncident when it is none."""
    row = next((one for one in now.incidents if one.incident.id == incident_id), None)
    if row is None:
        raise UnknownIncident(incident_id)
    return row


def _sent(now: Standing, assignment_id: int) -> tuple[IncidentRow, Assignment]:
    for row in now.incidents:
        for one in row.assignments:
            if one.id == assignment_id:
                return row, one
    raise UnknownRow("assignment", assignment_id)


def _without(now: Standing, waiting: int | None) -> Standing:
    """Take a waiting call off the list; IllegalMove when somebody has taken it."""
    if waiting is None:
        return now
    left = [one for one in now.waiting if one.id != waiting]
    if len(left) == len(now.waiting):
        raise IllegalMove("call", "linked", "linked")
    return replace(now, waiting=left)


def _with(now: Standing, row: IncidentRow) -> Standing:
    rows = [row if one.incident.id == row.incident.id else one for one in now.incidents]
    return replace(now, incidents=rows)
