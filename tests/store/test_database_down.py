"""A database that does not answer is one clear refusal; one that comes back is used again."""

import time
from datetime import UTC, datetime

import psycopg
import pytest

from dispatch.errors import DatabaseDown
from dispatch.store import Store, units

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "dsn", ["host=/nowhere dbname=x", "host=127.0.0.1 port=1 dbname=x", "no dsn at all"]
)
def test_a_database_that_is_not_there_is_said_so_at_once(dsn):
    store = Store(dsn)

    with pytest.raises(DatabaseDown), store.reading():
        pass
    with pytest.raises(DatabaseDown):
        store.migrate()
    store.close()


def test_the_reason_is_one_line():
    store = Store("host=/nowhere,/nowhere/else dbname=x")

    with pytest.raises(DatabaseDown) as refused, store.reading():
        pass

    assert "\n" not in refused.value.reason


@pytest.mark.parametrize("dsn", ["postgress://a:rahasia@h/x", "host=h password=rahasia x"])
def test_a_dsn_that_cannot_be_read_is_not_repeated_with_its_password(dsn):
    with pytest.raises(DatabaseDown) as refused, Store(dsn).reading():
        pass

    assert "rahasia" not in str(refused.value)


def test_connections_that_were_cut_are_replaced(store, dsn, make_unit):
    make_unit("A1")

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    make_unit("A2")
    with store.reading() as tx:
        assert units.hold_duty(tx, "A2")


def test_a_listener_that_was_cut_misses_nothing(store, dsn, make_unit):
    before = store.version()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )

    make_unit("A1")

    deadline = time.monotonic() + 5
    while store.version() == before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert store.version() > before


def test_a_transaction_that_is_cut_is_refused_and_leaves_nothing(store, dsn, make_unit):
    make_unit("A1")

    with pytest.raises(DatabaseDown), store.writing(by="x", at=NOON, action="x") as tx:
        tx.execute("UPDATE unit SET crew = 9")
        with psycopg.connect(dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [tx.info.backend_pid])
        tx.execute("UPDATE unit SET crew = 8")

    with store.reading() as tx:
        assert tx.execute("SELECT crew FROM unit").fetchone()["crew"] == 5
