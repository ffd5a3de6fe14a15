"""One room: its database, its ground, its catalogue."""

import math
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shapely.geometry import shape

from dispatch.catalogue import Catalogue, load_catalogue
from dispatch.config import Settings, load_settings
from dispatch.ground import Ground, load_ground
from dispatch.scripts import Script, load_scripts
from dispatch.speeds import NOTHING_LEARNT, Corrections, Drive, learn
from dispatch.store import Store, closures, drives, open_store, place_names, seed
from dispatch.store.closures import ClosureRow
from dispatch.store.place_names import PlaceNameRow
from geo.closures import Closure, active

if TYPE_CHECKING:
    from dispatch.duplicates import Comparison
    from geo.geocode import Geocoder

LEARN_EVERY_S = 300.0
LEARN_FROM = timedelta(days=365)  # roads change


class Room:
    """
    What the desk works with.

    `geocoder` is the ground's with the room's own names on top, made anew only when they changed.
    """

    def __init__(self, settings: Settings, store: Store, ground: Ground) -> None:
        self.settings = settings
        self.store = store
        self.ground = ground
        self._lock = threading.Lock()
        self._named: tuple[Sequence[PlaceNameRow], Geocoder] | None = None
        self._learnt = NOTHING_LEARNT
        self._learnt_at = -math.inf

    @cached_property
    def catalogue(self) -> Catalogue:
        """Incident types and what each needs."""
        return load_catalogue(self.ground.data / "catalogue")

    @cached_property
    def scripts(self) -> Mapping[str, Script]:
        """What is asked about each type of incident."""
        return load_scripts(self.ground.data / "catalogue", self.catalogue)

    @cached_property
    def comparison(self) -> "Comparison":
        """What tells whether a call is about an open incident."""
        from dispatch.duplicates import Comparison  # noqa: PLC0415

        return Comparison(self.ground.geocoder.vocabulary, self.ground.boundaries)

    def geocoder(self) -> "Geocoder":
        """Return the geocoder with the names the room added."""
        with self.store.reading() as tx:
            rows = place_names.all_names(tx)
        with self._lock:
            if self._named is None or self._named[0] != rows:
                self._named = rows, self.ground.geocoder_with(rows)
            return self._named[1]

    def closures(self, at: datetime) -> list[Closure]:
        """Return the closures in force at a time."""
        with self.store.reading() as tx:
            rows = closures.standing(tx)
        return active([closure_of(row) for row in rows], at)

    def corrections(self) -> Corrections:
        """Return what the room's own drives taught it; looked at again every few minutes."""
        with self._lock:
            if time.monotonic() - self._learnt_at > LEARN_EVERY_S:
                self._learnt = learn(self._drives())
                self._learnt_at = time.monotonic()
            return self._learnt

    def _drives(self) -> list[Drive]:
        with self.store.reading() as tx:
            return drives.finished(tx, since=datetime.now(UTC) - LEARN_FROM)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def closure_of(row: ClosureRow) -> Closure:
    """Return a stored closure as `geo` uses it."""
    return Closure(
        id=str(row.id),
        geometry=shape(row.geometry),
        profiles=frozenset(row.profiles) if row.profiles is not None else None,
        from_at=row.from_at,
        until_at=row.until_at,
        reason=row.reason,
        author=row.author,
    )


def open_room(settings: Settings | None = None) -> Room:
    """
    Open the room: its database brought up to date, and seeded when it is new.

    Raises
    ------
    DatabaseDown
        The database does not answer.
    BadDataFile
        The stations, the roster or the past incidents cannot be read.
    """
    settings = settings or load_settings()
    room = Room(settings, open_store(settings), load_ground(settings.data_dir))
    try:
        room.store.migrate()
        seed.seed_if_empty(room.store, room.ground.data, at=datetime.now(UTC))
    except BaseException:
        room.close()
        raise
    return room
