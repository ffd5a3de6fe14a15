"""
The room while its database is away: it works on from what it last knew and keeps a journal.

Only a process that called `keep_journal` (the pages') goes on; commands and the HTTP endpoint say
that the database does not answer. From `begin` until everything noted has come in, the store is
shut: nothing overtakes what waits in the journal, and no page waits for a connection.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from dispatch.desk import standing as states
from dispatch.desk.intake import discard_call, take_call
from dispatch.desk.linking import call_again
from dispatch.desk.people import sign_out
from dispatch.desk.presence import HEARD_OF
from dispatch.desk.sending import assign, move_assignment
from dispatch.desk.standing import Made, Noted, Standing
from dispatch.errors import DatabaseAway, DatabaseDown, SignedOut
from dispatch.journal import Entry, Journal
from dispatch.person import By, Person
from dispatch.store.people import IDLE, Session

if TYPE_CHECKING:
    from dispatch.room import Room

log = logging.getLogger("ambon112.journal")
MOST_SESSIONS = 200  # seen here before those that have ended are forgotten
REFERENCES = ("incident_id", "assignment_id")
"""Words of an action that may point to what another entry makes."""
DOING: Mapping[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (take_call, discard_call, call_again, assign, move_assignment, sign_out)
}


def folder_of(settings: Any) -> Path:
    """Return where a room's journals lie; the training room's never come into the real one."""
    name = "journal-training" if settings.training else "journal"
    return Path(settings.state_dir) / name


def do(room: "Room", action: str, /, *, by: By, at: datetime, **said: Any) -> Any:
    """
    Do one of the things that can be done without the database too.

    Where a journal is kept and the database does not answer, it is noted there and returns what
    it makes as the pages show it until then (negative ids). `said` as the desk's function of that
    name takes it.

    Raises
    ------
    DispatchError
        As that function; JournalFailed when it can be noted nowhere.
    """
    outage = room.outage
    if outage is not None:
        said = outage.as_known(said)
    try:
        made = DOING[action](room, **said, by=by, at=at)
    except DatabaseDown as down:
        return room.away(down).note(action, said, by=by, at=at)
    if outage is not None:
        outage.saw(made)
    return made


def standing(room: "Room", at: datetime) -> Standing:
    """Return the room as it stands; while the database is away, as it was, with what was noted."""
    max_age = room.settings.fix_max_age
    now = room.known(
        "standing",
        lambda tx: states.read(tx, at=at, fix_max_age=max_age, heard_of=HEARD_OF),
    )
    return room.outage.standing(at) if room.outage and room.outage.since else now


def missed_since(room: "Room") -> datetime | None:
    """Return since when the database is away; None while it answers."""
    return room.outage.since if room.outage else None


def disk_full(room: "Room") -> bool:
    """Whether the database is away because its disk is full."""
    return bool(room.outage and room.outage.since and room.outage.full)


def noted(room: "Room") -> int:
    """Return how many entries wait in this process's journal."""
    return len(room.outage.waiting()) if room.outage else 0


def now_called(room: "Room", incident_id: int | None) -> int | None:
    """Return the room's id of an incident that was opened without the database and has come in."""
    return room.outage.now_called(incident_id) if room.outage else incident_id


