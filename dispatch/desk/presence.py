"""Who is working on which incident."""

from datetime import datetime, timedelta

from dispatch.desk.checks import NAME, words, zoned
from dispatch.errors import DatabaseDown, UnknownIncident
from dispatch.person import By
from dispatch.room import Room
from dispatch.store import MissingRow, presence
from dispatch.store.presence import Present

HEARD_OF = timedelta(minutes=3)
"""A browser not heard of for longer has been closed."""


def look_at(
    room: Room, browser: str, incident_id: int | None, *, by: By, at: datetime, news: bool = True
) -> None:
    """
    Say that a browser has an incident open, or none; the other desks see it.

    While the database is away nobody sees it, and nothing is said.

    Parameters
    ----------
    browser
        Any word that is this browser's own.
    news
        False only to say that it is still so.
    """
    try:
        _tell(room, browser, incident_id, by=by, at=at, news=news)
    except MissingRow:
        raise UnknownIncident(incident_id or 0) from None
    except DatabaseDown as down:
        room.away(down)


def _tell(
    room: Room, browser: str, incident_id: int | None, *, by: By, at: datetime, news: bool
) -> None:
    with room.store.jotting() as tx:
        presence.go(tx, browser, zoned(at), HEARD_OF)
        if incident_id is not None:
            presence.come(tx, Present(incident_id, browser, words("by", str(by), NAME)), at)
        if news:
            presence.tell(tx)


def present(room: Room, at: datetime) -> list[Present]:
    """Return the browsers that have an incident open."""
    with room.store.reading() as tx:
        return presence.who(tx, zoned(at), HEARD_OF)
