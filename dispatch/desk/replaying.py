"""
What was noted while the database was away comes in: in order, and each entry exactly once.

One transaction settles one entry: the row that says it is done, with either its effect through the
desk's own functions or a conflict for a person to see to. Killed at any point, it goes on where it
was; two programs that take in the same journal do every entry once between them.
"""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from dispatch import journal as files
from dispatch import refused
from dispatch.call import CallKind
from dispatch.desk.checks import NAME, WORDS, optional_words, writing
from dispatch.desk.outage import DOING, REFERENCES, Outage, folder_of, standing
from dispatch.errors import (
    DatabaseDown,
    DispatchError,
    JournalDamaged,
    NotReplayed,
)
from dispatch.journal import Entry, Read
from dispatch.person import By
from dispatch.room import Room
from dispatch.store import Transaction, assignments, calls, incidents, journal, people

log = logging.getLogger("ambon112.journal")
LOOK_S = 0.5
LEFT_BEHIND_EVERY_S = 60.0
SOURCE = "journal"
NOBODY = "?"


def keep_journal(room: Room) -> None:
    """Have this process go on without the database when it must, and take in what it noted."""
    room.outage = Outage(room)
    threading.Thread(target=_tend_on, args=(room,), name="journal", daemon=True).start()


def settle_conflict(room: Room, conflict_id: int, *, by: By, at: datetime) -> None:
    """Write that somebody has seen to a conflict; UnknownRow when somebody else has."""
    with writing(room, by=by, at=at, action="settle_conflict") as tx:
        journal.settle_conflict(tx, conflict_id, by=str(by), at=at)


def look(room: Room, at: datetime) -> None:
    """Know the room as it is now: what the pages go on with when the database goes away."""
    room.look_ahead()
    standing(room, at)


def tend(room: Room) -> None:
    """
    Notice that the database is away; take in what was noted when it is back.

    Raises
    ------
    DatabaseDown
        It is still away.
    """
    outage = room.outage
    if outage is None:
        return
    if outage.since is None and room.store.lost():
        try:
            with room.store.database.reading():
                return  # one connection was lost; there are others
        except DatabaseDown:
            outage.begin()
    if outage.since is not None:
        take_in(room, outage)


def take_in(room: Room, outage: Outage) -> None:
    """Take in everything this process noted, and return to the database."""
    while True:
        for entry in outage.waiting():
            outage.came_in(entry, settle(room, entry))
        with room.store.database.reading() as tx:
            for session in outage.sessions():
                people.seen(tx, session.person.session, session.seen_at)
        if outage.end():
            return


def take_in_left_behind(room: Room) -> int:
    """Take in the journals of processes that have ended; returns how many files there were."""
    with files.left_behind(folder_of(room.settings)) as found:
        for path, known in found:
            for entry in known.entries:
                settle(room, entry)
            if known.damaged:
                _say_damaged(room, path, known)
            files.erase(path)
        return len(found)


def settle(room: Room, entry: Entry) -> int | None:
    """
    Do what an entry says, or keep it as a conflict; returns what it made in the room.

    Raises
    ------
    DatabaseDown
        Nothing was done; it can be tried again.
    """
    try:
        return _settle(room, entry, None)
    except DatabaseDown:
        raise
    except Exception:  # a defect must not hold up what waits behind it
        log.exception("entry %s cannot be done", entry.id)
        return _settle(room, entry, DispatchError())


def _settle(room: Room, entry: Entry, refusal: DispatchError | None) -> int | None:
    store = room.store.database
    by = entry.login or NOBODY
    with store.writing(by=by, at=entry.at, action="journal_conflict", source=SOURCE) as tx:
        if not journal.begin(tx, entry.id, entry.action, by=entry.login, at=entry.at):
            return journal.subject(tx, entry.id)
        made = None
        try:
            if refusal:
                raise refusal
            with tx.transaction():
                made = _done(room.within(tx, SOURCE), tx, entry)
        except DatabaseDown:
            raise
        except DispatchError as why:
            _keep_conflict(tx, entry, why)
        journal.became(tx, entry.id, made)
        return made


def _done(room: Room, tx: Transaction, entry: Entry) -> int | None:
    """Do what an entry says, unless the room has it from the moment the database went away."""
    said = _resolved(tx, entry.said)
    if entry.action == "sign_out":
        people.end(tx, entry.session, entry.at)
        return None
    known = _known(tx, entry, said)
    if known is not None:
        return known
    made = DOING[entry.action](room, **said, by=_person(tx, entry), at=entry.at)
    return made.id if made else None


