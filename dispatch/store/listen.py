"""A number that rises when anything changed: one LISTEN connection per process feeds it."""

import threading
import time

import psycopg

from dispatch.errors import DatabaseDown
from dispatch.store.database import Database, connected
from dispatch.store.queries import queries

PAUSE_S = 1.0  # before reaching again for a database that went away
LOOK_UP_S = 1.0  # how often the thread looks whether it should end


class ChangeCounter:
    """Counts committed changes; also rises after a gap, when changes may have been missed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Higher than any before this program was started again: pages that stand open notice.
        self._version = int(time.time() * 1000)
        self.lost = False
        """Whether listening ended and no connection could be had since."""
        self._stopped = threading.Event()
        self._listening = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def version(self) -> int:
        """Return the present number; the first call starts to listen. Costs no query."""
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._listen, daemon=True)
                    self._thread.start()
            self._listening.wait(PAUSE_S)
        return self._version

    def close(self) -> None:
        """Stop listening."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(LOOK_UP_S + PAUSE_S)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                self._hear()
            except psycopg.Error:  # cut off: there may be another connection at once
                time.sleep(PAUSE_S)
            except DatabaseDown:
                self.lost = True
                time.sleep(PAUSE_S)

    def _hear(self) -> None:
        with connected(self._database.dsn()) as connection:
            self.lost = False
            schema = connection.execute(queries("training")["schema"]).fetchone()
            connection.execute("LISTEN room_change")
            self._version += 1
            self._listening.set()
            while not self._stopped.is_set():
                for heard in connection.notifies(timeout=LOOK_UP_S, stop_after=1):
                    self._version += (heard.payload,) == schema  # else another room's
