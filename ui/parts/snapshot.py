"""What the room looks like now; read once for all browsers until something changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import streamlit as st

from dispatch import desk
from dispatch.call import Call
from dispatch.room import Room
from dispatch.unit import Station, Unit
from geo.closures import Closure
from ui import session

FRESH_S = 10  # fixes grow old and closures begin without anybody writing


@dataclass(frozen=True)
class Snapshot:
    """The room as it stands, and its closures, at one version."""

    version: tuple[int, int]
    units: Sequence[Unit]
    stations: Sequence[Station]
    incidents: Sequence["desk.IncidentRow"]
    closures: Sequence[Closure]
    present: Sequence["desk.Present"]
    waiting: Sequence[Call]
    conflicts: Sequence["desk.Conflict"]


_lock = Lock()
_shelf: list[dict[int, Snapshot]] = [{}]
"""The last picture of each room; a new dict once it is forgotten, for who reads now saw the old."""


def take(room: Room) -> Snapshot:
    """Return the present picture of the room."""
    at = session.now()
    known = _shelf[0].get(id(room))
    if known and known.version == _version(room, at):
        return known
    with _lock:  # of many browsers that heard the same news, one reads
        last, version = _shelf[0], _version(room, at)
        known = last.get(id(room))
        if known and known.version == version:
            return known
        stands = desk.standing(room, at)
        taken = Snapshot(
            version,
            stands.units,
            stands.stations,
            stands.incidents,
            desk.closures(room, at),
            stands.present,
            stands.waiting,
            stands.conflicts,
        )
        last.clear()
        last[id(room)] = taken
    return taken


def forget() -> None:
    """Have the room read anew: this browser has just changed it, and news travels in its time."""
    _shelf[0] = {}
    st.session_state.pop("ranked", None)


def _version(room: Room, at: datetime) -> tuple[int, int]:
    return desk.version(room), int(at.timestamp()) // FRESH_S
