"""Drives that ended, for the speeds to learn from."""

from datetime import datetime

from dispatch.speeds import Drive
from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("drive")


def finished(tx: Transaction, *, since: datetime) -> list[Drive]:
    """Return the drives that set out after `since` and arrived, in the order of their sending."""
    return [
        Drive(row["profile"], row["by_class_s"], row["actual_travel_s"], row["en_route_at"])
        for row in tx.execute(SQL["finished"], {"since": since})
    ]
