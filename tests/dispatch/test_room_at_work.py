"""Many desks at once, and a program killed at any moment: nothing lost, nothing sent twice."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from dispatch.room import open_room
from dispatch.store import keeper
from tests.dispatch.room_at_work import KILLS, Worker, faults, room_on, sit_down

ROOT = Path(__file__).parents[2]
DESKS = 12
ATTEMPTS = 150  # by each desk


def test_desks_at_work_send_no_unit_twice_and_lose_nothing(room):
    people = [sit_down(room, f"desk-{n}") for n in range(DESKS)]
    workers = [Worker(room, person, n) for n, person in enumerate(people)]
    defects: list[BaseException] = []

    def work(worker: Worker) -> None:
        try:
            for _ in worker.work():
                if worker.attempts() >= ATTEMPTS:
                    return
        except BaseException as defect:
            defects.append(defect)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert defects == []
    told = Counter({(one.person.login, what): n for one in workers for what, n in one.done.items()})
    assert sum(one.refused["UnitBusy"] for one in workers) > 0
    assert sum(n for (_, what), n in told.items() if what == "assign") > 0
    assert faults(room.store, told) == []


def test_killed_at_any_moment_what_was_acknowledged_is_there_and_every_state_is_legal():
    """Every other time the database server is killed with the program."""
    chance = random.Random(112)
    with tempfile.TemporaryDirectory(prefix="killed") as home:
        state = Path(home)
        open_room(room_on(None, state).settings).close()
        told: Counter[tuple[str, str]] = Counter()
        for n in range(KILLS):
            said = work_until_killed(
                state, f"desk-{n}", chance.uniform(0.0, 0.3), server=n % 2 == 1
            )
            told += Counter((f"desk-{n}", action) for action in said)
            room = room_on(None, state)
            assert faults(room.store, told, cut_short=n + 1) == []
            room.close()

        assert sum(told.values()) > KILLS
        while keeper.postmaster(state / "postgres/data") is not None:
            time.sleep(0.02)


def work_until_killed(state: Path, login: str, seconds: float, *, server: bool) -> list[str]:
    """Let a program work and kill it; return what it had said was done."""
    command = [sys.executable, "-m", "tests.dispatch.room_at_work", str(state), login, login[5:]]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    first = program.stdout.readline()
    time.sleep(seconds)
    postmaster = keeper.postmaster(state / "postgres/data")
    program.kill()
    if server and postmaster:
        os.kill(postmaster, signal.SIGKILL)
    rest, _ = program.communicate()
    return (first + rest).split("\n")[:-1]  # what follows the last line break was cut short
