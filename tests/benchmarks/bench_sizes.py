"""
What the room takes up: bytes of disk and log for each incident and fix, memory for each desk.

An incident here is worked as at a desk: ranked, two units sent, all their steps, a note, closed.
History that was never worked at a desk (`synthetic`) is weighed beside it.

    python -m tests.benchmarks.bench_sizes [--incidents 200] [--history 20000 | 0] [--desks 8]
"""

import re
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from dispatch import desk
from dispatch.assignment import AssignmentStatus
from dispatch.room import Room
from tests.benchmarks.million import room_of
from tests.ui.conftest import AT_THE_DESK, Desk, browsing, cookie_of, serving

SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
STEPS = ("accepted", "en_route", "on_scene", "cleared")
WRITTEN = ("incident", "call", "assignment", "incident_clock")  # of history
FIXES = 3000
LEAST = 20  # bytes for each, below which a table is not named


def main() -> None:
    """Weigh and print."""
    asked = ArgumentParser()
    asked.add_argument("--incidents", type=int, default=200)
    asked.add_argument("--history", type=int, default=20_000)
    asked.add_argument("--desks", type=int, default=8)
    said = asked.parse_args()
    if said.history:
        _disk(said.history, said.incidents)
    _memory(said.desks)


def _disk(history: int, incidents: int) -> None:
    with room_of(history, embedded=False) as room:
        told = _sizes(room)
        written = {name: told[name] for name in WRITTEN}
        _tell("history, never worked at a desk", written, history)
        _weigh(room, "incidents worked at a desk", incidents, _incident)
        _weigh(room, "fixes of units", FIXES, _fixing(room))


def _weigh(room: Room, name: str, count: int, doing: Callable[[Room, int], None]) -> None:
    """Do something many times and print what each left behind."""
    before, log, began = _sizes(room), _log(room), time.perf_counter()
    for n in range(count):
        doing(room, n)
    took = (time.perf_counter() - began) / count
    grown = {table: size - before[table] for table, size in _sizes(room).items()}
    _tell(name, grown, count)
    print(f"  {(_log(room) - log) / count:,.0f} bytes of log each, {took * 1000:.0f} ms each")


def _incident(room: Room, n: int) -> None:
    at = datetime.now(UTC)
    opened = desk.take_call(
        room,
        text="RT 004/RW 003 Batu Merah Dalam, dekat mesjid",
        phone="0800-0000-0000",
        caller_name="Uji",
        type_code="fire_building",
        lon=128.1934 + n % 50 / 10_000,
        lat=-3.6891,
        level="kampung",
        radius_m=250.0,
        by="ani",
        at=at,
    )
    ranked = desk.options(
        room,
        lon=opened.lon,
        lat=opened.lat,
        type_code=opened.type_code,
        incident_id=opened.id,
        by="ani",
        at=at,
    )
    for option in ranked.options[:2]:
        sent = desk.assign(room, opened.id, option.unit.call_sign, by="ani", at=at)
        for minutes, step in enumerate(STEPS, 1):
            then = at + timedelta(seconds=minutes)
            desk.move_assignment(room, sent.id, AssignmentStatus(step), by="ani", at=then)
    desk.add_note(room, opened.id, "asap tebal, angin dari timur", by="ani", at=at)
    desk.move_incident(room, opened.id, "closed", by="ani", at=at + timedelta(seconds=9))


def _fixing(room: Room) -> Callable[[Room, int], None]:
    """Return what reports a place of one unit after the other."""
    units = desk.units(room, datetime.now(UTC))

    def fix(room: Room, n: int) -> None:
        sign, at = units[n % len(units)].call_sign, datetime.now(UTC)
        desk.record_fix(room, sign, 128.19 + n / 1e6, -3.69, at=at, by="ani", source="api")

    return fix


def _sizes(room: Room) -> Counter[str]:
    with psycopg.connect(room.store.database.dsn(), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        return Counter(dict(connection.execute(SIZES).fetchall()))


def _log(room: Room) -> int:
    with psycopg.connect(room.store.database.dsn()) as connection:
        (at,) = connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone() or ()
    return int(at)


def _tell(name: str, sizes: "dict[str, int] | Counter[str]", count: int) -> None:
    each = {table: size / count for table, size in sizes.items() if size / count >= LEAST}
    print(f"{count:,} {name}: {sum(sizes.values()) / count:,.0f} bytes each")
    for table, size in sorted(each.items(), key=lambda one: -one[1]):
        print(f"    {table:<16} {size:8,.0f}")


def _memory(desks: int) -> None:
    """Open the dispatch page at so many desks of one process, and print what it takes."""
    with tempfile.TemporaryDirectory(prefix="bench") as home, browsing() as browser:
        state = Path(home)
        with serving(state) as address:
            pid = _pid(address)
            print(f"pages' process, nobody there: {_resident_mb(pid):.0f} MB")
            last = _resident_mb(pid)
            for n in range(desks):
                context = browser.new_context(**AT_THE_DESK)
                token = cookie_of(address, f"meja{n}", "supervisor")
                name = f"ambon112_{address.rsplit(':', 1)[1]}"
                context.add_cookies([{"name": name, "value": token, "url": address}])
                Desk(context.new_page(), address).open().await_map()
                time.sleep(2 if n else 15)  # the first loads the ground behind the page
                last, before = _resident_mb(pid), last
                print(f"  {n + 1} desks: {last:.0f} MB ({last - before:+.0f})", flush=True)


def _pid(address: str) -> int:
    port = address.rsplit(":", 1)[1].encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"--server.port\0" + port in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue
    raise LookupError(address)


def _resident_mb(pid: int) -> float:
    told = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii"))
    return int(told[1]) / 1024 if told else 0.0


if __name__ == "__main__":
    main()
