"""The app's user does the room's work, and cannot alter the record or the schema."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from dispatch import desk
from dispatch.config import load_settings
from dispatch.errors import OwnerNeeded
from dispatch.room import open_room
from dispatch.store import Store, events
from dispatch.store.embedded import EmbeddedServer
from dispatch.store.queries import queries
from tests.conftest import TEMPLATE, as_app
from tests.dispatch.shift_at_work import work_a_shift
from tests.store.test_schema import EXPLAINED, Nothing

REFUSED = [
    "UPDATE event SET actor = 'x'",
    "DELETE FROM event",
    "TRUNCATE event CASCADE",
    "INSERT INTO event (id, at, actor, source, action, kind, subject_id)"
    " OVERRIDING SYSTEM VALUE VALUES (1, now(), 'x', 'x', 'x', 'x', 'x')",
    "INSERT INTO event_seal (n, event_id, hash) VALUES (0, 1, '')",
    "UPDATE event_seal SET hash = ''",
    "DELETE FROM event_seal",
    "TRUNCATE event_seal",
    "UPDATE recommendation SET by = 'x'",
    "UPDATE transition SET to_status = 'x'",
    "DELETE FROM migration",
    "DELETE FROM incident",
    "DELETE FROM call",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "ALTER TABLE event_seal DISABLE TRIGGER append_only",
    "DROP TRIGGER append_only ON event",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION seal_event() SECURITY INVOKER",
    "DROP TABLE incident CASCADE",
    "DROP TABLE event CASCADE",
    "ALTER TABLE incident ADD COLUMN x integer",
    "CREATE TABLE x (y integer)",
    "CREATE TEMPORARY TABLE event (y integer)",
    "CREATE SCHEMA x",
    "CREATE ROLE x",
    "GRANT DELETE ON event TO PUBLIC",
    "COPY event FROM PROGRAM 'true'",
    "COPY incident TO '/tmp/x'",
]
HARMLESS = {"GRANT DELETE ON event TO PUBLIC"}  # the server warns and gives nothing


def refusals(dsn: str) -> dict[str, str | None]:
    """What the server says to each statement of a user."""
    found = {}
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in REFUSED:
            try:
                connection.execute(statement)
                found[statement] = None
            except psycopg.Error as error:
                found[statement] = error.sqlstate
    return found


@pytest.fixture
def made_dsn(empty_dsn):
    """Lend a database that its owner made ready for the app; returns the owner's DSN."""
    store = Store(as_app(empty_dsn), owner=empty_dsn)
    store.migrate()
    store.close()
    return empty_dsn


def test_the_server_refuses_the_apps_user_what_is_not_the_rooms_work(made_dsn):
    said = refusals(as_app(made_dsn))

    assert {one for one, state in said.items() if state != "42501"} == HARMLESS
    with psycopg.connect(made_dsn) as connection:
        assert not connection.execute(
            "SELECT has_table_privilege('public', 'event', 'DELETE')"
        ).fetchone()[0]


def test_the_embedded_server_keeps_its_room_from_its_own_record(tmp_path_factory):
    server = EmbeddedServer(tmp_path_factory.mktemp("e") / "postgres")
    store = Store(None, server)
    store.migrate()

    said = refusals(store.database.dsn())

    assert {one for one, state in said.items() if state != "42501"} == HARMLESS
    store.close()


def test_a_whole_shift_is_worked_as_the_apps_user_in_both_rooms(made_dsn, tmp_path):
    """In the real room by a program that never heard of the owner."""
    environment = {
        "AMBON112_DATABASE_URL": as_app(made_dsn),
        "AMBON112_STATE_DIR": str(tmp_path),
    }
    with pytest.raises(OwnerNeeded):
        open_room(load_settings(environment, training=True))
    owner = Store(as_app(made_dsn), owner=made_dsn, training=True)
    owner.migrate()
    owner.close()

    for training in (True, False):  # accounts are copied into training at its opening
        room = open_room(load_settings(environment, training=training))
        work_a_shift(room)
        with room.store.reading() as tx:
            assert tx.execute("SELECT current_user AS me").fetchone() == {"me": "room_app"}
            assert events.breaks(tx, None) == []
        room.close()
    with pytest.raises(OwnerNeeded):
        desk.reset_training(load_settings(environment, training=True))


def test_every_named_query_of_the_work_is_the_apps_to_ask(server):
    """The schema's own are not: it reads which steps were applied, and writes none down."""
    dsn = as_app(server.dsn(TEMPLATE))
    refused = set()
    with psycopg.connect(dsn, autocommit=True) as connection:
        for subject, name in EXPLAINED:
            if subject.endswith(".postgis") and server.name != "postgis":
                continue
            try:
                connection.execute(b"EXPLAIN " + queries(subject)[name], Nothing())
            except psycopg.errors.InsufficientPrivilege:
                refused.add((subject, name))

    assert refused == {("migration", "record")}


def test_a_schema_that_is_behind_is_said_to_need_its_owner(empty_dsn):
    store = Store(as_app(empty_dsn))

    with pytest.raises(OwnerNeeded):
        store.migrate()
    store.close()


def test_the_password_of_a_new_user_is_the_one_in_the_apps_dsn(empty_dsn):
    name = f"new_{empty_dsn.split('dbname=')[1].split()[0]}"
    app = make_conninfo(empty_dsn, user=name, password="kata sandi")  # noqa: S106
    store = Store(app, owner=empty_dsn)
    store.migrate()
    store.close()

    with psycopg.connect(empty_dsn) as connection:
        (kept,) = connection.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = %s", [name]
        ).fetchone()
        connection.execute(f"DROP OWNED BY {name}")
        connection.execute(f"DROP ROLE {name}")
    assert kept.startswith("SCRAM-SHA-256$")
