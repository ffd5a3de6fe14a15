"""Three shifts a day, what is planned for each, and starting one."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest

from dispatch import desk
from dispatch.errors import (
    NotAllowed,
    NothingPlanned,
    UnitAssigned,
    UnitOffDuty,
    UnknownRow,
    UnknownUnit,
)
from dispatch.person import RIGHTS, Role
from dispatch.shift import WIT, ShiftName, shift_at, shift_on
from dispatch.store import events
from dispatch.unit import UnitStatus
from tests.dispatch.test_people import NOON, sit_down, take_call

NOW = shift_at(NOON)  # the morning of 24 November 2026
ENGINE, OTHER, PATROL = "DAMKAR-MAKO-1", "DAMKAR-MAKO-2", "POLRES-11"
MORNING, AFTERNOON, NIGHT = ShiftName.MORNING, ShiftName.AFTERNOON, ShiftName.NIGHT


def wit(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=WIT)


def plan(room, *units: str, shift=NOW, staff=None, by="test"):
    return desk.plan_shift(room, shift, staff or {}, units, by=by, at=NOON)


def duty(room, call_sign: str) -> UnitStatus:
    return desk.unit(room, call_sign, NOON).status


@pytest.mark.parametrize(
    ("at", "day", "name"),
    [
        (wit(2026, 11, 24, 6, 59, 59), date(2026, 11, 23), NIGHT),
        (wit(2026, 11, 24, 7, 0), date(2026, 11, 24), MORNING),
        (wit(2026, 11, 24, 13, 59, 59), date(2026, 11, 24), MORNING),
        (wit(2026, 11, 24, 14, 0), date(2026, 11, 24), AFTERNOON),
        (wit(2026, 11, 24, 20, 59, 59), date(2026, 11, 24), AFTERNOON),
        (wit(2026, 11, 24, 21, 0), date(2026, 11, 24), NIGHT),
        (wit(2026, 11, 30, 23, 59, 59), date(2026, 11, 30), NIGHT),
        (wit(2026, 12, 1, 0, 0), date(2026, 11, 30), NIGHT),
        (wit(2027, 1, 1, 6, 59, 59), date(2026, 12, 31), NIGHT),
        (wit(2028, 2, 29, 0, 30), date(2028, 2, 28), NIGHT),
    ],
)
def test_a_shift_belongs_to_the_day_in_ambon_on_which_it_begins(at, day, name):
    shift = shift_at(at)

    assert (shift.day, shift.name) == (day, name)
    assert shift_on(day, name) == shift


def test_shifts_follow_each_other_without_a_gap_over_the_end_of_a_month():
    shift = shift_on(date(2026, 11, 29), MORNING)
    for _ in range(9):
        following = shift.after()
        assert following.begins_at == shift.ends_at
        shift = following

    assert (shift.day, shift.name) == (date(2026, 12, 2), MORNING)


def test_the_same_shift_a_week_earlier_may_lie_in_another_month():
    night = shift_at(wit(2026, 12, 4, 2, 0))

    assert night.days_before(7) == shift_on(date(2026, 11, 26), NIGHT)


def test_the_board_shows_what_is_planned_now_and_next(room):
    sit_down(room, Role.DISPATCHER)
    plan(room, ENGINE, staff={"ani": "operator 1"})
    plan(room, OTHER, shift=NOW.after())

    board = desk.shift_board(room, NOON)

    assert board.plan == desk.Plan(NOW, {"ani": "operator 1"}, frozenset({ENGINE}))
    assert (board.next.shift.name, board.next.units) == (AFTERNOON, frozenset({OTHER}))


def test_a_night_is_one_shift_before_and_after_midnight(room):
    evening, morning = wit(2026, 11, 30, 22, 0), wit(2026, 12, 1, 5, 0)
    plan(room, ENGINE, shift=shift_at(evening))

    for at in (evening, morning):
        assert desk.shift_board(room, at).plan.units == {ENGINE}
    assert desk.shift_board(room, wit(2026, 12, 1, 7, 0)).plan.units == frozenset()


def test_a_new_plan_takes_the_place_of_the_one_before(room):
    for login in ("ani", "budi"):
        sit_down(room, Role.DISPATCHER, login=login)
    plan(room, ENGINE, OTHER, staff={"ani": "operator 1", "budi": "operator 2"})

    plan(room, OTHER, PATROL, staff={"budi": "operator 1"})

    kept = desk.shift_plan(room, NOW)
    assert (kept.people, kept.units) == ({"budi": "operator 1"}, {OTHER, PATROL})


def test_two_who_plan_a_shift_at_once_do_not_mix(room):
    plans, both = ({ENGINE, OTHER}, {PATROL}), Barrier(2)

    def make(units: set[str]) -> None:
        both.wait()
        plan(room, *units)

    threads = [Thread(target=make, args=(units,)) for units in plans]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert desk.shift_plan(room, NOW).units in plans


def test_a_plan_names_only_people_and_units_there_are(room):
    sit_down(room, Role.DISPATCHER)
    desk.change_account(
        room, "ani", roles=["dispatcher"], agency=None, active=False, by="test", at=NOON
    )

    for staff in ({"nobody": ""}, {"ani": ""}):
        with pytest.raises(UnknownRow):
            plan(room, staff=staff)
    with pytest.raises(UnknownUnit):
        plan(room, "NO-SUCH-1")
    assert desk.shift_plan(room, NOW).units == frozenset()


def test_a_plan_is_copied_from_yesterday_or_last_week_without_who_and_what_left(room):
    for login in ("ani", "budi"):
        sit_down(room, Role.DISPATCHER, login=login)
    plan(room, ENGINE, OTHER, shift=NOW.days_before(7), staff={"ani": "satu", "budi": "dua"})
    desk.change_account(
        room, "budi", roles=["dispatcher"], agency=None, active=False, by="test", at=NOON
    )
    desk.retire_unit(room, OTHER, by="test", at=NOON)

    copied = desk.copy_shift(room, NOW, days=7, by="test", at=NOON)

    assert (copied.people, copied.units) == ({"ani": "satu"}, {ENGINE})
    assert desk.shift_plan(room, NOW) == copied
    with pytest.raises(NothingPlanned):
        desk.copy_shift(room, NOW, days=1, by="test", at=NOON)


def test_starting_a_shift_puts_the_planned_units_on_duty_and_the_others_off(room):
    desk.set_unit_status(room, ENGINE, "off_duty", by="test", at=NOON)
    plan(room, ENGINE, OTHER)

    started = desk.start_shift(room, by="budi", at=NOON)

    assert started.on == (ENGINE,)
    assert started.refused == {}
    on_duty = {u.call_sign for u in desk.units(room, NOON) if u.status is UnitStatus.AVAILABLE}
    assert on_duty == {ENGINE, OTHER}
    assert desk.shift_board(room, NOON).differing == ()
    with room.store.reading() as tx:
        for call_sign in (ENGINE, *started.off):
            told = events.of_subject(tx, "unit", call_sign)[-1]
            assert (told.action, told.actor, told.at) == ("start_shift", "budi", NOON)
        assert events.of_subject(tx, "unit", OTHER)[-1].action == "seed", "it was on duty"


def test_a_unit_on_an_incident_is_left_alone_and_told(room):
    incident = take_call(room, "test")
    desk.assign(room, incident, PATROL, by="test", at=NOON)
    plan(room, ENGINE)

    started = desk.start_shift(room, by="test", at=NOON)

    assert list(started.refused) == [PATROL]
    assert isinstance(started.refused[PATROL], UnitAssigned)
    assert duty(room, PATROL) is UnitStatus.ASSIGNED
    assert [one.call_sign for one in desk.shift_board(room, NOON).differing] == [PATROL]


def test_a_planned_unit_that_is_on_an_incident_already_is_where_it_should_be(room):
    desk.assign(room, take_call(room, "test"), ENGINE, by="test", at=NOON)
    plan(room, ENGINE)

    assert desk.start_shift(room, by="test", at=NOON).refused == {}
    assert desk.shift_board(room, NOON).differing == ()


def test_a_plan_repairs_no_unit(room):
    for call_sign in (ENGINE, OTHER):
        desk.set_unit_status(room, call_sign, "out_of_service", by="test", at=NOON)
    plan(room, ENGINE, PATROL)

    started = desk.start_shift(room, by="test", at=NOON)

    assert list(started.refused) == [ENGINE]
    assert isinstance(started.refused[ENGINE], UnitOffDuty)
    assert {duty(room, one) for one in (ENGINE, OTHER)} == {UnitStatus.OUT_OF_SERVICE}
    assert [one.call_sign for one in desk.shift_board(room, NOON).differing] == [ENGINE]


def test_a_shift_nobody_planned_is_not_started(room):
    before = desk.units(room, NOON)

    with pytest.raises(NothingPlanned):
        desk.start_shift(room, by="test", at=NOON)

    assert desk.units(room, NOON) == before
    assert desk.shift_board(room, NOON).differing == (), "no plan, nothing to differ from"


def test_a_unit_sent_while_the_shift_starts_is_either_out_or_off_duty(room):
    """Whoever comes first, the room never has a unit off duty on an incident."""
    incident = take_call(room, "test")
    plan(room, ENGINE)
    both, told = Barrier(2), {}

    def start() -> None:
        both.wait()
        told["refused"] = desk.start_shift(room, by="budi", at=NOON).refused

    def send() -> None:
        both.wait()
        try:
            told["sent"] = desk.assign(room, incident, PATROL, by="ani", at=NOON)
        except UnitOffDuty as refusal:
            told["off"] = refusal

    threads = [Thread(target=doing) for doing in (start, send)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert (PATROL in told["refused"]) == ("sent" in told) != ("off" in told)
    expected = UnitStatus.ASSIGNED if "sent" in told else UnitStatus.OFF_DUTY
    assert duty(room, PATROL) is expected


def test_the_board_names_who_is_signed_in(room):
    sit_down(room, Role.DISPATCHER)
    leaving = sit_down(room, Role.DISPATCHER, login="budi")
    token = desk.sign_in(room, "ani", "kata sandi yang panjang", at=NOON).token

    assert desk.shift_board(room, NOON).signed_in == ("ani", "budi")
    desk.change_account(
        room, "budi", roles=["planner"], agency=None, active=False, by="test", at=NOON
    )
    assert leaving.login not in desk.shift_board(room, NOON).signed_in
    desk.session(room, token, at=NOON + timedelta(minutes=50), active=True)
    assert desk.shift_board(room, NOON + timedelta(minutes=90)).signed_in == ("ani",)
    assert desk.shift_board(room, NOON + timedelta(minutes=120)).signed_in == ()


@pytest.mark.parametrize("role", Role)
def test_only_who_may_plans_and_starts_a_shift(room, role):
    person = sit_down(room, role)
    plan(room, ENGINE, shift=NOW.days_before(1))
    tries = {
        "plan_shift": lambda: plan(room, ENGINE, by=person),
        "start_shift": lambda: desk.start_shift(room, by=person, at=NOON),
    }
    for action, doing in tries.items():
        if role is Role.SUPERVISOR:
            doing()
        else:
            assert action not in RIGHTS[role]
            with pytest.raises(NotAllowed):
                doing()
    if role is not Role.SUPERVISOR:
        with pytest.raises(NotAllowed):
            desk.copy_shift(room, NOW, days=1, by=person, at=NOON)


def test_who_is_here_for_one_agency_plans_and_starts_its_units_alone(room):
    person = sit_down(room, Role.SUPERVISOR, agency="damkar")
    plan(room, OTHER, PATROL)

    with pytest.raises(NotAllowed):
        plan(room, OTHER, by=person)
    plan(room, ENGINE, PATROL, by=person)
    started = desk.start_shift(room, by=person, at=NOON)

    fleet = {unit.call_sign: unit for unit in desk.units(room, NOON)}
    assert {fleet[one].agency for one in started.off} == {"damkar"}
    assert all(isinstance(why, NotAllowed) for why in started.refused.values())
    assert "damkar" not in {fleet[one].agency for one in started.refused}
