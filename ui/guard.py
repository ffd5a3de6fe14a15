"""No traceback reaches a screen: a refusal becomes its sentence, anything else a logged number."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from functools import wraps
from typing import ParamSpec

import streamlit as st

from dispatch import desk
from dispatch.errors import DatabaseDown
from ui import refusals, session
from ui.markup import plain
from ui.parts import snapshot

P = ParamSpec("P")
log = logging.getLogger("ambon112.ui")
NOTICES = "notices"
SHOWN_ONCE = "shown_once"  # what is shown until the next action, and not again
PAPER = "paper"  # a sheet to print, as long
ACTED = "acted"  # somebody did something here since the last painting


@contextmanager
def calmly() -> Iterator[None]:
    """Show what goes wrong inside as one sentence in its place."""
    try:
        yield
    except DatabaseDown as down:
        log.error("database down: %s", down.reason)
        _wait_for_the_database()
    except Exception as error:  # the last line before the screen
        st.error(plain(words_for(error)))


def gesture(doing: Callable[P, None]) -> Callable[P, None]:
    """Wrap what a click or a word does: a refusal is kept as a notice for the next painting."""

    @wraps(doing)
    def done(*args: P.args, **kwargs: P.kwargs) -> None:
        st.session_state[NOTICES], st.session_state[ACTED] = [], True
        for once in (SHOWN_ONCE, PAPER):
            st.session_state.pop(once, None)
        try:
            doing(*args, **kwargs)
        except Exception as error:  # the last line before the screen
            notice(words_for(error))

    return done


def action(doing: Callable[P, None]) -> Callable[P, None]:
    """Wrap a gesture that writes: the page drawn after it shows the room as it then is."""

    @wraps(doing)
    def done(*args: P.args, **kwargs: P.kwargs) -> None:
        gesture(doing)(*args, **kwargs)
        snapshot.forget()

    return done


def notice(sentence: str) -> None:
    """Keep a sentence to be shown above the page until the next action."""
    st.session_state.setdefault(NOTICES, []).append(sentence)


def show_notices() -> None:
    """Show what the last action was refused for."""
    with st.container(key="notices"):  # there even when empty: nothing below may change its place
        for sentence in st.session_state.get(NOTICES, []):
            st.warning(plain(sentence), icon=":material/warning:")


def words_for(error: Exception) -> str:
    """Return the sentence of a refusal; log anything else under a number that can be told."""
    if isinstance(error, refusals.TOLD):
        return refusals.sentence(error, session.say())
    if isinstance(error, OSError) and error.errno == ENOSPC:
        log.error("no room left: %s", error)
        return session.say()("refusal.disk_full")
    number = secrets.token_hex(3)
    log.exception("unexpected, told as %s", number, exc_info=error)
    return session.say()("refusal.unexpected", number=number)


@st.fragment(run_every=3)
def _wait_for_the_database() -> None:
    """Say that the database is away, and come back by itself when it answers."""
    st.error(session.say()("refusal.database_down"), icon=":material/database_off:")
    with calmly_trying():
        desk.recent_closed(session.room(), 1)
        st.rerun()


@contextmanager
def calmly_trying() -> Iterator[None]:
    """Let a try fail in silence."""
    try:
        yield
    except DatabaseDown:
        log.info("database still down")
