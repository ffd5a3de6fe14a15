"""
A room at work for half an hour while twenty browsers stand open on its pages.

Desks in programs of their own take calls at a steady rate through the same functions as the pages;
the served program and real browsers run on the same machine, every fourth browser with a call in
hand and its ranking on the screen. At the end the record is compared with
what every desk was told, and every browser's board with the room. AMBON112_SOAK_S seconds,
AMBON112_SOAK_RATE calls a second, AMBON112_SOAK_BROWSERS pages make it shorter.

No city has a unit for each of 20 calls a second: 12 are pranks or silent, 5 ask for something, 2
are about an incident that is open, and one is a new incident, which is ranked, sent to, followed
for half a minute and closed. So a few dozen incidents are open at a time.
"""

import heapq
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

from playwright.sync_api import Browser, expect

from dispatch import desk
from dispatch.errors import DispatchError
from dispatch.room import Room, open_room
from tests.dispatch.room_at_work import explain, faults, room_on, sit_down
from tests.ui.conftest import RUNNING, Desk, browsing, one_desk, serving

SECONDS = float(os.environ.get("AMBON112_SOAK_S", "1800"))
RATE = float(os.environ.get("AMBON112_SOAK_RATE", "20"))
BROWSERS = int(os.environ.get("AMBON112_SOAK_BROWSERS", "20"))
DESKS = 4  # programs
OF_20_CALLS = {"prank": 9, "silent": 3, "information": 5, "again": 2, "incident": 1}
LIFE = [  # seconds after the call is written down, and what is done then
    (1.0, "assign"), (4.0, "accepted"), (7.0, "en_route"), (16.0, "on_scene"),
    (26.0, "cleared"), (28.0, "close"),
]  # fmt: skip
SETTLED_S = min(300.0, SECONDS / 6)  # memory grows until everything has been used once
LOOK_S = 1.0
BROWSERS_S = 30.0  # they are many, and to count their pages takes a while
FAST_S = 0.1
CITY = (128.16, 128.21, -3.72, -3.67)


class Told(NamedTuple):
    """What one desk did: acknowledged actions, refusals, and of each action how long it took."""

    login: str
    done: Counter[str]
    refused: Counter[str]
    took_s: dict[str, list[float]]
    late_s: list[float]


class Seen(NamedTuple):
    """What was held at a moment: by the served program, and by all browsers."""

    at_s: float
    program_mb: float
    cpu_s: float
    browsers_mb: float


class AtWork:
    """One desk that does what is due, and nothing before."""

    def __init__(self, room: Room, number: int) -> None:
        self.room, self.chance = room, random.Random(number)
        self.person = sit_down(room, f"desk-{number}")
        on_duty = [one.call_sign for one in desk.units(room) if one.status == "available"]
        self.free = on_duty[number::DESKS]
        self.open: list[int] = []
        self.agenda: list[tuple[float, int, Callable[[], None]]] = []
        self.told = Told(self.person.login, Counter(), Counter(), {}, [])
        self._order = count()

    def at(self, due: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.agenda, (due, next(self._order), what))

    def work(self, until: float) -> None:
        """Take calls at this desk's share of the rate, and see to what follows from them."""
        due = time.monotonic() + self.chance.random()
        while due < until:
            self.at(due, self.answer)
            due += DESKS / RATE
        while self.agenda and self.agenda[0][0] < until:
            due, _, what = heapq.heappop(self.agenda)
            time.sleep(max(0.0, due - time.monotonic()))
            self.told.late_s.append(max(0.0, time.monotonic() - due))
            what()

    def press(self, name: str, doing: Callable[..., Any], **said: Any) -> Any:
        """Do one thing and keep how long it took."""
        began = time.perf_counter()
        try:
            made = doing(self.room, **said, by=self.person, at=datetime.now(UTC))
        except DispatchError as refusal:
            self.told.refused[type(refusal).__name__] += 1
            explain(refusal)
            return None
        finally:
            self.told.took_s.setdefault(name, []).append(time.perf_counter() - began)
        self.told.done[name] += 1
        return made

    def answer(self) -> None:
        """Take the next call, whatever it is."""
        (kind,) = self.chance.choices(list(OF_20_CALLS), list(OF_20_CALLS.values()))
        if kind == "incident" and self.free:
            self.open_one()
        elif kind == "again" and self.open:
            number = self.chance.choice(self.open)
            self.press("call_again", desk.call_again, incident_id=number, text="uji", taking_s=9)
        else:
            plain = kind if kind in ("prank", "silent") else "information"
            self.press("discard_call", desk.discard_call, text="uji", kind=plain, taking_s=9)

    def open_one(self) -> None:
        """Rank for a scene, write the call down, and plan what follows."""
        west, east, south, north = CITY
        place = {
            "lon": self.chance.uniform(west, east), "lat": self.chance.uniform(south, north),
            "type_code": self.chance.choice(["fire_building", "medical", "traffic_accident"]),
        }  # fmt: skip
        self.press("options", desk.options, **place)
        opened = self.press(
            "take_call",
            desk.take_call,
            text="uji",
            level="point",
            radius_m=0.0,
            taking_s=9,
            **place,
        )
        if opened:
            self.open.append(opened.id)
            began, unit = time.monotonic(), self.free.pop(0)
            for after, step in LIFE:
                self.at(began + after, lambda step=step: self.follow(opened.id, unit, step))

    def follow(self, incident_id: int, unit: str, step: str) -> None:
        """Do the next step of an incident."""
        if step == "assign":
            self.press(step, desk.assign, incident_id=incident_id, call_sign=unit)
        elif step == "close":
            self.press("incident_closed", desk.move_incident, incident_id=incident_id, to="closed")
            self.open.remove(incident_id)
            self.free.append(unit)
        else:
            (row,) = (
                one for one in desk.open_incidents(self.room) if one.incident.id == incident_id
            )
            for one in row.open_assignments:
                name = f"assignment_{step}"
                self.press(name, desk.move_assignment, assignment_id=one.id, to=step)


