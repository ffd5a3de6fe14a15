"""What the room knows, in PostgreSQL; only this package speaks SQL."""

from contextlib import AbstractContextManager
from datetime import datetime

from dispatch.config import Settings
from dispatch.store.database import Database, MissingRow, Transaction, UnitTaken
from dispatch.store.embedded import EmbeddedServer
from dispatch.store.listen import ChangeCounter
from dispatch.store.migrate import Migrated, migrate

__all__ = ["MissingRow", "Store", "Transaction", "UnitTaken", "open_store"]


class Store:
    """
    The room's database.

    Parameters
    ----------
    dsn
        Where PostgreSQL answers; None for the embedded server.
    server
        The embedded server to use when there is no DSN.
    """

    def __init__(self, dsn: str | None, server: EmbeddedServer | None = None) -> None:
        self._server = server
        self.database = Database(server.ensure_running if server else lambda: dsn or "")
        self._changes = ChangeCounter(self.database)

    def reading(self) -> AbstractContextManager[Transaction]:
        """Lend a connection to read with; DatabaseDown when none can be had."""
        return self.database.reading()

    def writing(
        self, *, by: str, at: datetime, action: str, source: str = "desk"
    ) -> AbstractContextManager[Transaction]:
        """Lend a connection whose changes are recorded as `by`'s and committed together."""
        return self.database.writing(by=by, at=at, action=action, source=source)

    def migrate(self) -> Migrated:
        """Bring the schema up to date; DatabaseDown when it cannot be."""
        return migrate(self.database)

    def version(self) -> int:
        """Return a number that rises with every change anybody commits; costs no query."""
        return self._changes.version()

    def close(self) -> None:
        """Let go of the database, and of the embedded server if it is ours."""
        self._changes.close()
        self.database.close()
        if self._server is not None:
            self._server.release()


def open_store(settings: Settings) -> Store:
    """Return the store the settings name; nothing is reached for yet."""
    if settings.database_url:
        return Store(settings.database_url)
    return Store(None, EmbeddedServer(settings.state_dir / "postgres"))
