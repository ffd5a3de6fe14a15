"""
The schema, step by step: `migrations/NNNN_name.sql`, each applied once, in order.

Steps named `*.postgis.sql` wait until PostGIS can be had, and are applied then, be it years later.
"""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from dispatch.errors import OwnerNeeded
from dispatch.store import rights
from dispatch.store.database import Database, down
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


def migrate(database: Database, app_dsn: str | None = None) -> Migrated:
    """
    Bring the schema up to date; safe to run again and from several programs at once.

    Parameters
    ----------
    database
        As its owner; another user only sees whether it is up to date.
    app_dsn
        Whose user may then work in it, when the app comes as another than the owner.

    Raises
    ------
    DatabaseDown
        The database does not answer.
    OwnerNeeded
        There are steps to apply, or rights to give, and this user may not.
    """
    try:
        with database.connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            if database.training:
                _make_schema(connection)
            done = _apply(connection)
            if app_dsn is not None:
                rights.let(connection, app_dsn)
            return done
    except psycopg.errors.InsufficientPrivilege as error:
        raise OwnerNeeded(" ".join(str(error).split())) from error
    except psycopg.OperationalError as error:
        raise down(error) from error


def _make_schema(connection: Connection[TupleRow]) -> None:
    """Make the training room's schema; one made for us by somebody else will do."""
    sql = queries("training")
    if not connection.execute(sql["made"]).fetchone():
        connection.execute(sql["make"])


def _apply(connection: Connection[TupleRow]) -> Migrated:
    sql = queries("migration")
    if connection.execute(sql["table_made"]).fetchone() != (True,):
        connection.execute(sql["make_table"])
    done = {name for (name,) in connection.execute(sql["applied"])}
    todo = [step for step in steps() if step.name not in done]
    postgis = any(needs_postgis(step) for step in todo) and _may_have_postgis(connection)
    applied = [step for step in todo if postgis or not needs_postgis(step)]
    for step in applied:
        with connection.transaction():
            if needs_postgis(step):
                connection.execute(sql["see_postgis"])
            connection.execute(step.read_bytes())
            connection.execute(sql["record"], {"name": step.name})
    waiting = [step.name for step in todo if step not in applied]
    return Migrated(tuple(step.name for step in applied), tuple(waiting))


def needs_postgis(step: Path) -> bool:
    """Whether a step waits until PostGIS can be had."""
    return step.name.endswith(".postgis.sql")


def _may_have_postgis(connection: Connection[TupleRow]) -> bool:
    """Return whether its steps can be applied, making PostGIS if this database user may."""
    sql = queries("migration")
    if connection.execute(rights.RIGHTS["may_make"]).fetchone() != (True,):
        return False
    if connection.execute(sql["postgis_made"]).fetchone():
        return True
    if not connection.execute(sql["postgis_available"]).fetchone():
        return False
    try:
        with connection.transaction():
            connection.execute(sql["make_postgis"])
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.UndefinedFile,
    ):
        return False
    return True
