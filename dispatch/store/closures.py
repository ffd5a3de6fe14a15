"""Cut roads, as people said they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.errors import UnknownRow
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("closure")


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure as stored; `geometry` is GeoJSON in WGS84, `profiles` None for every vehicle."""

    id: int
    geometry: Mapping[str, Any]
    profiles: Sequence[str] | None
    from_at: datetime | None
    until_at: datetime | None
    reason: str
    author: str


def standing(tx: Transaction) -> list[ClosureRow]:
    """Return every closure nobody removed, also those not yet or no longer in force."""
    return [ClosureRow(**row) for row in tx.execute(SQL["standing"])]


def close_road(
    tx: Transaction,
    *,
    geometry: Mapping[str, Any],
    profiles: Collection[str] | None,
    from_at: datetime | None,
    until_at: datetime | None,
    reason: str,
    by: str,
    at: datetime,
) -> ClosureRow:
    """Write a closure."""
    values = {
        "geometry": Jsonb(dict(geometry)),
        "profiles": sorted(profiles) if profiles is not None else None,
        "from_at": from_at,
        "until_at": until_at,
        "reason": reason,
    }
    return ClosureRow(**one(tx.execute(SQL["close_road"], {**values, "by": by, "at": at})))


def open_road(tx: Transaction, closure_id: int, *, by: str, at: datetime) -> None:
    """Remove a closure; UnknownRow when none stands under this id."""
    if tx.execute(SQL["open_road"], {"id": closure_id, "by": by, "at": at}).fetchone() is None:
        raise UnknownRow("closure", closure_id)
