"""The roster as a supervisor keeps it, and how a change of it is taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.errors import CallSignTaken, Stale, UnknownRow
from dispatch.store.database import Transaction
from dispatch.store.events import Event
from dispatch.store.queries import queries
from dispatch.unit import Unit

SQL = queries("roster")


def hold_all(tx: Transaction) -> None:
    """Let nobody send a unit or change its duty until this transaction ends."""
    tx.execute(SQL["hold_all"])


def retired(tx: Transaction) -> list[str]:
    """Return the call signs of the units that left."""
    return [row["call_sign"] for row in tx.execute(SQL["retired"])]


def add(
    tx: Transaction,
    call_sign: str,
    *,
    agency: str,
    profile: str,
    capabilities: Collection[str],
    station_id: int | None,
    lon: float,
    lat: float,
    crew: int | None,
) -> None:
    """Write a new unit, off duty; CallSignTaken when another has, or had, the call sign."""
    values = {
        "call_sign": call_sign,
        "agency": agency,
        "profile": profile,
        "capabilities": sorted(capabilities),
        "station_id": station_id,
        "lon": lon,
        "lat": lat,
        "crew": crew,
    }
    if tx.execute(SQL["add"], values).fetchone() is None:
        raise CallSignTaken(call_sign)


def save(tx: Transaction, unit: Unit) -> None:
    """Write a unit's vehicle, capabilities and crew, and whether they are only assumed."""
    values = {
        "call_sign": unit.call_sign,
        "profile": unit.profile,
        "capabilities": sorted(unit.capabilities),
        "crew": unit.crew,
        "assumed": unit.assumed,
    }
    tx.execute(SQL["edit"], values)


def retire(tx: Transaction, call_sign: str, at: datetime) -> None:
    """Write down that a unit left; UnitAssigned when it is on an incident."""
    tx.execute(SQL["retire"], {"call_sign": call_sign, "at": at})


def move_home(tx: Transaction, call_sign: str, lon: float, lat: float) -> bool:
    """Write where a unit without a station is at home; False when it has one."""
    values = {"call_sign": call_sign, "lon": lon, "lat": lat}
    return tx.execute(SQL["move_home"], values).fetchone() is not None


def changes(tx: Transaction, kind: str, subject_id: str, limit: int) -> list[Event]:
    """Return the last changes of a `unit` or `station`, newest first, with its latest fix."""
    values = {"kind": kind, "id": subject_id, "limit": limit}
    return [Event(**row) for row in tx.execute(SQL["changes"], values)]


def change(tx: Transaction, event_id: int) -> Event:
    """Return a change; UnknownRow when there is none."""
    row = tx.execute(SQL["change"], {"id": event_id}).fetchone()
    if row is None:
        raise UnknownRow("event", event_id)
    return Event(**row)


def put_back(
    tx: Transaction, change: Event, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """
    Give a unit or a station what it had before a change; the rest of it stays as it is.

    Raises
    ------
    Stale
        What was changed has been changed again since.
    """
    kind, subject = change.kind, change.subject_id
    row = tx.execute(SQL[f"hold_{kind}"], {"id": subject}).fetchone()
    former = {name: value for name, value in before.items() if after.get(name) != value}
    if row is None or any(row["now"].get(name) != after.get(name) for name in former):
        raise Stale(kind, subject)
    tx.execute(SQL[f"put_{kind}_back"], {"id": subject, "former": Jsonb(former)})


def drop_fix(tx: Transaction, change: Event, fix_id: int) -> None:
    """Remove a fix that was a slip; Stale when it is gone already."""
    if tx.execute(SQL["drop_fix"], {"id": fix_id}).fetchone() is None:
        raise Stale("unit", change.subject_id)
