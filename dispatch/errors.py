"""
Refusals: each says in fields, never in a sentence, why something was not done.

Pages (`ui/text`) and the CLI (`dispatch.cli.sentences`) each keep one table from type to sentence.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any


class DispatchError(Exception):
    """Base of every refusal a person can be told about."""

    def __str__(self) -> str:
        said = ", ".join(f"{one.name}={getattr(self, one.name)!r}" for one in _fields(self))
        return f"{type(self).__name__}({said})"


def _fields(refusal: DispatchError) -> tuple[Field[Any], ...]:
    return fields(refusal) if is_dataclass(refusal) else ()


class BadInput(DispatchError):
    """What was typed, sent or read cannot be used; nothing was tried."""


class Refusal(DispatchError):
    """The request was understood, and the present state of things refuses it."""


@dataclass(eq=False)
class EmptyText(BadInput):
    """Nothing was said where words are needed."""

    field: str = "text"


@dataclass(eq=False)
class TextTooLong(BadInput):
    """More characters than the room can use."""

    field: str
    length: int
    limit: int


@dataclass(eq=False)
class BadCoordinates(BadInput):
    """Not a longitude and latitude; `swapped` when the other way round would fit the city."""

    lon: object
    lat: object
    swapped: bool = False


@dataclass(eq=False)
class OutsideArea(BadInput):
    """A real place, too far from Ambon for its units to drive to."""

    lon: float
    lat: float


@dataclass(eq=False)
class PlaceUnclear(BadInput):
    """A caller's words alone do not settle the place; `candidates` are what they may mean."""

    status: str
    candidates: tuple[str, ...] = ()


@dataclass(eq=False)
class BadTime(BadInput):
    """Not a time with a zone, or one that cannot be (a fix from the future)."""

    value: object


@dataclass(eq=False)
class BadMonth(BadInput):
    """Not a month (YYYY-MM) that can be reported; `ahead` when it has not begun."""

    value: str
    ahead: bool = False


@dataclass(eq=False)
class BadValue(BadInput):
    """A word that is none of the known ones."""

    field: str
    value: str
    known: tuple[str, ...] = ()


@dataclass(eq=False)
class UnknownType(BadInput):
    """No incident type, code or alias, is called this."""

    code: str
    known: tuple[str, ...] = ()


@dataclass(eq=False)
class UnknownUnit(BadInput):
    """No unit has this call sign."""

    call_sign: str


@dataclass(eq=False)
class UnknownIncident(BadInput):
    """No incident has this id."""

    id: int


@dataclass(eq=False)
class UnknownRow(BadInput):
    """Nothing of this kind has this id (assignment, closure, recommendation, place name)."""

    kind: str
    id: int | str


@dataclass(eq=False)
class BadDataFile(BadInput):
    """A data file is missing, damaged or not what it should be."""

    path: str
    reason: str


@dataclass(eq=False)
class BadUnitsFile(BadInput):
    """A units file (CSV, GeoJSON, JSON) cannot be read; `line` where known."""

    path: str
    reason: str
    line: int | None = None


@dataclass(eq=False)
class BadClosures(BadInput):
    """Road closures cannot be read."""

    reason: str
    path: str | None = None


@dataclass(eq=False)
class BadFeed(BadInput):
    """What BMKG sent cannot be read; `reason` is a word of `feed_reason` in the pages' text."""

    feed: str
    reason: str


@dataclass(eq=False)
class BadLayer(BadInput):
    """A map layer cannot be used; `reason` is a word of `layer_reason` in the pages' text."""

    name: str
    reason: str


@dataclass(eq=False)
class BadSetting(BadInput):
    """An environment variable holds something the program cannot use."""

    name: str
    value: str


@dataclass(eq=False)
class UnitBusy(Refusal):
    """Somebody sent this unit first."""

    call_sign: str
    by: str
    at: datetime
    incident: str


@dataclass(eq=False)
class UnitOffDuty(Refusal):
    """The unit is off duty or out of service."""

    call_sign: str
    status: str


@dataclass(eq=False)
class UnitAssigned(Refusal):
    """The unit is on an incident; clear or withdraw it before changing its duty."""

    call_sign: str
    incident: str


