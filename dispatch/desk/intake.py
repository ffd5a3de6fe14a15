"""From the ringing phone to an open incident."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dispatch.call import STATUS_OF_KIND, Call, CallKind, CallStatus
from dispatch.desk.checks import NAME, choice, optional_words, words, writing
from dispatch.errors import BadValue
from dispatch.incident import Incident, IncidentStatus
from dispatch.person import By
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.scripts import Answers, Assessment, assess
from dispatch.store import Transaction, calls, incidents

if TYPE_CHECKING:
    from geo.geocode import Answer
    from geo.kelurahan import KelurahanAt

MOST_RADIUS_M = 50_000.0
MOST_TAKING_S = 86_400.0


def locate(room: Room, text: str) -> "Answer":
    """
    Return where a caller's words may mean.

    Raises
    ------
    EmptyText
        Nothing was said.
    TextTooLong
        More than a caller can say.
    """
    return room.geocoder().locate(words("place", text))


def kelurahan_at(room: Room, lon: float, lat: float) -> "KelurahanAt | None":
    """
    Return the kelurahan at a point, None outside the city.

    Raises
    ------
    BadCoordinates, OutsideArea
        As `dispatch.scene.scene_at`.
    """
    return room.ground.boundaries.at(*scene_at(lon, lat))


def receive_call(room: Room, text: str, *, by: By, at: datetime, note: str = "") -> Call:
    """
    Write down a call that nobody has taken yet: it waits, with the caller's words.

    Raises
    ------
    TextTooLong
        More than a caller can say.
    """
    with writing(room, by=by, at=at, action="receive_call") as tx:
        return written(tx, None, text, note=note, kind=CallKind.NORMAL, by=by, at=at)


def take_call(
    room: Room,
    *,
    text: str,
    type_code: str,
    lon: float,
    lat: float,
    level: str,
    radius_m: float,
    by: By,
    at: datetime,
    severity: str | None = None,
    note: str = "",
    phone: str | None = None,
    caller_name: str | None = None,
    candidate_label: str | None = None,
    answers: Mapping[str, str] | None = None,
    waiting: int | None = None,
    taking_s: float = 0,
) -> Incident:
    """
    Write down a call and open the incident it reports, both or neither.

    Parameters
    ----------
    text
        The caller's words for the place; may be empty when the point was clicked on the map.
    candidate_label
        What the room shows as the place; the caller's words when nothing better is known.
    severity
        What the answers come to when not said.
    answers
        To the questions of the type's script, by question.
    waiting
        A call that came in before and waits; its own words stay. None writes down a new one.
    taking_s
        Seconds since the phone was answered: from then on response times run. Of a waiting call
        the moment it came in is known.

    Returns
    -------
    incident
        Awaiting a unit: its place and type are known.

    Raises
    ------
    UnknownType, BadValue
        No such type or severity.
    EmptyText, TextTooLong, BadCoordinates, OutsideArea
        A field that cannot be used.
    UnknownRow, IllegalMove
        The waiting call is none: somebody has taken it.
    """
    catalogue = room.catalogue
    kind = catalogue.type(type_code)
    lon, lat = scene_at(lon, lat)
    found = room.ground.boundaries.at(lon, lat)
    said = optional_words("text", text)
    told = assess(room.scripts[kind.code], answers or {}, kind)
    new = incidents.NewIncident(
        type_code=kind.code,
        severity=catalogue.severity(severity or told.severity, kind),
        status=IncidentStatus.AWAITING_UNIT,
        lon=lon,
        lat=lat,
        level=words("level", level, NAME),
        radius_m=checked_radius(radius_m),
        kelurahan_code=found.kelurahan.code if found else None,
        place_text=optional_words("place", candidate_label) or said or f"{lat:.6f}, {lon:.6f}",
        note=optional_words("note", note),
        answers=told.answers,
    )
    with writing(room, by=by, at=at, action="take_call") as tx:
        incident = incidents.open_new(tx, new, by=str(by), at=at)
        call = written(
            tx,
            waiting,
            said,
            kind=CallKind.NORMAL,
            phone=phone,
            caller_name=caller_name,
            note=new.note,
            by=by,
            at=at,
            taking_s=taking_s,
        )
        linked = replace(call.linked_to(incident.id, at), opened_incident_id=incident.id)
        calls.save_move(tx, linked)
    return incident


def assessed(room: Room, type_code: str, answers: Answers) -> Assessment:
    """
    Return what a caller's answers come to.

    Raises
    ------
    UnknownType, BadValue
        No such type, or no such answer to a question that is asked.
    """
    kind = room.catalogue.type(type_code)
    return assess(room.scripts[kind.code], answers, kind)


def discard_call(
    room: Room,
    text: str,
    kind: str,
    phone: str | None = None,
    *,
    by: By,
    at: datetime,
    waiting: int | None = None,
    taking_s: float = 0,
) -> Call:
    """
    Write down a call that is no incident: silent, a prank, or only asking for information.

    Parameters
    ----------
    waiting, taking_s
        As for `take_call`.

    Raises
    ------
    BadValue
        A kind that belongs to an incident.
    UnknownRow, IllegalMove
        The waiting call is none: somebody has taken it.
    """
    what = choice("kind", CallKind, kind)
    status = STATUS_OF_KIND[what]
    if status is CallStatus.LINKED:
        no_incident = (CallKind.SILENT, CallKind.PRANK, CallKind.INFORMATION)
        raise BadValue("kind", kind, tuple(one.value for one in no_incident))
    with writing(room, by=by, at=at, action="discard_call") as tx:
        call = written(tx, waiting, text, kind=what, phone=phone, by=by, at=at, taking_s=taking_s)
        return calls.save_move(tx, call.moved_to(status, at)).masked()


def written(
    tx: Transaction,
    waiting: int | None,
    text: str,
    *,
    kind: CallKind,
    by: By,
    at: datetime,
    phone: str | None = None,
    caller_name: str | None = None,
    note: str = "",
    taking_s: float = 0,
) -> Call:
    """Return the call just written down, or a waiting one with what was asked since."""
    said: dict[str, Any] = {
        "text": optional_words("text", text),
        "kind": kind,
        "phone": optional_words("phone", phone, NAME) or None,
        "caller_name": optional_words("caller_name", caller_name, NAME) or None,
        "note": optional_words("note", note),
    }
    if not 0 <= taking_s <= MOST_TAKING_S:
        raise BadValue("taking_s", str(taking_s))
    if waiting is None:
        received_at = at - timedelta(seconds=taking_s)
        return calls.receive(tx, **said, by=str(by), at=at, received_at=received_at)
    return calls.complete(tx, calls.hold(tx, waiting), **said)


def checked_radius(radius_m: float) -> float:
    """Check how far the true place may lie from the point, metres."""
    if not 0 <= radius_m <= MOST_RADIUS_M:
        raise BadValue("radius_m", str(radius_m))
    return float(radius_m)