def _resolved(tx: Transaction, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of an entry with the room's ids of what earlier entries made."""
    words = dict(said)
    for name in REFERENCES:
        if isinstance(words.get(name), dict):
            made = journal.subject(tx, UUID(words[name]["entry"]))
            if made is None:
                raise NotReplayed("take_call" if name == "incident_id" else "assign")
            words[name] = made
    return words


def _known(tx: Transaction, entry: Entry, said: Mapping[str, Any]) -> int | None:
    """Return what the room already has of an entry: its commit may have come through unheard."""
    by, at = entry.login, entry.at
    if entry.action == "take_call":
        return journal.opened(tx, by=by, at=at)
    if entry.action in ("discard_call", "call_again"):
        kind = said.get("kind", CallKind.DUPLICATE)
        return journal.received(tx, said.get("waiting"), kind, by=by, at=at)
    if entry.action == "assign":
        return journal.sent(tx, said["call_sign"], by=by, at=at)
    moved = assignments.get(tx, said["assignment_id"])
    return moved.id if moved.milestones.get(said["to"]) == entry.at else None


def _person(tx: Transaction, entry: Entry) -> By:
    """Return who did it: with a session that went on then, and what their account allows now."""
    if not entry.session:
        return entry.login
    return people.then(tx, entry.session, entry.at)


def _keep_conflict(tx: Transaction, entry: Entry, why: DispatchError) -> None:
    """Keep for a person what could not be done; a caller who was told of waits as a call."""
    if entry.action in ("take_call", "call_again") or (
        entry.action == "discard_call" and entry.said.get("waiting") is None
    ):
        said = entry.said
        calls.receive(
            tx,
            text=_clipped(said.get("text"), WORDS),
            kind=CallKind.NORMAL,
            phone=_clipped(said.get("phone"), NAME) or None,
            caller_name=_clipped(said.get("caller_name"), NAME) or None,
            note=_clipped(said.get("note"), WORDS),
            by=entry.login or NOBODY,
            at=entry.at,
            received_at=entry.at - timedelta(seconds=float(said.get("taking_s", 0))),
        )
    journal.keep_conflict(
        tx,
        entry.id,
        entry.action,
        meant=_meant(tx, entry),
        refusal=refused.told(why),
        by=entry.login or NOBODY,
        at=entry.at,
    )
    log.warning("a conflict: %s of %s, %s", entry.action, entry.at, type(why).__name__)


def _meant(tx: Transaction, entry: Entry) -> dict[str, Any]:
    """Return what was to be done, for a person to read; nothing of the caller is in it."""
    said = entry.said
    meant = {name: said[name] for name in ("call_sign", "to", "type_code", "kind") if name in said}
    if entry.action == "take_call":
        point = f"{said.get('lat')}, {said.get('lon')}"
        meant["place"] = _clipped(said.get("candidate_label"), NAME) or point
    try:
        with tx.transaction():
            return meant | _about(tx, _resolved(tx, said))
    except DatabaseDown:
        raise
    except Exception:  # it came in as little, or nobody understands the entry
        return meant | {"incident": None}


def _about(tx: Transaction, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return the incident, and the unit, that an entry is about."""
    if "assignment_id" in words:
        sent = assignments.get(tx, words["assignment_id"])
        return {
            "call_sign": sent.call_sign,
            "incident": incidents.get(tx, sent.incident_id).code,
        }
    if "incident_id" in words:
        return {"incident": incidents.get(tx, words["incident_id"]).code}
    return {}


def _say_damaged(room: Room, path: Path, known: Read) -> None:
    """Tell a person of lines that a crash tore; the file they were set aside in keeps them."""
    number = uuid5(NAMESPACE_OID, path.name)
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    why = JournalDamaged(path.with_suffix(files.SET_ASIDE).name)
    _settle(room, Entry(number, "journal", at, "", "", {"lines": len(known.damaged)}), why)


def _clipped(text: Any, limit: int) -> str:
    return optional_words("text", str(text or "")[:limit], limit)


def _tend_on(room: Room) -> None:
    """Tend to the room for as long as the program runs."""
    looked = -LEFT_BEHIND_EVERY_S
    while True:
        try:
            tend(room)
            if time.monotonic() - looked >= LEFT_BEHIND_EVERY_S:
                take_in_left_behind(room)
                look(room, datetime.now(UTC))
                looked = time.monotonic()
        except DatabaseDown as down:
            log.info("the database is still away: %s", down.reason)
        except Exception:  # whatever it is, the room goes on
            log.exception("the journal cannot be tended to")
            time.sleep(LEFT_BEHIND_EVERY_S / 10)
        time.sleep(LOOK_S)
