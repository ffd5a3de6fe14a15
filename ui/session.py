"""What a browser's session knows: its language, who sits there, and the room it looks into."""

import gc
import logging
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import streamlit as st

from dispatch.config import load_settings
from dispatch.room import Room, open_room
from ui import news, text

WIT = timezone(timedelta(hours=9))
log = logging.getLogger("ambon112.ui")


@st.cache_resource(show_spinner=False)
def room() -> Room:
    """Open the room once for all sessions and load the ground behind the first page."""
    opened = open_room()
    news.start(opened)
    Thread(target=_warm, args=(opened,), name="warm-ground", daemon=True).start()
    return opened


def _warm(opened: Room) -> None:
    """Load what the first ranking needs; a broken file is said when somebody needs it."""
    try:
        opened.ground.preload()
        gc.freeze()  # what stays for good need not be looked at by every collection
    except Exception:  # the page that needs it says so in a sentence
        log.exception("the ground could not be loaded ahead")


def language() -> str:
    """Return the session's language; the address carries it, so that a reload keeps it."""
    chosen = st.session_state.get("language") or st.query_params.get("lang")
    return chosen if chosen in text.LANGUAGES else text.LANGUAGES[0]


def say() -> text.Words:
    """Return the sentences of the session's language."""
    return text.load(language())


def operator() -> str:
    """Return who sits at this desk, as the record will name them."""
    return str(st.session_state.get("operator") or "").strip() or load_settings().operator


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def clock(at: datetime) -> str:
    """Return a moment as Ambon's clocks show it."""
    return at.astimezone(WIT).strftime("%H:%M")


def date(at: datetime) -> str:
    """Return a moment with its day as Ambon's calendars show it."""
    return at.astimezone(WIT).strftime("%d-%m-%Y %H:%M")
