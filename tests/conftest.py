"""Databases for tests: the embedded server and a real PostGIS, each with a fresh room per test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from psycopg.conninfo import make_conninfo

from dispatch.desk import people
from dispatch.store import Store
from dispatch.store.embedded import EmbeddedServer
from dispatch.store.seed import seed
from geo.files import DATA
from tests import postgis_server

TEMPLATE = "room_template"  # the whole schema, no rows
APP = "room_app"  # the user rooms work as: it owns nothing
SEEDED = "room_seeded"  # with stations, roster and past incidents
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MEMORY = Path("/dev/shm")  # noqa: S108 - where files are memory
ROOM_IN_MEMORY = 6 * 1024**3  # bytes
HASHER = people._hasher  # what passwords are kept with outside of tests
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the databases of the tests in memory where there is enough: disks are slow, and vary."""
    if hasattr(config, "workerinput") or os.environ.get("TMPDIR"):
        return  # said already
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_IN_MEMORY:
        folder = tempfile.mkdtemp(prefix="ambon112-tests-", dir=MEMORY)
        Path(folder).chmod(0o755)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL; `admin` is a DSN of its maintenance database."""

    name: str
    admin: str

    def run(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement)

    def dsn(self, database: str) -> str:
        """Return the DSN of one of its databases, for its owner."""
        return make_conninfo(self.admin, dbname=database)


def as_app(dsn: str) -> str:
    """Return the DSN for the user rooms work as."""
    return make_conninfo(dsn, user=APP)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with little work: thousands are, and none of them is worth guessing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", PasswordHasher(1, 8, 1))
        yield


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """Lend a folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="room"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def embedded(short_folder: Path) -> Iterator[Server]:
    """Run the embedded server."""
    server = EmbeddedServer(short_folder / "embedded")
    dsn = server.ensure_running()
    yield _prepared("embedded", make_conninfo(dsn, dbname="postgres"))
    server.release()


@pytest.fixture(scope="session")
def postgis(short_folder: Path) -> Iterator[Server]:
    """Run a throwaway cluster of an installed PostgreSQL that has PostGIS."""
    programs = postgis_server.installed()
    if programs is None:
        pytest.skip("PostGIS is not installed (apt install postgresql-15-postgis-3)")
    with postgis_server.running(programs, short_folder) as dsn:
        yield _prepared("postgis", dsn)


@pytest.fixture(scope="session", params=["embedded", "postgis"])
def server(request: pytest.FixtureRequest) -> Server:
    """Run every test that asks for it on both servers."""
    running: Server = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def empty_dsn(server: Server) -> Iterator[str]:
    """Lend a database with nothing in it."""
    yield from _database(server, "template1")


@pytest.fixture
def dsn(server: Server) -> Iterator[str]:
    """Lend a database with the whole schema and no rows."""
    yield from _database(server, TEMPLATE)


@pytest.fixture
def seeded_dsn(server: Server) -> Iterator[str]:
    """Lend a database with stations, roster and past incidents."""
    yield from _database(server, SEEDED)


@pytest.fixture
def store(dsn: str) -> Iterator[Store]:
    """Lend a store on an empty room."""
    opened = Store(dsn)
    yield opened
    opened.close()


def _prepared(name: str, admin: str) -> Server:
    """Make the template that every test's database is copied from."""
    server = Server(name, admin)
    server.run("ALTER SYSTEM SET fsync = off")
    server.run("SELECT pg_reload_conf()")
    server.run(f"CREATE DATABASE {TEMPLATE}")
    server.run(f"CREATE DATABASE {SEEDED}")
    for database in (TEMPLATE, SEEDED):
        own = server.dsn(database)
        made = Store(as_app(own), owner=own)
        made.migrate()
        if database == SEEDED:
            seed(made, DATA, at=NOON)
        made.close()
    return server


def _database(server: Server, template: str) -> Iterator[str]:
    name = f"t{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield server.dsn(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
