"""Recorded incidents as columns, for the replay."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.rows import tuple_row

from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("replay")
AT_A_TIME = 50_000
KINDS = {"lon": float, "lat": float, "sent_s": float, "predicted_s": float, "stayed_s": float}
COLUMNS = (
    "id", "type_code", "severity", "lon", "lat", "sent_s", "call_sign", "predicted_s", "stayed_s",
    "units",
)  # fmt: skip


def recorded(
    tx: Transaction, asked: dict[str, Any], going_on: Callable[[], None] = lambda: None
) -> dict[str, NDArray[Any]]:
    """
    Return the columns of `recorded`, a missing number as nan; never a row object each.

    `going_on` is called now and then; what it raises ends the reading.
    """
    parts: list[dict[str, NDArray[Any]]] = []
    with tx.cursor(name="recorded", row_factory=tuple_row) as cursor:
        cursor.execute(SQL["recorded"], asked)
        while rows := cursor.fetchmany(AT_A_TIME):
            going_on()
            columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
            parts.append({name: np.array(said, KINDS.get(name)) for name, said in columns})
    if not parts:
        return {name: np.array([], KINDS.get(name, object)) for name in COLUMNS}
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def not_replayed(tx: Transaction, asked: dict[str, Any]) -> tuple[int, int]:
    """Return how many incidents of the span have no point, and how many nobody was sent to."""
    row = one(tx.execute(SQL["not_replayed"], asked, prepare=False))
    return row["no_point"], row["nobody_sent"]
