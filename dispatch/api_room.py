"""What other programs may do over HTTP: take a call, read incidents and units, move them on."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dispatch import cap, desk
from dispatch.api_bodies import (
    AssignmentOut,
    Duty,
    ErrorOut,
    Fix,
    IncidentOut,
    NewCall,
    Step,
    UnitOut,
    assignment_out,
    incident_out,
    unit_out,
)
from dispatch.errors import PlaceUnclear
from dispatch.person import Person
from dispatch.room import Room
from geo.geocode import Status

Responses = dict[int | str, dict[str, Any]]


def refusals(*statuses: int) -> Responses:
    """Return what the description says of refusals with these HTTP statuses."""
    described: Responses = {
        one: {"model": ErrorOut, "description": REFUSALS[one]} for one in statuses
    }
    if 429 in described:
        described[429]["headers"] = {"Retry-After": RETRY_AFTER}
    return described


REFUSALS = {
    401: "No key in force came with the request.",
    403: "The key's roles or agency do not allow it.",
    404: "There is none, or none that this key is shown.",
    409: "The present state of things refuses it.",
    413: "The request is too long.",
    422: "The request cannot be used.",
    429: "The program asks too often, or wrong keys came from its address; see Retry-After.",
    503: "The database does not answer.",
}
RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
ANY = refusals(401, 413, 422, 429, 503)
ONE = refusals(404)
WRITE = refusals(403, 404, 409)

_bearer = HTTPBearer(scheme_name="key", description="A key of `ambon112 keys`.", auto_error=False)


def _caller(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Person:
    """Return whom the request was admitted as."""
    person: Person = request.state.person
    return person


Caller = Annotated[Person, Security(_caller)]


def router(room: Room) -> APIRouter:
    """Return the routes of one room."""
    routes = APIRouter(responses=ANY)

    @routes.post("/calls", status_code=201, responses=WRITE)
    def take_call(call: NewCall, by: Caller) -> IncidentOut:
        """Write down a call and open the incident it reports."""
        opened = desk.take_call(
            room,
            text=call.text,
            type_code=call.type,
            severity=call.severity,
            note=call.note,
            phone=call.phone,
            caller_name=call.caller_name,
            answers=call.answers,
            by=by,
            at=datetime.now(UTC),
            **_place(room, call),
        )
        return incident_out(desk.IncidentRow(opened, 1, ()))

    @routes.get("/incidents")
    def open_incidents(by: Caller) -> list[IncidentOut]:
        """Return the incidents the room still has work on, oldest first."""
        return [incident_out(row) for row in desk.open_incidents(room, agency=by.sees)]

    @routes.get("/incidents/closed")
    def closed(by: Caller, limit: Annotated[int, Query(ge=1, le=500)] = 20) -> list[IncidentOut]:
        """Return the last incidents that ended, newest first."""
        return [incident_out(row) for row in desk.recent_closed(room, limit, agency=by.sees)]

    @routes.get("/incidents/{incident_id}", responses=ONE)
    def incident(incident_id: int, by: Caller) -> IncidentOut:
        """Return one incident."""
        case = desk.incident(room, incident_id, agency=by.sees)
        return incident_out(desk.IncidentRow(case.incident, len(case.calls), case.assignments))

    @routes.get("/incidents/{incident_id}/cap", response_class=Response, responses=ONE)
    def alert(incident_id: int, by: Caller) -> Response:
        """Return one incident as a CAP 1.2 alert."""
        one = desk.incident(room, incident_id, agency=by.sees).incident
        area = room.ground.boundaries[one.kelurahan_code] if one.kelurahan_code else None
        sending = cap.sending(room.settings)
        made = cap.alert(one, room.catalogue.type(one.type_code), area, sending)
        return Response(cap.document(made), media_type="application/cap+xml")

    @routes.get("/units")
    def units(by: Caller) -> list[UnitOut]:
        """Return every unit and where it is."""
        found = desk.units(room, datetime.now(UTC))
        return [unit_out(one) for one in found if by.sees in (None, one.agency)]

    @routes.post("/units/{call_sign}/fix", status_code=204, responses=WRITE)
    def record_fix(call_sign: str, fix: Fix, by: Caller) -> None:
        """Write down where a unit is."""
        at = fix.at or datetime.now(UTC)
        desk.record_fix(room, call_sign, fix.lon, fix.lat, at=at, by=by)

    @routes.post("/units/{call_sign}/duty", status_code=204, responses=WRITE)
    def duty(call_sign: str, duty: Duty, by: Caller) -> None:
        """Put a unit on duty, off duty or out of service."""
        at = datetime.now(UTC)
        desk.set_unit_status(room, call_sign, duty.status, note=duty.note, by=by, at=at)

    @routes.post("/assignments/{assignment_id}/status", responses=WRITE)
    def move(assignment_id: int, step: Step, by: Caller) -> AssignmentOut:
        """Move a unit's assignment on, as its crew says."""
        at = datetime.now(UTC)
        moved = desk.move_assignment(room, assignment_id, step.status, by=by, at=at)
        return assignment_out(moved)

    return routes


def _place(room: Room, call: NewCall) -> dict[str, Any]:
    """Return the place of a call: the point given, or what its words mean beyond doubt."""
    if call.lon is not None and call.lat is not None:
        radius_m = call.radius_m
        return {"lon": call.lon, "lat": call.lat, "level": "point", "radius_m": radius_m}
    answer = desk.locate(room, call.text)
    if answer.status is not Status.LOCATED:
        raise PlaceUnclear(answer.status.value, tuple(one.label for one in answer.candidates))
    best = answer.candidates[0]
    return {
        "lon": best.lon,
        "lat": best.lat,
        "level": best.level.value,
        "radius_m": best.radius_m,
        "candidate_label": best.label,
    }
