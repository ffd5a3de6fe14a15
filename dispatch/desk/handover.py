"""What one shift tells the next: a note in words, and the facts the room knows by itself."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.desk.cases import IncidentRow, open_incidents
from dispatch.desk.checks import words, writing, zoned
from dispatch.desk.fleet import units
from dispatch.desk.people import HANDOVER
from dispatch.desk.roads import closures
from dispatch.errors import HandoverTaken, OwnHandover
from dispatch.person import By
from dispatch.room import Room
from dispatch.shift import shift_at
from dispatch.store import handovers as stored
from dispatch.store.handovers import Handover
from dispatch.unit import Unit, UnitStatus
from geo.closures import Closure


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands at a moment: open incidents, units on them, broken units, closures in force."""

    incidents: tuple[IncidentRow, ...]
    units_out: tuple[Unit, ...]
    out_of_service: tuple[Unit, ...]
    closures: tuple[Closure, ...]


def handover_facts(room: Room, at: datetime) -> Facts:
    """Return what the next shift takes over at `at`, as the room has it recorded."""
    fleet = units(room, at)
    return Facts(
        incidents=tuple(open_incidents(room)),
        units_out=tuple(one for one in fleet if one.status is UnitStatus.ASSIGNED),
        out_of_service=tuple(one for one in fleet if one.status is UnitStatus.OUT_OF_SERVICE),
        closures=tuple(closures(room, at)),
    )


def write_handover(room: Room, text: str, *, by: By, at: datetime) -> Handover:
    """
    Write a note of one's shift for the next; a correction is another note.

    Within half an hour after a shift's end it is still that shift's note: so long its people may
    stay signed in to hand over.

    Raises
    ------
    EmptyText, TextTooLong
        Nothing is said, or too much.
    """
    said = words("text", text)
    with writing(room, by=by, at=at, action="write_handover") as tx:
        begins_at = shift_at(zoned(at) - HANDOVER).begins_at
        return stored.write(tx, begins_at, said, by=str(by), at=at)


def handovers(room: Room, limit: int = 10) -> list[Handover]:
    """Return the last notes, newest first."""
    with room.store.reading() as tx:
        return stored.latest(tx, limit)


def take_over(room: Room, handover_id: int, *, by: By, at: datetime) -> Handover:
    """
    Say that a note was read and the room taken over.

    Raises
    ------
    HandoverTaken
        Somebody else did: who and when.
    OwnHandover
        It is one's own note: the next person takes it.
    UnknownRow
        No such note.
    """
    with writing(room, by=by, at=at, action="take_over") as tx:
        held = stored.hold(tx, handover_id)
        if held.taken_by is not None and held.taken_at is not None:
            raise HandoverTaken(held.taken_by, held.taken_at)
        if held.by == str(by):
            raise OwnHandover
        return stored.take(tx, handover_id, by=str(by), at=at)
