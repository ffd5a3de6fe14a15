"""Recommendations as shown, kept with everything they were made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.errors import UnknownRow
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("recommendation")


@dataclass(frozen=True, slots=True)
class Kept:
    """A recommendation of the past: when, for whom, from what, and what it said."""

    id: int
    at: datetime
    by: str
    type_code: str
    severity: str
    lon: float
    lat: float
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


def keep(
    tx: Transaction,
    *,
    type_code: str,
    severity: str,
    lon: float,
    lat: float,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    by: str,
    at: datetime,
) -> int:
    """Write a recommendation down for good; returns its id."""
    values = {
        "type_code": type_code,
        "severity": severity,
        "lon": lon,
        "lat": lat,
        "inputs": Jsonb(dict(inputs)),
        "outputs": Jsonb(dict(outputs)),
    }
    row = one(tx.execute(SQL["keep"], {**values, "by": by, "at": at}))
    return int(row["id"])


def get(tx: Transaction, recommendation_id: int) -> Kept:
    """Return a kept recommendation; UnknownRow when there is none."""
    row = tx.execute(SQL["get"], {"id": recommendation_id}).fetchone()
    if row is None:
        raise UnknownRow("recommendation", recommendation_id)
    return Kept(**row)
