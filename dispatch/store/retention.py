"""What is erased once it is old: who called, and what callers said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("retention")
MARK = "[dihapus]"
"""What stands in the place of a note; every language of the room can read it."""


@dataclass(frozen=True, slots=True)
class Erased:
    """
    How many calls, incidents, notes, suggested place names, handovers and conflicts of the journal
    lost their words; how many damaged pieces of this machine's journals are gone.
    """

    calls: int
    incidents: int
    notes: int
    suggestions: int
    handovers: int = 0
    conflicts: int = 0
    journals: int = 0


def erase(
    tx: Transaction,
    *,
    before: datetime,
    areas: Mapping[str, str],
    at: datetime,
    dry_run: bool = False,
) -> Erased:
    """
    Erase what is older than `before` and no longer being worked on.

    Parameters
    ----------
    areas
        Names of the kelurahan by code: what an incident's place is called afterwards.
    dry_run
        Take everything back in the end: only the counts are wanted.
    """
    said = {"before": before, "at": at, "areas": Jsonb(dict(areas)), "mark": MARK}
    # Incidents first, as whoever else writes takes them; calls last, the others ask for them.
    subjects = ("incidents", "notes", "suggestions", "handovers", "conflicts", "calls")
    with tx.transaction(force_rollback=dry_run):
        return Erased(**{subject: tx.execute(SQL[subject], said).rowcount for subject in subjects})
