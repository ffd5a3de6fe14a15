"""Who has which incident open now; no part of the record."""

from datetime import datetime, timedelta
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


def go(tx: Transaction, browser: str, at: datetime, heard_of: timedelta) -> None:
    """Forget what a browser had open, and every browser not heard of for a while."""
    tx.execute(SQL["go"], {"browser": browser, **_around(at, heard_of)})


def tell(tx: Transaction) -> None:
    """Have every desk look again."""
    tx.execute(SQL["tell"])


def who(tx: Transaction, at: datetime, heard_of: timedelta) -> list[Present]:
    """Return the browsers heard of a while ago at most."""
    return [Present(**row) for row in tx.execute(SQL["who"], _around(at, heard_of))]


def _around(at: datetime, heard_of: timedelta) -> dict[str, datetime]:
    return {"since": at - heard_of, "until": at + heard_of}
