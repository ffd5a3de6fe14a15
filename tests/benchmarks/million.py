"""A room with a synthetic history, and what a picture of it costs: seconds, processors, memory."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from dispatch.config import load_settings
from dispatch.room import Room, open_room
from tests import postgis_server
from tests.benchmarks import synthetic_history

AT = datetime(2026, 11, 24, tzinfo=UTC)
FIRST, AFTER = datetime(2015, 12, 31, 15, tzinfo=UTC), datetime(2025, 12, 31, 15, tzinfo=UTC)
"""When the synthetic ten years begin, and the moment after them."""
PEER_SHARE = 0.1
TICKS = os.sysconf("SC_CLK_TCK")
HEADING = f"  {'':<46} {'wall':>9} {'CPU':>8} {'of it database':>15} {'memory':>9}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, of processors (ours, the database's); the most memory of ours so far."""

    wall_s: float
    own_s: float
    server_s: float
    peak_mb: float

    @property
    def processor_s(self) -> float:
        """Seconds of processors, ours and the database's."""
        return self.own_s + self.server_s

    def __str__(self) -> str:
        told = f"{self.wall_s:7.2f} s {self.processor_s:6.2f} s {self.server_s:13.2f} s"
        return f"{told} {self.peak_mb:6.0f} MB"


class Scale:
    """Weighs pictures of one room, telling each as it goes; `costs` by name, the last time."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.costs: dict[str, Cost] = {}
        with psycopg.connect(room.store.database.dsn()) as connection:
            self._server = _parent(connection.info.backend_pid)

    def weigh(self, name: str, doing: Callable[[], Any]) -> Any:
        """Do something, print what it cost, return what came of it."""
        made, self.costs[name] = self._cost(doing)
        print(f"  {name:<46} {self.costs[name]}", flush=True)
        return made

    def beside(self, name: str, doing: Callable[[], Any], share: float) -> None:
        """Print our cost beside the plain way's, which is given a share of the incidents."""
        _, plain = self._cost(doing)
        ours, given = self.costs[name], "" if share == 1 else f" for {share:.0%} of them"
        times = plain.processor_s / share / ours.processor_s
        print(
            f"  {name:<46} ours {ours.wall_s:.2f} s ({ours.processor_s:.2f} s CPU),"
            f" plainly {plain.wall_s:.1f} s ({plain.processor_s:.1f} s CPU){given}:"
            f" {times:.0f} times the CPU an incident",
            flush=True,
        )

    def _cost(self, doing: Callable[[], Any]) -> tuple[Any, Cost]:
        own, server, began = time.process_time(), _server_s(self._server), time.perf_counter()
        made = doing()
        wall_s = time.perf_counter() - began
        own_s, server_s = time.process_time() - own, _server_s(self._server) - server
        return made, Cost(wall_s, own_s, server_s, peak_mb())


@contextmanager
def room_of(count: int, *, embedded: bool) -> Iterator[Room]:
    """Lend a room of so many synthetic incidents, on PostGIS where it is installed."""
    programs = None if embedded else postgis_server.installed()
    with tempfile.TemporaryDirectory(prefix="bench") as home:
        settings = {"AMBON112_STATE_DIR": str(Path(home) / "state")}
        if programs is None:
            print("On the embedded PostgreSQL, without PostGIS.")
            with _filled(settings, count) as room:
                yield room
            return
        print(f"On the PostgreSQL with PostGIS of {programs}, as it is configured when installed.")
        with postgis_server.running(programs, Path(home)) as dsn:
            settings["AMBON112_DATABASE_URL"] = make_conninfo(dsn)
            with _filled(settings, count) as room:
                yield room


def seconds(doing: Callable[[], Any]) -> float:
    """Return how long something takes."""
    began = time.perf_counter()
    doing()
    return time.perf_counter() - began


def peak_mb() -> float:
    """Return the most memory this process has had."""
    told = Path("/proc/self/status").read_text("ascii").split("VmHWM:")[1]
    return int(told.split()[0]) / 1024


@contextmanager
def _filled(settings: dict[str, str], count: int) -> Iterator[Room]:
    room = open_room(load_settings(settings))
    dsn = room.store.database.dsn()
    took = seconds(lambda: _written(dsn, count))
    print(
        f"{count:,} synthetic incidents, each with a call, most with units: {took:.0f} s to write"
    )
    yield room
    room.close()


def _written(dsn: str, count: int) -> None:
    """Write the history in a process of its own: its memory is not the program's."""
    process = multiprocessing.get_context("spawn").Process(
        target=synthetic_history.write, args=(dsn, count)
    )
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError("the history could not be written")


def _stat(pid: int) -> list[str]:
    """Return what the system tells of a process, after its name."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _server_s(server: int) -> float:
    """Return the processor seconds of the database: the server, those it ended, those at work."""
    ticks = sum(int(one) for one in _stat(server)[11:15])
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = _stat(int(folder.name))
        except OSError:  # it has just ended
            continue
        if int(told[1]) == server:
            ticks += int(told[11]) + int(told[12])
    return ticks / TICKS
