"""What one shift tells the next."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.errors import UnknownRow
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("handover")


@dataclass(frozen=True, slots=True)
class Handover:
    """A note of the shift that began at `shift_begins_at`; UTC. `taken_by` None: not yet."""

    id: int
    shift_begins_at: datetime
    text: str
    by: str
    at: datetime
    taken_by: str | None
    taken_at: datetime | None


def write(
    tx: Transaction, shift_begins_at: datetime, text: str, *, by: str, at: datetime
) -> Handover:
    """Write a note."""
    values = {"shift_begins_at": shift_begins_at, "text": text, "by": by, "at": at}
    return Handover(**one(tx.execute(SQL["write"], values)))


def latest(tx: Transaction, limit: int) -> list[Handover]:
    """Return the last notes, newest first."""
    return [Handover(**row) for row in tx.execute(SQL["latest"], {"limit": limit})]


def hold(tx: Transaction, handover_id: int) -> Handover:
    """Return a note nobody else can take until this transaction ends; UnknownRow if none."""
    row = tx.execute(SQL["hold"], {"id": handover_id}).fetchone()
    if row is None:
        raise UnknownRow("handover", handover_id)
    return Handover(**row)


def take(tx: Transaction, handover_id: int, *, by: str, at: datetime) -> Handover:
    """Write down who took a note over."""
    return Handover(**one(tx.execute(SQL["take"], {"id": handover_id, "by": by, "at": at})))
