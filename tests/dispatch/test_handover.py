"""What one shift tells the next, and who took it over."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from dispatch import desk
from dispatch.errors import (
    EmptyText,
    HandoverTaken,
    NotAllowed,
    OwnHandover,
    TextTooLong,
    UnknownRow,
)
from dispatch.person import Role
from dispatch.store import events
from tests.dispatch.test_people import NOON, sit_down, take_call

WORDS = "Pompa di Passo bocor; pelapor Ibu X minta ditelepon lagi."


def write(room, text=WORDS, *, by="ani", at=NOON):
    return desk.write_handover(room, text, by=by, at=at)


def test_a_note_waits_until_the_next_one_takes_it_over(room):
    note = write(room)

    (waiting,) = desk.handovers(room)
    assert (waiting.text, waiting.by, waiting.taken_by) == (WORDS, "ani", None)
    taken = desk.take_over(room, note.id, by="budi", at=NOON + timedelta(minutes=5))

    assert (taken.taken_by, taken.taken_at) == ("budi", NOON + timedelta(minutes=5))
    assert desk.handovers(room) == [taken]


def test_a_correction_is_another_note(room):
    first = write(room)
    second = write(room, "Pompa sudah diganti.")

    assert [one.id for one in desk.handovers(room)] == [second.id, first.id]
    assert [one.id for one in desk.handovers(room, 1)] == [second.id]


def test_of_two_who_take_over_at_once_one_does_and_the_other_is_told_who(room):
    note = write(room)
    both, taken, refused = Barrier(2), [], []

    def take(login: str) -> None:
        both.wait()
        try:
            taken.append(desk.take_over(room, note.id, by=login, at=NOON))
        except HandoverTaken as refusal:
            refused.append(refusal)

    threads = [Thread(target=take, args=(login,)) for login in ("budi", "citra")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(taken) == len(refused) == 1
    assert (refused[0].by, refused[0].at) == (taken[0].taken_by, NOON)
    assert desk.handovers(room) == taken


def test_nobody_takes_over_their_own_note_or_one_there_is_not(room):
    note = write(room)

    with pytest.raises(OwnHandover):
        desk.take_over(room, note.id, by="ani", at=NOON)
    with pytest.raises(UnknownRow):
        desk.take_over(room, note.id + 1, by="budi", at=NOON)
    assert desk.handovers(room)[0].taken_by is None


@pytest.mark.parametrize(("text", "why"), [(" \n", EmptyText), ("x" * 2001, TextTooLong)])
def test_a_note_that_says_nothing_or_too_much_is_refused(room, text, why):
    with pytest.raises(why):
        write(room, text)


@pytest.mark.parametrize(
    ("hour", "minute", "begins"),
    [(4, 50, 22), (5, 29, 22), (5, 31, 5), (12, 10, 5), (21, 50, 12), (22, 20, 12)],
)
def test_a_note_written_just_after_the_end_is_still_of_the_shift_that_ended(
    room, hour, minute, begins
):
    """Hours are UTC: shifts begin at 22:00, 05:00 and 12:00; half an hour is for handing over."""
    note = write(room, at=datetime(2026, 11, 24, hour, minute, tzinfo=UTC))

    assert note.shift_begins_at.astimezone(UTC).hour == begins


def test_the_record_says_who_wrote_and_took_over_and_never_what_was_said(room):
    note = write(room)
    desk.take_over(room, note.id, by="budi", at=NOON)

    with room.store.reading() as tx:
        told = events.of_subject(tx, "handover", note.id)

    assert [(one.action, one.actor) for one in told] == [
        ("write_handover", "ani"),
        ("take_over", "budi"),
    ]
    assert "text" not in {**told[0].after, **told[1].before}
    assert "Passo" not in str(told)


def test_the_facts_are_what_the_room_knows(room):
    out, broken, _ = (unit.call_sign for unit in desk.units(room, NOON)[:3])
    incident = take_call(room, "test")
    desk.assign(room, incident, out, by="test", at=NOON)
    desk.set_unit_status(room, broken, "out_of_service", by="test", at=NOON)
    closed = desk.close_road(
        room, {"type": "Point", "coordinates": [128.19, -3.69]}, reason="uji", by="test", at=NOON,
        until_at=NOON + timedelta(hours=1),
    )  # fmt: skip

    facts = desk.handover_facts(room, NOON)
    later = desk.handover_facts(room, NOON + timedelta(hours=2))

    assert [row.incident.id for row in facts.incidents] == [incident]
    assert [unit.call_sign for unit in facts.units_out] == [out]
    assert [unit.call_sign for unit in facts.out_of_service] == [broken]
    assert [one.id for one in facts.closures] == [closed.id]
    assert later.closures == (), "no longer in force"


@pytest.mark.parametrize("role", Role)
def test_who_sits_at_the_desk_hands_over_and_nobody_else(room, role):
    person = sit_down(room, role)
    note = write(room, by="budi")

    for doing in (
        lambda: write(room, by=person),
        lambda: desk.take_over(room, note.id, by=person, at=NOON),
    ):
        if role in {Role.DISPATCHER, Role.SUPERVISOR}:
            doing()
        else:
            with pytest.raises(NotAllowed):
                doing()
