"""The roster: units added, changed and retired, homes moved, and a slip taken back."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict, Unpack

from dispatch.desk.checks import check_agency, writing
from dispatch.errors import BadCoordinates, BadValue, HasStation, UnknownRow
from dispatch.person import By
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.store import Transaction, roster
from dispatch.store import units as fleet
from dispatch.store.events import Event
from dispatch.unit import Unit

CALL_SIGN = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}")
CREW = 50  # more than any vehicle carries
SHOWN = 20
UNDOABLE = frozenset({"confirm_station", "move_unit_home", "edit_unit", "retire_unit", "fix"})
"""The changes that can be taken back; duty has buttons of its own, a new unit is retired."""


class Changes(TypedDict, total=False):
    """What of a unit is to change; what is not named stays."""

    profile: str
    capabilities: Collection[str]
    crew: int | None
    assumed: bool


def add_unit(
    room: Room,
    call_sign: str,
    *,
    agency: str,
    profile: str,
    capabilities: Collection[str],
    by: By,
    at: datetime,
    crew: int | None = None,
    station_id: int | None = None,
    home: tuple[float, float] | None = None,
) -> Unit:
    """
    Add a unit; it is off duty until somebody puts it on duty.

    Parameters
    ----------
    station_id, home
        Where it waits: a station, or without one its own longitude and latitude.

    Raises
    ------
    CallSignTaken
        Another unit has the call sign, or had it: the record still names that one.
    BadValue, BadCoordinates, OutsideArea
        A call sign, agency, vehicle, capability, crew or place that cannot be.
    UnknownRow
        No such station.
    """
    name = call_sign.strip().upper()
    if not CALL_SIGN.fullmatch(name):
        raise BadValue("call_sign", call_sign)
    if agency not in room.catalogue.agencies:
        raise BadValue("agency", agency, tuple(room.catalogue.agencies))
    clean = _checked(room, {"profile": profile, "capabilities": capabilities, "crew": crew})
    with writing(room, by=by, at=at, action="add_unit") as tx:
        lon, lat = _home(tx, station_id, home)
        roster.add(tx, name, agency=agency, station_id=station_id, lon=lon, lat=lat, **clean)
        check_agency(tx, by, name, at=at, action="add_unit")
        return _unit(room, tx, name, at)


def edit_unit(
    room: Room, call_sign: str, *, by: By, at: datetime, **changes: Unpack[Changes]
) -> Unit:
    """
    Change a unit's vehicle, capabilities or crew, or confirm that they are as the roster says.

    Raises
    ------
    BadValue
        A vehicle, capability or crew that cannot be.
    UnknownUnit
        No such unit.
    """
    clean = _checked(room, changes)
    with writing(room, by=by, at=at, action="edit_unit") as tx:
        fleet.hold_duty(tx, call_sign)
        check_agency(tx, by, call_sign, at=at, action="edit_unit")
        edited = replace(_unit(room, tx, call_sign, at), **clean)
        roster.save(tx, edited)
    return edited


def retire_unit(room: Room, call_sign: str, *, by: By, at: datetime) -> None:
    """
    Take a unit off the roster; what it did stays on record, and it can be put back.

    Raises
    ------
    UnitAssigned
        It is on an incident.
    UnknownUnit
        No such unit.
    """
    with writing(room, by=by, at=at, action="retire_unit") as tx:
        fleet.hold_duty(tx, call_sign)
        check_agency(tx, by, call_sign, at=at, action="retire_unit")
        roster.retire(tx, call_sign, at)


def retired_units(room: Room) -> list[str]:
    """Return the call signs of the units that left."""
    with room.store.reading() as tx:
        return roster.retired(tx)


def move_unit_home(
    room: Room, call_sign: str, lon: float, lat: float, *, by: By, at: datetime
) -> None:
    """
    Put the home of a unit without a station where somebody who knows says it is.

    Raises
    ------
    HasStation
        It is at home at its station.
    BadCoordinates, OutsideArea, UnknownUnit
        No place a unit of Ambon can be; no such unit.
    """
    lon, lat = scene_at(lon, lat)
    with writing(room, by=by, at=at, action="move_unit_home") as tx:
        fleet.hold_duty(tx, call_sign)
        check_agency(tx, by, call_sign, at=at, action="move_unit_home")
        if not roster.move_home(tx, call_sign, lon, lat):
            raise HasStation(call_sign, _unit(room, tx, call_sign, at).station or "")


def changes(room: Room, kind: str, subject_id: int | str) -> list[Event]:
    """Return the last changes of a `unit` or a `station`, newest first."""
    with room.store.reading() as tx:
        return roster.changes(tx, kind, str(subject_id), SHOWN)


def can_undo(change: Event) -> bool:
    """Whether a change is of a kind that can be taken back: a slip of the desk, not a report."""
    if change.kind == "unit_fix":
        return change.after is not None and change.source == "desk"
    return change.before is not None and _done(change) in UNDOABLE


def undo(room: Room, event_id: int, *, by: By, at: datetime) -> None:
    """
    Take a change back: a station or a unit gets what it had before, confirmed or not.

    Who may make a change may take it back. Taking back is a change itself and can be taken back,
    but for a fix, which is removed.

    Raises
    ------
    Stale
        What was changed has been changed again since.
    UnknownRow
        No such change, or one of another kind.
    """
    with room.store.reading() as tx:
        change = roster.change(tx, event_id)
    if not can_undo(change):
        raise UnknownRow("event", event_id)
    action = f"undo_{_done(change)}"
    with writing(room, by=by, at=at, action=action) as tx:
        if change.kind != "station":
            check_agency(tx, by, change.subject_id, at=at, action=action)
        if change.kind == "unit_fix":
            roster.drop_fix(tx, change, (change.after or {})["id"])
        else:
            roster.put_back(tx, change, change.before or {}, change.after or {})


def _done(change: Event) -> str:
    """Return what was done, or taken back."""
    return change.action.removeprefix("undo_")


def _unit(room: Room, tx: Transaction, call_sign: str, at: datetime) -> Unit:
    return fleet.get(tx, call_sign, at=at, fix_max_age=room.settings.fix_max_age)


def _home(
    tx: Transaction, station_id: int | None, home: tuple[float, float] | None
) -> tuple[float, float]:
    """Return where a new unit waits."""
    if station_id is None:
        if home is None:
            raise BadCoordinates(None, None)
        return scene_at(*home)
    for station in fleet.stations(tx):
        if station.id == station_id:
            return station.lon, station.lat
    raise UnknownRow("station", station_id)


def _checked(room: Room, changes: Changes) -> dict[str, Any]:
    """Return changes whose every value can be."""
    clean: dict[str, Any] = dict(changes)
    if "profile" in changes:
        _known("profile", changes["profile"], _profiles(room))
    if "capabilities" in changes:
        clean["capabilities"] = frozenset(changes["capabilities"])
        for one in clean["capabilities"]:
            _known("capabilities", one, room.catalogue.capabilities)
    crew = changes.get("crew")
    if crew is not None and not 0 <= crew <= CREW:
        raise BadValue("crew", str(crew))
    return clean


def _profiles(room: Room) -> dict[str, None]:
    return dict.fromkeys(room.catalogue.profile_words.values())


def _known(field: str, value: str, known: Collection[str] | Mapping[str, object]) -> None:
    if value not in known:
        raise BadValue(field, value, tuple(known))
