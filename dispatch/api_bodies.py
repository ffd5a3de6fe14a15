"""What goes over HTTP, in and out: the shapes that the OpenAPI description shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dispatch import desk
from dispatch.assignment import Assignment
from dispatch.incident import Incident, Severity
from dispatch.store.webhooks import Kind, Told
from dispatch.unit import Unit


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
    """The next status of an assignment: accepted, declined, en_route, on_scene, acting ..."""

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


class EventOut(BaseModel):
    """
    A change, as a webhook is told of it.

    `n` its number in the record, rising; `before` null when something is new, `after` when it is
    gone; `incident` as GET /incidents/{id} gives it now, when the change is about one.
    """

    n: int
    at: datetime
    kind: Kind
    action: str
    subject_id: str
    incident: IncidentOut | None = None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ErrorOut(BaseModel):
    """Why not, in one sentence: Indonesian, then English."""

    error: str


def incident_out(row: desk.IncidentRow) -> IncidentOut:
    """Return an incident as other programs see it: nothing about callers."""
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
        assignments=[assignment_out(one) for one in row.assignments],
    )


def assignment_out(one: Assignment) -> AssignmentOut:
    """Return an assignment as other programs see it."""
    return AssignmentOut(
        id=one.id,
        call_sign=one.call_sign,
        status=one.status.value,
        milestones={str(name): at for name, at in one.milestones.items()},
    )


def unit_out(one: Unit) -> UnitOut:
    """Return a unit as other programs see it."""
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


# Named one by one, so that a column somebody adds stays inside until it is named here. Left out:
# what callers said, what anybody noted, and who of the room did something.
TOLD: Mapping[str, frozenset[str]] = {
    Kind.INCIDENT: frozenset({
        "id", "code", "type_code", "severity", "status", "status_at", "lon", "lat",
        "level", "radius_m", "kelurahan_code", "opened_at", "closed_at", "disposition",
        "duplicate_of", "source",
    }),
    Kind.ASSIGNMENT: frozenset({
        "id", "incident_id", "call_sign", "status", "predicted_travel_s", "distance_m",
        "actual_travel_s", "dispatched_at", "accepted_at", "declined_at", "en_route_at",
        "on_scene_at", "acting_at", "transporting_at", "at_hospital_at", "cleared_at",
        "withdrawn_at",
    }),
    Kind.UNIT: frozenset({
        "call_sign", "agency", "profile", "capabilities", "station_id", "lon", "lat",
        "crew", "assumed", "status", "status_at",
    }),
    Kind.CLOSURE: frozenset({
        "id", "geometry", "profiles", "from_at", "until_at", "reason", "created_at",
        "removed_at",
    }),
}  # fmt: skip


def event_out(event: Told, incident: IncidentOut | None) -> EventOut:
    """Return a change as a webhook is told of it; without `incident` when it is about none."""
    about = {} if incident is None else {"incident": incident}
    return EventOut(
        n=event.n,
        at=event.at,
        kind=Kind(event.kind),
        action=event.action,
        subject_id=event.subject_id,
        before=_told(event.kind, event.before),
        after=_told(event.kind, event.after),
        **about,
    )


def _told(kind: str, row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in row if name in TOLD[kind]}
