"""How statuses may change: every step the tables do not hold is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch import assignment, call, incident, unit
from dispatch.assignment import Assignment, AssignmentStatus
from dispatch.call import Call, CallKind, CallStatus
from dispatch.errors import IllegalMove
from dispatch.incident import Disposition, Incident, IncidentStatus, Severity
from dispatch.unit import Unit, UnitStatus

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def a_call(status):
    return Call(1, NOON, "", None, None, "", CallKind.NORMAL, status, None, "ani", NOON)


def an_incident(status):
    ended = status in incident.ENDED
    return Incident(
        id=1,
        code="2026-000001",
        type_code="fire_building",
        severity=Severity.HIGH,
        status=status,
        lon=128.2,
        lat=-3.7,
        level="point",
        radius_m=0.0,
        kelurahan_code=None,
        place_text="x",
        note="",
        opened_at=NOON,
        opened_by="ani",
        status_at=NOON,
        closed_at=NOON if ended else None,
        disposition=Disposition.HANDLED if ended else None,
        source="desk",
        version=1,
    )


def an_assignment(status):
    return Assignment(1, 1, "A1", status, {"dispatched": NOON})


def a_unit(status):
    return Unit("A1", "damkar", "fire_engine", frozenset(), None, 128.2, -3.7, status)


KINDS = {
    "assignment": (assignment.MOVES, an_assignment),
    "call": (call.MOVES, a_call),
    "incident": (incident.MOVES, an_incident),
    "unit": (unit.MOVES, a_unit),
}
PAIRS = [
    (kind, old, new, new in moves[old])
    for kind, (moves, _) in KINDS.items()
    for old in moves
    for new in moves
]


@pytest.mark.parametrize(("kind", "old", "new"), [pair[:3] for pair in PAIRS if not pair[3]])
def test_a_step_the_table_does_not_hold_is_refused(kind, old, new):
    with pytest.raises(IllegalMove) as refused:
        KINDS[kind][1](old).moved_to(new, LATER)

    assert (refused.value.kind, refused.value.from_status, refused.value.to_status) == (
        kind,
        old,
        new,
    )


@pytest.mark.parametrize(("kind", "old", "new"), [pair[:3] for pair in PAIRS if pair[3]])
def test_a_step_of_the_table_gives_a_new_one_and_leaves_the_old(kind, old, new):
    before = KINDS[kind][1](old)

    after = before.moved_to(new, LATER)

    assert (before.status, after.status) == (old, new)


@pytest.mark.parametrize(
    ("moves", "statuses"),
    [
        (assignment.MOVES, AssignmentStatus),
        (call.MOVES, CallStatus),
        (incident.MOVES, IncidentStatus),
        (unit.MOVES, UnitStatus),
    ],
)
def test_every_status_has_its_place_in_the_table(moves, statuses):
    assert set(moves) == set(statuses)


@pytest.mark.parametrize("status", AssignmentStatus)
def test_a_unit_can_be_called_back_at_any_time_before_it_is_cleared(status):
    ended = status in assignment.ENDED

    assert (AssignmentStatus.WITHDRAWN in assignment.MOVES[status]) is not ended


def test_each_milestone_keeps_its_time():
    sent = an_assignment(AssignmentStatus.DISPATCHED)
    times = [NOON + timedelta(minutes=n) for n in (1, 2, 9)]

    for status, at in zip(("accepted", "en_route", "on_scene"), times, strict=True):
        sent = sent.moved_to(AssignmentStatus(status), at)

    assert list(sent.milestones.values()) == [NOON, *times]
    assert sent.actual_travel_s == 7 * 60


def test_a_reopened_incident_is_open_again_and_has_no_end():
    closed = an_incident(IncidentStatus.CLOSED)

    reopened = closed.moved_to(IncidentStatus.AWAITING_UNIT, LATER)

    assert reopened.open
    assert (reopened.closed_at, reopened.disposition) == (None, None)
