"""What a planner asks of the past."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from dispatch.analytics.filters import Filter
from dispatch.analytics.history import History
from dispatch.desk.checks import zoned
from dispatch.person import By, Person
from dispatch.room import Room
from dispatch.store import Transaction, analysis, people


def history(room: Room, chosen: Filter, *, by: By, at: datetime) -> History:
    """
    Return the incidents a filter chooses as columns; nothing about callers is in them.

    Raises
    ------
    NotAllowed
        No role of theirs plans.
    SignedOut
        Their session has ended.
    DatabaseDown
        The database does not answer.
    """
    with _planning(room, by, at) as tx:
        return analysis.history(tx, chosen, [one.code for one in room.ground.boundaries])


def span(
    room: Room, sources: Collection[str], *, by: By, at: datetime
) -> tuple[datetime, datetime] | None:
    """Return when the first and last incident of some sources were opened; raises as `history`."""
    with _planning(room, by, at) as tx:
        return analysis.span(tx, sorted(sources))


@contextmanager
def _planning(room: Room, by: By, at: datetime) -> Iterator[Transaction]:
    """Lend a connection to read with to somebody who may plan, as their account stands now."""
    with room.store.reading() as tx:
        if isinstance(by, Person):
            now = people.present(tx, by, zoned(at)) if by.session else by
            now.check("plan")
        yield tx
