"""The training room: everything as in the real one, and nothing of it ever reaches the real one."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from dispatch import cap, desk
from dispatch.cli import app
from dispatch.errors import (
    BadSetting,
    DatabaseDown,
    NotAllowed,
    SignedOut,
    TrainingInUse,
    WrongPassword,
)
from dispatch.export import Choice, Format, gather, write
from dispatch.person import Role
from dispatch.room import Room, open_room
from dispatch.store import Store, open_real
from dispatch.store.training import copy_accounts
from tests.conftest import as_app
from tests.dispatch.cap_schema import assert_valid
from tests.dispatch.shift_at_work import ENGINE, FIRE, NOON, OWN, sit_down, work_a_shift

ROOT = Path(__file__).parents[2]


@pytest.fixture
def training(settings) -> Iterator[Room]:
    """Lend the training room of the same database."""
    with training_of(settings) as opened:
        yield opened


@contextmanager
def training_of(settings) -> Iterator[Room]:
    opened = open_room(replace(settings, training=True))
    try:
        yield opened
    finally:
        opened.close()


def contents(dsn: str, schema: str = "public") -> dict[str, object]:
    """Everything a schema holds: each table's rows, counted and hashed, and each sequence."""
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
            [schema],
        ).fetchall()
        found: dict[str, object] = {
            name: connection.execute(
                f"SELECT count(*), md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), ''))"  # noqa: S608
                f"  FROM {schema}.{name} one"
            ).fetchone()
            for (name,) in tables
        }
        found["sequences"] = connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s ORDER BY 1",
            [schema],
        ).fetchall()
    return found


def test_a_whole_shift_in_training_leaves_the_real_room_as_it_was(room, training, seeded_dsn):
    sit_down(room, "citra", Role.DISPATCHER)
    desk.take_call(room, **FIRE, by="citra", at=NOON)
    before = contents(seeded_dsn)

    work_a_shift(training)

    assert contents(seeded_dsn) == before
    assert contents(seeded_dsn, "training")["event"] != (0, "")
    assert before["call"][0] == 1, "the picture sees what is in the real room"


@pytest.mark.usefixtures("training")
def test_a_whole_shift_in_the_real_room_leaves_training_as_it_was(room, seeded_dsn):
    before = contents(seeded_dsn, "training")

    work_a_shift(room)

    assert contents(seeded_dsn, "training") == before


def test_both_rooms_are_open_at_once_each_with_its_own_numbers(room, training):
    real = desk.take_call(room, **FIRE, by="ani", at=NOON)
    told = desk.take_call(training, **FIRE, by="ani", at=NOON)

    assert (real.code, told.code) == ("2026-000001", "LATIHAN-2026-000001")
    for one, opened in ((room, real), (training, told)):
        assert [row.incident.code for row in desk.open_incidents(one)] == [opened.code]


def test_what_changes_in_one_room_is_not_told_in_the_other(room, training):
    versions = room.store.version(), training.store.version()

    desk.take_call(training, **FIRE, by="ani", at=NOON)
    assert risen(training, versions[1])
    assert room.store.version() == versions[0]

    desk.take_call(room, **FIRE, by="ani", at=NOON)
    desk.look_at(room, "browser-uji", 1, by="ani", at=NOON)
    heard = training.store.version()
    assert risen(room, versions[0])
    time.sleep(0.2)
    assert training.store.version() == heard


def risen(room: Room, version: int) -> bool:
    until = time.monotonic() + 5
    while room.store.version() == version and time.monotonic() < until:
        time.sleep(0.01)
    return room.store.version() > version


def test_without_its_schema_training_finds_nothing_rather_than_the_real_room(training, seeded_dsn):
    before = contents(seeded_dsn)
    with psycopg.connect(seeded_dsn) as connection:
        connection.execute("DROP SCHEMA training CASCADE")

    with pytest.raises(psycopg.errors.UndefinedTable):
        desk.take_call(training, **FIRE, by="ani", at=NOON)
    with pytest.raises(psycopg.errors.UndefinedTable):
        desk.open_incidents(training)

    assert contents(seeded_dsn) == before


def test_every_connection_of_the_training_room_sees_its_schema_alone(training):
    with training.store.database.connect() as own, training.store.reading() as tx:
        for connection in (own, tx):
            cursor = connection.cursor(row_factory=psycopg.rows.tuple_row)
            path = cursor.execute("SELECT current_schemas(false), current_schema()").fetchone()
            assert path == (["training"], "training")


