"""Following incidents: the open list, one case in full, its moves and corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.assignment import Assignment
from dispatch.call import Call
from dispatch.desk.checks import choice, words, writing
from dispatch.errors import Stale, UnknownIncident
from dispatch.incident import ENDED, Disposition, Incident, IncidentStatus, Severity
from dispatch.person import By
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.scripts import Answers, assess
from dispatch.store import Transaction, assignments, calls, events, incidents, place_names, units
from dispatch.store.events import Event
from dispatch.store.incidents import Note

USUAL_END = {
    IncidentStatus.CLOSED: Disposition.HANDLED,
    IncidentStatus.CANCELLED: Disposition.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident in a list: how many calls point to it, and every unit sent to it."""

    incident: Incident
    calls: int
    assignments: tuple[Assignment, ...]

    @property
    def open_assignments(self) -> tuple[Assignment, ...]:
        """The units that are on it now."""
        return tuple(one for one in self.assignments if one.open)


@dataclass(frozen=True, slots=True)
class Case:
    """An incident in full; its callers are masked."""

    incident: Incident
    calls: tuple[Call, ...]
    assignments: tuple[Assignment, ...]
    notes: tuple[Note, ...]
    events: tuple[Event, ...]


def open_incidents(room: Room, *, agency: str | None = None) -> list[IncidentRow]:
    """
    Return the incidents the room still has work on, oldest first.

    Parameters
    ----------
    agency
        Only those that a unit of this agency is, or was, sent to; None for all.
    """
    with room.store.reading() as tx:
        return rows_of(tx, incidents.open_ones(tx, agency))


def recent_closed(room: Room, n: int = 20, *, agency: str | None = None) -> list[IncidentRow]:
    """Return the room's last `n` incidents that ended, newest first; `agency` as above."""
    with room.store.reading() as tx:
        return rows_of(tx, incidents.recent_closed(tx, n, agency))


def incident(room: Room, incident_id: int, *, agency: str | None = None) -> Case:
    """Return an incident in full; UnknownIncident when there is none, or none of `agency`'s."""
    with room.store.reading() as tx:
        found = Case(
            incident=incidents.get(tx, incident_id),
            calls=tuple(one.masked() for one in calls.of_incident(tx, incident_id)),
            assignments=assignments.of_incidents(tx, [incident_id]).get(incident_id, ()),
            notes=tuple(incidents.notes(tx, incident_id)),
            events=tuple(events.of_subject(tx, "incident", incident_id)),
        )
        sent = (units.agency_of(tx, one.call_sign) for one in found.assignments)
        if agency is not None and agency not in sent:
            raise UnknownIncident(incident_id)
    return found


def move_incident(
    room: Room,
    incident_id: int,
    to: str,
    *,
    by: By,
    at: datetime,
    disposition: str | None = None,
    version: int | None = None,
) -> Incident:
    """
    Move an incident on, end it, or reopen it (`awaiting_unit` from closed).

    Parameters
    ----------
    disposition
        How it ended; handled or cancelled when not said.
    version
        The version the person saw; None moves whatever is there.

    Raises
    ------
    IllegalMove
        The table has no such step.
    UnitsStillOut
        It cannot end while units are on it.
    Stale
        Somebody changed it since.
    """
    status = choice("status", IncidentStatus, to)
    how = choice("disposition", Disposition, disposition) if disposition else None
    action = f"incident_{status.value}"
    with writing(room, by=by, at=at, action=action) as tx:
        moved = _held(tx, incident_id, version).moved_to(status, at)
        if status in ENDED:
            moved = replace(moved, disposition=how or USUAL_END[status])
        return incidents.save_move(tx, moved)


def relocate(
    room: Room,
    incident_id: int,
    lon: float,
    lat: float,
    *,
    by: By,
    at: datetime,
    version: int | None = None,
) -> Incident:
    """
    Put an incident where it really is; the caller's words are kept with the point, for later.

    Raises
    ------
    BadCoordinates, OutsideArea
        No place to send units to.
    Stale
        Somebody changed it since.
    """
    lon, lat = scene_at(lon, lat)
    found = room.ground.boundaries.at(lon, lat)
    code = found.kelurahan.code if found else None
    with writing(room, by=by, at=at, action="relocate") as tx:
        held = _held(tx, incident_id, version)
        moved = replace(held, lon=lon, lat=lat, level="point", radius_m=0.0, kelurahan_code=code)
        saved = incidents.save_place(tx, moved)
        said = next((call.text for call in calls.of_incident(tx, held.id) if call.text), None)
        if said:
            place_names.suggest(
                tx, said, lon, lat, kelurahan_code=code, incident_id=held.id, by=str(by), at=at
            )
    return saved


def regrade(
    room: Room,
    incident_id: int,
    *,
    by: By,
    at: datetime,
    type_code: str | None = None,
    severity: str | None = None,
    version: int | None = None,
) -> Incident:
    """
    Correct what kind of incident it is, or how bad.

    Raises
    ------
    UnknownType, BadValue
        No such type or severity.
    Stale
        Somebody changed it since.
    """
    catalogue = room.catalogue
    with writing(room, by=by, at=at, action="regrade") as tx:
        held = _held(tx, incident_id, version)
        kind = catalogue.type(type_code or held.type_code)
        grade = catalogue.severity(severity or held.severity, kind)
        return incidents.save_grade(tx, replace(held, type_code=kind.code, severity=grade))


def answer_questions(
    room: Room,
    incident_id: int,
    answers: Answers,
    *,
    by: By,
    at: datetime,
    version: int | None = None,
) -> Incident:
    """
    Write down what was answered to the script of an incident's type; it may raise the severity.

    Raises
    ------
    BadValue
        No such answer to a question that is asked.
    Stale
        Somebody changed it since.
    """
    catalogue, scripts = room.catalogue, room.scripts
    with writing(room, by=by, at=at, action="answer") as tx:
        held = _held(tx, incident_id, version)
        kind = catalogue.type(held.type_code)
        told = assess(scripts[kind.code], answers, kind)
        worse = max(held.severity, told.severity, key=list(Severity).index)
        return incidents.save_answers(tx, replace(held, answers=told.answers, severity=worse))


def add_note(room: Room, incident_id: int, text: str, *, by: By, at: datetime) -> None:
    """Write a note on an incident; UnknownIncident, EmptyText or TextTooLong when it cannot be."""
    said = words("note", text)
    with writing(room, by=by, at=at, action="add_note") as tx:
        incidents.add_note(tx, incidents.get(tx, incident_id).id, said, by=str(by), at=at)


def _held(tx: Transaction, incident_id: int, version: int | None) -> Incident:
    """Return an incident nobody else can change now; Stale when it is not the version seen."""
    held = incidents.hold(tx, incident_id)
    if version is not None and held.version != version:
        raise Stale("incident", incident_id)
    return held


def rows_of(tx: Transaction, found: Sequence[Incident]) -> list[IncidentRow]:
    """Return incidents as the lists show them."""
    ids = [one.id for one in found]
    counted: Mapping[int, int] = calls.counts(tx, ids)
    sent = assignments.of_incidents(tx, ids)
    return [IncidentRow(one, counted.get(one.id, 0), sent.get(one.id, ())) for one in found]
