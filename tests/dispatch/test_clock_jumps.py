"""The machine's clock is set forward or back by hours: work goes on and the record keeps order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dispatch import desk, export
from dispatch.analytics.response import response_times
from dispatch.cap import Scope, sending
from dispatch.errors import LockedOut, SignedOut, WrongPassword
from dispatch.person import Role
from dispatch.store import events
from dispatch.unit import PositionBasis
from tests.dispatch.away import FIRE, NOON, UNIT
from tests.dispatch.room_at_work import PASSWORD

HOURS = timedelta(hours=5)
MINUTE = timedelta(minutes=1)
JUMPS = pytest.mark.parametrize("jump", [HOURS, -HOURS], ids=["forward", "back"])
STEPS = ("accepted", "en_route", "on_scene", "cleared")


def let_in(room, login, *roles, at):
    first = desk.add_account(room, login, roles, by="test", at=at)
    begun = desk.sign_in(room, login, first, at=at)
    desk.choose_password(room, begun.token, PASSWORD, at=at)
    return begun.token


def worked(room, moments):
    """Take a call and see it through, each step at the next moment; returns the incident's id."""
    opened = desk.take_call(room, **FIRE, by="ani", at=next(moments), taking_s=20)
    sent = desk.assign(room, opened.id, UNIT, by="ani", at=next(moments))
    for step in STEPS:
        desk.move_assignment(room, sent.id, step, by="ani", at=next(moments))
    for step in ("controlled", "closed"):
        desk.move_incident(room, opened.id, step, by="ani", at=next(moments))
    return opened.id


def jumping(jump, after):
    """Return moments a minute apart; the clock jumps after so many of them."""
    return (NOON + n * MINUTE + (jump if n >= after else 0 * jump) for n in range(20))


@JUMPS
def test_the_clock_jumps_before_any_step_and_every_step_is_done_and_told(room, tmp_path, jump):
    ids = [worked(room, jumping(jump, after)) for after in range(1, 9)]

    with room.store.reading() as tx:
        assert events.breaks(tx) == []
        for one in ids:
            record = events.of_subject(tx, "incident", one)
            statuses = [event.after["status"] for event in record]
            assert statuses[0] == "awaiting_unit"
            assert statuses[-2:] == ["controlled", "closed"]
            assert all(a.id < b.id for a, b in pairwise(record)), "in the order they were done"
    span = {"from_at": NOON - 2 * HOURS, "until_at": NOON + 2 * HOURS}
    for figure in response_times(room, **span).figures:
        assert (figure.median_s or 0) >= 0
        assert (figure.p90_s or 0) >= 0
    at = NOON + 2 * HOURS
    assert desk.monthly_report(room, "2026-11", by="ani", at=at)
    assert desk.handover_facts(room, at=at)
    extract = export.gather(room, export.Choice(**span), at=at)
    for how in export.Format:
        scope = sending(room.settings, Scope.RESTRICTED)
        export.write(extract, tmp_path / f"all.{how}", how, scope)
    assert {row["status"] for row in extract.rows} == {"closed"}


@JUMPS
def test_who_is_signed_in_works_on_or_signs_in_again(room, jump):
    token = let_in(room, "ani", Role.DISPATCHER, at=NOON)
    at = NOON + jump
    if jump > timedelta():
        with pytest.raises(SignedOut):
            desk.session(room, token, at=at)
        token = desk.sign_in(room, "ani", PASSWORD, at=at).token

    here = desk.session(room, token, at=at, active=True)

    assert desk.take_call(room, **FIRE, by=here.person, at=at).opened_at == at
    assert here.ends_at > at


def test_an_account_is_not_closed_for_hours_because_the_clock_was_set_back(room):
    let_in(room, "ani", Role.DISPATCHER, at=NOON)
    ahead = NOON + HOURS
    for refused in [WrongPassword] * 4 + [LockedOut]:
        with pytest.raises(refused):
            desk.sign_in(room, "ani", "wrong", at=ahead)
    with pytest.raises(LockedOut):
        desk.sign_in(room, "ani", PASSWORD, at=ahead + MINUTE)

    assert desk.sign_in(room, "ani", PASSWORD, at=NOON + MINUTE)


def test_a_position_said_while_the_clock_was_ahead_gives_way_to_a_present_one(room):
    now = datetime.now(UTC)
    before = now - HOURS  # what the clock says once it has been set back
    desk.record_fix(room, UNIT, 128.2, -3.65, by="ani", at=now)
    assert desk.unit(room, UNIT, before).position_basis is PositionBasis.STATION

    desk.record_fix(room, UNIT, 128.21, -3.66, by="ani", at=before)

    assert desk.unit(room, UNIT, before).position == (128.21, -3.66)


@JUMPS
def test_who_has_an_incident_open_is_seen_again_within_a_minute(room, jump):
    opened = desk.take_call(room, **FIRE, by="ani", at=NOON)
    desk.look_at(room, "one browser", opened.id, by="ani", at=NOON)
    at = NOON + jump
    assert desk.present(room, at) == [], "not heard of for hours, or from hours ahead"

    desk.look_at(room, "another", opened.id, by="budi", at=at)

    assert [one.by for one in desk.present(room, at)] == ["budi"]
