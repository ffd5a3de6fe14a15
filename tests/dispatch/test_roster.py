"""The roster a supervisor keeps: units added, changed, retired; and a slip taken back."""

from datetime import timedelta

import pytest

from dispatch import desk
from dispatch.desk.roster import UNDOABLE
from dispatch.errors import (
    BadCoordinates,
    BadValue,
    CallSignTaken,
    HasStation,
    NotAllowed,
    OutsideArea,
    Stale,
    UnitAssigned,
    UnitOffDuty,
    UnknownRow,
    UnknownUnit,
)
from dispatch.person import RIGHTS, Role
from dispatch.unit import PositionBasis, UnitStatus
from tests.dispatch.test_people import NOON, sit_down, take_call

ENGINE = "DAMKAR-MAKO-1"
PLACE = (128.2100, -3.6600)
BY = {"by": "test", "at": NOON}


def unit(room, call_sign: str = ENGINE):
    return desk.unit(room, call_sign, NOON)


def add(room, call_sign: str = "UJI-1", *, by="test", **other):
    said = {"agency": "bpbd", "profile": "car", "capabilities": ["rescue"], "crew": 3, **other}
    if "station_id" not in said:
        said.setdefault("home", PLACE)
    return desk.add_unit(room, call_sign, **said, by=by, at=NOON)


def row(room, kind: str, key: str | int):
    """The whole row but its version."""
    column = {"unit": "call_sign", "station": "id"}[kind]
    with room.store.reading() as tx:
        (found,) = tx.execute(f"SELECT * FROM {kind} WHERE {column} = %s", [key])  # noqa: S608
    return {name: value for name, value in found.items() if name != "version"}


def last_change(room, kind: str, key: str | int):
    return next(one for one in desk.changes(room, kind, key) if desk.can_undo(one))


def undo_last(room, kind: str, key: str | int, by="test") -> None:
    desk.undo(room, last_change(room, kind, key).id, by=by, at=NOON)


def test_only_what_is_named_of_a_unit_changes(room):
    before = unit(room)

    desk.edit_unit(room, ENGINE, crew=4, assumed=False, **BY)

    after = unit(room)
    assert (after.crew, after.assumed) == (4, False)
    assert (after.profile, after.capabilities) == (before.profile, before.capabilities)
    desk.edit_unit(room, ENGINE, profile="light_truck", capabilities=["ladder"], crew=None, **BY)
    after = unit(room)
    assert (after.profile, after.capabilities, after.crew) == ("light_truck", {"ladder"}, None)


@pytest.mark.parametrize(
    "change",
    [{"profile": "submarine"}, {"capabilities": ["magic"]}, {"crew": -1}, {"crew": 1000}],
    ids=str,
)
def test_what_no_unit_can_be_is_refused(room, change):
    before = unit(room)

    with pytest.raises(BadValue):
        desk.edit_unit(room, ENGINE, **change, **BY)
    with pytest.raises(UnknownUnit):
        desk.edit_unit(room, "NO-SUCH-1", crew=3, **BY)
    assert unit(room) == before


def test_a_new_unit_waits_off_duty_at_its_station_or_its_own_place(room):
    station = desk.stations(room)[0]

    at_station = add(room, "uji-1 ", station_id=station.id)
    own = add(room, "UJI-2")

    assert (at_station.call_sign, at_station.station) == ("UJI-1", station.name)
    assert at_station.position == (station.lon, station.lat)
    assert own.position == PLACE
    assert {at_station.status, own.status} == {UnitStatus.OFF_DUTY}
    assert not own.assumed


def test_a_new_unit_that_cannot_be_is_refused(room):
    for call_sign in ("", "x y", "A", "UJI'1", "X" * 40):
        with pytest.raises(BadValue):
            add(room, call_sign)
    with pytest.raises(BadValue):
        add(room, agency="nato")
    with pytest.raises(BadCoordinates):
        add(room, home=None)
    with pytest.raises(OutsideArea):
        add(room, home=(106.8, -6.2))
    with pytest.raises(UnknownRow):
        add(room, station_id=999)
    with pytest.raises(CallSignTaken):
        add(room, ENGINE.lower())