class Outage:
    """
    What a room knows and notes while its database is away.

    `since` is when it was first missed, None while it answers; `full` when its disk was full;
    `changes` rises with every change of what the pages show because of it.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._journal = Journal(folder_of(room.settings))
        self._lock = RLock()
        self._now: Standing | None = None
        self._entries: list[Entry] = []
        self._noted = 0
        self._ids: dict[int, UUID] = {}
        self._became: dict[int, int] = {}
        self._sessions: dict[str, Session] = {}
        self.since: datetime | None = None
        self.full = False
        self.changes = 0

    def begin(self, *, full: bool = False) -> None:
        """Go on without the database from now on, unless we do already."""
        with self._lock:
            if self.since is None:
                self.since, self.full = datetime.now(UTC), full
                self._now = self._room.last_known("standing")
                self._room.store.shut = True
                self.changes += 1
                log.error("the database is away: the pages go on with a journal")

    def end(self) -> bool:
        """Return to the database when nothing waits in the journal any more; whether we did."""
        with self._lock:
            if self._entries:
                return False
            try:
                self._journal.erase()
            except OSError:  # what is in it is known to have come in
                log.exception("the journal could not be erased")
            if self._now is not None:  # until the next look, should it go away again before that
                self._room.keep_known("standing", self._now)
            self.since, self._now = None, None
            self._room.store.shut = False
            self.changes += 1
        log.warning("the database is back: everything noted has come in")
        return True

    def note(self, action: str, said: Mapping[str, Any], *, by: By, at: datetime) -> Made:
        """
        Write what somebody does in the journal, and show it.

        Raises
        ------
        DispatchError
            The room as it last was, with what was noted since, refuses it; JournalFailed.
        DatabaseAway
            The room was never seen.
        """
        with self._lock:
            if self._now is None:
                raise DatabaseAway("nothing is known yet")
            said = self.as_known(said)
            self._check(by, action, said, at)
            note = Noted(self._noted + 1, at, str(by))
            after, made = states.ACTIONS[action](self._now, note, **self._graded(action, said))
            session = by.session if isinstance(by, Person) else ""
            entry = Entry(uuid4(), action, at, str(by), session, self._written(said))
            self._journal.append(entry)
            self._now, self._noted = after, note.number
            self._ids[note.id] = entry.id
            self._entries.append(entry)
            if action == "sign_out":
                self._sessions.pop(session, None)
            self.changes += 1
            return made

    def waiting(self) -> list[Entry]:
        """Return what has not come in yet, first one first."""
        with self._lock:
            return list(self._entries)

    def came_in(self, entry: Entry, subject_id: int | None) -> None:
        """Take out what has come in; `subject_id` is what it made in the room, if it made any."""
        with self._lock:
            self._entries.remove(entry)
            number = next((one for one, known in self._ids.items() if known == entry.id), None)
            if number is not None and subject_id is not None:
                self._became[number] = subject_id
                if self._now is not None:
                    self._now = states.renamed(self._now, number, subject_id)
            self.changes += 1

    def as_known(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the words of an action with what has come in under the room's own ids."""
        known = {name: self.now_called(said[name]) for name in REFERENCES if name in said}
        return {**said, **known}

    def now_called(self, number: int | None) -> int | None:
        """Return the room's id of what was noted and has come in; any other id as it is."""
        return number if number is None else self._became.get(number, number)

    def standing(self, at: datetime) -> Standing:
        """Return the room as it last was, with what was noted since; DatabaseAway if never seen."""
        now = self._now
        if now is None:
            raise DatabaseAway("nothing is known yet")
        units = states.aged(now.units, at=at, fix_max_age=self._room.settings.fix_max_age)
        return replace(now, units=units, present=())

    def saw(self, made: Any) -> None:
        """Know of what was just done with the database: it may go away before the next look."""
        last = self._room.last_known("standing")
        if last is not None:
            self._room.keep_known("standing", states.with_made(last, made))

    def remember(self, session: Session) -> None:
        """Keep a session that the database knows."""
        known = self._sessions
        known[session.person.session] = session
        if len(known) > MOST_SESSIONS:
            ended = [key for key, one in list(known.items()) if one.ends_at < session.seen_at]
            for key in ended:
                known.pop(key, None)

    def forget(self, key: str) -> None:
        """Forget a session that has ended: it is not let in when the database goes away."""
        self._sessions.pop(key, None)

    def session(self, key: str, at: datetime, *, active: bool = False) -> Session:
        """
        Return a session as it was last known; it ends as it would with the database.

        Raises
        ------
        SignedOut
            It has ended since.
        DatabaseAway
            It was never seen here: nobody can be let in now.
        """
        found = self._sessions.get(key)
        if found is None:
            raise DatabaseAway("a session not seen here before")
        if at >= found.ends_at:
            raise SignedOut("shift")
        if at - found.seen_at > IDLE:
            raise SignedOut("idle")
        if active:
            self._sessions[key] = replace(found, seen_at=max(at, found.seen_at))
        return found

    def sessions(self) -> list[Session]:
        """Return the sessions seen here, with when each was last in use."""
        return list(self._sessions.values())

    def _check(self, by: By, action: str, said: Mapping[str, Any], at: datetime) -> None:
        """Let nobody do what they could not do when they were last seen; nor whom we never saw."""
        if not isinstance(by, Person):
            return
        person = self.session(by.session, at).person
        if action == "sign_out":
            return
        right = f"assignment_{said['to']}" if action == "move_assignment" else action
        person.check(right)
        agency = states.agency_of(self._now, action, said) if self._now else None
        if agency is not None:
            person.check_agency(agency, right)

    def _graded(self, action: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the words with the severity that the type has when nobody said one."""
        if action != "take_call" or said.get("severity"):
            return dict(said)
        return {**said, "severity": self._room.catalogue.type(said["type_code"]).severity}

    def _written(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return the words as the journal has them: what another entry makes, by that entry."""
        known = {
            name: {"entry": str(self._ids[said[name]])}
            for name in REFERENCES
            if said.get(name) in self._ids
        }
        return {name: one for name, one in {**said, **known}.items() if name != "token"}
