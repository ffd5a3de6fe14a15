"""Calls and incidents that are about one thing: found, linked, joined, and taken apart again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.call import Call, CallKind, CallStatus
from dispatch.desk.cases import IncidentRow, rows_of
from dispatch.desk.checks import NAME, optional_words, words, writing, zoned
from dispatch.desk.intake import checked_radius, written
from dispatch.duplicates import Report, Suspect
from dispatch.errors import BadValue, DatabaseDown
from dispatch.incident import Disposition, Incident, IncidentStatus
from dispatch.person import By
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.store import calls, incidents

REMEMBERED = timedelta(days=90)
"""How far back a number's calls are counted."""


@dataclass(frozen=True, slots=True)
class Suspected:
    """An open incident that a call may be about, and why."""

    row: IncidentRow
    suspect: Suspect


def duplicates(
    room: Room,
    *,
    text: str,
    type_code: str,
    lon: float,
    lat: float,
    radius_m: float,
    at: datetime,
    phone: str | None = None,
) -> list[Suspected]:
    """
    Return the open incidents that a call may be about, likeliest first.

    Raises
    ------
    UnknownType, BadCoordinates, OutsideArea, BadValue
        Nothing to compare with.
    """
    lon, lat = scene_at(lon, lat)
    found = room.ground.boundaries.at(lon, lat)
    new = Report(
        at=zoned(at),
        type_code=room.catalogue.type(type_code).code,
        lon=lon,
        lat=lat,
        radius_m=checked_radius(radius_m),
        kelurahan_code=found.kelurahan.code if found else None,
        texts=(optional_words("text", text),),
        phones=frozenset({_phone(phone)} - {""}),
    )
    about: Mapping[int, Sequence[Call]]
    try:
        with room.store.reading() as tx:
            rows = {row.incident.id: row for row in rows_of(tx, incidents.open_ones(tx))}
            about = calls.of_incidents(tx, list(rows))
    except DatabaseDown as down:  # then without what was said in other calls
        rows = {row.incident.id: row for row in room.away(down).standing(at).incidents}
        about = dict.fromkeys(rows, ())
    known = {number: _report(row.incident, about[number]) for number, row in rows.items()}
    suspects = room.comparison.suspects(new, {n: one for n, one in known.items() if one})
    return [Suspected(rows[one.id], one) for one in suspects]


def phone_history(room: Room, phone: str, at: datetime) -> Mapping[CallKind, int]:
    """
    Return how often a number called in the last ninety days, by what the calls were.

    While the database is away nothing is known of it.
    """
    number, since = words("phone", phone, NAME), zoned(at) - REMEMBERED
    try:
        with room.store.reading() as tx:
            return calls.history_of_phone(tx, number, since)
    except DatabaseDown as down:
        room.away(down)
        return {}


def waiting_calls(room: Room) -> list[Call]:
    """Return the calls that point to no incident and were not closed, masked, first one first."""
    with room.store.reading() as tx:
        return [one.masked() for one in calls.waiting(tx)]


def call_again(
    room: Room,
    incident_id: int,
    *,
    text: str,
    by: By,
    at: datetime,
    note: str = "",
    phone: str | None = None,
    caller_name: str | None = None,
    waiting: int | None = None,
    taking_s: float = 0,
) -> Call:
    """
    Write down one more call about an incident: it adds what was said and changes nothing else.

    Parameters
    ----------
    waiting, taking_s
        As for `take_call`.

    Raises
    ------
    UnknownIncident
        No such incident.
    UnknownRow, IllegalMove
        The waiting call is none: somebody has taken it.
    """
    with writing(room, by=by, at=at, action="call_again") as tx:
        held = incidents.get(tx, incident_id)
        call = written(
            tx,
            waiting,
            text,
            kind=CallKind.DUPLICATE,
            phone=phone,
            caller_name=caller_name,
            note=note,
            by=by,
            at=at,
            taking_s=taking_s,
        )
        return calls.save_move(tx, call.linked_to(held.id, at)).masked()


def unlink_call(room: Room, call_id: int, *, by: By, at: datetime) -> Call:
    """
    Take a call off its incident; it waits to be linked elsewhere.

    Raises
    ------
    IllegalMove
        It points to no incident.
    UnknownRow
        No such call.
    """
    with writing(room, by=by, at=at, action="unlink_call") as tx:
        return calls.save_move(tx, calls.hold(tx, call_id).let_go(at)).masked()


def link_call(room: Room, call_id: int, incident_id: int, *, by: By, at: datetime) -> Call:
    """
    Point a call to an incident, taking it off another one first.

    Raises
    ------
    IllegalMove
        It was closed as a prank, silent or information.
    UnknownRow, UnknownIncident
        No such call or incident.
    """
    with writing(room, by=by, at=at, action="link_call") as tx:
        held = incidents.get(tx, incident_id)
        call = calls.hold(tx, call_id)
        if call.status is CallStatus.LINKED:
            call = calls.save_move(tx, call.let_go(at))
        return calls.save_move(tx, call.linked_to(held.id, at)).masked()


def join(room: Room, incident_id: int, into: int, *, by: By, at: datetime) -> Incident:
    """
    Close an incident as a duplicate of another one, which takes over its calls.

    Raises
    ------
    UnitsStillOut
        Units are on it: they are not taken from it by this.
    IllegalMove
        It has ended already.
    BadValue
        It is the same one, or the other is itself a duplicate.
    """
    with writing(room, by=by, at=at, action="join") as tx:
        held = {number: incidents.hold(tx, number) for number in sorted({incident_id, into})}
        if incident_id == into or held[into].duplicate_of is not None:
            raise BadValue("incident", held[into].code)
        ended = replace(
            held[incident_id].moved_to(IncidentStatus.CLOSED, at),
            disposition=Disposition.DUPLICATE,
            duplicate_of=into,
        )
        for call in calls.of_incident(tx, incident_id):
            loose = calls.save_move(tx, calls.hold(tx, call.id).let_go(at))
            calls.save_move(tx, loose.linked_to(into, at))
        return incidents.save_move(tx, ended)


def part(room: Room, incident_id: int, *, by: By, at: datetime) -> Incident:
    """
    Reopen an incident that was joined to another; the calls that opened it come back.

    Raises
    ------
    IllegalMove
        It is not closed.
    """
    with writing(room, by=by, at=at, action="part") as tx:
        held = incidents.hold(tx, incident_id)
        reopened = incidents.save_move(tx, held.moved_to(IncidentStatus.AWAITING_UNIT, at))
        if held.duplicate_of is not None:
            for call in calls.of_incident(tx, held.duplicate_of):
                if call.opened_incident_id == incident_id:
                    loose = calls.save_move(tx, calls.hold(tx, call.id).let_go(at))
                    calls.save_move(tx, loose.linked_to(incident_id, at))
        return reopened


def _phone(phone: str | None) -> str:
    return optional_words("phone", phone, NAME)


def _report(incident: Incident, about: Sequence[Call]) -> Report | None:
    """Return what is known of an incident; None for one without a place."""
    if incident.lon is None or incident.lat is None:
        return None
    return Report(
        at=max([incident.opened_at, *(call.received_at for call in about)]),
        type_code=incident.type_code,
        lon=incident.lon,
        lat=incident.lat,
        radius_m=incident.radius_m,
        kelurahan_code=incident.kelurahan_code,
        texts=(incident.place_text, *(call.text for call in about)),
        phones=frozenset(call.phone for call in about if call.phone),
    )
