"""The record of events is sealed: what is changed or removed afterwards shows."""

import threading
from datetime import UTC, datetime

import psycopg
import pytest

from dispatch.store import events
from dispatch.store.events import Head

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def breaks(store, noted=None):
    with store.reading() as tx:
        return [one.what for one in events.breaks(tx, noted)]


def head(store):
    with store.reading() as tx:
        return events.head(tx)


def tamper(store, sql):
    """Do what only the owner of the database can do behind the program's back."""
    with psycopg.connect(store.database.dsn(), autocommit=True) as connection:
        for table in ("event", "event_seal"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(sql)
        for table in ("event", "event_seal"):
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def record(store, make_unit):
    """A record of a few events."""
    for n in range(5):
        make_unit(f"A{n}")
    return store


def test_an_untouched_record_is_whole_and_every_event_is_sealed(record):
    assert breaks(record) == []
    with record.reading() as tx:
        assert head(record).n == len(events.latest(tx, 1_000))


def test_a_changed_event_shows(record):
    tamper(record, "UPDATE event SET actor = 'nobody' WHERE id = (SELECT max(id) - 2 FROM event)")

    assert breaks(record) == ["changed"]


def test_a_removed_event_shows(record):
    tamper(
        record,
        "ALTER TABLE event_seal DROP CONSTRAINT event_seal_event_id_fkey; "
        "DELETE FROM event WHERE id = (SELECT event_id FROM event_seal WHERE n = 3); "
        "DELETE FROM event_seal WHERE n = 3",
    )

    assert breaks(record) == ["gap"]


def test_a_record_cut_short_shows_to_who_noted_its_head(record):
    noted = head(record)
    tamper(
        record,
        "ALTER TABLE event_seal DROP CONSTRAINT event_seal_event_id_fkey; "
        "DELETE FROM event WHERE id = (SELECT event_id FROM event_seal ORDER BY n DESC LIMIT 1); "
        "DELETE FROM event_seal WHERE n = (SELECT max(n) FROM event_seal)",
    )

    assert breaks(record) == []
    assert breaks(record, noted) == ["cut"]


def test_a_head_noted_before_is_still_in_a_record_that_grew(record, make_unit):
    noted = head(record)
    make_unit("B1")

    assert breaks(record, noted) == []
    assert breaks(record, Head(noted.n, "00")) == ["cut"]


def test_an_event_written_behind_the_seals_shows(record):
    tamper(
        record,
        "INSERT INTO event (at, actor, source, action, kind, subject_id) "
        "VALUES (now(), 'x', 'x', 'x', 'x', 'x')",
    )

    assert breaks(record) == ["unsealed"]


def test_many_desks_at_once_make_one_chain_without_gaps(store, make_unit):
    before = head(store).n
    desks = [
        threading.Thread(target=lambda k=k: [make_unit(f"D{k}-{n}") for n in range(10)])
        for k in range(8)
    ]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()

    assert head(store).n == before + 80
    assert breaks(store) == []


def test_what_was_taken_back_leaves_no_gap(record):
    with pytest.raises(ZeroDivisionError), record.writing(by="x", at=NOON, action="x") as tx:
        tx.execute(
            "INSERT INTO setting (key, value, updated_at, updated_by) VALUES ('k', '1', now(), 'x')"
        )
        raise ZeroDivisionError

    assert breaks(record) == []
