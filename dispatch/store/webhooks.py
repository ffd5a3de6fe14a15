"""The addresses that are told of what happens, and how far each has been told."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import psycopg

from dispatch.errors import UnknownRow
from dispatch.store import Store
from dispatch.store.database import Transaction, down, one
from dispatch.store.queries import queries

SQL = queries("webhook")


class Kind(StrEnum):
    """What an event is about that others may be told of; a table of the room."""

    INCIDENT = "incident"
    ASSIGNMENT = "assignment"
    UNIT = "unit"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class Webhook:
    """
    An address that is told, and how that goes.

    `agency` None for everybody's events; `last_n` the last seal told or passed over; `failures`
    tries in a row that did not arrive, the next one at `next_try_at`.
    """

    id: int
    url: str
    agency: str | None
    kinds: Sequence[str]
    made_at: datetime
    made_by: str
    last_n: int
    failures: int
    next_try_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """A webhook that may have something to be told now, with the secret that signs it."""

    id: int
    url: str
    secret: str
    agency: str | None
    kinds: Sequence[str]
    last_n: int
    failures: int


@dataclass(frozen=True, slots=True)
class Told:
    """An event to be told: its seal, what it is, and the incident it is about, if any."""

    n: int
    at: datetime
    kind: str
    action: str
    subject_id: str
    incident_id: int | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def add(
    tx: Transaction,
    url: str,
    secret: str,
    kinds: Sequence[str],
    agency: str | None,
    *,
    by: str,
    at: datetime,
) -> int:
    """Write a webhook that is told of what comes from now on; returns its id."""
    values = {"url": url, "secret": secret, "kinds": list(kinds), "agency": agency}
    return int(one(tx.execute(SQL["add"], {**values, "by": by, "at": at}))["id"])


def active_ones(tx: Transaction) -> list[Webhook]:
    """Return every webhook nobody removed."""
    return [Webhook(**row) for row in tx.execute(SQL["active_ones"])]


def remove(tx: Transaction, webhook_id: int) -> None:
    """Tell an address nothing more; UnknownRow when it is no webhook."""
    if tx.execute(SQL["remove"], {"id": webhook_id}).fetchone() is None:
        raise UnknownRow("webhook", webhook_id)


@contextmanager
def alone(store: Store) -> Iterator[bool]:
    """
    Say whether nobody else delivers, and keep it so while the block lasts.

    The lock has a connection of its own: it outlasts transactions, and ends with the program
    however that ends.

    Raises
    ------
    DatabaseDown
        The database does not answer.
    """
    with store.database.connect() as connection:
        try:
            row = connection.execute(SQL["alone"]).fetchone()
            mine = bool(row and row[0])
            yield mine
            if mine:
                connection.execute(SQL["not_alone"])
        except psycopg.OperationalError as error:
            raise down(error) from error


def due(tx: Transaction, at: datetime, longest_pause_s: float) -> list[Due]:
    """Return the webhooks that may be told something at a time."""
    values = {"at": at, "latest": at + timedelta(seconds=longest_pause_s)}
    return [Due(**row) for row in tx.execute(SQL["due"], values)]


def next_event(tx: Transaction, webhook: Due) -> Told | None:
    """Return the next event a webhook is told of; None when there is none yet."""
    values = {"last_n": webhook.last_n, "kinds": list(webhook.kinds), "agency": webhook.agency}
    row = tx.execute(SQL["next"], values).fetchone()
    return Told(**row) if row else None


def reached(tx: Transaction, webhook_id: int, n: int) -> None:
    """Write down that a webhook has been told everything for it up to seal `n`."""
    tx.execute(SQL["reached"], {"id": webhook_id, "n": n})


def failed(
    tx: Transaction, webhook_id: int, *, failures: int, next_try_at: datetime, last_error: str
) -> None:
    """Write down that an event did not arrive, and when to try again."""
    values = {"failures": failures, "next_try_at": next_try_at, "last_error": last_error}
    tx.execute(SQL["failed"], {"id": webhook_id, **values})
