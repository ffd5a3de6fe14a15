"""BPBD's page: disasters, roads that are cut, what BPBD hears from BMKG, hazard and evacuation."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui import map as room_map
from ui import session
from ui.guard import calmly, gesture
from ui.parts import disasters, hazards, picture, quakes, roads, saving, snapshot
from ui.parts.drawn import Drawn
from ui.parts.snapshot import Snapshot
from ui.text import Words

MAP = "bpbd_map"
PARTS: dict[str, Callable[[Snapshot, Words], Drawn]] = {
    "disasters": disasters.show,
    "roads": roads.show,
    "bmkg": quakes.show,
    "hazards": hazards.show,
}
"""Each part draws itself and returns what it adds to the map."""
PLAIN: dict[str, Any] = {"units": [], "stations": [], "shapes": [], "raster": None}


def page() -> None:
    """Draw the chosen part beside the map."""
    say, room = session.say(), snapshot.take(session.room())
    left, right = st.columns([38, 62], gap="small")
    shown = picture.paint(room, session.room().catalogue, say, None) | PLAIN
    with left, st.container(key="left"):
        part = st.segmented_control(
            say("bpbd.part"),
            list(PARTS),
            default="disasters",
            required=True,
            key="bpbd_part",
            format_func=lambda one: say(f"bpbd.{one}"),
            label_visibility="collapsed",
        )
        files = st.container()
        with calmly():
            drawn = PARTS[part](room, say)
            shown |= drawn.added
            with files:
                _save(drawn, dict(shown))
    with right, st.container(key="wide_map"), calmly():
        room_map.show(shown, MAP, gesture(_clicked))


def _save(drawn: Drawn, shown: dict[str, Any]) -> None:
    """Offer the map as it is shown, and the data behind it."""
    makers = {"png": lambda: saving.map_png(shown, drawn.words), **drawn.files}
    saving.buttons(drawn.name, makers, "bpbd")


def _clicked(said: dict[str, Any]) -> None:
    """Choose the disaster whose outline was clicked."""
    if said.get("kind") == "shape":
        disasters.choose(str(said["name"]))
