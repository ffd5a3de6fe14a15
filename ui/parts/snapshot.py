"""What the room looks like now; read once for all browsers until something changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import streamlit as st

from dispatch import desk
from dispatch.room import Room
from dispatch.unit import Station, Unit
from geo.closures import Closure
from ui import session

FRESH_S = 10  # fixes grow old and closures begin without anybody writing


@dataclass(frozen=True)
class Snapshot:
    """Units, stations, open incidents and closures at one version of the room."""

    version: tuple[int, int]
    units: Sequence[Unit]
    stations: Sequence[Station]
    incidents: Sequence["desk.IncidentRow"]
    closures: Sequence[Closure]
    present: Sequence["desk.Present"]


_lock = Lock()
_last: dict[int, Snapshot] = {}


def take(room: Room) -> Snapshot:
    """Return the present picture of the room."""
    at = session.now()
    version = (desk.version(room), _while_fresh(at))
    known = _last.get(id(room))
    if known and known.version == version:
        return known
    with _lock:
        taken = Snapshot(
            version,
            desk.units(room, at),
            desk.stations(room),
            desk.open_incidents(room),
            desk.closures(room, at),
            desk.present(room, at),
        )
        _last.clear()
        _last[id(room)] = taken
    return taken


def forget() -> None:
    """Have the room read anew: this browser has just changed it, and news travels in its time."""
    _last.clear()
    st.session_state.pop("ranked", None)


def _while_fresh(at: datetime) -> int:
    return int(at.timestamp()) // FRESH_S
