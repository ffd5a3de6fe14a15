"""The supervisor's board: who and what is planned for a shift, and starting one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.desk.checks import NAME, check_agency, optional_words, writing, zoned
from dispatch.errors import (
    DispatchError,
    NotAllowed,
    NothingPlanned,
    UnitAssigned,
    UnitOffDuty,
    UnknownRow,
    UnknownUnit,
)
from dispatch.person import By
from dispatch.room import Room
from dispatch.shift import Shift, shift_at
from dispatch.store import Transaction, people, roster, shifts
from dispatch.store import units as fleet
from dispatch.store.shifts import Plan
from dispatch.unit import ON_DUTY, Unit, UnitStatus


@dataclass(frozen=True, slots=True)
class Board:
    """
    The shift that is on, as planned and as it is.

    `differing` are the units on duty that are not planned, and those planned that are not on
    duty; none while nothing is planned. `signed_in` are the logins whose session goes on.
    """

    plan: Plan
    next: Plan
    differing: tuple[Unit, ...]
    signed_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Started:
    """What starting a shift changed; `refused` says of each unit left alone why."""

    on: tuple[str, ...]
    off: tuple[str, ...]
    refused: Mapping[str, DispatchError] = field(default_factory=dict)


def shift_board(room: Room, at: datetime) -> Board:
    """Return the shift that `at` falls in, the next one, and who and what is really there."""
    now = shift_at(zoned(at))
    with room.store.reading() as tx:
        plan = shifts.plan(tx, now)
        units = _units(room, tx, at)
        return Board(
            plan=plan,
            next=shifts.plan(tx, now.after()),
            differing=tuple(one for one in units if plan.units and _differs(one, plan)),
            signed_in=tuple(people.signed_in(tx, at)),
        )


def shift_plan(room: Room, shift: Shift) -> Plan:
    """Return what is planned for a shift; an empty plan when nothing is."""
    with room.store.reading() as tx:
        return shifts.plan(tx, shift)


def logins(room: Room) -> list[str]:
    """Return everybody who may sign in, by login."""
    with room.store.reading() as tx:
        return people.active(tx)


def plan_shift(
    room: Room,
    shift: Shift,
    staff: Mapping[str, str],
    units: Collection[str],
    *,
    by: By,
    at: datetime,
) -> Plan:
    """
    Plan a shift, in place of what was planned before.

    Parameters
    ----------
    staff
        Login to what that person does in the shift; empty words are fine.
    units
        The call signs that are to be on duty.

    Raises
    ------
    UnknownRow, UnknownUnit
        Nobody may sign in by this login; no such unit.
    NotAllowed
        Not theirs to plan, or another agency's unit is put on or taken off.
    TextTooLong
        A task that is a story.
    """
    tasks = {login: optional_words("task", task, NAME) for login, task in staff.items()}
    with writing(room, by=by, at=at, action="plan_shift") as tx:
        return _save(room, tx, Plan(shift, tasks, frozenset(units)), by=by, at=at)


def copy_shift(room: Room, shift: Shift, *, days: int, by: By, at: datetime) -> Plan:
    """
    Plan a shift as the same one was planned `days` earlier, without who and what has left since.

    Raises
    ------
    NothingPlanned
        Nothing was planned then.
    """
    source = shift.days_before(days)
    with writing(room, by=by, at=at, action="plan_shift") as tx:
        was = shifts.plan(tx, source)
        if not was.people and not was.units:
            raise NothingPlanned(source.name.value, source.begins_at)
        known = set(people.active(tx))
        staff = {login: task for login, task in was.people.items() if login in known}
        return _save(room, tx, Plan(shift, staff, was.units), by=by, at=at)


def start_shift(room: Room, *, by: By, at: datetime) -> Started:
    """
    Put the units on duty that the present shift plans, and the others off duty, all at once.

    A unit on an incident is left alone, and so is one out of service: it is not repaired by a
    plan. Both are named in `refused` when the plan would have it otherwise.

    Raises
    ------
    NothingPlanned
        No unit is planned for this shift: nothing is changed.
    """
    shift = shift_at(zoned(at))
    with writing(room, by=by, at=at, action="start_shift") as tx:
        planned = shifts.plan(tx, shift).units
        if not planned:
            raise NothingPlanned(shift.name.value, shift.begins_at)
        roster.hold_all(tx)
        moved: dict[UnitStatus, list[str]] = {UnitStatus.AVAILABLE: [], UnitStatus.OFF_DUTY: []}
        refused: dict[str, DispatchError] = {}
        for unit in _units(room, tx, at):
            try:
                wanted = _wanted(unit, on=unit.call_sign in planned)
                if wanted is not None:
                    check_agency(tx, by, unit.call_sign, at=at, action="start_shift")
                    fleet.save_status(tx, unit.call_sign, wanted, "", at=at)
                    moved[wanted].append(unit.call_sign)
            except (UnitAssigned, UnitOffDuty, NotAllowed) as refusal:
                refused[unit.call_sign] = refusal
    return Started(tuple(moved[UnitStatus.AVAILABLE]), tuple(moved[UnitStatus.OFF_DUTY]), refused)


def _wanted(unit: Unit, *, on: bool) -> UnitStatus | None:
    """Return the duty a unit is to be given, None for none; the refusal for one left alone."""
    if on and unit.status is UnitStatus.OUT_OF_SERVICE:
        raise UnitOffDuty(unit.call_sign, unit.status.value)
    if not on and unit.status is UnitStatus.ASSIGNED:
        raise UnitAssigned(unit.call_sign, unit.incident_code or "")
    if on == (unit.status in ON_DUTY) or unit.status is UnitStatus.OUT_OF_SERVICE:
        return None
    return UnitStatus.AVAILABLE if on else UnitStatus.OFF_DUTY


def _save(room: Room, tx: Transaction, wanted: Plan, *, by: By, at: datetime) -> Plan:
    """Write a plan whose every login and unit is known."""
    shifts.one_at_a_time(tx)
    if strangers := wanted.people.keys() - set(people.active(tx)):
        raise UnknownRow("account", min(strangers))
    if unknown := wanted.units - {unit.call_sign for unit in _units(room, tx, at)}:
        raise UnknownUnit(min(unknown))
    for call_sign in wanted.units ^ shifts.plan(tx, wanted.shift).units:
        check_agency(tx, by, call_sign, at=at, action="plan_shift")
    shifts.save(tx, wanted)
    return wanted


def _units(room: Room, tx: Transaction, at: datetime) -> list[Unit]:
    return fleet.all_units(tx, at=at, fix_max_age=room.settings.fix_max_age)


def _differs(unit: Unit, plan: Plan) -> bool:
    return (unit.status in ON_DUTY) != (unit.call_sign in plan.units)
