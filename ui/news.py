"""
Tells every browser that something changed in the room, from whichever desk.

A fragment that runs every second would do the same, but Streamlit drops what a full run has not
yet delivered when such a run starts just then (1 to 3 in 100 actions left the page blank). So the
map's frame looks at a tiny file, and asks for one plain run when the number in it has grown.

Every browser's run costs some hundredths of a second. Where many look and much changes, news waits
until the program has rested as long as it worked since the last: presses come first.
"""

import logging
import tempfile
import time
from pathlib import Path
from threading import Thread

import streamlit.components.v1 as components

from dispatch import desk
from dispatch.room import Room

LOOK_S = 0.2
PAUSE_S = 2.0  # after a version that could not be written down
LONGEST_S = 0.6  # news never waits longer: a room sees a change within a second
_folder = Path(tempfile.mkdtemp(prefix="ambon112-news-"))
_served = components.declare_component("room_news", path=str(_folder))
URL = f"/component/{_served.name}/version.txt"

log = logging.getLogger("ambon112.ui")


def rested(passed_s: float, worked_s: float) -> bool:
    """Whether a program that worked so long since the last news has rested as long, or enough."""
    return passed_s >= LONGEST_S or 2 * worked_s <= passed_s


def start(room: Room) -> None:
    """Write the room's version down whenever it rises, for as long as the program runs."""
    Thread(target=_write_on, args=(room,), name="room-news", daemon=True).start()


def _write_on(room: Room) -> None:
    told, at, worked = -1, time.monotonic(), time.process_time()
    while True:
        version = desk.version(room)
        if version != told and rested(time.monotonic() - at, time.process_time() - worked):
            at, worked = time.monotonic(), time.process_time()
            try:
                _folder.mkdir(exist_ok=True)  # temporary folders are swept
                fresh = _folder / "fresh.txt"
                fresh.write_text(str(version))
                fresh.replace(_folder / "version.txt")
                told = version
            except OSError as error:  # a full disk: told once there is room
                log.error("news cannot be written: %s", error)
                time.sleep(PAUSE_S)
        time.sleep(LOOK_S)
