"""What a month's report is counted from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.monthly.figures import CallRow, ClosureRow, IncidentRow, Rows, SentRow
from dispatch.monthly.month import Period
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("monthly")
KelurahanOf = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Totals:
    """A span as the database counts it; `left_out` incidents are from no source of ours."""

    calls: int
    own_rows: int
    duplicates: int
    public: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Spans:
    """Since when the room keeps a record, and when public reports begin and end; None without."""

    room_from: datetime | None
    public_from: datetime | None
    public_until: datetime | None


def one_picture(tx: Transaction) -> None:
    """See the room as it is at the first reading, to the end; before anything else is read."""
    tx.execute(SQL["one_picture"])


def rows(tx: Transaction, period: Period, kelurahan_of: KelurahanOf) -> Rows:
    """
    Return the rows of a period, as `figures.count` takes them.

    Parameters
    ----------
    kelurahan_of
        Returns the code of the kelurahan that a closure's GeoJSON geometry is in, or None.
    """
    span = _span(period)
    return Rows(
        calls=[CallRow(**row) for row in tx.execute(SQL["calls"], span)],
        incidents=[IncidentRow(**row) for row in tx.execute(SQL["incidents"], span)],
        sent=[SentRow(**row) for row in tx.execute(SQL["sent"], span)],
        closures=[_closure(row, kelurahan_of) for row in tx.execute(SQL["closures"], span)],
    )


def totals(tx: Transaction, period: Period) -> Totals:
    """Return the counts of a period, made by the database."""
    return Totals(**one(tx.execute(SQL["totals"], _span(period))))


def spans(tx: Transaction) -> Spans:
    """Return from when to when there is anything."""
    return Spans(**one(tx.execute(SQL["known"])))


def _span(period: Period) -> dict[str, datetime]:
    return {"from_at": period.from_at, "until_at": period.until_at}


def _closure(row: dict[str, Any], kelurahan_of: KelurahanOf) -> ClosureRow:
    return ClosureRow(
        id=row["id"],
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        shape=row["geometry"]["type"],
        everyone=row["profiles"] is None,
        kelurahan_code=kelurahan_of(row["geometry"]),
    )
