"""Units and stations as they stand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import UnknownRow, UnknownUnit
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries
from dispatch.unit import CLOCKS_DIFFER, PositionBasis, Station, Unit, UnitStatus

SQL = queries("unit")


def all_units(tx: Transaction, *, at: datetime, fix_max_age: timedelta) -> list[Unit]:
    """Return every unit with the position and status it has at `at`, by call sign."""
    rows = tx.execute(SQL["units"], {"call_sign": None, "until": at + CLOCKS_DIFFER})
    return [_unit(row, at, fix_max_age) for row in rows]


def get(tx: Transaction, call_sign: str, *, at: datetime, fix_max_age: timedelta) -> Unit:
    """Return a unit; UnknownUnit when there is none."""
    values = {"call_sign": call_sign, "until": at + CLOCKS_DIFFER}
    row = tx.execute(SQL["units"], values).fetchone()
    if row is None:
        raise UnknownUnit(call_sign)
    return _unit(row, at, fix_max_age)


def agency_of(tx: Transaction, call_sign: str) -> str:
    """Return whose a unit is; UnknownUnit when there is none."""
    row = tx.execute(SQL["agency_of"], {"call_sign": call_sign}).fetchone()
    if row is None:
        raise UnknownUnit(call_sign)
    return str(row["agency"])


def hold_duty(tx: Transaction, call_sign: str) -> UnitStatus:
    """Return a unit's duty, which nobody else can change until this transaction ends."""
    row = tx.execute(SQL["hold"], {"call_sign": call_sign}).fetchone()
    if row is None:
        raise UnknownUnit(call_sign)
    return UnitStatus(row["status"])


def save_status(
    tx: Transaction, call_sign: str, status: UnitStatus, note: str, *, at: datetime
) -> None:
    """Write a unit's duty."""
    values = {"call_sign": call_sign, "status": status, "note": note, "at": at}
    one(tx.execute(SQL["set_status"], values))


def record_fix(tx: Transaction, call_sign: str, lon: float, lat: float, *, at: datetime) -> None:
    """Write where a unit said it was; UnknownUnit when there is none."""
    values = {"call_sign": call_sign, "lon": lon, "lat": lat, "at": at}
    if tx.execute(SQL["record_fix"], values).fetchone() is None:
        raise UnknownUnit(call_sign)


def stations(tx: Transaction) -> list[Station]:
    """Return every station."""
    return [Station(**row) for row in tx.execute(SQL["stations"])]


def move_station(tx: Transaction, station_id: int, lon: float, lat: float) -> Station:
    """Put a station where somebody says it is, which confirms it."""
    values = {"id": station_id, "lon": lon, "lat": lat}
    row = tx.execute(SQL["move_station"], values).fetchone()
    if row is None:
        raise UnknownRow("station", station_id)
    return Station(**row)


def seed_station(tx: Transaction, row: Mapping[str, Any]) -> int:
    """Write a station that is not there yet; returns how many rows were written."""
    return tx.execute(SQL["seed_station"], row).rowcount


def seed_unit(tx: Transaction, row: Mapping[str, Any]) -> int:
    """Write a unit that is not there yet; returns how many rows were written."""
    return tx.execute(SQL["seed"], row).rowcount


def _unit(row: Mapping[str, Any], at: datetime, fix_max_age: timedelta) -> Unit:
    """Build a unit: its latest fix counts while it is fresh, then the station with a note."""
    fix_at = row["fix_at"]
    basis = PositionBasis.STATION
    if fix_at is not None:
        basis = PositionBasis.FIX if at - fix_at <= fix_max_age else PositionBasis.STALE_FIX
    fresh = basis is PositionBasis.FIX
    assigned = row["assignment_id"] is not None
    own = {name: row[name] for name in _OWN}
    return Unit(
        **own,
        capabilities=frozenset(row["capabilities"]),
        status=UnitStatus.ASSIGNED if assigned else UnitStatus(row["status"]),
        position_lon=row["fix_lon"] if fresh else row["lon"],
        position_lat=row["fix_lat"] if fresh else row["lat"],
        position_basis=basis,
    )


_OWN = (
    "call_sign",
    "agency",
    "profile",
    "station",
    "lon",
    "lat",
    "crew",
    "assumed",
    "status_note",
    "fix_at",
    "incident_id",
    "incident_code",
    "assignment_id",
    "assignment_status",
)
