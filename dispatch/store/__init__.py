"""What the room knows, in PostgreSQL; only this package speaks SQL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from psycopg import Connection
from psycopg.rows import TupleRow

from dispatch.config import Settings
from dispatch.errors import DatabaseAway
from dispatch.store.database import (
    Database,
    MissingRow,
    Transaction,
    UnitTaken,
    refusals,
    sign,
)
from dispatch.store.embedded import EmbeddedServer, as_app
from dispatch.store.listen import ChangeCounter
from dispatch.store.migrate import Migrated, migrate

__all__ = ["MissingRow", "Store", "Transaction", "UnitTaken", "open_real", "open_store"]


class Store:
    """
    The room's database.

    Parameters
    ----------
    dsn
        Where PostgreSQL answers; None for the embedded server.
    server
        The embedded server to use when there is no DSN.
    owner
        DSN of the user who owns the schema; None when `dsn` is theirs, or they are not for us.
    training, read_only
        As `Database`.

    Everything is done as the user of `dsn`, but for what changes the schema. On the embedded
    server the two are different users, too.

    While it is `shut` nobody gets a connection and nobody waits for one; `database` still lends
    them, to who takes in what was noted meanwhile.
    """

    shut = False

    def __init__(
        self,
        dsn: str | None,
        server: EmbeddedServer | None = None,
        *,
        owner: str | None = None,
        training: bool = False,
        read_only: bool = False,
    ) -> None:
        self._server = server
        reach = (lambda: as_app(server.ensure_running())) if server else (lambda: dsn or "")
        self.database = Database(reach, training=training, read_only=read_only)
        own = server.ensure_running if server else (lambda: owner) if owner else None
        self._owner = Database(own, training=training) if own else self.database
        self._changes = ChangeCounter(self.database)

    def reading(self) -> AbstractContextManager[Transaction]:
        """Lend a connection to read with; DatabaseDown when none can be had."""
        self._check_open()
        return self.database.reading()

    def jotting(self) -> AbstractContextManager[Transaction]:
        """Lend a connection to write what is no part of the record: who is still here."""
        return self.reading()

    def writing(
        self, *, by: str, at: datetime, action: str, source: str = "desk"
    ) -> AbstractContextManager[Transaction]:
        """Lend a connection whose changes are recorded as `by`'s and committed together."""
        self._check_open()
        return self.database.writing(by=by, at=at, action=action, source=source)

    def migrate(self) -> Migrated:
        """
        Bring the schema up to date, and let the app's own user work in it when there is one.

        Raises
        ------
        DatabaseDown
            The database does not answer.
        OwnerNeeded
            The schema is not up to date, and only its owner may change it.
        """
        return migrate(self._owner, self.database.dsn())

    def owner(self) -> Connection[TupleRow]:
        """Return a connection of one's own as who owns the schema, as far as we know them."""
        return self._owner.connect()

    def version(self) -> int:
        """Return a number that rises with every change anybody commits; costs no query."""
        return self._changes.version()

    def lost(self) -> bool:
        """Whether the connection on which changes are heard of broke and could not be had again."""
        return self._changes.lost

    def within(self, tx: Transaction, source: str) -> "Store":
        """Return a store whose every change is part of one transaction, recorded as `source`'s."""
        return _Within(self.database, tx, source)

    def _check_open(self) -> None:
        if self.shut:
            raise DatabaseAway("shut until it is back")

    def close(self) -> None:
        """Let go of the database, and of the embedded server if it is ours."""
        self._changes.close()
        self.database.close()
        if self._server is not None:
            self._server.release()


class _Within(Store):
    """Lends one connection again and again; what is refused is taken back, the rest stays."""

    def __init__(self, database: Database, tx: Transaction, source: str) -> None:
        self.database, self._tx, self._source = database, tx, source

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with refusals():
            yield self._tx

    @contextmanager
    def writing(
        self,
        *,
        by: str,
        at: datetime,
        action: str,
        source: str = "",  # noqa: ARG002 - it is ours
    ) -> Iterator[Transaction]:
        with refusals(), self._tx.transaction():
            sign(self._tx, by=by, at=at, action=action, source=self._source)
            yield self._tx


def open_store(settings: Settings) -> Store:
    """Return the store the settings name; nothing is reached for yet."""
    return _store(settings, training=settings.training)


def open_real(settings: Settings) -> Store:
    """Return the real room's store to a training room, which may only read it."""
    return _store(settings, read_only=True)


def _store(settings: Settings, *, training: bool = False, read_only: bool = False) -> Store:
    url = settings.database_url
    server = None if url else EmbeddedServer(settings.state_dir / "postgres")
    own = settings.owner_url
    return Store(url, server, owner=own, training=training, read_only=read_only)
