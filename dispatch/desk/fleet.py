"""Units and stations: where they are, who is on duty."""

from datetime import UTC, datetime

from dispatch.desk.checks import check_agency, choice, optional_words, writing, zoned
from dispatch.errors import BadTime
from dispatch.person import By
from dispatch.room import Room
from dispatch.scene import scene_at
from dispatch.store import units as fleet
from dispatch.unit import CLOCKS_DIFFER, Station, Unit, UnitStatus


def units(room: Room, at: datetime | None = None) -> list[Unit]:
    """Return every unit as it stands at `at` (now when not given), by call sign."""
    with room.store.reading() as tx:
        return fleet.all_units(tx, at=_at(at), fix_max_age=room.settings.fix_max_age)


def unit(room: Room, call_sign: str, at: datetime | None = None) -> Unit:
    """Return one unit; UnknownUnit when there is none."""
    with room.store.reading() as tx:
        return fleet.get(tx, call_sign, at=_at(at), fix_max_age=room.settings.fix_max_age)


def stations(room: Room) -> list[Station]:
    """Return every station."""
    with room.store.reading() as tx:
        return fleet.stations(tx)


def set_unit_status(
    room: Room, call_sign: str, status: str, *, by: By, at: datetime, note: str = ""
) -> Unit:
    """
    Put a unit on duty, off duty or out of service.

    Raises
    ------
    IllegalMove
        It is so already, or `assigned`, which only sending makes it.
    UnitAssigned
        It is on an incident.
    UnknownUnit
        No such unit.
    """
    wanted = choice("status", UnitStatus, status)
    why = optional_words("note", note)
    action = f"unit_{wanted.value}"
    with writing(room, by=by, at=at, action=action) as tx:
        fleet.hold_duty(tx, call_sign)
        check_agency(tx, by, call_sign, at=at, action=action)
        on_duty = fleet.get(tx, call_sign, at=at, fix_max_age=room.settings.fix_max_age)
        moved = on_duty.moved_to(wanted, at)
        fleet.save_status(tx, call_sign, moved.status, why, at=at)
    return moved


def record_fix(
    room: Room,
    call_sign: str,
    lon: float,
    lat: float,
    *,
    at: datetime,
    by: By,
    source: str = "desk",
) -> None:
    """
    Write down where a unit says it is.

    Raises
    ------
    BadCoordinates, OutsideArea
        No place a unit of Ambon can be.
    BadTime
        No zone, or a time that is yet to come: it would stay fresh for ever.
    UnknownUnit
        No such unit.
    """
    lon, lat = scene_at(lon, lat)
    if zoned(at) > datetime.now(UTC) + CLOCKS_DIFFER:
        raise BadTime(at.isoformat())
    with writing(room, by=by, at=at, action="fix", source=source) as tx:
        check_agency(tx, by, call_sign, at=at, action="fix")
        fleet.record_fix(tx, call_sign, lon, lat, at=at)


def confirm_station(
    room: Room, station_id: int, lon: float, lat: float, *, by: By, at: datetime
) -> Station:
    """Put a station where somebody who knows says it is; its units move with it."""
    lon, lat = scene_at(lon, lat)
    with writing(room, by=by, at=at, action="confirm_station") as tx:
        return fleet.move_station(tx, station_id, lon, lat)


def _at(at: datetime | None) -> datetime:
    return zoned(at) if at else datetime.now(UTC)
