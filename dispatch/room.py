"""One room: its database, its ground, its catalogue."""

import math
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from shapely.geometry import shape

from dispatch.catalogue import Catalogue, load_catalogue
from dispatch.config import Settings, load_settings
from dispatch.errors import DatabaseDown, DatabaseFull
from dispatch.ground import Ground, load_ground
from dispatch.scripts import Script, load_scripts, no_script
from dispatch.speeds import NOTHING_LEARNT, Corrections, Drive, learn
from dispatch.store import (
    Store,
    Transaction,
    catalogue_edits,
    closures,
    drives,
    open_store,
    place_names,
    seed,
    training,
)
from dispatch.store.catalogue_edits import EditRow
from dispatch.store.closures import ClosureRow
from dispatch.store.place_names import PlaceNameRow
from geo.closures import Closure, active

if TYPE_CHECKING:
    from dispatch.desk.outage import Outage
    from dispatch.duplicates import Comparison
    from geo.geocode import Geocoder

T = TypeVar("T")
LOOK_EVERY_S = 0.2  # how late another program's edit of the catalogue may be seen
LEARN_EVERY_S = 300.0
LEARN_FROM = timedelta(days=365)  # roads change


class Room:
    """
    What the desk works with.

    `geocoder` is the ground's with the room's own names on top, `catalogue` the shipped one with
    the room's own rows over it; both are made anew only when those changed. `outage` carries the
    room over the time its database is away (`dispatch.desk.outage`); None where nothing does.
    """

    outage: "Outage | None" = None

    def __init__(self, settings: Settings, store: Store, ground: Ground) -> None:
        self.settings = settings
        self.store = store
        self.ground = ground
        self._lock = threading.Lock()
        self._named: tuple[Sequence[PlaceNameRow], Geocoder] | None = None
        self._edited: tuple[Sequence[EditRow], Catalogue] | None = None
        self._looked_at = -math.inf
        self._looking = threading.Lock()
        self._learnt = NOTHING_LEARNT
        self._learnt_at = -math.inf
        self._last: dict[Hashable, Any] = {}

    def away(self, down: DatabaseDown) -> "Outage":
        """Go on without the database from now on; raises `down` where nobody keeps a journal."""
        if self.outage is None:
            raise down
        self.outage.begin(full=isinstance(down, DatabaseFull))
        return self.outage

    def known(self, name: Hashable, read: Callable[[Transaction], T]) -> T:
        """Return what is read now; while the database is away, what was read last."""
        try:
            with self.store.reading() as tx:
                found = read(tx)
        except DatabaseDown as down:
            self.away(down)
            if name not in self._last:
                raise
            last: T = self._last[name]
            return last
        self._last[name] = found
        return found

    def look_ahead(self) -> None:
        """Read what a ranking needs, so that it is known when the database goes away."""
        _ = self.catalogue
        self.known("names", place_names.all_names)
        self.known("closures", closures.standing)
        self.corrections()

    def last_known(self, name: Hashable) -> Any:
        """Return what was read last under a name; None when nothing was."""
        return self._last.get(name)

    def keep_known(self, name: Hashable, found: Any) -> None:
        """Keep what is known under a name as if it had just been read."""
        self._last[name] = found

    def within(self, tx: Transaction, source: str) -> "Room":
        """Return the room as one transaction sees and changes it, recorded as `source`'s."""
        inside = copy(self)
        inside.store, inside.outage = self.store.within(tx, source), None
        return inside

    @property
    def catalogue(self) -> Catalogue:
        """Incident types and what each needs, with the room's own rows."""
        with self._looking:
            now = time.monotonic()
            if self._edited is None or now - self._looked_at > LOOK_EVERY_S:
                rows = self.known("catalogue", catalogue_edits.rows)
                if self._edited is None or self._edited[0] != rows:
                    self._edited = rows, self.shipped.edited(row.edit for row in rows if row.edit)
                self._looked_at = now
            return self._edited[1]

    def look_again(self) -> None:
        """See an edit of the catalogue that this program has just written."""
        with self._looking:
            self._looked_at = -math.inf

    @property
    def scripts(self) -> Mapping[str, Script]:
        """What is asked about each type of incident; nothing about those the room added."""
        return {
            code: self.shipped_scripts.get(code) or no_script(code) for code in self.catalogue.types
        }

    @cached_property
    def shipped(self) -> Catalogue:
        """The catalogue as the program ships it."""
        return load_catalogue(self.ground.data / "catalogue")

    @cached_property
    def shipped_scripts(self) -> Mapping[str, Script]:
        """The scripts as the program ships them."""
        return load_scripts(self.ground.data / "catalogue", self.shipped)

    @cached_property
    def comparison(self) -> "Comparison":
        """What tells whether a call is about an open incident."""
        from dispatch.duplicates import Comparison  # noqa: PLC0415

        return Comparison(self.ground.geocoder.vocabulary, self.ground.boundaries)

    def geocoder(self) -> "Geocoder":
        """Return the geocoder with the names the room added."""
        rows = self.known("names", place_names.all_names)
        with self._lock:
            if self._named is None or self._named[0] != rows:
                self._named = rows, self.ground.geocoder_with(rows)
            return self._named[1]

    def closures(self, at: datetime) -> list[Closure]:
        """Return the closures in force at a time."""
        rows = self.known("closures", closures.standing)
        return active([closure_of(row) for row in rows], at)

    def corrections(self) -> Corrections:
        """Return what the room's own drives taught it; looked at again every few minutes."""
        with self._lock:
            if time.monotonic() - self._learnt_at > LEARN_EVERY_S:
                self._learnt = learn(self._drives())
                self._learnt_at = time.monotonic()
            return self._learnt

    def _drives(self) -> list[Drive]:
        since = datetime.now(UTC) - LEARN_FROM
        return self.known("drives", lambda tx: drives.finished(tx, since=since))

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

    The training room gets the accounts of the real one each time it is opened.

    Raises
    ------
    DatabaseDown
        The database does not answer.
    BadDataFile
        The stations, the roster or the past incidents cannot be read.
    BadSetting
        The real room and the training room cannot be told apart in this database.
    """
    settings = settings or load_settings()
    room = Room(settings, open_store(settings), load_ground(settings.data_dir))
    try:
        if settings.training:
            training.check_apart(settings)
        room.store.migrate()
        seed.seed_if_empty(room.store, room.ground.data, at=datetime.now(UTC))
        if settings.training:
            training.copy_accounts(room.store, settings, at=datetime.now(UTC))
    except BaseException:
        room.close()
        raise
    return room