def test_a_unit_that_left_is_kept_and_sent_no_more(room):
    desk.retire_unit(room, ENGINE, **BY)

    assert ENGINE not in {one.call_sign for one in desk.units(room, NOON)}
    assert desk.retired_units(room) == [ENGINE]
    for doing in (
        lambda: desk.set_unit_status(room, ENGINE, "available", **BY),
        lambda: desk.record_fix(room, ENGINE, *PLACE, **BY),
        lambda: desk.edit_unit(room, ENGINE, crew=3, **BY),
        lambda: desk.retire_unit(room, ENGINE, **BY),
    ):
        with pytest.raises(UnknownUnit):
            doing()
    with pytest.raises(UnitOffDuty):
        desk.assign(room, take_call(room, "test"), ENGINE, **BY)
    with pytest.raises(CallSignTaken):
        add(room, ENGINE)


def test_a_unit_on_an_incident_does_not_leave(room):
    desk.assign(room, take_call(room, "test"), ENGINE, **BY)

    with pytest.raises(UnitAssigned):
        desk.retire_unit(room, ENGINE, **BY)
    assert unit(room).status is UnitStatus.ASSIGNED


def test_only_a_unit_without_a_station_has_a_home_of_its_own(room):
    add(room)
    there = (128.2200, -3.6500)

    desk.move_unit_home(room, "UJI-1", *there, **BY)

    assert unit(room, "UJI-1").position == there
    with pytest.raises(HasStation) as refused:
        desk.move_unit_home(room, ENGINE, *there, **BY)
    assert refused.value.station == unit(room).station


@pytest.mark.parametrize("confirmed", [False, True], ids=["approximate", "confirmed"])
def test_a_station_put_back_is_where_it_was_and_as_sure_as_it_was(room, confirmed):
    station = desk.stations(room)[0].id
    if confirmed:
        desk.confirm_station(room, station, 128.2, -3.66, **BY)
    before = row(room, "station", station)
    desk.confirm_station(room, station, *PLACE, **BY)
    assert row(room, "station", station)["position_confirmed"]

    undo_last(room, "station", station)

    assert row(room, "station", station) == before
    assert before["position_confirmed"] == confirmed


@pytest.mark.parametrize("status", ["available", "off_duty", "out_of_service"])
def test_a_unit_that_left_by_mistake_comes_back_as_it_was(room, status):
    if status != "available":
        desk.set_unit_status(room, ENGINE, status, note="rusak", **BY)
    before = row(room, "unit", ENGINE)
    desk.retire_unit(room, ENGINE, **BY)

    undo_last(room, "unit", ENGINE)

    assert row(room, "unit", ENGINE) == before


def test_an_edit_and_a_moved_home_are_put_back_whatever_the_unit_did_meanwhile(room):
    add(room)
    before = row(room, "unit", "UJI-1")
    desk.move_unit_home(room, "UJI-1", 128.22, -3.65, **BY)
    moved = last_change(room, "unit", "UJI-1")
    desk.edit_unit(room, "UJI-1", crew=9, capabilities=["boat"], assumed=True, **BY)
    edited = last_change(room, "unit", "UJI-1")
    desk.set_unit_status(room, "UJI-1", "available", **BY)

    for change in (moved, edited):
        desk.undo(room, change.id, **BY)

    after = row(room, "unit", "UJI-1")
    assert after["status"] == "available", "its duty is none of these changes"
    assert {**after, "status": "", "status_at": ""} == {**before, "status": "", "status_at": ""}


def test_what_was_changed_again_since_is_not_put_back(room):
    desk.edit_unit(room, ENGINE, crew=4, **BY)
    first = last_change(room, "unit", ENGINE)
    desk.edit_unit(room, ENGINE, crew=5, **BY)

    with pytest.raises(Stale):
        desk.undo(room, first.id, **BY)
    assert unit(room).crew == 5


