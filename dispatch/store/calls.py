"""Calls: what 112 was told, in the caller's words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dispatch.call import Call, CallKind, CallStatus
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("call")


def receive(
    tx: Transaction,
    *,
    text: str,
    kind: CallKind,
    phone: str | None,
    caller_name: str | None,
    note: str,
    by: str,
    at: datetime,
) -> Call:
    """Write down a call that just came in."""
    said = {"text": text, "kind": kind, "phone": phone, "caller_name": caller_name, "note": note}
    return _call(one(tx.execute(SQL["receive"], {**said, "by": by, "at": at})))


def save_move(tx: Transaction, call: Call, incident_id: int | None = None) -> Call:
    """Write the status a call moved to, and the incident it points to."""
    values = {"id": call.id, "status": call.status, "at": call.status_at}
    return _call(one(tx.execute(SQL["move"], {**values, "incident_id": incident_id})))


def of_incident(tx: Transaction, incident_id: int) -> list[Call]:
    """Return the calls that point to an incident, first one first."""
    return [_call(row) for row in tx.execute(SQL["of_incident"], {"incident_id": incident_id})]


def counts(tx: Transaction, incident_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many calls point to each incident that has any."""
    rows = tx.execute(SQL["counts"], {"incident_ids": list(incident_ids)})
    return {row["incident_id"]: row["calls"] for row in rows}


def _call(row: Mapping[str, Any]) -> Call:
    return Call(**{**row, "kind": CallKind(row["kind"]), "status": CallStatus(row["status"])})
