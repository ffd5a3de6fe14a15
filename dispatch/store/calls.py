"""Calls: what 112 was told, in the caller's words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dispatch.call import Call, CallKind, CallStatus
from dispatch.errors import UnknownRow
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
    received_at: datetime | None = None,
) -> Call:
    """Write down a call that is recorded `at` one moment and came in then, or before."""
    said = {"text": text, "kind": kind, "phone": phone, "caller_name": caller_name, "note": note}
    when = {"at": at, "received_at": received_at or at}
    return _call(one(tx.execute(SQL["receive"], {**said, **when, "by": by})))


def complete(
    tx: Transaction,
    call: Call,
    *,
    text: str,
    kind: CallKind,
    phone: str | None,
    caller_name: str | None,
    note: str,
) -> Call:
    """Write what was asked of a waiting caller; what the call already says is not lost."""
    said = {"text": text, "kind": kind, "phone": phone, "caller_name": caller_name, "note": note}
    return _call(one(tx.execute(SQL["complete"], {**said, "id": call.id})))


def save_move(tx: Transaction, call: Call) -> Call:
    """Write the status a call moved to, and the incidents it points to and opened."""
    values = {
        "id": call.id,
        "status": call.status,
        "at": call.status_at,
        "incident_id": call.incident_id,
        "opened_incident_id": call.opened_incident_id,
    }
    return _call(one(tx.execute(SQL["move"], values)))


def get(tx: Transaction, call_id: int) -> Call:
    """Return a call; UnknownRow if none."""
    return _found(tx, "get", call_id)


def hold(tx: Transaction, call_id: int) -> Call:
    """Return a call nobody else can link until this transaction ends; UnknownRow if none."""
    return _found(tx, "hold", call_id)


def waiting(tx: Transaction) -> list[Call]:
    """Return the calls that point to nothing yet, first one first."""
    return [_call(row) for row in tx.execute(SQL["waiting"])]


def of_incidents(tx: Transaction, incident_ids: Sequence[int]) -> Mapping[int, list[Call]]:
    """Return the calls that point to each of these incidents, first one first."""
    found: dict[int, list[Call]] = {number: [] for number in incident_ids}
    for row in tx.execute(SQL["of_incidents"], {"incident_ids": list(incident_ids)}):
        found[row["incident_id"]].append(_call(row))
    return found


def history_of_phone(tx: Transaction, phone: str, since: datetime) -> Mapping[CallKind, int]:
    """Return how often a number called since a moment, by what the calls were."""
    rows = tx.execute(SQL["history_of_phone"], {"phone": phone, "since": since})
    return {CallKind(row["kind"]): row["calls"] for row in rows}


def of_incident(tx: Transaction, incident_id: int) -> list[Call]:
    """Return the calls that point to an incident, first one first."""
    return [_call(row) for row in tx.execute(SQL["of_incident"], {"incident_id": incident_id})]


def counts(tx: Transaction, incident_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many calls point to each incident that has any."""
    rows = tx.execute(SQL["counts"], {"incident_ids": list(incident_ids)})
    return {row["incident_id"]: row["calls"] for row in rows}


def _found(tx: Transaction, query: str, call_id: int) -> Call:
    row = tx.execute(SQL[query], {"id": call_id}).fetchone()
    if row is None:
        raise UnknownRow("call", call_id)
    return _call(row)


def _call(row: Mapping[str, Any]) -> Call:
    return Call(**{**row, "kind": CallKind(row["kind"]), "status": CallStatus(row["status"])})
