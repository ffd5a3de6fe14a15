"""What a browser's session knows: its language, who sits there, and the room it looks into."""

import gc
import logging
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import streamlit as st

from dispatch import bmkg_poll, desk
from dispatch.config import load_settings
from dispatch.desk import Person, Session
from dispatch.errors import SignedOut
from dispatch.room import Room, open_room
from ui import logged, news, text

WIT = timezone(timedelta(hours=9))
log = logging.getLogger("ambon112.ui")


@st.cache_resource(show_spinner=False)
def room() -> Room:
    """Open the room once for all sessions and load the ground behind the first page."""
    settings = load_settings()
    logged.set_up(settings.log)
    opened = open_room(settings)
    password = desk.first_admin(opened, at=now())
    if password:
        print(text.load("id")("sign_in.first", password=password), flush=True)
    desk.keep_journal(opened)
    news.start(opened)
    bmkg_poll.start(opened.settings)
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


def look() -> None:
    """Keep the room's version before anything of this run is read: what changes later is news."""
    st.session_state.seen = desk.version(room())


def seen() -> int:
    """Return the version that everything in this run is at least as new as."""
    return int(st.session_state.seen)


def person() -> Person:
    """
    Return who is signed in here; every write looks at their session and roles again.

    Raises
    ------
    SignedOut
        Nobody is.
    """
    here: Session | None = st.session_state.get("signed_in")
    if here is None:
        raise SignedOut("out")
    return here.person


def token() -> str:
    """Return what this browser holds to show who is signed in; empty when nobody is."""
    return str(st.session_state.get("token", st.context.cookies.get(cookie(), "")))


def cookie() -> str:
    """
    Return the name of the room's cookie; browsers do not tell ports of one machine apart.

    It is the port browsers go to: behind a proxy all processes of a room know the same one.
    """
    return f"ambon112_{st.get_option('browser.serverPort')}"


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def clock(at: datetime) -> str:
    """Return a moment as Ambon's clocks show it."""
    return at.astimezone(WIT).strftime("%H:%M")


def date(at: datetime) -> str:
    """Return a moment with its day as Ambon's calendars show it."""
    return at.astimezone(WIT).strftime("%d-%m-%Y %H:%M")
