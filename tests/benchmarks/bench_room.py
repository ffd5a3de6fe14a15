"""
Fifty sessions at work on the real store for two minutes and until 100,000 attempts to send, each
signed in, five units wanted by all.

Every desk goes through the same gate as the pages. The peer, in the same run before and after, is
the least a recorded write can cost: one row inserted and committed, by as many connections.
"""

import multiprocessing
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from dispatch.room import open_room
from tests.dispatch.room_at_work import Worker, faults, room_on, sit_down

PROGRAMS, EACH = 5, 10  # 50 sessions
PEER_S = 8.0


def work(state: Path, first: int, ready: Any, told: Any, *, seconds: float, least: int) -> None:
    """Run one program with its share of the desks, once all programs are ready."""
    room = room_on(None, state)
    people = [sit_down(room, f"desk-{first + n}") for n in range(EACH)]
    workers = [Worker(room, person, first + n) for n, person in enumerate(people)]

    _ = room.ground.boundaries, room.scripts
    ready.wait()
    until = time.monotonic() + seconds

    def sit(worker: Worker) -> None:
        for _ in worker.work():
            sends = worker.done["assign"] + worker.refused["UnitBusy"]
            if time.monotonic() >= until and sends >= least:
                return

    threads = [threading.Thread(target=sit, args=(one,)) for one in workers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in workers:
        told.put((one.person.login, dict(one.done), dict(one.refused), one.took_s))
    room.close()


def insert(dsn: str, until: float, told: Any) -> None:
    """Insert and commit single rows."""
    made = 0
    with psycopg.connect(dsn, autocommit=True) as connection:
        while time.monotonic() < until:
            connection.execute("INSERT INTO bare (said) VALUES ('uji')")
            made += 1
    told.put(made)


def bare(dsn: str) -> float:
    """Return committed inserts a second with as many connections as programs."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare (said text)")
    told: Any = multiprocessing.Queue()
    until = time.monotonic() + PEER_S
    programs = [
        multiprocessing.Process(target=insert, args=(dsn, until, told)) for _ in range(PROGRAMS)
    ]
    for one in programs:
        one.start()
    made = sum(told.get() for _ in programs)
    for one in programs:
        one.join()
    return made / PEER_S


def main(seconds: float, least: int) -> None:
    """Drive the room and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="bench") as home:
        state = Path(home)
        room = open_room(room_on(None, state).settings)
        dsn = room.store.database.dsn()
        before = bare(dsn)
        told: Any = multiprocessing.Queue()
        ready = multiprocessing.Barrier(PROGRAMS)
        programs = [
            multiprocessing.Process(
                target=work,
                args=(state, EACH * n, ready, told),
                kwargs={"seconds": seconds, "least": least},
            )
            for n in range(PROGRAMS)
        ]
        for one in programs:
            one.start()
        began = time.monotonic()
        results = [told.get() for _ in range(PROGRAMS * EACH)]
        for one in programs:
            one.join()
        _report(results, time.monotonic() - began, (before + bare(dsn)) / 2)
        acknowledged = Counter(
            {(who, what): n for who, done, *_ in results for what, n in done.items()}
        )
        wrong = faults(room.store, acknowledged)
        print(f"double bookings, lost or repeated events, illegal moves: {len(wrong)}")
        print("\n".join(wrong[:10]))
        room.close()


def _report(results: list[tuple], seconds: float, bare_a_second: float) -> None:
    done, refused = Counter(), Counter()
    for _, made, no, _ in results:
        done.update(made)
        refused.update(no)
    took = sorted(one for *_, some in results for one in some)
    sending = done["assign"] + refused["UnitBusy"]
    print(f"{len(results)} sessions, {seconds:.0f} s: {len(took):,} attempts, {sending:,} to send")
    print(f"  sent {done['assign']:,}; refused and explained: {dict(refused.most_common())}")
    a_second = len(took) / seconds
    print(
        f"  {a_second:,.0f} attempts a second; bare committed inserts {bare_a_second:,.0f}"
        f" ({bare_a_second / a_second:.1f}x)"
    )
    print(
        f"  an attempt takes {statistics.median(took) * 1000:.0f} ms (median),"
        f" {took[int(len(took) * 0.99)] * 1000:.0f} ms (99 %)"
    )


if __name__ == "__main__":
    main(*(15.0, 0) if "--quick" in sys.argv else (120.0, 2000))  # 100,000 by all desks
