"""Backups: made by deploy/backup, kept as long as said, restored to any moment since."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from dispatch import desk
from dispatch.store import events
from dispatch.store.seed import seed
from geo.files import DATA
from tests.clusters import Cluster
from tests.dispatch.away import FIRE, NOON
from tests.dispatch.room_at_work import room_on

pytestmark = pytest.mark.drill

DEPLOY = Path(__file__).parents[2] / "deploy"
PYTHON = Path(sys.executable).resolve()


@pytest.fixture
def folder() -> Iterator[Path]:
    """Lend a folder whose path is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="bk"))
    made.chmod(0o777)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def kept(folder: Path) -> Path:
    """Lend the folder backups go to."""
    kept = folder / "backups"
    for one in (kept, kept / "wal"):
        one.mkdir()
        one.chmod(0o777)
    return kept


@pytest.fixture
def primary(folder: Path, kept: Path) -> Iterator[Cluster]:
    """Run a server whose log is archived as deploy/postgresql/primary.conf has it."""
    cluster = Cluster(folder / "a").make()
    cluster.start(archive_mode="on")
    command = f"{DEPLOY}/archive-wal {kept}/wal %p %f"
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("ALTER SYSTEM SET archive_command = {}").format(sql.Literal(command))
        )
        connection.execute("SELECT pg_reload_conf()")
    yield cluster
    cluster.stop()


def back_up(cluster: Cluster, kept: Path, *days: int) -> Path:
    said = cluster.as_owner(
        DEPLOY / "backup",
        kept,
        *days,
        PGHOST=str(cluster.socket),
        PGUSER="room",
        PGDATABASE="postgres",
        PG_BIN=str(cluster.programs),
    )
    return Path(said.stdout.strip())


def await_replayed(cluster: Cluster) -> None:
    """Wait until a cluster has replayed its log: it lets nobody in before."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            psycopg.connect(cluster.dsn).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("not replayed in time")


def test_a_room_is_restored_to_the_moment_before_the_mishap(primary, folder, kept, tmp_path):
    room = room_on(primary.dsn, tmp_path)
    room.store.migrate()
    seed(room.store, DATA, at=NOON)
    first = desk.take_call(room, **FIRE, by="ani", at=NOON)
    back_up(primary, kept)
    second = desk.take_call(room, **FIRE, by="ani", at=NOON)
    with room.store.reading() as tx:
        head = events.head(tx)
    before = datetime.now(UTC) + timedelta(seconds=0.1)
    with psycopg.connect(primary.dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_sleep(0.3)")
        connection.execute("DROP TABLE call CASCADE")
    room.close()
    primary.run("pg_ctl", "-w", "-m", "fast", "stop")

    restored = Cluster(folder / "b")
    restored.as_owner(DEPLOY / "restore", kept, restored.data, before.isoformat())
    restored.start(archive_mode="off", hot_standby="off")
    await_replayed(restored)

    room = room_on(restored.dsn, tmp_path)
    assert [one.incident.id for one in desk.open_incidents(room)] == [first.id, second.id]
    with room.store.reading() as tx:
        assert events.breaks(tx, head) == []
        assert events.head(tx) == head
    room.close()
    restored.stop()


def test_a_backup_goes_when_the_next_one_reaches_back_far_enough(primary, kept):
    first = back_up(primary, kept, 1)
    with psycopg.connect(primary.dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_switch_wal()")
    second = back_up(primary, kept, 1)
    assert (first.exists(), second.exists()) == (True, True)
    log = {one.name for one in (kept / "wal").iterdir()}

    third = back_up(primary, kept, 0)

    assert [one.exists() for one in (first, second, third)] == [False, False, True]
    left = {one.name for one in (kept / "wal").iterdir()}
    assert log - left, "the log before the backup that is left is needed no more"


def test_there_is_no_restoring_to_before_the_first_backup_nor_over_what_is_there(primary, kept):
    back_up(primary, kept)

    for target, until in ((kept / "new", "2020-01-01 00:00+00"), (kept / "base", "")):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            primary.as_owner(DEPLOY / "restore", kept, target, until)
        assert refused.value.stderr.startswith("restore: ")


def test_a_file_of_the_log_is_kept_whole_and_never_replaced_by_another(tmp_path):
    def keep(content: bytes, name: str) -> int:
        (tmp_path / "segment").write_bytes(content)
        command = [DEPLOY / "archive-wal", tmp_path, tmp_path / "segment", name]
        return subprocess.run(command, check=False, capture_output=True).returncode

    (tmp_path / "0001.new").write_bytes(b"half of it")  # killed while it copied

    assert keep(b"whole", "0001") == keep(b"whole", "0001") == 0
    assert keep(b"other", "0001") != 0
    assert (tmp_path / "0001").read_bytes() == b"whole"
    assert not (tmp_path / "0001.new").exists()


def test_the_drill_proves_itself(folder):
    program = folder / "ambon112"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dispatch "$@"\n')
    program.chmod(0o755)

    said = Cluster(folder / "c").as_owner(
        DEPLOY / "restore-drill",
        reaching=PYTHON,
        AMBON112=str(program),
        PYTHONPATH=str(DEPLOY.parent),
        TMPDIR=str(folder),
        HOME=str(folder),
    )

    assert "record whole" in said.stdout
    assert not list(folder.glob("drill.*"))
