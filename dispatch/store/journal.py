"""What came in from the journals of apps, and what could not be done any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from dispatch.errors import UnknownRow
from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("journal")


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    Something done while the database was away that the room could not take over.

    `meant` says what was to be done, `refusal` why it was not (`dispatch.refused.retold`).
    """

    id: int
    action: str
    at: datetime
    by: str
    meant: Mapping[str, Any]
    refusal: Mapping[str, Any]


def begin(tx: Transaction, entry_id: UUID, action: str, *, by: str, at: datetime) -> bool:
    """Write that an entry is done by this transaction; False when it was done before."""
    values = {"id": entry_id, "action": action, "by": by, "at": at}
    return tx.execute(SQL["begin"], values).fetchone() is not None


def became(tx: Transaction, entry_id: UUID, subject_id: int | None) -> None:
    """Write which incident, call or assignment an entry made or moved."""
    tx.execute(SQL["became"], {"id": entry_id, "subject_id": subject_id})


def subject(tx: Transaction, entry_id: UUID) -> int | None:
    """Return what an entry made or moved; None when it was refused, or has not come in."""
    row = tx.execute(SQL["subject"], {"id": entry_id}).fetchone()
    return row["subject_id"] if row else None


def opened(tx: Transaction, *, by: str, at: datetime) -> int | None:
    """Return the incident somebody opened at this very moment."""
    return _id(tx, "opened", by=by, at=at)


def received(
    tx: Transaction, waiting: int | None, kind: str, *, by: str, at: datetime
) -> int | None:
    """Return the call somebody wrote down at this very moment, or a waiting one they took."""
    return _id(tx, "received", waiting=waiting, kind=kind, by=by, at=at)


def sent(tx: Transaction, call_sign: str, *, by: str, at: datetime) -> int | None:
    """Return the assignment by which somebody sent this unit at this very moment."""
    return _id(tx, "sent", call_sign=call_sign, by=by, at=at)


def keep_conflict(
    tx: Transaction,
    entry_id: UUID,
    action: str,
    *,
    meant: Mapping[str, Any],
    refusal: Mapping[str, Any],
    by: str,
    at: datetime,
) -> None:
    """Write that an entry could not be done, and why."""
    values = {"entry_id": entry_id, "action": action, "by": by, "at": at}
    said = {"meant": Jsonb(dict(meant)), "refusal": Jsonb(dict(refusal))}
    tx.execute(SQL["keep_conflict"], values | said)


def open_conflicts(tx: Transaction) -> list[Conflict]:
    """Return the conflicts nobody has seen to, first one first."""
    return [Conflict(**row) for row in tx.execute(SQL["open_conflicts"])]


def settle_conflict(tx: Transaction, conflict_id: int, *, by: str, at: datetime) -> None:
    """Write that somebody has seen to a conflict; UnknownRow when none waits under this id."""
    values = {"id": conflict_id, "by": by, "at": at}
    if tx.execute(SQL["settle_conflict"], values).fetchone() is None:
        raise UnknownRow("conflict", conflict_id)


def _id(tx: Transaction, query: str, **values: Any) -> int | None:
    row = tx.execute(SQL[query], values).fetchone()
    return row["id"] if row else None
