"""The record: every change is one row, written with it or not at all, never changed after."""

import time
from datetime import UTC, datetime

import psycopg
import pytest

from dispatch.call import CallKind
from dispatch.errors import BadValue
from dispatch.store import calls, events, incidents, recommendations, units
from dispatch.unit import UnitStatus

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def counted(store, table):
    with store.reading() as tx:
        return tx.execute(f"SELECT count(*) AS n FROM {table}").fetchone()["n"]  # noqa: S608


def test_a_change_is_recorded_with_who_when_and_what_was_before(store, make_unit):
    make_unit("A1")

    with store.writing(by="budi", at=NOON, action="unit_off_duty") as tx:
        units.save_status(tx, "A1", UnitStatus.OFF_DUTY, "mesin rusak", at=NOON)

    with store.reading() as tx:
        event = events.of_subject(tx, "unit", "A1")[-1]
    assert (event.actor, event.at, event.action, event.source) == (
        "budi",
        NOON,
        "unit_off_duty",
        "desk",
    )
    assert event.before["status"] == "available"
    assert event.after["status"] == "off_duty"
    assert event.after["status_note"] == "mesin rusak"


def test_a_change_that_fails_leaves_neither_row_nor_event(store, make_unit):
    make_unit("A1")
    before = counted(store, "event")

    with (
        pytest.raises(ZeroDivisionError),
        store.writing(by="budi", at=NOON, action="unit_off_duty") as tx,
    ):
        units.save_status(tx, "A1", UnitStatus.OFF_DUTY, "", at=NOON)
        raise ZeroDivisionError

    assert counted(store, "event") == before
    with store.reading() as tx:
        assert units.hold_duty(tx, "A1") is UnitStatus.AVAILABLE


def test_a_change_by_hand_is_recorded_under_the_database_user(store, dsn, make_unit):
    make_unit("A1")

    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE unit SET crew = 6 WHERE call_sign = 'A1'")

    with store.reading() as tx:
        event = events.of_subject(tx, "unit", "A1")[-1]
    assert event.actor.startswith("sql:")
    assert (event.before["crew"], event.after["crew"]) == (5, 6)


def test_the_callers_data_stay_out_of_the_record(store):
    with store.writing(by="ani", at=NOON, action="discard_call") as tx:
        call = calls.receive(
            tx,
            text="kata-kata pelapor",
            kind=CallKind.PRANK,
            phone="0800-uji",
            caller_name="nama uji",
            note="catatan uji",
            by="ani",
            at=NOON,
        )

    with store.reading() as tx:
        (event,) = events.of_subject(tx, "call", call.id)
    assert event.after["kind"] == "prank"
    assert not {"text", "phone", "caller_name", "note"} & event.after.keys()


@pytest.mark.parametrize("table", ["event", "recommendation"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET id = DEFAULT", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_what_is_written_down_for_good_is_never_changed(store, dsn, make_unit, table, change):
    make_unit("A1")
    with store.writing(by="ani", at=NOON, action="recommend") as tx:
        recommendations.keep(
            tx,
            type_code="fire_building",
            severity="high",
            lon=128.2,
            lat=-3.7,
            inputs={},
            outputs={},
            by="ani",
            at=NOON,
        )

    with psycopg.connect(dsn) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(change.format(table))

    assert refused.value.sqlstate == "AM001"


def test_a_refused_value_is_named_without_the_row_it_stood_in(store, make_incident):
    incident = make_incident()

    with pytest.raises(BadValue) as refused, store.writing(by="x", at=NOON, action="x") as tx:
        tx.execute("UPDATE incident SET radius_m = -1 WHERE id = %s", [incident.id])

    assert refused.value.field == "incident_radius_m_check"
    assert "Batu Merah" not in str(refused.value)


def test_listeners_hear_of_a_change_within_a_second(store, make_unit):
    before = store.version()

    make_unit("A1")

    deadline = time.monotonic() + 1
    while store.version() == before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert store.version() > before


def test_what_one_desk_was_shown_disturbs_no_other(store):
    before = store.version()

    with store.writing(by="ani", at=NOON, action="recommend") as tx:
        kept = recommendations.keep(
            tx,
            type_code="fire_building",
            severity="high",
            lon=128.2,
            lat=-3.7,
            inputs={"request": {"scene": [128.2, -3.7]}},
            outputs={"options": []},
            by="ani",
            at=NOON,
        )
    time.sleep(0.2)

    assert store.version() == before
    with store.reading() as tx:
        assert recommendations.get(tx, kept).inputs == {"request": {"scene": [128.2, -3.7]}}
        assert [event.action for event in events.latest(tx, 1)] == ["recommend"]


def test_incidents_of_a_year_are_numbered_without_gaps(store, make_incident):
    first = make_incident()
    with (
        pytest.raises(ZeroDivisionError),
        store.writing(by="ani", at=NOON, action="take_call") as tx,
    ):
        new = incidents.NewIncident(
            first.type_code,
            first.severity,
            first.status,
            first.lon,
            first.lat,
            first.level,
            0.0,
            None,
            "x",
        )
        incidents.open_new(tx, new, by="ani", at=NOON)
        raise ZeroDivisionError
    second = make_incident()

    assert (first.code, second.code) == ("2026-000001", "2026-000002")
