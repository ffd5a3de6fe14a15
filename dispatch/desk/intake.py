"""From the ringing phone to an open incident."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.call import STATUS_OF_KIND, Call, CallKind, CallStatus
from dispatch.desk.checks import NAME, choice, optional_words, words, zoned
from dispatch.errors import BadValue
from dispatch.incident import Incident, IncidentStatus
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.scripts import Answers, Assessment, assess
from dispatch.store import calls, incidents

if TYPE_CHECKING:
    from geo.geocode import Answer
    from geo.kelurahan import KelurahanAt

MOST_RADIUS_M = 50_000.0


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


def take_call(
    room: Room,
    *,
    text: str,
    type_code: str,
    lon: float,
    lat: float,
    level: str,
    radius_m: float,
    by: str,
    at: datetime,
    severity: str | None = None,
    note: str = "",
    phone: str | None = None,
    caller_name: str | None = None,
    candidate_label: str | None = None,
    answers: Mapping[str, str] | None = None,
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
    """
    kind = room.catalogue.type(type_code)
    lon, lat = scene_at(lon, lat)
    found = room.ground.boundaries.at(lon, lat)
    said = optional_words("text", text)
    told = assess(room.scripts[kind.code], answers or {}, kind)
    new = incidents.NewIncident(
        type_code=kind.code,
        severity=room.catalogue.severity(severity or told.severity, kind),
        status=IncidentStatus.AWAITING_UNIT,
        lon=lon,
        lat=lat,
        level=words("level", level, NAME),
        radius_m=_radius(radius_m),
        kelurahan_code=found.kelurahan.code if found else None,
        place_text=optional_words("place", candidate_label) or said or f"{lat:.6f}, {lon:.6f}",
        note=optional_words("note", note),
        answers=told.answers,
    )
    with room.store.writing(by=words("by", by, NAME), at=zoned(at), action="take_call") as tx:
        incident = incidents.open_new(tx, new, by=by, at=at)
        call = calls.receive(
            tx,
            text=said,
            kind=CallKind.NORMAL,
            phone=optional_words("phone", phone, NAME) or None,
            caller_name=optional_words("caller_name", caller_name, NAME) or None,
            note=new.note,
            by=by,
            at=at,
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
    room: Room, text: str, kind: str, phone: str | None = None, *, by: str, at: datetime
) -> Call:
    """
    Write down a call that is no incident: silent, a prank, or only asking for information.

    Raises
    ------
    BadValue
        A kind that belongs to an incident.
    """
    what = choice("kind", CallKind, kind)
    status = STATUS_OF_KIND[what]
    if status is CallStatus.LINKED:
        no_incident = (CallKind.SILENT, CallKind.PRANK, CallKind.INFORMATION)
        raise BadValue("kind", kind, tuple(one.value for one in no_incident))
    with room.store.writing(by=words("by", by, NAME), at=zoned(at), action="discard_call") as tx:
        call = calls.receive(
            tx,
            text=optional_words("text", text),
            kind=what,
            phone=optional_words("phone", phone, NAME) or None,
            caller_name=None,
            note="",
            by=by,
            at=at,
        )
        return calls.save_move(tx, call.moved_to(status, at))


def _radius(radius_m: float) -> float:
    """Check how far the true place may lie from the point, metres."""
    if not 0 <= radius_m <= MOST_RADIUS_M:
        raise BadValue("radius_m", str(radius_m))
    return float(radius_m)
