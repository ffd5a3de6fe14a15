"""The database refuses what the tables of moves do not hold, whoever writes."""

from datetime import UTC, datetime

import psycopg
import pytest

from dispatch import assignment, call, incident, unit
from dispatch.call import CallKind
from dispatch.errors import IllegalMove, Stale, UnitAssigned, UnitOffDuty, UnitsStillOut
from dispatch.incident import IncidentStatus
from dispatch.store import Store, assignments, calls, incidents, units
from dispatch.unit import UnitStatus

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

KINDS = {
    "assignment": (assignment.STARTS, assignment.MOVES),
    "call": (call.STARTS, call.MOVES),
    "incident": (incident.STARTS, incident.MOVES),
    "unit": (unit.STARTS, unit.MOVES),
}


@pytest.fixture
def one_of_each(store: Store, make_unit, make_incident, send):
    """Put one row into each table that moves."""
    make_unit("HOME")
    send(make_incident(), make_unit("OUT"))
    with store.writing(by="ani", at=NOON, action="call") as tx:
        calls.receive(
            tx,
            text="",
            kind=CallKind.SILENT,
            phone=None,
            caller_name=None,
            note="",
            by="ani",
            at=NOON,
        )


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("kind", KINDS)
def test_every_illegal_move_is_refused(dsn, kind):
    _, moves = KINDS[kind]
    illegal = [(old, new) for old in moves for new in moves if new != old and new not in moves[old]]
    assert illegal

    with psycopg.connect(dsn, autocommit=True) as connection:
        drop_checks(connection, kind)
        for old, new in illegal:
            with connection.transaction(force_rollback=True):
                put(connection, kind, old)
                with pytest.raises(psycopg.Error) as refused, connection.transaction():
                    connection.execute(f"UPDATE {kind} SET status = '{new}'")  # noqa: S608
                assert refused.value.sqlstate == "AM002", (old, new)
                said = refused.value.diag.message_detail
                assert said == f"{kind}|{old}|{new}"


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("kind", KINDS)
def test_every_move_of_the_tables_is_let_through(dsn, kind):
    _, moves = KINDS[kind]

    with psycopg.connect(dsn, autocommit=True) as connection:
        drop_checks(connection, kind)
        connection.execute("ALTER TABLE incident DISABLE TRIGGER may_end")
        connection.execute("ALTER TABLE unit DISABLE TRIGGER may_change_duty")
        for old, after in moves.items():
            for new in after:
                with connection.transaction(force_rollback=True):
                    put(connection, kind, old)
                    connection.execute(f"UPDATE {kind} SET status = '{new}'")  # noqa: S608


def drop_checks(connection, kind):
    """Take away the rules on times, so that the rule on moves is all that is asked."""
    names = connection.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [kind]
    ).fetchall()
    for (name,) in names:
        connection.execute(f'ALTER TABLE {kind} DROP CONSTRAINT "{name}"')


def put(connection, kind, status):
    """Put every row of a table into a status, past all rules."""
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(f"UPDATE {kind} SET status = '{status}'")  # noqa: S608
    connection.execute("SET LOCAL session_replication_role = origin")


def test_nothing_begins_in_the_middle(make_incident):
    with pytest.raises(IllegalMove) as refused:
        make_incident(status=IncidentStatus.IN_PROGRESS)

    assert refused.value.from_status == ""
    assert refused.value.to_status == "in_progress"


def test_a_unit_off_duty_is_not_sent(store, make_unit, make_incident, send):
    make_unit("A1")
    with store.writing(by="ani", at=NOON, action="off") as tx:
        units.save_status(tx, "A1", UnitStatus.OUT_OF_SERVICE, "", at=NOON)

    with pytest.raises(UnitOffDuty) as refused:
        send(make_incident(), "A1")

    assert (refused.value.call_sign, refused.value.status) == ("A1", "out_of_service")


def test_a_unit_on_an_incident_does_not_go_off_duty(store, make_unit, make_incident, send):
    incident = make_incident()
    send(incident, make_unit("A1"))

    with (
        pytest.raises(UnitAssigned) as refused,
        store.writing(by="ani", at=NOON, action="off") as tx,
    ):
        units.save_status(tx, "A1", UnitStatus.OFF_DUTY, "", at=NOON)

    assert refused.value.incident == incident.code


def test_an_incident_does_not_end_under_its_units(store, make_unit, make_incident, send):
    incident = make_incident()
    send(incident, make_unit("A2"))
    send(incident, make_unit("A1"))

    with (
        pytest.raises(UnitsStillOut) as refused,
        store.writing(by="ani", at=NOON, action="close") as tx,
    ):
        incidents.save_move(tx, incident.moved_to(IncidentStatus.CANCELLED, NOON))

    assert refused.value.call_signs == ("A1", "A2")


def test_nothing_is_sent_to_an_incident_that_has_ended(store, make_unit, make_incident, send):
    incident = make_incident()
    with store.writing(by="ani", at=NOON, action="close") as tx:
        tx.execute(
            "UPDATE incident SET status = 'closed', closed_at = now(), disposition = 'handled'"
        )

    with pytest.raises(IllegalMove):
        send(incident, make_unit("A1"))


def test_a_change_made_on_an_old_view_is_stale(store, make_unit, make_incident, send):
    sent = send(make_incident(), make_unit("A1"))
    accepted = sent.moved_to(assignment.AssignmentStatus.ACCEPTED, NOON)
    with store.writing(by="ani", at=NOON, action="accept") as tx:
        assignments.save_move(tx, accepted)

    with pytest.raises(Stale), store.writing(by="budi", at=NOON, action="accept") as tx:
        assignments.save_move(tx, accepted)
