"""Small builders: a unit, an incident, a unit sent to it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from dispatch.assignment import Assignment
from dispatch.incident import Incident, IncidentStatus, Severity
from dispatch.store import Store, assignments, incidents, units

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

MakeUnit = Callable[..., str]
MakeIncident = Callable[..., Incident]
Send = Callable[..., Assignment]


@pytest.fixture
def make_unit(store: Store) -> MakeUnit:
    """Put a unit on duty."""

    def make(call_sign: str = "A1", *, capabilities: tuple[str, ...] = ()) -> str:
        row = {
            "call_sign": call_sign,
            "agency": "damkar",
            "profile": "fire_engine",
            "capabilities": list(capabilities),
            "station": None,
            "lon": 128.18,
            "lat": -3.69,
            "crew": 5,
            "assumed": True,
        }
        with store.writing(by="test", at=NOON, action="roster") as tx:
            units.seed_unit(tx, row)
        return call_sign

    return make


@pytest.fixture
def make_incident(store: Store) -> MakeIncident:
    """Open an incident that awaits a unit."""

    def make(status: IncidentStatus = IncidentStatus.AWAITING_UNIT, by: str = "ani") -> Incident:
        new = incidents.NewIncident(
            type_code="fire_building",
            severity=Severity.MEDIUM,
            status=status,
            lon=128.19,
            lat=-3.70,
            level="point",
            radius_m=0.0,
            kelurahan_code=None,
            place_text="Batu Merah Dalam",
        )
        with store.writing(by=by, at=NOON, action="take_call") as tx:
            return incidents.open_new(tx, new, by=by, at=NOON)

    return make


@pytest.fixture
def send(store: Store) -> Send:
    """Send a unit to an incident."""

    def sent(incident: Incident, call_sign: str, by: str = "ani") -> Assignment:
        with store.writing(by=by, at=NOON, action="assign") as tx:
            return assignments.dispatch(
                tx,
                incident.id,
                call_sign,
                predicted_travel_s=240.0,
                distance_m=1800.0,
                recommendation_id=None,
                by=by,
                at=NOON,
            )

    return sent
