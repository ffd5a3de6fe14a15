"""What other programs may do over HTTP: take a call, read incidents and units, move them on."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch import cap, desk
from dispatch.assignment import Assignment
from dispatch.errors import PlaceUnclear
from dispatch.incident import Incident, Severity
from dispatch.room import Room
from dispatch.unit import Unit
from geo.geocode import Status

SOURCE = "api"


class Body(BaseModel):
    """A request's body: nothing it does not name."""

    model_config = ConfigDict(extra="forbid")


class Fix(Body):
    """Where a unit is: WGS84 degrees, and when it was there (now when not said)."""

    lon: float
    lat: float
    at: AwareDatetime | None = None


class NewCall(Body):
    """
    A call to be written down.

    `text` the caller's words for the place; `lon`, `lat` when the point is known, else the words
    are looked up; `type` a code, name or alias; `answers` to the type's script.
    """

    text: str = Field(default="", max_length=2000)
    type: str = Field(max_length=200)
    lon: float | None = None
    lat: float | None = None
    radius_m: float = Field(default=0.0, ge=0, le=50_000)
    severity: str | None = Field(default=None, max_length=40)
    note: str = Field(default="", max_length=2000)
    phone: str | None = Field(default=None, max_length=200)
    caller_name: str | None = Field(default=None, max_length=200)
    answers: dict[str, str] = Field(default_factory=dict, max_length=50)


class Duty(Body):
    """Whether a unit can be sent: available, off_duty, out_of_service; and why."""

    status: str = Field(max_length=40)
    note: str = Field(default="", max_length=2000)


class Step(Body):
    """The next status of an assignment: accepted, declined, en_route, on_scene ..."""

    status: str = Field(max_length=40)


class AssignmentOut(BaseModel):
    """A unit sent to an incident, and when it reached each status (UTC)."""

    id: int
    call_sign: str
    status: str
    milestones: dict[str, datetime]


class IncidentOut(BaseModel):
    """An incident without anything about callers; WGS84, metres, UTC."""

    id: int
    code: str
    type: str
    severity: Severity
    status: str
    disposition: str | None
    lon: float | None
    lat: float | None
    level: str
    radius_m: float
    kelurahan_code: str | None
    opened_at: datetime
    closed_at: datetime | None
    duplicate_of: int | None
    calls: int
    assignments: list[AssignmentOut]


class UnitOut(BaseModel):
    """A unit as it stands now; WGS84, UTC."""

    call_sign: str
    agency: str
    profile: str
    capabilities: list[str]
    status: str
    lon: float
    lat: float
    position_basis: str
    fix_at: datetime | None
    incident: str | None
    assignment_id: int | None


def router(room: Room) -> APIRouter:
    """Return the routes of one room."""
    routes = APIRouter()

    @routes.post("/calls", status_code=201)
    def take_call(call: NewCall) -> IncidentOut:
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
            by=SOURCE,
            at=datetime.now(UTC),
            **_place(room, call),
        )
        return _incident(desk.IncidentRow(opened, 1, ()))

    @routes.get("/incidents")
    def open_incidents() -> list[IncidentOut]:
        """Return the incidents the room still has work on, oldest first."""
        return [_incident(row) for row in desk.open_incidents(room)]

    @routes.get("/incidents/closed")
    def closed(limit: Annotated[int, Query(ge=1, le=500)] = 20) -> list[IncidentOut]:
        """Return the last incidents that ended, newest first."""
        return [_incident(row) for row in desk.recent_closed(room, limit)]

    @routes.get("/incidents/{incident_id}")
    def incident(incident_id: int) -> IncidentOut:
        """Return one incident."""
        case = desk.incident(room, incident_id)
        return _incident(desk.IncidentRow(case.incident, len(case.calls), case.assignments))

    @routes.get("/incidents/{incident_id}/cap", response_class=Response)
    def alert(incident_id: int) -> Response:
        """Return one incident as a CAP 1.2 alert."""
        one = desk.incident(room, incident_id).incident
        area = room.ground.boundaries[one.kelurahan_code] if one.kelurahan_code else None
        sending = cap.Sending(room.settings.cap_sender, cap.Scope.RESTRICTED, exercise=False)
        made = cap.alert(one, room.catalogue.type(one.type_code), area, sending)
        return Response(cap.document(made), media_type="application/cap+xml")

    @routes.get("/units")
    def units() -> list[UnitOut]:
        """Return every unit and where it is."""
        return [_unit(one) for one in desk.units(room, datetime.now(UTC))]

    @routes.post("/units/{call_sign}/fix", status_code=204)
    def record_fix(call_sign: str, fix: Fix) -> None:
        """Write down where a unit is."""
        at = fix.at or datetime.now(UTC)
        desk.record_fix(room, call_sign, fix.lon, fix.lat, at=at, by=call_sign, source=SOURCE)

    @routes.post("/units/{call_sign}/duty", status_code=204)
    def duty(call_sign: str, duty: Duty) -> None:
        """Put a unit on duty, off duty or out of service."""
        at = datetime.now(UTC)
        desk.set_unit_status(room, call_sign, duty.status, note=duty.note, by=SOURCE, at=at)

    @routes.post("/assignments/{assignment_id}/status")
    def move(assignment_id: int, step: Step) -> AssignmentOut:
        """Move a unit's assignment on, as its crew says."""
        at = datetime.now(UTC)
        return _assignment(desk.move_assignment(room, assignment_id, step.status, by=SOURCE, at=at))

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


def _incident(row: desk.IncidentRow) -> IncidentOut:
    one: Incident = row.incident
    return IncidentOut(
        id=one.id,
        code=one.code,
        type=one.type_code,
        severity=one.severity,
        status=one.status.value,
        disposition=one.disposition.value if one.disposition else None,
        lon=one.lon,
        lat=one.lat,
        level=one.level,
        radius_m=one.radius_m,
        kelurahan_code=one.kelurahan_code,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        duplicate_of=one.duplicate_of,
        calls=row.calls,
        assignments=[_assignment(one) for one in row.assignments],
    )


def _assignment(one: Assignment) -> AssignmentOut:
    return AssignmentOut(
        id=one.id,
        call_sign=one.call_sign,
        status=one.status.value,
        milestones={str(name): at for name, at in one.milestones.items()},
    )


def _unit(one: Unit) -> UnitOut:
    lon, lat = one.position
    return UnitOut(
        call_sign=one.call_sign,
        agency=one.agency,
        profile=one.profile,
        capabilities=sorted(one.capabilities),
        status=one.status.value,
        lon=lon,
        lat=lat,
        position_basis=one.position_basis.value,
        fix_at=one.fix_at,
        incident=one.incident_code,
        assignment_id=one.assignment_id,
    )
