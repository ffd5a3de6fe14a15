"""
A desk that takes a call, and every way in which a record may come to quote the caller.

Run as a program on the room of its environment: what it writes down is looked at by test_logs.py.
"""

import asyncio
import logging
import threading
import warnings

import streamlit.logger

from dispatch.config import load_settings
from tests.dispatch.callers import WORDS, an_old_case
from tests.dispatch.room_at_work import room_on
from ui import guard, logged

SAID = " ".join(WORDS)


def refuse(room) -> None:
    """Fail as a defect would: the database's words hold the row, ours hold it again."""
    try:
        with room.store.reading() as tx:
            tx.execute("INSERT INTO incident_note (incident_id, text) VALUES (1, %s)", [SAID])
    except Exception as error:
        raise RuntimeError(SAID) from error


async def forget_a_failure(room) -> None:
    """Leave a failed task that nobody looks at."""
    asyncio.get_running_loop().call_soon(refuse, room)
    await asyncio.sleep(0.01)


def work() -> None:
    """Take a call, then fail in every way that leaves a record."""
    settings = load_settings()
    logged.set_up(settings.log)
    room = room_on(settings.database_url, settings.state_dir)
    an_old_case(room)
    try:
        refuse(room)
    except RuntimeError as error:
        guard.words_for(error)
    logging.getLogger("ambon112.test").error("two\nlines: %s", "words of ours")
    logging.getLogger("some.library").error("%s", SAID)
    logging.getLogger("streamlit.known").error(SAID)
    streamlit.logger.get_logger("streamlit.later").error(SAID)
    warnings.warn(SAID, stacklevel=1)
    asyncio.run(forget_a_failure(room))
    thread = threading.Thread(target=refuse, args=(room,))
    thread.start()
    thread.join()
    try:
        refuse(room)
    finally:
        room.close()


if __name__ == "__main__":
    work()