def test_the_training_room_reads_the_real_one_and_the_server_refuses_more(settings):
    store = open_real(replace(settings, training=True))
    try:
        with store.reading() as tx:
            assert tx.execute("SELECT count(*) AS n FROM unit").fetchone()["n"] > 0
        with (
            pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
            store.writing(by="x", at=NOON, action="x") as tx,
        ):
            tx.execute("UPDATE unit SET crew = 9")
    finally:
        store.close()


@pytest.mark.usefixtures("training")
@pytest.mark.parametrize(("changed", "other"), [("training", "public"), ("public", "training")])
def test_a_change_by_hand_is_recorded_where_it_was_made(seeded_dsn, changed, other):
    """Whatever schema the session of who makes it looks at first."""
    before = contents(seeded_dsn, other)
    with psycopg.connect(make_conninfo(seeded_dsn, options=f"-c search_path={other}")) as by_hand:
        by_hand.execute(f"UPDATE {changed}.unit SET crew = 9 WHERE call_sign = '{ENGINE}'")  # noqa: S608
        told = by_hand.execute(f"SELECT kind FROM {changed}.event ORDER BY id DESC").fetchone()  # noqa: S608

    assert told == ("unit",)
    assert contents(seeded_dsn, other) == before


@pytest.mark.usefixtures("training")
def test_every_trigger_works_in_the_schema_of_its_table(seeded_dsn):
    """A function made again by a later step loses its path: pin it again there."""
    with psycopg.connect(seeded_dsn) as connection:
        loose = connection.execute(
            "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger"
            "  JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE NOT tgisinternal AND NOT coalesce(proconfig, '{}')"
            "       @> ARRAY['search_path=' || relnamespace::regnamespace || ', pg_temp']"
        ).fetchall()

    assert loose == []


def test_a_database_in_which_the_rooms_would_mix_is_refused_before_anything_is_made(settings):
    url = make_conninfo(settings.database_url, options="-c search_path=training,public")

    with pytest.raises(BadSetting):
        open_room(replace(settings, database_url=url, training=True))

    with psycopg.connect(settings.database_url) as connection:
        known = connection.execute("SELECT FROM pg_namespace WHERE nspname = 'training'")
        assert known.fetchall() == []


def test_a_session_that_is_not_given_its_schema_is_refused(seeded_dsn):
    """As behind a pooler that drops what a session asks for at its start."""
    store = Store(seeded_dsn, training=True)
    store.database.dsn = lambda: seeded_dsn

    with pytest.raises(DatabaseDown):
        store.migrate()
    with pytest.raises(DatabaseDown), store.reading():
        pass
    store.close()


def test_people_use_the_password_of_the_real_room_and_sit_in_one_room_only(room, settings):
    real = sit_down(room, "ani", Role.DISPATCHER)

    with training_of(settings) as training:
        begun = desk.sign_in(training, "ani", OWN, at=NOON)

        assert begun.person.roles == {Role.DISPATCHER}
        for there, token in ((training, real.token), (room, begun.token)):
            with pytest.raises(SignedOut):
                desk.session(there, token, at=NOON)


def test_what_changed_in_the_real_room_counts_when_training_is_opened_again(room, settings):
    sit_down(room, "ani", Role.DISPATCHER)
    sit_down(room, "budi", Role.DISPATCHER)
    with training_of(settings) as training:
        sit_down(training, "tamu", Role.DISPATCHER)
    desk.change_account(
        room, "ani", roles=["planner"], agency=None, active=True, by="test", at=NOON
    )
    desk.change_account(
        room, "budi", roles=["planner"], agency=None, active=False, by="test", at=NOON
    )

    with training_of(settings) as training:
        assert desk.sign_in(training, "ani", OWN, at=NOON).person.roles == {Role.PLANNER}
        with pytest.raises(WrongPassword):
            desk.sign_in(training, "budi", OWN, at=NOON)
        assert desk.sign_in(training, "tamu", OWN, at=NOON), "training's own account stays"


