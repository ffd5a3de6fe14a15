"""The schema: built step by step, the same however it was reached, and every query fits it."""

import threading
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from dispatch import assignment, call, incident, unit
from dispatch.store import Store, roster
from dispatch.store.queries import queries, subjects
from dispatch.store.seed import seed
from geo.files import DATA

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TEMPLATE = "room_template"  # has the whole schema, see tests/conftest.py
CODE_TABLES = {
    "assignment": (assignment.STARTS, assignment.MOVES),
    "call": (call.STARTS, call.MOVES),
    "incident": (incident.STARTS, incident.MOVES),
    "unit": (unit.STARTS, unit.MOVES),
}
EXPLAINED = [  # EXPLAIN takes no CREATE, DROP, SET or DO; other tests run those
    (subject, name)
    for subject in subjects()
    for name, statement in queries(subject).items()
    if not statement.startswith((b"CREATE", b"DROP", b"SET", b"DO"))
]
PICTURE = """
SELECT 'column' AS what, table_name || '.' || column_name AS name,
       concat_ws(' ', data_type, is_nullable, column_default, generation_expression) AS definition
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
            FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
ORDER BY 1, 2
"""


def picture(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(PICTURE).fetchall()


def test_a_step_is_applied_once(empty_dsn):
    store = Store(empty_dsn)

    first, second = store.migrate(), store.migrate()

    assert first.applied[0] == "0001_record.sql"
    assert second.applied == ()
    assert second.waiting == first.waiting
    store.close()


def test_only_a_server_with_postgis_gets_the_map_steps(server, dsn):
    names = {name for what, name, _ in picture(dsn) if what == "view"}

    assert ({"incidents", "units", "stations", "closures", "assignments"} <= names) == (
        server.name == "postgis"
    )


def test_several_programs_may_bring_it_up_to_date_at_once(empty_dsn):
    applied = []

    def bring_up():
        store = Store(empty_dsn)
        applied.extend(store.migrate().applied)
        store.close()

    programs = [threading.Thread(target=bring_up) for _ in range(4)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()

    assert sorted(applied) == sorted(set(applied))


@pytest.fixture
def modest_dsn(server, empty_dsn):
    """Lend the empty database to a user who may make tables but no extensions."""
    server.run("CREATE ROLE modest LOGIN")
    with psycopg.connect(empty_dsn) as connection:
        connection.execute("GRANT ALL ON SCHEMA public TO modest")
    yield make_conninfo(empty_dsn, user="modest")
    with psycopg.connect(empty_dsn) as connection:
        connection.execute("DROP OWNED BY modest CASCADE")
        connection.execute("DROP ROLE modest")


def test_postgis_that_appears_later_gives_the_same_schema(modest_dsn, empty_dsn, dsn):
    without = Store(modest_dsn)
    assert without.migrate().waiting == ("0005_map.postgis.sql", "0015_units.postgis.sql")
    seed(without, DATA, at=NOON)
    without.close()

    later = Store(empty_dsn)
    later.migrate()
    later.close()

    assert picture(empty_dsn) == picture(dsn)


@pytest.mark.parametrize("server", ["postgis"], indirect=True)
def test_qgis_gets_layers_with_a_key_and_a_geometry(server, store, make_unit, make_incident, send):
    if server.name != "postgis":
        pytest.skip("the map steps need PostGIS")
    send(make_incident(), make_unit())
    seed(store, DATA, at=NOON)

    with psycopg.connect(store.database.dsn()) as connection:
        for layer, kind in {
            "incidents": "POINT",
            "stations": "POINT",
            "units": "POINT",
            "assignments": "LINESTRING",
            "closures": "GEOMETRY",
        }.items():
            declared = connection.execute(
                "SELECT type, srid FROM geometry_columns WHERE f_table_name = %s", [layer]
            ).fetchone()
            assert declared == (kind, 4326), layer
            rows = connection.execute(
                SQL("SELECT id, ST_AsText(geom) FROM {}").format(Identifier(layer))
            ).fetchall()
            assert len({key for key, _ in rows}) == len(rows)
        (line,) = connection.execute("SELECT ST_AsText(geom) FROM assignments").fetchone()
    assert line == "LINESTRING(128.18 -3.69,128.19 -3.7)"


@pytest.mark.parametrize("server", ["postgis"], indirect=True)
def test_a_unit_that_left_is_in_no_layer(server, store, make_unit):  # noqa: ARG001 - parametrized
    staying, leaving = make_unit("A1"), make_unit("A2")
    with store.writing(by="test", at=NOON, action="retire_unit") as tx:
        roster.retire(tx, leaving, NOON)

    with store.reading() as tx:
        shown = [row["call_sign"] for row in tx.execute("SELECT call_sign FROM units")]
    assert shown == [staying]


@pytest.mark.parametrize(("subject", "name"), EXPLAINED)
def test_every_named_query_fits_the_schema(server, subject, name):
    if subject.endswith(".postgis") and server.name != "postgis":
        pytest.skip("asked only where PostGIS is")
    statement = queries(subject)[name]
    with psycopg.connect(server.dsn(TEMPLATE)) as connection:
        plan = connection.execute(b"EXPLAIN " + statement, Nothing()).fetchall()

    assert plan


class Nothing(dict):
    """Gives NULL for every parameter; the server infers its type."""

    def __missing__(self, key):
        return None


@pytest.mark.parametrize("kind", CODE_TABLES)
def test_the_database_knows_the_moves_of_the_code(store, kind):
    starts, moves = CODE_TABLES[kind]
    of_code = {("", status.value) for status in starts}
    of_code |= {(old.value, new.value) for old, after in moves.items() for new in after}

    with store.reading() as tx:
        rows = tx.execute(
            "SELECT from_status, to_status FROM transition WHERE kind = %s", [kind]
        ).fetchall()

    assert {(row["from_status"], row["to_status"]) for row in rows} == of_code
