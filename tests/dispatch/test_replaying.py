"""A journal comes in exactly once, however often the program that takes it in is killed."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch import desk
from dispatch import journal as files
from dispatch.desk.outage import folder_of
from dispatch.desk.replaying import take_in_left_behind
from dispatch.errors import DispatchError, JournalDamaged, NotReplayed, TextTooLong
from dispatch.refused import retold
from dispatch.store import events
from tests.dispatch.away import (
    FIRE,
    NOON,
    OTHER,
    UNIT,
    another,
    carried,
    entry,
    leave_behind,
    of,
    without_database,
)
from tests.dispatch.room_at_work import KILLS

ROOT = Path(__file__).parents[2]
MANY = 40
SECONDS = count()  # nothing happens twice at one moment


def a_long_outage():
    """Return entries of many calls, each with a unit sent, moved on and cleared again."""
    noted = []
    for n in range(MANY):
        at = NOON + timedelta(minutes=n)
        took = entry("take_call", **{**FIRE, "text": f"uji {n}"}, at=at)
        sent = entry("assign", incident_id=of(took), call_sign=UNIT, at=at)
        back = entry("move_assignment", assignment_id=of(sent), to="withdrawn", at=at)
        closed = entry("discard_call", text=f"iseng {n}", kind="prank", at=at)
        noted += [took, sent, back, closed]
    return noted


def faults(room):
    """Return where the room is not as one taking-in of the long outage leaves it."""
    with room.store.reading() as tx:
        rows = tx.execute(
            "SELECT text, kind, count(*) AS n FROM call GROUP BY text, kind"
        ).fetchall()
        written = Counter(
            (row["kind"], row["action"])
            for row in tx.execute("SELECT kind, action FROM event WHERE source = 'journal'")
        )
        broken = events.breaks(tx)
        sent = tx.execute("SELECT status, count(*) AS n FROM assignment GROUP BY 1").fetchall()
    found = [row for row in rows if row["n"] != 1]
    found += [] if len(rows) == 2 * MANY else [f"{len(rows)} calls"]
    found += [] if [(one["status"], one["n"]) for one in sent] == [("withdrawn", MANY)] else [sent]
    once = {
        ("incident", "take_call"): MANY,
        ("call", "take_call"): 2 * MANY,  # written, then linked
        ("assignment", "assign"): MANY,
        ("incident", "assign"): MANY,
        ("assignment", "assignment_withdrawn"): MANY,
        ("incident", "assignment_withdrawn"): MANY,
        ("call", "discard_call"): 2 * MANY,
    }
    return found + broken + ([] if written == once else [written])


def test_killed_again_and_again_every_entry_comes_in_once_and_in_order(room):
    """The seed is told, so that a failure can be had again."""
    noted = a_long_outage()
    left = leave_behind(room.settings, *noted)
    chance, kills = random.Random(112), 0
    command = [sys.executable, "-m", "tests.dispatch.away"]
    command += [room.settings.database_url or "", str(room.settings.state_dir)]
    while left.exists() and kills < 200:
        program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert program.stdout is not None
        program.stdout.readline()
        if kills < KILLS:
            time.sleep(chance.uniform(0.0, 0.25))
            program.kill()
            kills += 1
        program.communicate()

    assert kills > KILLS // 2
    assert faults(room) == []
    with room.store.reading() as tx:
        done = tx.execute("SELECT entry_id FROM journal_replayed ORDER BY replayed_at").fetchall()
    assert [row["entry_id"] for row in done] == [one.id for one in noted]


def test_two_programs_that_take_in_the_same_journal_do_it_once_between_them(room):
    noted = a_long_outage()
    left = leave_behind(room.settings, *noted)
    with another(room) as app:
        folder = folder_of(app.settings)
        folder.mkdir(parents=True)
        (folder / left.name).write_bytes(left.read_bytes())
        both = [threading.Thread(target=take_in_left_behind, args=(one,)) for one in (room, app)]
        for one in both:
            one.start()
        for one in both:
            one.join()

    assert faults(room) == []
    assert desk.standing(room, NOON).conflicts == []


def test_a_torn_line_is_told_to_a_person_and_the_rest_comes_in(room):
    left = leave_behind(
        room.settings, entry("take_call", **FIRE), entry("take_call", **FIRE, by="budi")
    )
    content = left.read_bytes()
    left.write_bytes(content[:-5])

    take_in_left_behind(room)

    assert len(desk.open_incidents(room)) == 1
    (conflict,) = desk.standing(room, NOON).conflicts
    why = retold(conflict.refusal)
    assert isinstance(why, JournalDamaged)
    aside = folder_of(room.settings) / why.file
    assert content.endswith(aside.read_bytes() + content[-5:])
    assert not left.exists()


def test_what_rests_on_a_refused_entry_is_refused_with_it_and_the_rest_goes_on(room):
    took = entry("take_call", **{**FIRE, "candidate_label": "x" * 3000, "phone": "0800 555 0142"})
    sent = entry("assign", incident_id=of(took), call_sign=UNIT)
    moved = entry("move_assignment", assignment_id=of(sent), to="accepted")
    fine = entry("take_call", **FIRE, by="budi")
    leave_behind(room.settings, took, sent, moved, fine)

    take_in_left_behind(room)

    kinds = [type(retold(one.refusal)) for one in desk.standing(room, NOON).conflicts]
    assert kinds == [TextTooLong, NotReplayed, NotReplayed]
    assert [row.incident.opened_by for row in desk.open_incidents(room)] == ["budi"]
    (waiting,) = desk.waiting_calls(room)
    assert (waiting.text, waiting.taken_by) == ("uji", "ani")


@pytest.mark.parametrize(
    "odd",
    [
        entry("take_call"),
        entry("assign", incident_id="x", call_sign=UNIT),
        entry("no such thing", incident_id=1),
        entry("move_assignment", assignment_id=10**30, to="accepted"),
        entry("call_again", incident_id={"entry": "no number"}, text="\0"),
    ],
    ids=lambda one: one.action,
)
def test_an_entry_nobody_understands_holds_up_nothing(room, odd):
    leave_behind(room.settings, odd, entry("take_call", **FIRE))

    take_in_left_behind(room)

    assert len(desk.open_incidents(room)) == 1
    assert len(desk.standing(room, NOON).conflicts) == 1


def test_the_training_rooms_journal_lies_elsewhere(room):
    there = files.Journal(folder_of(room.settings).with_name("journal-training"))
    there.append(entry("take_call", **FIRE))

    assert take_in_left_behind(room) == 0


step = st.tuples(
    st.sampled_from(["take", "again", "send", "move", "prank"]),
    st.integers(0, 3),
    st.sampled_from([UNIT, OTHER]),
    st.sampled_from(["accepted", "declined", "en_route", "on_scene", "cleared", "withdrawn"]),
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(step, max_size=14))
def test_what_was_shown_without_the_database_is_what_the_room_holds_afterwards(room, steps):
    """Nobody else worked meanwhile, so that nothing may be refused and all must agree."""
    carried(room)
    clock = NOON + timedelta(seconds=next(SECONDS))
    with without_database(room):
        for what, which, call_sign, to in steps:
            clock = NOON + timedelta(seconds=next(SECONDS))
            rows = desk.standing(room, clock).incidents
            try:
                row = rows[which % len(rows)] if rows else None
                work(room, what, row, call_sign=call_sign, to=to, at=clock)
            except DispatchError:
                continue
        shown = desk.standing(room, clock)

    held = desk.standing(room, clock)
    assert held.conflicts == []
    assert [picture(row) for row in held.incidents] == [picture(row) for row in shown.incidents]
    assert [(one.call_sign, one.status, one.assignment_status) for one in held.units] == [
        (one.call_sign, one.status, one.assignment_status) for one in shown.units
    ]


def work(room, what, row, *, call_sign, to, at):
    """Do one thing, as far as there is anything to do it to."""
    signed = {"by": "ani", "at": at}
    if what == "take":
        desk.do(room, "take_call", **FIRE, **signed)
    elif what == "prank":
        desk.do(room, "discard_call", text="", kind="prank", **signed)
    elif row and what == "again":
        desk.do(room, "call_again", incident_id=row.incident.id, text="lagi", **signed)
    elif row and what == "send":
        desk.do(room, "assign", incident_id=row.incident.id, call_sign=call_sign, **signed)
    elif row and row.assignments:
        sent = row.assignments[-1].id
        desk.do(room, "move_assignment", assignment_id=sent, to=to, **signed)


def picture(row):
    """Return what the board shows of an incident, without its number."""
    one = row.incident
    sent = [(part.call_sign, part.status, part.milestones) for part in row.assignments]
    return one.type_code, one.severity, one.status, one.place_text, one.opened_at, row.calls, sent
