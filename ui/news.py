"""
Tells every browser that something changed in the room, from whichever desk.

A fragment that runs every second would do the same, but Streamlit drops what a full run has not
yet delivered when such a run starts just then (1 to 3 in 100 actions left the page blank). So the
map's frame looks at a tiny file, and asks for one plain run when the number in it has grown.
"""

import tempfile
import time
from pathlib import Path
from threading import Thread

import streamlit.components.v1 as components

from dispatch import desk
from dispatch.room import Room

LOOK_S = 0.2
_folder = Path(tempfile.mkdtemp(prefix="ambon112-news-"))
_served = components.declare_component("room_news", path=str(_folder))
URL = f"/component/{_served.name}/version.txt"


def start(room: Room) -> None:
    """Write the room's version down whenever it rises, for as long as the program runs."""
    Thread(target=_write_on, args=(room,), name="room-news", daemon=True).start()


def _write_on(room: Room) -> None:
    told = -1
    while True:
        version = desk.version(room)
        if version != told:
            fresh = _folder / "fresh.txt"
            fresh.write_text(str(version))
            fresh.replace(_folder / "version.txt")
            told = version
        time.sleep(LOOK_S)
