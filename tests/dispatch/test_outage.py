"""Without its database the room takes calls and sends units; all of it comes in later, once."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch import desk
from dispatch.call import CallKind
from dispatch.desk.outage import folder_of
from dispatch.desk.replaying import settle, take_in_left_behind, tend
from dispatch.errors import (
    DatabaseAway,
    DatabaseDown,
    IllegalMove,
    JournalFailed,
    NotAllowed,
    OutsideArea,
    SignedOut,
    UnitBusy,
    UnknownIncident,
)
from dispatch.incident import IncidentStatus
from dispatch.person import Role
from dispatch.refused import retold
from dispatch.shift import shift_at
from dispatch.store import events
from dispatch.unit import UnitStatus
from tests.dispatch.away import (
    FIRE,
    NOON,
    OTHER,
    UNIT,
    another,
    away,
    carried,
    entry,
    leave_behind,
    without_database,
)
from tests.dispatch.room_at_work import PASSWORD

LATER = NOON + timedelta(minutes=1)


def unit(room, call_sign=UNIT, at=NOON):
    return next(one for one in desk.standing(room, at).units if one.call_sign == call_sign)


def take(room, by="ani", at=NOON, **other):
    return desk.do(room, "take_call", by=by, at=at, **{**FIRE, **other})


def send(room, incident, call_sign=UNIT, by="ani", at=NOON):
    return desk.do(room, "assign", incident_id=incident.id, call_sign=call_sign, by=by, at=at)


def step(room, sent, to, at=NOON):
    return desk.do(room, "move_assignment", assignment_id=sent.id, to=to, by="ani", at=at)


def let_in(room, login, *roles, at=None):
    """Sign somebody in; returns what their browser holds."""
    at = at or datetime.now(UTC)
    first = desk.add_account(room, login, roles, by="test", at=at)
    token = desk.sign_in(room, login, first, at=at).token
    desk.choose_password(room, token, PASSWORD, at=at)
    return token


def seen(room, login, *roles):
    """Sign somebody in and have their page drawn once."""
    return desk.session(room, let_in(room, login, *roles), at=datetime.now(UTC)).person


def only(rows):
    (row,) = rows
    return row


def test_a_room_that_keeps_no_journal_says_that_its_database_is_down(room):
    with away(room), pytest.raises(DatabaseDown):
        take(room)

    assert desk.open_incidents(room) == []


def test_a_call_is_taken_and_a_unit_sent_and_both_are_in_the_room_afterwards_once(room):
    with without_database(room) as outage:
        opened = take(room, phone="0800 555 0142", note="pintu jingga")
        sent = send(room, opened, at=LATER)

        row = only(desk.standing(room, LATER).incidents)
        assert (row.incident.code, row.incident.status) == ("SEMENTARA-1", "in_progress")
        assert row.open_assignments == (sent,)
        assert desk.missed_since(room) is not None
        assert desk.noted(room) == 2

    row = only(desk.open_incidents(room))
    assert row.incident.code.startswith("2026-")
    assert (row.incident.opened_at, row.incident.opened_by) == (NOON, "ani")
    assert [one.call_sign for one in row.open_assignments] == [UNIT]
    assert row.open_assignments[0].milestones == {"dispatched": LATER}
    call = only(desk.incident(room, row.incident.id).calls)
    assert (call.text, call.note, call.hides_caller) == ("uji", "pintu jingga", True)
    assert desk.now_called(room, opened.id) == row.incident.id
    assert list(folder_of(room.settings).iterdir()) == []
    assert outage.waiting() == []


def test_what_came_in_is_recorded_when_it_happened_as_from_the_journal(room):
    with without_database(room):
        send(room, take(room))

    row = only(desk.open_incidents(room))
    with room.store.reading() as tx:
        told = events.of_subject(tx, "incident", row.incident.id)
        told += events.of_subject(tx, "assignment", row.assignments[0].id)
        assert events.breaks(tx) == []
    assert {(one.source, one.actor, one.at) for one in told} == {("journal", "ani", NOON)}
    assert {one.action for one in told} == {"take_call", "assign"}


def test_units_are_ranked_by_road_from_what_was_last_known(room):
    asked = {"lon": 128.19, "lat": -3.69, "type_code": "fire_building", "by": "ani", "at": NOON}
    before = desk.options(room, **asked)

    with without_database(room):
        during = desk.options(room, **asked)
        assert [(one.call_sign, one.travel_s) for one in during.options] == [
            (one.call_sign, one.travel_s) for one in before.options
        ]
        assert during.id is None

        send(room, take(room), before.options[0].call_sign)
        after = desk.options(room, **asked)
        assert before.options[0].call_sign not in [one.call_sign for one in after.options]


def test_words_become_a_place_from_the_names_last_known(room):
    desk.locate(room, "Batu Merah")

    with without_database(room):
        assert desk.locate(room, "Batu Merah").candidates


def test_a_unit_sent_meanwhile_is_sent_by_nobody_else(room):
    with without_database(room):
        first, second = take(room), take(room, at=LATER)
        send(room, first)

        with pytest.raises(UnitBusy) as refused:
            send(room, second, by="budi", at=LATER)

        assert (refused.value.by, refused.value.incident) == ("ani", "SEMENTARA-1")
        assert unit(room).status is UnitStatus.ASSIGNED


def test_a_unit_followed_to_the_end_is_free_again(room):
    with without_database(room):
        first = take(room)
        sent = send(room, first)
        for to in ("accepted", "en_route"):
            sent = step(room, sent, to)
        with pytest.raises(IllegalMove):
            step(room, sent, "cleared")
        step(room, sent, "withdrawn", at=LATER)

        assert unit(room).status is UnitStatus.AVAILABLE
        assert only(desk.standing(room, NOON).incidents).incident.status is (
            IncidentStatus.AWAITING_UNIT
        )
        send(room, first, at=LATER)

    row = only(desk.open_incidents(room))
    assert [one.status for one in row.assignments] == ["withdrawn", "dispatched"]
    assert row.incident.status is IncidentStatus.IN_PROGRESS


def test_what_was_before_goes_on(room):
    opened = take(room)
    sent = send(room, opened)
    waiting = desk.receive_call(room, "menunggu", by="ani", at=NOON)
    carried(room)

    with without_database(room):
        step(room, sent, "accepted", at=LATER)
        desk.do(room, "call_again", incident_id=opened.id, text="lagi", by="ani", at=LATER)
        found = desk.duplicates(
            room,
            text="uji",
            type_code="fire_building",
            lon=128.19,
            lat=-3.69,
            radius_m=0.0,
            at=LATER,
        )
        assert [one.row.incident.id for one in found] == [opened.id]
        take(room, at=LATER, waiting=waiting.id, text="")
        assert desk.standing(room, LATER).waiting == []
        with pytest.raises(IllegalMove):
            take(room, at=LATER, waiting=waiting.id)

    first, second = desk.open_incidents(room)
    assert (first.calls, first.assignments[0].status) == (2, "accepted")
    assert only(desk.incident(room, second.incident.id).calls).text == "menunggu"


def test_pranks_and_silent_calls_are_closed(room):
    with without_database(room):
        desk.do(room, "discard_call", text="", kind="prank", phone="1", by="ani", at=NOON)

    assert desk.phone_history(room, "1", LATER) == {CallKind.PRANK: 1}


def test_everything_else_is_refused_and_nothing_of_it_is_noted(room):
    with without_database(room) as outage:
        opened = take(room)
        for refused in (
            lambda: desk.add_note(room, opened.id, "x", by="ani", at=NOON),
            lambda: desk.move_incident(room, opened.id, "cancelled", by="ani", at=NOON),
            lambda: desk.set_unit_status(room, UNIT, "off_duty", by="ani", at=NOON),
            lambda: desk.sign_in(room, "ani", "x", at=NOON),
        ):
            with pytest.raises(DatabaseAway):
                refused()
        with pytest.raises(UnknownIncident):
            desk.do(room, "assign", incident_id=99, call_sign=UNIT, by="ani", at=NOON)
        with pytest.raises(OutsideArea):
            take(room, lon=100.0)

        assert len(outage.waiting()) == 1


def test_what_the_database_heard_before_it_broke_off_is_not_done_again(room):
    """The commit came through and the answer did not: the same press is noted too."""
    opened = take(room)
    sent = step(room, send(room, opened), "accepted", at=LATER)
    desk.do(room, "discard_call", text="x", kind="silent", by="ani", at=LATER)
    leave_behind(
        room.settings,
        entry("take_call", **FIRE),
        entry("assign", incident_id=opened.id, call_sign=UNIT),
        entry("move_assignment", assignment_id=sent.id, to="accepted", at=LATER),
        entry("discard_call", text="x", kind="silent", at=LATER),
    )

    assert take_in_left_behind(room) == 1

    row = only(desk.open_incidents(room))
    assert (row.calls, [one.status for one in row.assignments]) == (1, ["accepted"])
    assert desk.standing(room, LATER).conflicts == []
    assert desk.waiting_calls(room) == []


def test_the_first_press_that_meets_no_database_is_noted(room):
    carried(room)
    with away(room):
        opened = take(room)
        assert opened.id < 0

    tend(room)

    assert len(desk.open_incidents(room)) == 1


def test_a_database_that_goes_away_again_in_the_middle_loses_sight_of_nothing(room):
    with without_database(room) as outage:
        first, second = take(room), take(room, at=LATER)
        sent = send(room, first)
    outage.begin()
    with another(room) as app:
        came_in = {row.incident.opened_at: row.incident.id for row in desk.open_incidents(app)}

    shown = {row.incident.opened_at: row.incident.id for row in outage.standing(NOON).incidents}
    assert shown == came_in
    assert desk.now_called(room, first.id) == came_in[NOON]
    with pytest.raises(UnitBusy):
        send(room, second, at=LATER)
    step(room, sent, "accepted", at=LATER)
    send(room, second, OTHER, at=LATER)
    first_noted, *_ = outage.waiting()
    outage.came_in(first_noted, settle(room, first_noted))
    step(room, sent, "en_route", at=LATER)
    tend(room)

    rows = {row.incident.opened_at: row for row in desk.open_incidents(room)}
    assert [one.status for one in rows[NOON].assignments] == ["en_route"]
    assert [one.call_sign for one in rows[LATER].assignments] == [OTHER]
    assert desk.standing(room, NOON).conflicts == []


def test_an_incident_opened_just_before_is_known_though_nobody_looked_since(room):
    carried(room)
    opened = take(room)
    with away(room):
        sent = send(room, opened)
        assert sent.id < 0

    tend(room)

    assert [one.call_sign for one in only(desk.open_incidents(room)).assignments] == [UNIT]


def test_a_unit_sent_from_elsewhere_meanwhile_becomes_a_conflict_until_it_is_seen_to(room):
    outage = carried(room)
    elsewhere = desk.take_call(room, **FIRE, by="budi", at=NOON)
    with away(room):
        outage.begin()
        opened = take(room, at=LATER)
        send(room, opened, at=LATER)
        send(room, opened, OTHER, at=LATER)
    with another(room) as app:
        desk.assign(app, elsewhere.id, UNIT, by="budi", at=NOON)
    tend(room)

    conflict = only(desk.standing(room, LATER).conflicts)
    assert (conflict.action, conflict.by, conflict.at) == ("assign", "ani", LATER)
    mine = next(row for row in desk.open_incidents(room) if row.incident.id != elsewhere.id)
    assert conflict.meant == {"call_sign": UNIT, "incident": mine.incident.code}
    why = retold(conflict.refusal)
    assert isinstance(why, UnitBusy)
    assert (why.by, why.at, why.incident) == ("budi", NOON, elsewhere.code)
    assert [one.call_sign for one in mine.assignments] == [OTHER]

    desk.settle_conflict(room, conflict.id, by="cici", at=LATER)
    assert desk.standing(room, LATER).conflicts == []
    with room.store.reading() as tx:
        kept, settled = events.of_subject(tx, "journal_conflict", conflict.id)
    assert (kept.source, kept.actor, kept.at) == ("journal", "ani", LATER)
    assert (settled.actor, settled.action) == ("cici", "settle_conflict")
    assert "meant" not in settled.after


def test_a_call_that_cannot_come_in_waits_to_be_taken_with_everything_said(room):
    waiting = desk.receive_call(room, "menunggu", by="ani", at=NOON)
    outage = carried(room)
    with away(room):
        outage.begin()
        opened = take(room, at=LATER, waiting=waiting.id, text="kata", phone="0800 555 0142")
        send(room, opened, at=LATER)
    with another(room) as app:
        desk.discard_call(app, "", "silent", by="budi", at=NOON, waiting=waiting.id)
    tend(room)

    kept = only(desk.waiting_calls(room))
    assert (kept.text, kept.received_at, kept.hides_caller) == ("kata", LATER, True)
    took, sent = desk.standing(room, LATER).conflicts
    assert (took.meant["type_code"], retold(took.refusal).kind) == ("fire_building", "call")
    assert "kata" not in str(took.meant)
    assert sent.meant == {"call_sign": UNIT, "incident": None}


def test_who_is_signed_in_stays_so_until_their_session_ends(room):
    at = shift_at(datetime.now(UTC)).begins_at  # the whole shift lies ahead, whatever the hour
    token = let_in(room, "ani", Role.DISPATCHER, at=at)
    carried(room)
    known = desk.session(room, token, at=at)

    with without_database(room):
        later = at + timedelta(minutes=50)
        assert desk.session(room, token, at=later, active=True).person == known.person
        with pytest.raises(SignedOut, match="idle"):
            desk.session(room, token, at=later + timedelta(minutes=61))
        with pytest.raises(SignedOut, match="shift"):
            desk.session(room, token, at=known.ends_at)
        with pytest.raises(DatabaseAway):
            desk.session(room, "somebody else", at=at)
        take(room, by=known.person, at=later)

    assert desk.session(room, token, at=later + timedelta(minutes=30)).seen_at == later
    assert only(desk.open_incidents(room)).incident.opened_by == "ani"


def test_rights_hold_without_the_database_and_again_when_it_is_back(room):
    at = datetime.now(UTC)
    outage = carried(room)
    ani, cici = seen(room, "ani", Role.DISPATCHER), seen(room, "cici", Role.DISPATCHER)
    budi = seen(room, "budi", Role.PLANNER)
    with away(room):
        outage.begin()
        with pytest.raises(NotAllowed):
            take(room, by=budi, at=at)
        take(room, by=ani, at=at)
        take(room, by=cici, at=at)
    with another(room) as app:
        demoted = {"roles": [Role.PLANNER], "agency": None, "active": True}
        desk.change_account(app, "ani", **demoted, by="test", at=at)
    tend(room)

    assert only(desk.open_incidents(room)).incident.opened_by == "cici"
    conflict = only(desk.standing(room, at).conflicts)
    assert isinstance(retold(conflict.refusal), NotAllowed)
    assert len(desk.waiting_calls(room)) == 1


def test_who_left_before_is_not_let_in_without_the_database(room):
    at = datetime.now(UTC)
    carried(room)
    left, closed = let_in(room, "ani", Role.DISPATCHER), let_in(room, "budi", Role.DISPATCHER)
    ani = desk.session(room, left, at=at).person
    desk.session(room, closed, at=at)
    desk.sign_out(room, left, by=ani, at=at)
    desk.reset_password(room, "budi", by="test", at=at)
    with pytest.raises(SignedOut):
        desk.session(room, closed, at=at)

    with without_database(room):
        for token in (left, closed):
            with pytest.raises(DatabaseAway):
                desk.session(room, token, at=at)


def test_who_leaves_without_the_database_has_left_when_it_is_back(room):
    at = datetime.now(UTC)
    token = let_in(room, "ani", Role.DISPATCHER)
    carried(room)
    ani = desk.session(room, token, at=at).person

    with without_database(room) as outage:
        take(room, by=ani, at=at)
        desk.do(room, "sign_out", token=token, by=ani, at=at + timedelta(seconds=1))
        with pytest.raises(DatabaseAway):
            desk.session(room, token, at=at + timedelta(seconds=2))
        assert token not in str(outage.waiting())

    assert len(desk.open_incidents(room)) == 1
    with pytest.raises(SignedOut):
        desk.session(room, token, at=at + timedelta(seconds=2))


def test_a_journal_that_cannot_be_written_refuses_what_it_was_to_hold(room):
    room.settings.state_dir.joinpath("journal").touch()

    with without_database(room) as outage:
        with pytest.raises(JournalFailed):
            take(room)
        assert outage.waiting() == []
        assert desk.standing(room, NOON).incidents == []


def test_a_fix_that_grows_old_meanwhile_counts_no_more(room):
    desk.record_fix(room, UNIT, 128.2, -3.65, by="ani", at=NOON)
    carried(room)
    assert unit(room).position == (128.2, -3.65)

    with without_database(room):
        assert unit(room, at=NOON + timedelta(minutes=4)).position == (128.2, -3.65)
        assert unit(room, at=NOON + timedelta(minutes=6)).position != (128.2, -3.65)
