"""Callers' data: masked, shown to who asks and may, and never in the record."""

import time

import psycopg
import pytest

from dispatch import desk
from dispatch.errors import NotAllowed, UnknownRow
from dispatch.person import Role
from dispatch.store import Store, events
from dispatch.store.migrate import steps
from dispatch.store.queries import queries
from tests.dispatch.callers import (
    CALLER,
    LATER,
    NOON,
    NOTED,
    PHONE,
    SAID,
    TOWN,
    WORDS,
    a_persons,
    an_old_case,
    erase,
    holding,
    only_call,
    take,
)


def test_a_call_is_masked_wherever_a_desk_returns_one(room):
    incident = take(room)
    (call,) = desk.incident(room, incident.id).calls
    again = desk.call_again(
        room, incident.id, text="", phone=PHONE, caller_name=CALLER, by="ani", at=NOON
    )
    loose = desk.unlink_call(room, again.id, by="ani", at=NOON)
    (waiting,) = desk.waiting_calls(room)
    linked = desk.link_call(room, again.id, incident.id, by="ani", at=NOON)

    for one in (call, again, loose, waiting, linked):
        assert (one.phone, one.caller_name) == ("••••••••42", "N.")
        assert one.hides_caller
    prank = desk.discard_call(room, "", "prank", PHONE, by="ani", at=NOON)
    assert prank.phone == "••••••••42"


def test_the_words_for_the_place_stay_readable(room):
    call = only_call(room, take(room))

    assert (call.text, call.note) == (SAID, NOTED)


def test_a_call_without_number_and_name_hides_nothing(room):
    call = only_call(room, take(room, phone=None, caller_name=None))

    assert (call.phone, call.caller_name, call.hides_caller) == (None, None, False)


@pytest.mark.parametrize("phone", ["112", "tanpa nomor", "0812"])
def test_a_short_number_is_masked_whole(room, phone):
    assert only_call(room, take(room, phone=phone)).phone == "••••••••"


def test_masking_twice_is_masking_once(room):
    call = only_call(room, take(room))

    assert call.masked() == call


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
def test_who_works_cases_sees_the_caller_and_the_record_says_so(room, role):
    call = only_call(room, take(room))

    full = desk.reveal_caller(room, call.id, by=a_persons(role), at=NOON)

    assert (full.phone, full.caller_name, full.hides_caller) == (PHONE, CALLER, False)
    with room.store.reading() as tx:
        (last,) = events.latest(tx, 1)
        assert events.breaks(tx) == []
    assert (last.kind, last.subject_id, last.action) == ("call", str(call.id), "view_caller")
    assert (last.actor, last.at) == ("budi", NOON)
    assert (last.before, last.after) == (None, None)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.BPBD, Role.ADMIN, Role.CREW])
def test_nobody_else_sees_the_caller_and_no_look_is_recorded(room, role):
    call = only_call(room, take(room))

    with pytest.raises(NotAllowed):
        desk.reveal_caller(room, call.id, by=a_persons(role), at=NOON)

    with room.store.reading() as tx:
        assert [one.action for one in events.of_subject(tx, "call", call.id)] == ["take_call"] * 2


def test_looking_at_nothing_is_refused(room):
    with pytest.raises(UnknownRow):
        desk.reveal_caller(room, 999_999, by="ani", at=NOON)


def test_a_look_disturbs_no_other_desk(room):
    call = only_call(room, take(room))
    time.sleep(0.2)
    before = desk.version(room)

    desk.reveal_caller(room, call.id, by="ani", at=NOON)
    time.sleep(0.2)

    assert desk.version(room) == before


def test_the_record_never_holds_a_number_a_name_or_words(room):
    an_old_case(room)
    second, third = take(room), take(room, candidate_label=f"{SAID} · Batu Merah")
    call = only_call(room, second)
    desk.reveal_caller(room, call.id, by="ani", at=NOON)
    desk.unlink_call(room, call.id, by="ani", at=NOON)
    desk.link_call(room, call.id, third.id, by="ani", at=NOON)
    desk.discard_call(room, SAID, "prank", PHONE, by="ani", at=NOON)
    desk.relocate(room, third.id, 128.19, -3.69, by="ani", at=NOON)
    desk.join(room, second.id, third.id, by="ani", at=NOON)
    desk.part(room, second.id, by="ani", at=NOON)
    desk.options(room, **TOWN, type_code="fire_building", incident_id=third.id, by="ani", at=NOON)
    *_, new = desk.suggestions(room)
    desk.settle_suggestion(room, new.id, accepted=False, by="ani", at=NOON)
    desk.look_at(room, "browser", third.id, by="ani", at=NOON)
    erase(room)

    assert {"call", "incident"} <= holding(room, *WORDS), "the words were there to be kept"
    assert not {"event", "recommendation", "presence"} & holding(room, *WORDS)


BEFORE_THE_SEALS = """
INSERT INTO incident (type_code, severity, status, status_at, lon, lat, level, place_text, note,
                      opened_at, opened_by)
VALUES ('flood', 'low', 'located', now(), 128.19, -3.69, 'point', %(said)s, %(noted)s, now(), 'x');
INSERT INTO incident_note (incident_id, at, by, text) VALUES (1, now(), 'x', %(later)s);
INSERT INTO call (received_at, text, phone, caller_name, note, kind, status, status_at, taken_by)
VALUES (now(), %(said)s, %(phone)s, %(caller)s, %(noted)s, 'normal', 'received', now(), 'x');
INSERT INTO place_suggestion (text, lon, lat, incident_id, suggested_at, suggested_by)
VALUES (%(said)s, 128.19, -3.69, 1, now(), 'x');
"""


def test_what_earlier_versions_recorded_was_cleaned_before_it_was_sealed(empty_dsn):
    words = {"said": SAID, "noted": NOTED, "later": LATER, "phone": PHONE, "caller": CALLER}
    with psycopg.connect(empty_dsn, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(queries("migration")["make_table"])
        for step in steps():
            if step.name < "0007" and ".postgis." not in step.name:
                connection.execute(step.read_bytes())
                connection.execute(queries("migration")["record"], {"name": step.name})
        connection.execute(BEFORE_THE_SEALS, words)

    def recorded():
        with psycopg.connect(empty_dsn) as connection:
            return str(connection.execute("SELECT one::text FROM event AS one").fetchall())

    assert SAID in recorded()
    store = Store(empty_dsn)
    store.migrate()

    assert not any(one in recorded() for one in WORDS)
    with store.reading() as tx:
        assert events.breaks(tx) == []
    store.close()
