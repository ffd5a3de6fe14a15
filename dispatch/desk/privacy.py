"""Callers' data: shown to who asks and may, erased when they are old."""

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch import journal
from dispatch.call import Call
from dispatch.desk.checks import writing
from dispatch.desk.outage import folder_of
from dispatch.errors import BadValue
from dispatch.person import By
from dispatch.room import Room
from dispatch.store import calls, events, retention
from dispatch.store.retention import Erased

LEAST = timedelta(days=1)
"""What is younger may still be worked on."""


def reveal_caller(room: Room, call_id: int, *, by: By, at: datetime) -> Call:
    """
    Return a call with its caller's number and name; the record says who looked, not what they saw.

    Raises
    ------
    UnknownRow
        No such call.
    """
    with writing(room, by=by, at=at, action="view_caller") as tx:
        call = calls.get(tx, call_id)
        events.viewed(tx, "call", call.id)
        return call


def erase_callers(
    room: Room,
    older_than: timedelta,
    *,
    by: By,
    at: datetime,
    dry_run: bool = False,
    source: str = "desk",
) -> Erased:
    """
    Erase who called, and what was said, of calls older than `older_than`; all of it or nothing.

    A call goes when it was received before then and points to no open incident; an incident's
    place and note when it was opened before then and has ended, its place becoming the name of the
    kelurahan or the coordinates; a note when it was written before then on such an incident, a
    suggested place name with its incident, a handover note when it was written before then, the
    place of a conflict of the journal once somebody has seen to it. So does what was set aside of
    damaged journals on this machine.
    Everything that is counted stays: calls, incidents, times, types, points, units. So do names an
    admin made of suggestions, because they are the room's own by then, and the history from public
    reports. What was erased is not erased again.

    Parameters
    ----------
    dry_run
        Count what would go, and change nothing.

    Raises
    ------
    BadValue
        `older_than` is less than a day.
    """
    if older_than < LEAST:
        raise BadValue("older_than", f"{older_than / LEAST:g}", (">=1",))
    areas = {one.code: one.name for one in room.ground.boundaries}
    before = at - older_than
    with writing(room, by=by, at=at, action="erase_callers", source=source) as tx:
        erased = retention.erase(tx, before=before, areas=areas, at=at, dry_run=dry_run)
    files = journal.erase_set_aside(folder_of(room.settings), before=before, dry_run=dry_run)
    return replace(erased, journals=files)
