"""Putting a station or a unit elsewhere on the map: dragged or clicked, then asked, then done."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import hypot
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.unit import PositionBasis, Unit
from geo.crs import to_utm
from ui import session
from ui.guard import action, gesture
from ui.markup import plain
from ui.parts.snapshot import Snapshot
from ui.text import Words

CHOSEN = "to_place"  # "station:3" or "unit:DAMKAR-1", in the list above the map
ASKED = "placing"
POINT = "units_point"  # where the map was clicked with nothing chosen: the home of a new unit


@dataclass(frozen=True)
class Move:
    """A move that waits for a yes; `how` is what will be done, `metres` how far it is."""

    how: str
    what: str
    key: str
    name: str
    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def metres(self) -> float:
        """How far, as the crow flies."""
        (x, y), (to_x, to_y) = to_utm(*self.start), to_utm(*self.end)
        return hypot(to_x - x, to_y - y)


def movable() -> set[str]:
    """Return what the person who sits here may drag."""
    rights = {"station": "confirm_station", "unit": "fix"}
    return {what for what, right in rights.items() if session.person().may(right)}


def clicked(said: dict[str, Any], room: Snapshot) -> None:
    """Ask whether what was dragged, or chosen before the click, is to move there."""
    chosen = st.session_state.get(CHOSEN)
    if said.get("kind") not in {"drag", "click"}:
        return
    end = float(said["lon"]), float(said["lat"])
    if said["kind"] == "drag":
        chosen = f"{said['what']}:{said['id']}"
    elif not chosen:
        st.session_state[POINT] = end
        st.toast(session.say()("units.fix_help"), icon=":material/touch_app:")
        return
    st.session_state[ASKED] = move = _move(chosen, end, room)
    if move:
        st.session_state[CHOSEN] = chosen


def _move(chosen: str, end: tuple[float, float], room: Snapshot) -> Move | None:
    """Return what putting this there would be; None for a unit that left."""
    what, key = chosen.split(":", 1)
    if what == "station":
        for one in room.stations:
            if str(one.id) == key:
                return Move("confirm_station", what, key, one.name, (one.lon, one.lat), end)
    for unit in room.units if what == "unit" else ():
        if unit.call_sign == key:
            return Move(_how(unit), what, key, key, unit.position, end)
    return None


def _how(unit: Unit) -> str:
    """Return what moving a unit's mark changes: what the mark shows, its fix or its own home."""
    at_home = unit.position_basis is not PositionBasis.FIX
    return "move_unit_home" if at_home and not unit.station else "fix"


def show(say: Words) -> None:
    """Ask, while a move waits for an answer."""
    move: Move | None = st.session_state.get(ASKED)
    if move is None:
        return
    words = say(f"placing.{move.how}", name=move.name, metres=say.number(move.metres))
    with st.container(key="placing", horizontal=True, vertical_alignment="center"):
        st.html(f"<b>{escape(words)}</b>")
        st.button(say("placing.yes"), key="placing_yes", type="primary", on_click=action(_do))
        st.button(say("placing.no"), key="placing_no", on_click=gesture(_drop))


def _do() -> None:
    """Move it; the question is answered whether or not that is refused."""
    move: Move = st.session_state.pop(ASKED)
    room, (lon, lat) = session.room(), move.end
    by, at = session.person(), session.now()
    if move.how == "confirm_station":
        desk.confirm_station(room, int(move.key), lon, lat, by=by, at=at)
    elif move.how == "move_unit_home":
        desk.move_unit_home(room, move.key, lon, lat, by=by, at=at)
    else:
        desk.record_fix(room, move.key, lon, lat, by=by, at=at)
    st.toast(plain(session.say()("units.fix_saved", unit=move.name)), icon=":material/location_on:")


def _drop() -> None:
    st.session_state.pop(ASKED, None)


def paint(shown: dict[str, Any]) -> None:
    """Show the move that waits: the mark in its new place, and the way there."""
    move: Move | None = st.session_state.get(ASKED)
    point = st.session_state.get(POINT)
    shown["sketch"] = [list(point)] if point else []
    if move is None:
        return
    shown["sketch"] = [list(move.start), list(move.end)]
    marks: Sequence[dict[str, Any]] = shown[f"{move.what}s"]
    for mark in marks:
        if str(mark["id"]) == move.key:
            mark["lon"], mark["lat"] = move.end
