"""What the room set for itself, and the drives its speeds are learnt from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("setting")


@dataclass(frozen=True, slots=True)
class DriveRow:
    """A drive as it went: the scene, the unit as it stood when sent, seconds it took."""

    id: int
    en_route_at: datetime
    actual_travel_s: float
    lon: float
    lat: float
    unit: Mapping[str, Any] | None


def get(tx: Transaction, key: str) -> Any:
    """Return a setting as it was put, None when it never was."""
    row = tx.execute(SQL["get"], {"key": key}).fetchone()
    return row["value"] if row else None


def put(tx: Transaction, key: str, value: object, *, by: str, at: datetime) -> None:
    """Write a setting; `value` is anything JSON can hold."""
    tx.execute(SQL["put"], {"key": key, "value": Jsonb(value), "by": by, "at": at})


def drives(tx: Transaction, limit: int) -> list[DriveRow]:
    """Return the last drives of units that were sent by a kept recommendation, newest first."""
    return [DriveRow(**row) for row in tx.execute(SQL["drives"], {"limit": limit})]
