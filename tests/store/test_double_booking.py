"""Double booking cannot happen, however many send at once."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from dispatch.assignment import AssignmentStatus
from dispatch.store import UnitTaken, assignments, incidents

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
DESKS = 20
ATTEMPTS = 120  # by each desk
UNITS = [f"A{n}" for n in range(1, 6)]


def test_twenty_desks_never_send_a_unit_twice(store, make_unit, make_incident):
    for call_sign in UNITS:
        make_unit(call_sign)
    scenes = [make_incident() for _ in range(6)]
    tally: Counter[str] = Counter()
    faults: list[BaseException] = []

    def desk(number):
        chance = random.Random(number)
        try:
            for _ in range(ATTEMPTS):
                tally[attempt(chance, f"desk {number}")] += 1
        except BaseException as fault:
            faults.append(fault)

    def attempt(chance, by):
        call_sign, scene = chance.choice(UNITS), chance.choice(scenes)
        try:
            with store.writing(by=by, at=NOON, action="assign") as tx:
                held = incidents.hold(tx, scene.id)
                sent = assignments.dispatch(
                    tx,
                    held.id,
                    call_sign,
                    predicted_travel_s=None,
                    distance_m=None,
                    recommendation_id=None,
                    by=by,
                    at=NOON,
                )
        except UnitTaken:
            return "refused"
        with store.writing(by=by, at=NOON, action="withdraw") as tx:
            incidents.hold(tx, scene.id)
            back = sent.moved_to(AssignmentStatus.WITHDRAWN, NOON + timedelta(seconds=1))
            assignments.save_move(tx, back)
        return "sent"

    desks = [threading.Thread(target=desk, args=(n,)) for n in range(DESKS)]
    for one in desks:
        one.start()
    for one in desks:
        one.join()

    assert not faults
    assert tally["sent"] + tally["refused"] == DESKS * ATTEMPTS
    assert tally["refused"] > 0
    assert overlaps(store) == 0
    assert recorded(store) == 2 * tally["sent"]


def overlaps(store):
    """Count moments at which the record shows a unit on two incidents."""
    with store.reading() as tx:
        rows = tx.execute(
            "SELECT after ->> 'call_sign' AS unit, after ->> 'status' AS status"
            "  FROM event WHERE kind = 'assignment' ORDER BY id"
        ).fetchall()
    out: Counter[str] = Counter()
    most = 0
    for row in rows:
        out[row["unit"]] += 1 if row["status"] == "dispatched" else -1
        most = max(most, out[row["unit"]])
    return most - 1


def recorded(store):
    with store.reading() as tx:
        return tx.execute("SELECT count(*) AS n FROM event WHERE kind = 'assignment'").fetchone()[
            "n"
        ]
