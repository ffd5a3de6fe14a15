"""Killed at any moment, the program loses nothing it has said is done."""

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from dispatch.assignment import ENDED, AssignmentStatus
from dispatch.incident import IncidentStatus
from dispatch.store import Store, assignments, incidents, keeper
from dispatch.store.embedded import EmbeddedServer
from dispatch.store.seed import seed
from geo.files import DATA

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KILLS = 8
AFTER = {"sent": {"dispatched", "withdrawn"}, "withdrawn": {"withdrawn"}}
AT_WORK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dispatch.assignment import AssignmentStatus
from dispatch.incident import IncidentStatus, Severity
from dispatch.store import Store, assignments, incidents
from dispatch.store.embedded import EmbeddedServer

store, now = Store(None, EmbeddedServer(Path(sys.argv[1]))), datetime.now(UTC)
place = (128.19, -3.70, "point", 0.0, None, "uji")
status = IncidentStatus.AWAITING_UNIT
new = incidents.NewIncident("fire_building", Severity.HIGH, status, *place)
shown = {"predicted_travel_s": None, "distance_m": None, "recommendation_id": None}
while True:
    with store.writing(by="ani", at=now, action="assign") as tx:
        opened = incidents.open_new(tx, new, by="ani", at=now)
        sent = assignments.dispatch(tx, opened.id, "DAMKAR-MAKO-1", **shown, by="ani", at=now)
        incidents.save_move(tx, opened.moved_to(IncidentStatus.IN_PROGRESS, now))
    print("sent", sent.id, flush=True)
    with store.writing(by="ani", at=now, action="withdraw") as tx:
        assignments.save_move(tx, sent.moved_to(AssignmentStatus.WITHDRAWN, now))
        held = incidents.hold(tx, opened.id)
        incidents.save_move(tx, held.moved_to(IncidentStatus.AWAITING_UNIT, now))
    print("withdrawn", sent.id, flush=True)
"""


def test_what_was_acknowledged_is_there_and_every_state_is_whole():
    chance = random.Random(112)
    with tempfile.TemporaryDirectory(prefix="killed") as home:
        folder = Path(home) / "postgres"
        store = Store(None, EmbeddedServer(folder))
        store.migrate()
        seed(store, DATA, at=NOON)
        store.close()

        acknowledged: list[str] = []
        for _ in range(KILLS):
            acknowledged += work_until_killed(folder, chance.uniform(0.0, 0.2))
            free_the_unit(folder, acknowledged)

        assert len(acknowledged) > KILLS
        while keeper.postmaster(folder / "data") is not None:
            time.sleep(0.02)


def work_until_killed(folder, seconds):
    """Let a program work and kill it; return what it had said was done."""
    program = subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(folder)], stdout=subprocess.PIPE, text=True
    )
    first = program.stdout.readline()
    time.sleep(seconds)
    program.kill()
    rest, _ = program.communicate()
    said = (first + rest).split("\n")
    return said[:-1]  # what follows the last line break was cut short


def free_the_unit(folder, acknowledged):
    """Check every row against what was acknowledged, then clear the way for the next program."""
    store = Store(None, EmbeddedServer(folder))
    with store.writing(by="test", at=NOON, action="check") as tx:
        found = {
            row["id"]: row["status"] for row in tx.execute("SELECT id, status FROM assignment")
        }
        last = dict(reversed(line.split()) for line in acknowledged if line.count(" ") == 1)
        for key, said in last.items():
            assert (
                found[int(key)]
                in {
                    "sent": {"dispatched", "withdrawn"},
                    "withdrawn": {"withdrawn"},
                }[said]
            )
        for incident in incidents.open_ones(tx):
            sent = assignments.of_incidents(tx, [incident.id])[incident.id]
            going = [one for one in sent if one.status not in ENDED]
            assert (incident.status is IncidentStatus.IN_PROGRESS) == bool(going)
            for one in going:
                assignments.save_move(tx, one.moved_to(AssignmentStatus.WITHDRAWN, NOON))
                incidents.save_move(tx, incident.moved_to(IncidentStatus.AWAITING_UNIT, NOON))
        events = tx.execute("SELECT kind, subject_id, after FROM event ORDER BY id").fetchall()
    recorded = Counter((row["kind"], row["subject_id"]) for row in events)
    assert all(recorded["assignment", str(key)] in (1, 2) for key in found)
    store.close()