def sit(state: Path, number: int, ready: Any, told: Any) -> None:
    """Run one desk's program."""
    room = room_on(None, state)
    here = AtWork(room, number)
    desk.options(
        room, lon=128.18, lat=-3.7, type_code="medical", by=here.person, at=datetime.now(UTC)
    )
    ready.wait()
    here.work(time.monotonic() + SECONDS)
    told.put(here.told)
    room.close()


def megabytes(pid: int) -> float:
    """Return the memory that a process holds (RSS)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def browsers_megabytes() -> float:
    """Return the memory that all browsers of the machine hold, each shared page counted once."""
    held = 0
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            if (one / "comm").read_text().startswith("chromium"):
                held += int(re.search(r"Pss:\s+(\d+)", (one / "smaps_rollup").read_text())[1])
    return held / 1024


def cpu_s(pid: int) -> float:
    """Return the processor seconds a process has used."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def watch(pid: int, stopped: Event, seen: list[Seen]) -> None:
    """Note what a process and the browsers hold, now and then."""
    began, browsers = time.monotonic(), (0.0, 0.0)
    while not stopped.wait(LOOK_S):
        now = time.monotonic() - began
        if now >= browsers[0]:
            browsers = now + BROWSERS_S, browsers_megabytes()
        seen.append(Seen(now, megabytes(pid), cpu_s(pid), browsers[1]))


def open_pages(browser: Browser, address: str, held: ExitStack) -> list[Desk]:
    """Open the dispatch page in as many browsers as wanted; some have a ranking before them."""
    pages = [held.enter_context(one_desk(browser, address)) for _ in range(BROWSERS)]
    for number, one in enumerate(pages):
        one.await_map()
        if number % 4 == 0:
            one.say_where("Waihaong")
            one.choose_place()
            one.choose_type()
            one.offered()
    return pages


def main() -> int:
    """Drive the room and print what came of it; 1 when anything was lost or wrong."""
    print(f"others keep {os.getloadavg()[0]:.1f} of {os.cpu_count()} processors busy", flush=True)
    with tempfile.TemporaryDirectory(prefix="soak") as home:
        state = Path(home)
        open_room(room_on(None, state).settings).close()
        with serving(state) as address, browsing() as browser, ExitStack() as held:
            pages = open_pages(browser, address, held)
            with ThreadPoolExecutor(1) as beside:
                driven = beside.submit(drive, state, RUNNING[address].pid)
                while not driven.done():  # Playwright drops what nobody hears for long
                    pages[0].page.wait_for_timeout(1000 * LOOK_S)
            results, seen = driven.result()
            room = room_on(None, state)
            wrong = faults(room.store, Counter(acknowledged(results)))
            wrong += calls_missing(room, results)
            now_open = len(desk.open_incidents(room))
            for page in pages:
                title = f"Kejadian terbuka ({now_open})"
                expect(page.board()).to_contain_text(title, timeout=30_000)
                page.assert_calm()
            room.close()
    return report(results, seen, wrong, now_open)


