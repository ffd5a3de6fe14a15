"""
The schema, step by step: `migrations/NNNN_name.sql`, each applied once, in order.

Steps named `*.postgis.sql` wait until PostGIS can be had, and are applied then, be it years later.
"""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from dispatch.store.database import Database, connected, down
from dispatch.store.queries import queries

FOLDER = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 112_0001  # key of the advisory lock


@dataclass(frozen=True, slots=True)
class Migrated:
    """Which steps were applied now, and which still wait for PostGIS."""

    applied: tuple[str, ...]
    waiting: tuple[str, ...]


def steps() -> list[Path]:
    """Return every step in order."""
    return sorted(FOLDER.glob("[0-9]*.sql"), key=lambda path: path.name)


def migrate(database: Database) -> Migrated:
    """
    Bring the schema up to date; safe to run again and from several programs at once.

    Raises
    ------
    DatabaseDown
        The database does not answer, or does not let us make tables.
    """
    try:
        with connected(database.dsn()) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            return _apply(connection)
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        raise down(error) from error


def _apply(connection: Connection[TupleRow]) -> Migrated:
    sql = queries("migration")
    connection.execute(sql["make_table"])
    done = {name for (name,) in connection.execute(sql["applied"])}
    todo = [step for step in steps() if step.name not in done]
    postgis = any(_needs_postgis(step) for step in todo) and _have_postgis(connection)
    applied = [step for step in todo if postgis or not _needs_postgis(step)]
    for step in applied:
        with connection.transaction():
            connection.execute(step.read_bytes())
            connection.execute(sql["record"], {"name": step.name})
    waiting = [step.name for step in todo if step not in applied]
    return Migrated(tuple(step.name for step in applied), tuple(waiting))


def _needs_postgis(step: Path) -> bool:
    return step.name.endswith(".postgis.sql")


def _have_postgis(connection: Connection[TupleRow]) -> bool:
    """Return whether PostGIS is there, making it if this database user may."""
    sql = queries("migration")
    if connection.execute(sql["postgis_made"]).fetchone():
        return True
    if not connection.execute(sql["postgis_available"]).fetchone():
        return False
    try:
        with connection.transaction():
            connection.execute(sql["make_postgis"])
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedFile):
        return False
    return True
