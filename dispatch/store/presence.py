"""Who has which incident open now; no part of the record."""

from datetime import datetime
from typing import NamedTuple

from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("presence")


class Present(NamedTuple):
    """A browser that has an incident open, and who sits there."""

    incident_id: int
    browser: str
    by: str


def come(tx: Transaction, present: Present, at: datetime) -> None:
    """Write down that a browser has an incident open, and no other one."""
    tx.execute(SQL["come"], {**present._asdict(), "at": at})


def go(tx: Transaction, browser: str, since: datetime) -> None:
    """Forget what a browser had open, and every browser not heard of since a moment."""
    tx.execute(SQL["go"], {"browser": browser, "since": since})


def tell(tx: Transaction) -> None:
    """Have every desk look again."""
    tx.execute(SQL["tell"])


def who(tx: Transaction, since: datetime) -> list[Present]:
    """Return the browsers heard of since a moment."""
    return [Present(**row) for row in tx.execute(SQL["who"], {"since": since})]
