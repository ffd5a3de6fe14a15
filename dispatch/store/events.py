"""The record of changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("event")


@dataclass(frozen=True, slots=True)
class Event:
    """
    One change: when it happened and was written, who, from where, before and after.

    Looking at a caller's data is an event too; it has neither before nor after.
    """

    id: int
    at: datetime
    recorded_at: datetime
    actor: str
    source: str
    action: str
    kind: str
    subject_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def viewed(tx: Transaction, kind: str, subject_id: int | str) -> None:
    """Write down that a thing was looked at, by whom this transaction is signed."""
    tx.execute(SQL["viewed"], {"kind": kind, "subject_id": str(subject_id)})


def of_subject(tx: Transaction, kind: str, subject_id: int | str) -> list[Event]:
    """Return what happened to one thing, first change first."""
    values = {"kind": kind, "subject_id": str(subject_id)}
    return [Event(**row) for row in tx.execute(SQL["of_subject"], values)]


def latest(tx: Transaction, limit: int) -> list[Event]:
    """Return the last changes, newest first."""
    return [Event(**row) for row in tx.execute(SQL["latest"], {"limit": limit})]


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal: how many events are sealed, and the hash (hex) that holds them all."""

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """
    A place where the record does not hold.

    `what`: an event `removed` or `changed` since it was sealed, a `gap` in the seals, an event
    `unsealed`, or the end of the record `cut` (a head noted before is not in it).
    """

    what: str
    n: int | None
    event_id: int | None


def head(tx: Transaction) -> Head:
    """Return the last seal; number 0 of an empty record."""
    row = tx.execute(SQL["head"]).fetchone()
    return Head(**row) if row else Head(0, "")


def breaks(tx: Transaction, noted: Head | None = None, limit: int = 20) -> list[Break]:
    """
    Return where the record does not hold, first place first; nothing when it is whole.

    Parameters
    ----------
    noted
        A head noted earlier: only it shows that the end of the record was cut off.
    """
    found = [Break(**row) for row in tx.execute(SQL["broken"], {"limit": limit})]
    if noted and noted.n:
        row = tx.execute(SQL["sealed_as"], {"n": noted.n}).fetchone()
        if row is None or row["hash"] != noted.hash:
            found.append(Break("cut", noted.n, None))
    return found
