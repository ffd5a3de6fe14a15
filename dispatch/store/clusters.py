"""
Reports to be gathered into disasters, as columns; never a Python object per incident.

On PostGIS the database finds the neighbours (`pairs`). ST_ClusterDBSCAN is not used: it
knows no time, and reports of two days at one place would be one cluster.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from psycopg import sql
from psycopg.rows import tuple_row

from dispatch.analytics.clusters import Pairs, Reports, Spacing
from dispatch.analytics.filters import HAPPENED
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("clusters")
METRES_PER_DEGREE = 110_000  # a little less than there are: the box is never too small
AT_A_TIME = 20_000


def reports(
    tx: Transaction,
    spacing: Spacing,
    from_at: datetime,
    until_at: datetime,
    *,
    sources: Collection[str] = HAPPENED,
) -> Reports:
    """Return the reports of a type opened in a span of time whose place is known well enough."""
    kinds = ("i8", "f8", "f8", "i8", "U16", "?")
    columns: list[list[Any]] = [[] for _ in kinds]
    for rows in _chunks(
        tx, "reports", SQL["reports"], _values(spacing, from_at, until_at, sources)
    ):
        for column, kind, values in zip(columns, kinds, zip(*rows, strict=True), strict=True):
            column.append(np.array(values, dtype=kind))
    whole = [
        np.concatenate(column) if column else np.zeros(0, kind)
        for column, kind in zip(columns, kinds, strict=True)
    ]
    return Reports(*whole)


def unplaced(
    tx: Transaction,
    spacing: Spacing,
    from_at: datetime,
    until_at: datetime,
    *,
    sources: Collection[str] = HAPPENED,
) -> tuple[int, int]:
    """Return how many reports of a type have no point, and how many one that is too vague."""
    values = _values(spacing, from_at, until_at, sources)
    row = one(tx.execute(SQL["unplaced"], values, prepare=False))  # as in `analysis.history`
    return row["without_point"], row["too_vague"]


def pairs(
    tx: Transaction,
    spacing: Spacing,
    found: Reports,
    from_at: datetime,
    until_at: datetime,
    *,
    sources: Collection[str] = HAPPENED,
) -> Pairs | None:
    """
    Return rows (m, 2) of `found` that may be near each other, by PostGIS's boxes.

    None where the database has no PostGIS.
    """
    if tx.execute(SQL["has_geometry"]).fetchone() is None:
        return None
    values = _values(spacing, from_at, until_at, sources) | {
        "degrees": spacing.metres / METRES_PER_DEGREE,
        "span": timedelta(hours=spacing.hours),
    }
    chunks = _chunks(tx, "pairs", queries("clusters.postgis")["pairs"], values)
    ids = np.concatenate([np.zeros((0, 2), np.int64), *(np.array(rows) for rows in chunks)])
    by_id = np.argsort(found.id)
    rows: Pairs = by_id[np.searchsorted(found.id, ids, sorter=by_id)]
    return rows


def _chunks(
    tx: Transaction, name: str, query: bytes, values: dict[str, Any]
) -> Iterator[list[tuple[Any, ...]]]:
    """Return the rows of a query a few thousand at a time; the server keeps the others."""
    with tx.cursor(name, row_factory=tuple_row) as cursor:
        cursor.execute(sql.SQL(query.decode()), values)
        while rows := cursor.fetchmany(AT_A_TIME):
            yield rows


def _values(
    spacing: Spacing, from_at: datetime, until_at: datetime, sources: Collection[str]
) -> dict[str, Any]:
    return {
        "type_code": spacing.type_code,
        "metres": spacing.metres,
        "from_at": from_at,
        "until_at": until_at,
        "sources": sorted(sources),
    }
