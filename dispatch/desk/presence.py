"""Who is working on which incident."""

from datetime import datetime, timedelta

from dispatch.desk.checks import NAME, words, zoned
from dispatch.room import Room
from dispatch.store import presence
from dispatch.store.presence import Present

HEARD_OF = timedelta(minutes=3)
"""A browser not heard of for longer has been closed."""


def look_at(
    room: Room, browser: str, incident_id: int | None, *, by: str, at: datetime, news: bool = True
) -> None:
    """
    Say that a browser has an incident open, or none; the other desks see it.

    Parameters
    ----------
    browser
        Any word that is this browser's own.
    news
        False only to say that it is still so.
    """
    with room.store.reading() as tx:
        presence.go(tx, browser, zoned(at) - HEARD_OF)
        if incident_id is not None:
            presence.come(tx, Present(incident_id, browser, words("by", by, NAME)), at)
        if news:
            presence.tell(tx)


def present(room: Room, at: datetime) -> list[Present]:
    """Return the browsers that have an incident open."""
    with room.store.reading() as tx:
        return presence.who(tx, zoned(at) - HEARD_OF)
