"""The primary is lost and its standby promoted: the room follows, and loses nothing."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dispatch import desk
from dispatch.desk.replaying import tend
from dispatch.errors import DatabaseDown
from dispatch.room import Room
from dispatch.store.seed import seed
from geo.files import DATA
from tests.clusters import Cluster
from tests.dispatch.away import FIRE, NOON, OTHER, UNIT, carried
from tests.dispatch.room_at_work import room_on

WITHIN_S = 30


@pytest.fixture
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """Run a primary whose commits wait for its standby."""
    folder = Path(tempfile.mkdtemp(prefix="pair"))
    folder.chmod(0o755)
    primary, standby = Cluster(folder / "a").make(), Cluster(folder / "b")
    try:
        primary.start()
        standby.follow(primary)
        with psycopg.connect(primary.dsn, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        yield primary, standby
    finally:
        primary.stop()
        standby.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def followed(pair: tuple[Cluster, Cluster], tmp_path: Path) -> Iterator[Room]:
    """Lend a room that knows both hosts and wants the one that can be written."""
    hosts = ",".join(str(one.socket) for one in pair)
    wanted = f"host={hosts} user=room dbname=postgres target_session_attrs=read-write"
    room = room_on(wanted, tmp_path)
    room.store.migrate()
    seed(room.store, DATA, at=NOON)
    yield room
    room.close()


def in_time(done):
    """Wait until something comes true; what it is then."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        try:
            if found := done():
                return found
        except DatabaseDown:
            pass
        time.sleep(0.1)
    raise AssertionError("not in time")


def test_the_pool_and_the_listener_follow_the_primary(pair, followed):
    primary, standby = pair
    opened = desk.take_call(followed, **FIRE, by="ani", at=NOON)
    version = followed.store.version()

    primary.kill()
    with pytest.raises(DatabaseDown):
        desk.take_call(followed, **FIRE, by="ani", at=NOON)
    standby.promote()

    in_time(lambda: desk.assign(followed, opened.id, UNIT, by="ani", at=NOON))
    assert in_time(lambda: followed.store.version() > version)
    version = followed.store.version()
    desk.assign(followed, opened.id, OTHER, by="ani", at=NOON)
    assert in_time(lambda: followed.store.version() > version)
    (row,) = desk.open_incidents(followed)
    assert row.incident == desk.incident(followed, opened.id).incident
    assert {one.call_sign for one in row.assignments} == {UNIT, OTHER}


def test_what_was_done_between_the_two_comes_in_on_the_new_primary(pair, followed):
    primary, standby = pair
    carried(followed)
    opened = desk.do(followed, "take_call", **FIRE, by="ani", at=NOON)

    primary.kill()
    sent = desk.do(followed, "assign", incident_id=opened.id, call_sign=UNIT, by="ani", at=NOON)
    assert sent.id < 0
    with pytest.raises(DatabaseDown):
        tend(followed)  # the standby may not be written
    standby.promote()
    in_time(lambda: tend(followed) is None)

    (row,) = desk.open_incidents(followed)
    assert row.incident.id == opened.id
    assert [one.call_sign for one in row.open_assignments] == [UNIT]
    assert desk.missed_since(followed) is None