def test_taking_back_is_recorded_and_can_be_taken_back(room):
    desk.edit_unit(room, ENGINE, crew=4, **BY)
    undo_last(room, "unit", ENGINE, by="budi")

    taken_back = last_change(room, "unit", ENGINE)
    assert (taken_back.action, taken_back.actor) == ("undo_edit_unit", "budi")
    desk.undo(room, taken_back.id, **BY)
    assert unit(room).crew == 4


def test_a_fix_set_by_mistake_gives_way_to_the_one_before(room):
    here, slip = (128.20, -3.67), (128.25, -3.62)
    desk.record_fix(room, ENGINE, *here, by="test", at=NOON - timedelta(minutes=1))
    desk.record_fix(room, ENGINE, *slip, **BY)
    change = last_change(room, "unit", ENGINE)

    desk.undo(room, change.id, **BY)

    assert unit(room).position == here
    assert unit(room).position_basis is PositionBasis.FIX
    with pytest.raises(Stale):
        desk.undo(room, change.id, **BY)


def test_what_a_vehicle_itself_reported_and_duty_are_not_taken_back(room):
    desk.record_fix(room, ENGINE, *PLACE, source="api", **BY)
    desk.set_unit_status(room, ENGINE, "off_duty", **BY)

    told = desk.changes(room, "unit", ENGINE)

    assert {one.action for one in told} >= {"fix", "unit_off_duty", "seed"}
    assert not any(desk.can_undo(one) for one in told)
    for change in told:
        with pytest.raises(UnknownRow):
            desk.undo(room, change.id, **BY)


@pytest.mark.parametrize("role", Role)
def test_the_supervisor_keeps_the_roster_and_takes_back_what_they_may_do(room, role):
    add(room)
    desk.edit_unit(room, ENGINE, crew=4, **BY)
    edited = last_change(room, "unit", ENGINE)
    person = sit_down(room, role)
    may = {"by": person, "at": NOON}

    for doing in (
        lambda: desk.undo(room, edited.id, **may),
        lambda: desk.edit_unit(room, ENGINE, crew=5, **may),
        lambda: desk.move_unit_home(room, "UJI-1", *PLACE, **may),
        lambda: add(room, "UJI-2", by=person),
        lambda: desk.retire_unit(room, ENGINE, **may),
    ):
        if role is Role.SUPERVISOR:
            doing()
        else:
            with pytest.raises(NotAllowed):
                doing()


def test_every_change_that_can_be_taken_back_is_somebodys_to_take_back():
    for action in UNDOABLE:
        for role in Role:
            assert (action in RIGHTS[role]) == (f"undo_{action}" in RIGHTS[role])
        assert f"undo_{action}" in RIGHTS[Role.SUPERVISOR]


def test_a_dispatcher_takes_back_a_fix_and_no_station(room):
    station = desk.stations(room)[0].id
    desk.confirm_station(room, station, *PLACE, **BY)
    desk.record_fix(room, ENGINE, *PLACE, **BY)
    person = sit_down(room, Role.DISPATCHER)

    undo_last(room, "unit", ENGINE, by=person)
    with pytest.raises(NotAllowed):
        undo_last(room, "station", station, by=person)


def test_who_is_here_for_one_agency_keeps_its_roster_alone(room):
    person = sit_down(room, Role.SUPERVISOR, agency="damkar")
    add(room)

    desk.edit_unit(room, ENGINE, crew=4, by=person, at=NOON)
    for doing in (
        lambda: desk.edit_unit(room, "UJI-1", crew=4, by=person, at=NOON),
        lambda: desk.retire_unit(room, "UJI-1", by=person, at=NOON),
        lambda: add(room, "UJI-2", by=person),
    ):
        with pytest.raises(NotAllowed):
            doing()
    assert "UJI-2" not in {one.call_sign for one in desk.units(room, NOON)}
