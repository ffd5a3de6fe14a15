"""
Desks at work on a room: what they do, what they are told, and whether the record agrees.

Run as a program it works until it is killed and says every write that was acknowledged.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from dispatch import assignment, desk, incident
from dispatch.assignment import AssignmentStatus
from dispatch.cli.sentences import sentence
from dispatch.config import load_settings
from dispatch.errors import DispatchError
from dispatch.ground import load_ground
from dispatch.moves import Moves
from dispatch.person import Person, Role
from dispatch.room import Room
from dispatch.store import Store, events, open_store
from ui import text
from ui.refusals import sentence as on_screen

PASSWORD = "kata sandi untuk uji"  # noqa: S105
TABLES: dict[str, Moves] = {"incident": incident.MOVES, "assignment": assignment.MOVES}
ROWS = {  # of what each acknowledged write leaves one event
    "take_call": "call",
    "discard_call": "call",
    "call_again": "call",
    "assign": "assignment",
    "add_note": "incident_note",
    "incident_closed": "incident",
    **{f"assignment_{one}": "assignment" for one in AssignmentStatus},
}
KILLS = int(os.environ.get("AMBON112_KILLS", "4"))
FEW = 5  # units that everybody wants
PLACE = {"lon": 128.19, "lat": -3.69, "level": "point", "radius_m": 0.0}


def room_on(dsn: str | None, state: Path) -> Room:
    """Open a room on a database, or on the embedded one of a folder."""
    environment = {"AMBON112_STATE_DIR": str(state)}
    settings = load_settings(environment | ({"AMBON112_DATABASE_URL": dsn} if dsn else {}))
    return Room(settings, open_store(settings), load_ground())


def sit_down(room: Room, login: str) -> Person:
    """Sign somebody in who may do everything at a desk."""
    at = datetime.now(UTC)
    first = desk.add_account(room, login, [Role.SUPERVISOR], by="test", at=at)
    begun = desk.sign_in(room, login, first, at=at)
    desk.choose_password(room, begun.token, PASSWORD, at=at)
    return begun.person


class Worker:
    """
    One desk that does what comes to its mind, mostly sending the few units everybody wants.

    `done` and `refused` count actions and kinds of refusals, `took_s` holds seconds of each.
    """

    def __init__(self, room: Room, person: Person, seed: int) -> None:
        self.room, self.person, self.chance = room, person, random.Random(seed)
        self.units = [one.call_sign for one in desk.units(room)][:FEW]
        self.incidents: list[int] = []
        self.sent: list[int] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.took_s: list[float] = []

    def work(self) -> Iterator[str]:
        """Do one thing after the other; yields the name of each that was acknowledged."""
        while True:
            began = perf_counter()
            try:
                action = self._step()
            except DispatchError as refusal:
                self.took_s.append(perf_counter() - began)
                self.refused[type(refusal).__name__] += 1
                explain(refusal)
                continue
            self.took_s.append(perf_counter() - began)
            self.done[action] += 1
            yield action

    def attempts(self) -> int:
        """How often it tried anything."""
        return len(self.took_s)

    def _step(self) -> str:
        known = {"by": self.person, "at": datetime.now(UTC)}
        dice = self.chance.random()
        if not self.incidents or dice < 0.01:
            opened = desk.take_call(
                self.room, text="uji", type_code="fire_building", **PLACE, **known
            )
            self.incidents = [*self.incidents[-9:], opened.id]
            return "take_call"
        if dice < 0.02:
            self.incidents = [row.incident.id for row in desk.open_incidents(self.room)][-30:]
        if self.sent and dice < 0.10:
            to = self.chance.choice(list(AssignmentStatus))
            moved = desk.move_assignment(self.room, self.chance.choice(self.sent), to, **known)
            return f"assignment_{moved.status}"
        if self.sent and dice < 0.30:
            desk.withdraw(self.room, self.sent.pop(), **known)
            return "assignment_withdrawn"
        if dice < 0.32:
            desk.add_note(self.room, self.chance.choice(self.incidents), "uji", **known)
            return "add_note"
        if dice < 0.325 and len(self.incidents) > 5:
            desk.move_incident(self.room, self.chance.choice(self.incidents), "closed", **known)
            return "incident_closed"
        scene, unit = self.chance.choice(self.incidents), self.chance.choice(self.units)
        sent = desk.assign(self.room, scene, unit, **known)
        self.sent = [*self.sent[-4:], sent.id]
        return "assign"


def explain(refusal: DispatchError) -> None:
    """Say a refusal in every way a person may be told it; a defect in one raises."""
    for said in (
        sentence(refusal),
        *(on_screen(refusal, text.load(one)) for one in text.LANGUAGES),
    ):
        if not said or "{" in said:
            raise AssertionError(f"not explained: {refusal!r}")


def faults(store: Store, acknowledged: Counter[tuple[str, str]], cut_short: int = 0) -> list[str]:
    """
    Return where the record and what was acknowledged disagree, and every move that is not legal.

    Parameters
    ----------
    acknowledged
        How often each person (login) was told that an action was done.
    cut_short
        How many writes may be there that nobody was told of: their program was killed just then.
    """
    with store.reading() as tx:
        found = [f"{one} in the chain" for one in events.breaks(tx)]
        rows = tx.execute(
            "SELECT event.actor, event.action, event.kind, event.subject_id, before, after"
            "  FROM event JOIN event_seal ON event_id = event.id ORDER BY n"
        ).fetchall()
        open_ones = tx.execute(
            "SELECT call_sign FROM assignment WHERE status NOT IN"
            " ('declined', 'cleared', 'withdrawn') GROUP BY call_sign HAVING count(*) > 1"
        ).fetchall()
        astray = tx.execute(
            "(TABLE incident_clock_now EXCEPT TABLE incident_clock)"
            " UNION ALL (TABLE incident_clock EXCEPT TABLE incident_clock_now)"
        ).fetchall()
    found += [f"{row['call_sign']} is twice out" for row in open_ones]
    found += [f"the clock of {row['incident_id']} is not kept" for row in astray]
    recorded = Counter(
        (row["actor"], row["action"]) for row in rows if ROWS.get(row["action"]) == row["kind"]
    )
    # A call is written, then linked or put away: two events of one write.
    for key in [key for key in recorded if ROWS[key[1]] == "call"]:
        recorded[key] //= 2
    lost = acknowledged - recorded
    extra = sum(n for key, n in (recorded - acknowledged).items() if key[0].startswith("desk-"))
    found += [f"lost: {key} {n} times" for key, n in lost.items()]
    found += [f"{extra} events nobody was told of"] if extra > cut_short else []
    return found + _illegal(rows) + _double(rows)


def _illegal(rows: list[dict]) -> list[str]:
    """Return the moves of the record that no table has, or that do not begin where one ended."""
    found, last = [], {}
    for row in rows:
        moves = TABLES.get(row["kind"])
        if moves is None:
            continue
        key = row["kind"], row["subject_id"]
        was = row["before"]["status"] if row["before"] else ""
        to = row["after"]["status"]
        if was != last.get(key, ""):
            found.append(f"{key}: {was} after {last.get(key)}")
        if was and was != to and to not in moves[type(next(iter(moves)))(was)]:
            found.append(f"{key}: {was} to {to}")
        last[key] = to
    return found


def _double(rows: list[dict]) -> list[str]:
    """Return the moments at which the record shows a unit on two incidents."""
    out: dict[str, str] = {}
    found = []
    for row in rows:
        if row["kind"] != "assignment":
            continue
        unit, key = row["after"]["call_sign"], row["subject_id"]
        if row["after"]["status"] in {one.value for one in assignment.ENDED}:
            if out.get(unit) == key:
                del out[unit]
        elif out.setdefault(unit, key) != key:
            found.append(f"{unit} on {out[unit]} and {key}")
    return found


if __name__ == "__main__":
    state, login, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    at_work = room_on(None, state)
    for action in Worker(at_work, sit_down(at_work, login), seed).work():
        print(action, flush=True)
