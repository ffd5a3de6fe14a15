"""Connections and transactions; database errors become refusals here and nowhere else."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import DictRow, TupleRow, dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from dispatch.errors import (
    BadValue,
    DatabaseDown,
    DispatchError,
    IllegalMove,
    UnitAssigned,
    UnitOffDuty,
    UnitsStillOut,
)
from dispatch.store.queries import queries

logging.getLogger("psycopg").addHandler(logging.NullHandler())  # a down database is said once

Transaction = Connection[DictRow]
Pool = ConnectionPool[Transaction]
WAIT_S = 5.0
# A desk that hangs in the middle of a change does not hold up the others.
LET_GO = "-c idle_in_transaction_session_timeout=30s -c lock_timeout=15s"


class UnitTaken(Exception):
    """The index `unit_on_one_incident` refused; the desk finds out who holds the unit."""


class MissingRow(Exception):
    """A row refers to one that is not there; `constraint` says which."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


class Database:
    """
    A pool of connections to one database.

    Parameters
    ----------
    reach
        Returns the DSN; for the embedded server it also starts it. Called again when the
        database stops answering.
    """

    def __init__(self, reach: Callable[[], str]) -> None:
        self._reach = reach
        self._pool: Pool | None = None
        self._opening = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """
        Lend a connection to read with.

        Raises
        ------
        DatabaseDown
            The database does not answer.
        """
        with self._refusals(), self._connection() as connection, connection.transaction():
            yield connection

    @contextmanager
    def writing(
        self, *, by: str, at: datetime, action: str, source: str = "desk"
    ) -> Iterator[Transaction]:
        """
        Lend a connection whose changes are recorded as `by`'s, committed together or not at all.

        Raises
        ------
        DatabaseDown
            The database does not answer; nothing was written.
        DispatchError
            A rule the database keeps refused the change.
        """
        with self._refusals(), self._connection() as connection, connection.transaction():
            connection.execute(
                queries("event")["sign"],
                {"actor": by, "source": source, "action": action, "at": at.isoformat()},
            )
            yield connection

    def dsn(self) -> str:
        """Return where the database answers, starting it if it is ours."""
        return self._reach()

    def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    @contextmanager
    def _connection(self) -> Iterator[Transaction]:
        pool, connection = self._borrow()
        try:
            yield connection
        finally:
            pool.putconn(connection)

    def _borrow(self) -> tuple[Pool, Transaction]:
        """Take a connection; when none can be had, reach for the database once more."""
        pool = self._pool or self._replace(None)
        try:
            return pool, pool.getconn(timeout=WAIT_S)
        except (PoolTimeout, PoolClosed):
            pool = self._replace(pool)
        try:
            return pool, pool.getconn(timeout=WAIT_S)
        except (PoolTimeout, PoolClosed) as error:
            raise down(error) from error

    def _replace(self, failed: Pool | None) -> Pool:
        """Open a pool in place of one that failed, unless another thread has already done so."""
        with self._opening:
            if self._pool is None or self._pool is failed:
                self.close()
                self._pool = self._open()
            return self._pool

    def _open(self) -> Pool:
        dsn = self._reach()
        connected(dsn).close()  # the pool would retry for seconds and hide the reason
        return ConnectionPool(
            dsn,
            connection_class=Transaction,
            kwargs={"row_factory": dict_row, "autocommit": True, "options": LET_GO},
            min_size=1,
            max_size=20,
            open=True,
            check=ConnectionPool.check_connection,
            reconnect_timeout=WAIT_S,
        )

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise refusal(error) from error


def refusal(error: psycopg.Error) -> Exception:
    """Return what a database error means to the room; the error itself when it is a defect."""
    said = (error.diag.message_detail or "").split("|")
    makers: Mapping[str | None, Callable[..., DispatchError]] = {
        "AM002": IllegalMove,
        "AM003": UnitOffDuty,
        "AM004": lambda code, units: UnitsStillOut(code, tuple(units.split(";"))),
        "AM005": UnitAssigned,
    }
    if error.sqlstate in makers:
        return makers[error.sqlstate](*said)
    if isinstance(error, psycopg.errors.UniqueViolation):
        taken = error.diag.constraint_name == "unit_on_one_incident"
        return UnitTaken() if taken else _bad_value(error)
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return MissingRow(error.diag.constraint_name or "")
    if isinstance(error, psycopg.errors.CheckViolation | psycopg.DataError):
        return _bad_value(error)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return down(error)
    return error


def connected(dsn: str) -> Connection[TupleRow]:
    """Return a connection of one's own, in autocommit; DatabaseDown when there is none."""
    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=int(WAIT_S))
    except psycopg.Error as error:
        raise down(error) from error


def down(error: Exception) -> DatabaseDown:
    """Return the refusal for a database that does not answer, its reason on one line."""
    return DatabaseDown(" ".join(str(error).split()))


def _bad_value(error: psycopg.Error) -> BadValue:
    """Name the rule, not the row: its detail would hold caller's data."""
    return BadValue(error.diag.constraint_name or "value", error.diag.message_primary or "")


def one(cursor: "psycopg.Cursor[DictRow]") -> dict[str, Any]:
    """Return the single row of a statement that always gives one."""
    row = cursor.fetchone()
    if row is None:
        raise LookupError("a statement that gives a row gave none")
    return row