def test_an_address_follows_its_owner_in_the_real_room(room, settings):
    known = {"roles": ["planner"], "agency": None, "active": True, "by": "test", "at": NOON}
    for login, address in (("ani", "a@example.org"), ("budi", "b@example.org")):
        desk.add_account(room, login, ["planner"], provider_id=address, by="test", at=NOON)
    with training_of(settings):
        pass
    for login, address in (("ani", None), ("budi", "a@example.org"), ("ani", "b@example.org")):
        desk.change_account(room, login, provider_id=address, **known)

    with training_of(settings) as training:
        assert desk.sign_in_known(training, "a@example.org", at=NOON).person.login == "budi"
        assert desk.sign_in_known(training, "b@example.org", at=NOON).person.login == "ani"


def test_opening_training_again_records_no_account_that_is_the_same(room, training, settings):
    sit_down(room, "ani", Role.DISPATCHER)
    copy_accounts(training.store, training.settings, at=NOON)
    before = contents(settings.database_url, "training")

    copy_accounts(training.store, training.settings, at=NOON)

    assert contents(settings.database_url, "training") == before


def test_training_needs_no_real_room(settings, empty_dsn):
    alone = replace(settings, database_url=as_app(empty_dsn), owner_url=empty_dsn)
    with training_of(alone) as training:
        password = desk.first_admin(training, at=NOON)

        assert desk.sign_in(training, "admin", password, at=NOON).must_change
        assert desk.units(training)
    assert contents(empty_dsn).keys() <= {"sequences", "spatial_ref_sys"}, "nothing of the room's"


def test_alerts_from_training_are_exercises_whatever_was_asked_for(training, tmp_path):
    desk.take_call(training, **FIRE, by="ani", at=NOON)
    sending = cap.sending(training.settings, cap.Scope.PUBLIC, exercise=False)
    file = tmp_path / "alerts.xml"

    write(gather(training, Choice(NOON), at=NOON), file, Format.CAP, sending)

    assert_valid(file.read_bytes())
    said = file.read_text()
    assert re.findall(r"<cap:status>(\w+)</cap:status>", said) == ["Exercise"]
    assert "<de:distributionStatus>Exercise</de:distributionStatus>" in said
    assert "<cap:identifier>LATIHAN-2026-000001.v1</cap:identifier>" in said


def test_no_alert_is_made_without_asking_which_room_it_is_from():
    found = {
        str(file.relative_to(ROOT))
        for folder in ("dispatch", "ui")
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"\bSending\(", file.read_text())
    }

    assert found == {"dispatch/cap.py"}


@pytest.fixture
def run(settings, monkeypatch):
    """Run a command beside the room."""
    monkeypatch.setenv("AMBON112_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("AMBON112_OWNER_URL", settings.owner_url)
    monkeypatch.setenv("AMBON112_STATE_DIR", str(settings.state_dir))
    return lambda *words: CliRunner().invoke(app, [str(one) for one in words])


def test_what_the_command_line_exports_from_training_says_so(run, training, monkeypatch, tmp_path):
    desk.take_call(training, **FIRE, by="ani", at=NOON)
    monkeypatch.setenv("AMBON112_TRAINING", "1")

    for ending in ("csv", "xml"):
        assert run("export", tmp_path / f"x.{ending}", "--from", "2026-11-24").exit_code == 0
        assert "LATIHAN-2026-000001" in (tmp_path / f"x.{ending}").read_text()
    assert "Actual" not in (tmp_path / "x.xml").read_text()


def test_a_reset_makes_training_new_and_touches_nothing_else(run, room, settings):
    with training_of(settings) as training:
        desk.take_call(training, **FIRE, by="ani", at=NOON)
    desk.take_call(room, **FIRE, by="ani", at=NOON)
    before = contents(settings.database_url)

    asked = run("training", "reset")
    kept = contents(settings.database_url, "training")
    done = run("training", "reset", "--yes")

    assert asked.exit_code == 1
    assert "--yes" in asked.stderr
    assert kept["call"][0] == 1
    assert done.exit_code == 0, done.stderr
    assert contents(settings.database_url, "training")["call"][0] == 0
    assert contents(settings.database_url) == before


def test_training_is_not_reset_under_peoples_hands(run, training):
    done = run("training", "reset", "--yes")

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    with pytest.raises(TrainingInUse):
        desk.reset_training(training.settings)
    assert desk.units(training)


def test_the_real_room_is_neither_reset_nor_told_old_reports(room, settings):
    with pytest.raises(NotAllowed):
        desk.reset_training(settings)
    with pytest.raises(NotAllowed):
        next(desk.replay(room, []))
