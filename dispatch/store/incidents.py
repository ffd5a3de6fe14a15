"""Incidents and the notes on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.errors import Stale, UnknownIncident
from dispatch.incident import Disposition, Incident, IncidentStatus, Severity
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("incident")


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What opens an incident; `code` only for history that has one, `report` its own columns."""

    type_code: str
    severity: Severity
    status: IncidentStatus
    lon: float | None
    lat: float | None
    level: str
    radius_m: float
    kelurahan_code: str | None
    place_text: str
    note: str = ""
    source: str = "desk"
    code: str | None = None
    report: Mapping[str, Any] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down about an incident."""

    at: datetime
    by: str
    text: str


def open_new(tx: Transaction, new: NewIncident, *, by: str, at: datetime) -> Incident:
    """Open an incident; it gets its number of the year unless it brings a code."""
    values = {name: getattr(new, name) for name in NewIncident.__slots__}
    report = Jsonb(new.report) if new.report is not None else None
    values |= {"report": report, "answers": Jsonb(dict(new.answers)), "by": by, "at": at}
    return incident_of(one(tx.execute(SQL["open_new"], values)))


def get(tx: Transaction, incident_id: int) -> Incident:
    """Return an incident; UnknownIncident when there is none."""
    return _found(tx, "get", incident_id)


def some(tx: Transaction, incident_ids: Sequence[int]) -> list[Incident]:
    """Return those incidents that are there, oldest first."""
    return [incident_of(row) for row in tx.execute(SQL["some"], {"ids": list(incident_ids)})]


def hold(tx: Transaction, incident_id: int) -> Incident:
    """Return an incident that nobody else can change until this transaction ends."""
    return _found(tx, "hold", incident_id)


def open_ones(tx: Transaction, agency: str | None = None) -> list[Incident]:
    """Return the open incidents, oldest first; of one agency's units when it is named."""
    return [incident_of(row) for row in tx.execute(SQL["open_ones"], {"agency": agency})]


def recent_closed(tx: Transaction, limit: int, agency: str | None = None) -> list[Incident]:
    """Return the room's last incidents that ended, newest first; of one agency's units if named."""
    values = {"limit": limit, "agency": agency}
    return [incident_of(row) for row in tx.execute(SQL["recent_closed"], values)]


def between(
    tx: Transaction, chosen: Mapping[str, Any], newest: int | None = None
) -> list[dict[str, Any]]:
    """
    Return incidents as plain rows, oldest first.

    Parameters
    ----------
    chosen
        `from_at`, `until_at`, `types`, `sources`; None for all.
    newest
        No more than so many, the newest.
    """
    # Never prepared, as in `analysis.history`.
    return tx.execute(SQL["between"], {**chosen, "newest": newest}, prepare=False).fetchall()[::-1]


def count_between(tx: Transaction, chosen: Mapping[str, Any]) -> int:
    """Return how many incidents `between` would return without a limit."""
    return int(one(tx.execute(SQL["count_between"], chosen, prepare=False))["count"])


def save_move(tx: Transaction, incident: Incident) -> Incident:
    """Write where an incident moved to; Stale when somebody changed it since it was read."""
    return _changed(tx, "move", incident, at=incident.status_at)


def save_place(tx: Transaction, incident: Incident) -> Incident:
    """Write an incident's corrected place; Stale when somebody changed it since it was read."""
    return _changed(tx, "relocate", incident)


def save_grade(tx: Transaction, incident: Incident) -> Incident:
    """Write an incident's type and severity; Stale when somebody changed it meanwhile."""
    return _changed(tx, "regrade", incident)


def save_answers(tx: Transaction, incident: Incident) -> Incident:
    """Write what was answered and the severity it came to; Stale when somebody changed it."""
    return _changed(tx, "answer", incident)


def known_codes(tx: Transaction, source: str) -> set[str]:
    """Return the codes of every incident from one source."""
    return {row["code"] for row in tx.execute(SQL["known_codes"], {"source": source})}


def add_note(tx: Transaction, incident_id: int, text: str, *, by: str, at: datetime) -> None:
    """Add a note; notes are never rewritten."""
    tx.execute(SQL["add_note"], {"id": incident_id, "at": at, "by": by, "text": text})


def notes(tx: Transaction, incident_id: int) -> list[Note]:
    """Return the notes on an incident, first one first."""
    return [Note(**row) for row in tx.execute(SQL["notes"], {"id": incident_id})]


def _found(tx: Transaction, query: str, incident_id: int) -> Incident:
    row = tx.execute(SQL[query], {"id": incident_id}).fetchone()
    if row is None:
        raise UnknownIncident(incident_id)
    return incident_of(row)


def _changed(tx: Transaction, query: str, incident: Incident, **more: object) -> Incident:
    values = {name: getattr(incident, name) for name in Incident.__slots__}
    values["answers"] = Jsonb(dict(incident.answers))
    row = tx.execute(SQL[query], {**values, **more}).fetchone()
    if row is None:
        raise Stale("incident", incident.id)
    return incident_of(row)


def incident_of(row: Mapping[str, Any]) -> Incident:
    """Return a row that holds every column of an incident, and maybe more, as an incident."""
    own = {name: row[name] for name in Incident.__slots__}
    ended = row["disposition"]
    return Incident(
        **{
            **own,
            "severity": Severity(row["severity"]),
            "status": IncidentStatus(row["status"]),
            "disposition": Disposition(ended) if ended else None,
        }
    )
