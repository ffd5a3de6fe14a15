"""
A room whose disk fills up while it works: started as a program, on a small disk of its own.

`python -m tests.dispatch.full_disk room STATE DISK` works in STATE while DISK has no room left, and
after; `... exports STATE DISK` writes files there. Prints one JSON object of what happened.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner

from dispatch import desk
from dispatch.cli import app
from dispatch.errors import DispatchError
from dispatch.person import Person
from dispatch.room import Room, open_room
from dispatch.store import keeper
from tests.dispatch.away import FIRE
from tests.dispatch.room_at_work import PASSWORD, explain, faults, room_on, sit_down

CALLS = 30
BACK_WITHIN_S = 60


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Have a disk without a byte of room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        ballast.unlink()


def press(room: Room, person: Person, action: str, **said: object) -> str:
    """Do something and say what came of it: done, noted in the journal, or the refusal's name."""
    try:
        made = desk.do(room, action, by=person, at=now(), **said)
    except DispatchError as refusal:
        explain(refusal)
        return type(refusal).__name__
    return "noted" if made.id < 0 else "done"


def call(room: Room, person: Person) -> str:
    return press(room, person, "take_call", **FIRE, note="asap tebal " * 150)


def work(state: Path, disk: Path) -> dict[str, object]:
    """Take calls before, while and after the disk is full, the server killed in the middle."""
    room = open_room(room_on(None, state).settings)
    desk.keep_journal(room)
    sit_down(room, "desk-1")
    begun = desk.sign_in(room, "desk-1", PASSWORD, at=now())
    person = desk.session(room, begun.token, at=now()).person
    desk.standing(room, now())
    before = Counter(call(room, person) for _ in range(CALLS))
    with full(disk):
        meanwhile = Counter(call(room, person) for _ in range(CALLS))
        try:
            desk.add_note(room, 1, "uji", by=person, at=now())
            note = "done"
        except DispatchError as refusal:
            explain(refusal)
            note = type(refusal).__name__
        seen = len(desk.standing(room, now()).incidents)
        postmaster = keeper.postmaster(state / "postgres/data")
        assert postmaster is not None
        os.kill(postmaster, signal.SIGKILL)
        killed = Counter(call(room, person) for _ in range(3))
        waits = desk.disk_full(room), desk.noted(room)
    until = time.monotonic() + BACK_WITHIN_S
    while (last := call(room, person)) != "done" and time.monotonic() < until:
        killed[last] += 1
        time.sleep(0.2)
    kept = sum((before, meanwhile, killed), Counter())
    told = Counter({("desk-1", "take_call"): kept["done"] + kept["noted"] + (last == "done")})
    wrong = faults(room.store, told)
    incidents = len(desk.open_incidents(room))
    room.close()
    return {
        "before": before, "meanwhile": meanwhile, "note": note, "seen": seen, "killed": killed,
        "waits": waits, "afterwards": last, "faults": wrong, "incidents": incidents,
        "told": told["desk-1", "take_call"],
    }  # fmt: skip


def export(state: Path, disk: Path) -> dict[str, object]:
    """Write every kind of file where there is no room, where there is, and over it without."""
    os.environ["AMBON112_STATE_DIR"] = str(state)
    open_room(room_on(None, state).settings).close()
    names = [f"all.{ending}" for ending in ("csv", "xlsx", "geojson", "gpkg", "xml")]
    exports = [["export", str(disk / name)] for name in names]
    report = ["report", "--month", "2025-10", "--out", str(disk)]
    os.environ["TMPDIR"] = str(disk)

    def run(*more: list[str]) -> list[tuple[int, str]]:
        done = (CliRunner().invoke(app, command) for command in (*exports, *more))
        return [(one.exit_code, one.output.strip()) for one in done]

    def there() -> dict[str, int]:
        return {one.name: hash(one.read_bytes()) for one in disk.iterdir() if one.is_file()}

    with full(disk):
        new = run(report), sorted(there())
    first, files = run(), there()
    with full(disk):
        again, left = run(), there()
    del left["ballast"]
    return {"new": new, "with_room": first, "again": again, "unharmed": left == files}


if __name__ == "__main__":
    what = {"room": work, "exports": export}[sys.argv[1]]
    print(json.dumps(what(Path(sys.argv[2]), Path(sys.argv[3]))))
