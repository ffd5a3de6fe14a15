"""Databases for tests: the embedded server and a real PostGIS, each with a fresh room per test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from dispatch.store import Store
from dispatch.store.embedded import EmbeddedServer
from dispatch.store.owner import owner_of
from dispatch.store.seed import seed
from geo.files import DATA

TEMPLATE = "room_template"  # the whole schema, no rows
SEEDED = "room_seeded"  # with stations, roster and past incidents
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_numbers = count(1)


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
        """Return the DSN of one of its databases."""
        return make_conninfo(self.admin, dbname=database)


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
    controls = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    if not controls:
        pytest.skip("PostGIS is not installed (apt install postgresql-15-postgis-3)")
    programs = Path("/usr/lib/postgresql") / controls[-1].parts[-3] / "bin"
    owner = owner_of(short_folder / "postgis")
    for folder in ("postgis", "socket"):
        owner.own_folder(short_folder / folder)
    data, socket = short_folder / "postgis" / "data", short_folder / "socket"

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(data), *arguments]
        subprocess.run(
            owner.command(command, reaching=(short_folder,)),
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    run("initdb", "-U", "room", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories={socket} -c max_connections=100"
    run("pg_ctl", "-w", "-l", str(data / "log"), "-o", options, "start")
    yield _prepared("postgis", f"host={socket} user=room dbname=postgres")
    run("pg_ctl", "-w", "-m", "immediate", "stop")


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
        made = Store(server.dsn(database))
        made.migrate()
        if database == SEEDED:
            seed(made, DATA, at=NOON)
        made.close()
    return server


def _database(server: Server, template: str) -> Iterator[str]:
    name = f"t{os.getpid()}_{next(_numbers)}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.dsn(name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
