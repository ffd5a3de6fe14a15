"""Connections and transactions; database errors become refusals here and nowhere else."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import DictRow, TupleRow, dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from dispatch.errors import (
    BadValue,
    DatabaseDown,
    DatabaseFull,
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
# Compiling a statement takes longer than any of ours.
LET_GO = "-c idle_in_transaction_session_timeout=30s -c lock_timeout=15s -c jit=off"
# A server whose machine has gone away is noticed within ten seconds, not after TCP's two hours.
STEADY = {
    "connect_timeout": str(int(WAIT_S)),
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
TRAINING = "training"  # the schema of the training room
IN_TRAINING = "ambon112-training"  # how its connections are known to the server


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
    training
        Every connection sees the training room's schema and no other.
    read_only
        The server itself refuses every change.
    """

    def __init__(
        self, reach: Callable[[], str], *, training: bool = False, read_only: bool = False
    ) -> None:
        self._reach = reach
        self.training = training
        self._read_only = read_only
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
        with refusals(), self._connection() as connection, connection.transaction():
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
        with refusals(), self._connection() as connection, connection.transaction():
            sign(connection, by=by, at=at, action=action, source=source)
            yield connection

    def dsn(self) -> str:
        """Return where the room's schema answers, starting the database if it is ours."""
        dsn = steady(self._reach())
        if self._read_only:  # by our own wish: the primary must not look like a standby for it
            wanted = conninfo_to_dict(dsn).get("target_session_attrs")
            primary = {"target_session_attrs": "primary"} if wanted == "read-write" else {}
            dsn = with_options(dsn, "-c default_transaction_read_only=on", **primary)
        if self.training:
            dsn = with_options(dsn, f"-c search_path={TRAINING}", application_name=IN_TRAINING)
        return dsn

    def connect(self) -> Connection[TupleRow]:
        """
        Return a connection of one's own, in autocommit.

        Raises
        ------
        DatabaseDown
            There is none, or something before the server (a pooler) keeps us out of our schema.
        """
        connection = connected(self.dsn())
        if self.training:
            path = connection.execute(queries("training")["path"]).fetchone()
            if path != (TRAINING,):
                connection.close()
                raise DatabaseDown(f"no session of our own in the schema {TRAINING}")
        return connection

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
        self.connect().close()  # the pool would retry for seconds and hide the reason
        return ConnectionPool(
            with_options(self.dsn(), LET_GO),
            connection_class=Transaction,
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=1,
            max_size=20,
            open=True,
            check=ConnectionPool.check_connection,
            reconnect_timeout=WAIT_S,
        )


def sign(tx: Transaction, *, by: str, at: datetime, action: str, source: str) -> None:
    """Have what this transaction changes from now on recorded as `by`'s."""
    values = {"actor": by, "source": source, "action": action, "at": at.isoformat()}
    tx.execute(queries("event")["sign"], values)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database says inside into what it means to the room."""
    try:
        yield
    except psycopg.Error as error:
        raise refusal(error) from error
    except UnicodeEncodeError as error:  # halves of pairs, which no database keeps
        raise BadValue("text", "") from error


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
        return psycopg.connect(steady(dsn), autocommit=True)
    except psycopg.Error as error:
        raise down(error) from error


def steady(dsn: str) -> str:
    """Return a DSN with how long to wait for the server, where it does not say so itself."""
    try:
        said = conninfo_to_dict(dsn)
        return make_conninfo(dsn, **{name: one for name, one in STEADY.items() if name not in said})
    except psycopg.Error:  # its words repeat the DSN, and with it the password
        raise DatabaseDown("the DSN of the database cannot be read") from None


def with_options(dsn: str, options: str, **more: str) -> str:
    """Return a DSN with further options for the server; DatabaseDown when it is none."""
    try:
        own = conninfo_to_dict(dsn).get("options") or ""
        return make_conninfo(dsn, options=f"{own} {options}".strip(), **more)
    except psycopg.Error:
        raise DatabaseDown("the DSN of the database cannot be read") from None


def down(error: Exception) -> DatabaseDown:
    """Return the refusal for a database that does not answer, its reason on one line."""
    kind = DatabaseFull if isinstance(error, psycopg.errors.DiskFull) else DatabaseDown
    return kind(" ".join(str(error).split()))


def _bad_value(error: psycopg.Error) -> BadValue:
    """Name the rule, not the row: its detail would hold caller's data."""
    return BadValue(error.diag.constraint_name or "value", error.diag.message_primary or "")


def one(cursor: "psycopg.Cursor[DictRow]") -> dict[str, Any]:
    """Return the single row of a statement that always gives one."""
    row = cursor.fetchone()
    if row is None:
        raise LookupError("a statement that gives a row gave none")
    return row
