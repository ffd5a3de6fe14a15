"""The training room: recorded days, told again to whoever takes calls there."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from dispatch.config import Settings
from dispatch.desk.intake import receive_call
from dispatch.errors import NotAllowed, UnknownRow
from dispatch.room import Room
from dispatch.store import open_store, training
from dispatch.store.training import Day
from dispatch.training import Due, Report, told

BY = "latihan"


def recorded_days(room: Room) -> list[Day]:
    """Return the days that can be replayed, first one first."""
    return training.days(room.store, room.settings)


def recorded(room: Room, day: date) -> list[Report]:
    """Return what was told on a day, without who called; UnknownRow when nothing was."""
    found = training.reports(room.store, room.settings, day)
    if not found:
        raise UnknownRow("recorded day", day.isoformat())
    return found


def replay(room: Room, dues: Sequence[Due]) -> Iterator[Due]:
    """
    Tell reports again, each when it is due: it waits in the training room as a call to be taken.

    Yields each one when it has been told; sleeps in between.

    Raises
    ------
    NotAllowed
        This is the real room.
    """
    if not room.settings.training:
        raise NotAllowed(BY, "replay")
    begun = time.monotonic()
    for due in dues:
        time.sleep(max(0.0, begun + due.after_s - time.monotonic()))
        note = told(due.report, room.catalogue.types)
        receive_call(room, due.report.text, note=note, by=BY, at=datetime.now(UTC))
        yield due


def reset_training(settings: Settings) -> None:
    """
    Drop the training room and everything in it; opening it makes it anew.

    Raises
    ------
    NotAllowed
        These are the settings of the real room.
    TrainingInUse
        Somebody is connected to it.
    """
    if not settings.training:
        raise NotAllowed(BY, "reset")
    store = open_store(settings)
    try:
        training.drop(store)
    finally:
        store.close()