@dataclass(eq=False)
class IllegalMove(Refusal):
    """The table of moves has no step from here to there."""

    kind: str
    from_status: str
    to_status: str


@dataclass(eq=False)
class UnitsStillOut(Refusal):
    """The incident cannot end while these units are on it."""

    incident: str
    call_signs: tuple[str, ...]


@dataclass(eq=False)
class Stale(Refusal):
    """Somebody changed this since it was read."""

    kind: str
    id: int | str


@dataclass(eq=False)
class NoUnitAvailable(Refusal):
    """No unit is both able and reachable; call sign to the reason it was passed over."""

    passed_over: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class NotAllowed(Refusal):
    """This person's role does not allow it."""

    by: str
    action: str


@dataclass(eq=False)
class WordTaken(Refusal):
    """Another incident type, `owner`, is already called this."""

    word: str
    owner: str


@dataclass(eq=False)
class NobodyAnswers(Refusal):
    """No line of the run card is for the type's lead or support: nobody would be offered."""

    type: str


@dataclass(eq=False)
class NobodyBrings(Refusal):
    """The questions of this type may ask for what only this line of its run card brings."""

    type: str
    need: str


@dataclass(eq=False)
class WrongPassword(Refusal):
    """No such account with this password; which of the two is not said."""


@dataclass(eq=False)
class LockedOut(Refusal):
    """Too many wrong passwords in a row; the account waits until then."""

    until: datetime


@dataclass(eq=False)
class SignedOut(Refusal):
    """The session has ended; `why` is out, idle, shift, or account."""

    why: str


@dataclass(eq=False)
class PasswordToChange(Refusal):
    """This is a one-time password: nothing else can be done until a new one is chosen."""


@dataclass(eq=False)
class WeakPassword(BadInput):
    """A new password that is too short, or is the login itself."""

    least: int


@dataclass(eq=False)
class LoginTaken(Refusal):
    """Another account has this login, or this address of the identity provider."""

    login: str


@dataclass(eq=False)
class LastAdmin(Refusal):
    """Nobody else could manage the accounts any more."""

    login: str


@dataclass(eq=False)
class KeyNameTaken(Refusal):
    """A program's key has this name, or had it once: the record keeps telling them apart."""

    name: str


@dataclass(eq=False)
class NothingPlanned(Refusal):
    """Nobody planned this shift."""

    shift: str
    begins_at: datetime


@dataclass(eq=False)
class HandoverTaken(Refusal):
    """Somebody took this note over first."""

    by: str
    at: datetime


@dataclass(eq=False)
class OwnHandover(Refusal):
    """Nobody takes over their own note: the next person does."""


@dataclass(eq=False)
class CallSignTaken(Refusal):
    """Another unit has this call sign, or had it before it left."""

    call_sign: str


@dataclass(eq=False)
class HasStation(Refusal):
    """The unit is at home at its station; the station is what moves."""

    call_sign: str
    station: str


@dataclass(eq=False)
class TrainingInUse(Refusal):
    """The training room is open somewhere; it cannot be made anew under people's hands."""

    connections: int


@dataclass(eq=False)
class DoesNotReconcile(DispatchError):
    """A report's figures contradict each other; `faults` names each check that failed."""

    faults: tuple[str, ...]


@dataclass(eq=False)
class DatabaseDown(DispatchError):
    """The database does not answer; `reason` is for the log, not for a dispatcher."""

    reason: str


@dataclass(eq=False)
class OwnerNeeded(Refusal):
    """The schema has to be changed, and only its owner may; `reason` is for the log."""

    reason: str


@dataclass(eq=False)
class DatabaseFull(DatabaseDown):
    """The database's disk is full: what it has can be read, and nothing can be written."""


@dataclass(eq=False)
class DatabaseAway(DatabaseDown):
    """The room goes on without its database; this is none of the things it can do meanwhile."""


@dataclass(eq=False)
class JournalFailed(Refusal):
    """The local journal cannot be written (disk full, read-only): nothing was noted."""

    reason: str


@dataclass(eq=False)
class NotReplayed(Refusal):
    """What this rests on was noted while the database was away, and could not be done."""

    action: str


@dataclass(eq=False)
class JournalDamaged(Refusal):
    """Lines of a local journal cannot be read; they lie in the file `file`."""

    file: str
