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
    """One change: when it happened and was written, who, from where, before and after."""

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


def of_subject(tx: Transaction, kind: str, subject_id: int | str) -> list[Event]:
    """Return what happened to one thing, first change first."""
    values = {"kind": kind, "subject_id": str(subject_id)}
    return [Event(**row) for row in tx.execute(SQL["of_subject"], values)]


def latest(tx: Transaction, limit: int) -> list[Event]:
    """Return the last changes, newest first."""
    return [Event(**row) for row in tx.execute(SQL["latest"], {"limit": limit})]