def drive(state: Path, pid: int) -> tuple[list[Told], list[Seen]]:
    """Let every desk work; what they were told, and what the served program held meanwhile."""
    fresh = multiprocessing.get_context("spawn")
    told: Any = fresh.Queue()
    ready = fresh.Barrier(DESKS + 1)
    desks = [fresh.Process(target=sit, args=(state, n, ready, told)) for n in range(DESKS)]
    for one in desks:
        one.start()
    ready.wait()
    stopped, seen = Event(), []
    watching = Thread(target=watch, args=(pid, stopped, seen))
    watching.start()
    results = [told.get() for _ in desks]
    stopped.set()
    watching.join()
    for one in desks:
        one.join()
    return results, seen


def acknowledged(results: list[Told]) -> dict[tuple[str, str], int]:
    """Return how often each desk was told that something was done, but for what leaves no event."""
    return {
        (one.login, what): n for one in results for what, n in one.done.items() if what != "options"
    }


def calls_missing(room: Room, results: list[Told]) -> list[str]:
    """Return where the calls of the room are not as many as were taken."""
    taken = sum(
        one.done[name] for one in results for name in ("take_call", "call_again", "discard_call")
    )
    with room.store.reading() as tx:
        kept = tx.execute("SELECT count(*) AS n FROM call").fetchone()["n"]
    return [] if kept == taken else [f"{taken} calls were taken and {kept} are there"]


def report(results: list[Told], seen: list[Seen], wrong: list[str], now_open: int) -> int:
    """Print the figures."""
    calls = sum(n for one in results for name, n in one.done.items() if "call" in name)
    refused = sum((one.refused for one in results), Counter())
    took: dict[str, list[float]] = {}
    for one in results:
        for name, some in one.took_s.items():
            took.setdefault(name, []).extend(some)
    every = sorted(second for some in took.values() for second in some)
    late = sorted(second for one in results for second in one.late_s)
    print(f"{SECONDS:.0f} s, {BROWSERS} browsers, {os.cpu_count()} processors")
    print(f"{calls:,} calls ({calls / SECONDS:.1f} a second), {len(every):,} desk actions")
    print(f"  open at the end: {now_open}; refused and explained: {dict(refused)}")
    print(f"  lost or wrong: {len(wrong)}")
    for one in wrong[:10]:
        print(f"    {one}")
    within = sum(one < FAST_S for one in every) / len(every)
    print(f"desk actions under {FAST_S * 1000:.0f} ms: {within:.1%}; {_spread(every)}")
    for name, some in sorted(took.items()):
        print(f"  {name:22} {len(some):6,} {_spread(sorted(some))}")
    print(f"  begun later than due: {_spread(late)}")
    share = seen[-1].cpu_s / seen[-1].at_s
    print(f"served program: {_growth(seen, 'program_mb')}; {share:.2f} processors")
    print(f"browsers: {_growth(seen, 'browsers_mb')}")
    return int(bool(wrong))


def _growth(seen: list[Seen], of: str) -> str:
    """Return what was held once everything had been used, and at the end."""
    settled = [getattr(one, of) for one in seen if SETTLED_S <= one.at_s < SETTLED_S + 30]
    ended = [getattr(one, of) for one in seen if one.at_s >= seen[-1].at_s - 30]
    before, after = statistics.median(settled), statistics.median(ended)
    every = [f"{getattr(one, of):.0f}" for one in seen if one.at_s % 120 < LOOK_S]
    return (
        f"{before:.0f} MB after {SETTLED_S:.0f} s, {after:.0f} MB at the end"
        f" ({after / before - 1:+.1%}); every two minutes {' '.join(every)} MB"
    )


def _spread(some: list[float]) -> str:
    """Return the median, 95 % and the most, in milliseconds."""
    picked = (some[len(some) // 2], some[int(len(some) * 0.95)], some[-1])
    return "median {:.0f} ms, 95 % {:.0f} ms, most {:.0f} ms".format(
        *(1000 * one for one in picked)
    )


if __name__ == "__main__":
    sys.exit(main())
