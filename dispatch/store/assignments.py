"""Units on incidents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.assignment import Assignment, AssignmentStatus
from dispatch.errors import Stale, UnknownRow
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("assignment")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sent a unit, when, and to which incident."""

    by: str
    at: datetime
    incident: str


def dispatch(
    tx: Transaction,
    incident_id: int,
    call_sign: str,
    *,
    predicted_travel_s: float | None,
    distance_m: float | None,
    recommendation_id: int | None,
    by: str,
    at: datetime,
) -> Assignment:
    """
    Send a unit.

    Raises
    ------
    UnitTaken
        It is out already (`holder` says where); raised when the transaction ends.
    """
    values = {
        "incident_id": incident_id,
        "call_sign": call_sign,
        "predicted_travel_s": predicted_travel_s,
        "distance_m": distance_m,
        "recommendation_id": recommendation_id,
    }
    return _assignment(one(tx.execute(SQL["dispatch"], {**values, "by": by, "at": at})))


def holder(tx: Transaction, call_sign: str) -> Holder | None:
    """Return who holds a unit, None when it is free."""
    row = tx.execute(SQL["holder"], {"call_sign": call_sign}).fetchone()
    return Holder(row["assigned_by"], row["dispatched_at"], row["code"]) if row else None


def get(tx: Transaction, assignment_id: int) -> Assignment:
    """Return an assignment; UnknownRow when there is none."""
    row = tx.execute(SQL["get"], {"id": assignment_id}).fetchone()
    if row is None:
        raise UnknownRow("assignment", assignment_id)
    return _assignment(row)


def of_incidents(
    tx: Transaction, incident_ids: Sequence[int]
) -> Mapping[int, tuple[Assignment, ...]]:
    """Return the assignments of each incident that has any, first sent first."""
    found: dict[int, tuple[Assignment, ...]] = {}
    for row in tx.execute(SQL["of_incidents"], {"incident_ids": list(incident_ids)}):
        found[row["incident_id"]] = (*found.get(row["incident_id"], ()), _assignment(row))
    return found


def save_move(tx: Transaction, moved: Assignment) -> Assignment:
    """Write where an assignment moved to; Stale when somebody moved it meanwhile."""
    at = moved.milestones[moved.status]
    values = {"id": moved.id, "status": moved.status, "version": moved.version, "at": at}
    row = tx.execute(SQL["move"], values).fetchone()
    if row is None:
        raise Stale("assignment", moved.id)
    return _assignment(row)


def _assignment(row: Mapping[str, Any]) -> Assignment:
    reached = {status.value: row[f"{status.value}_at"] for status in AssignmentStatus}
    return Assignment(
        id=row["id"],
        incident_id=row["incident_id"],
        call_sign=row["call_sign"],
        status=AssignmentStatus(row["status"]),
        milestones={status: at for status, at in reached.items() if at is not None},
        predicted_travel_s=row["predicted_travel_s"],
        distance_m=row["distance_m"],
        recommendation_id=row["recommendation_id"],
        assigned_by=row["assigned_by"],
        version=row["version"],
    )
