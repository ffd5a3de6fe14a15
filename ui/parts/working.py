"""Long work beside the page: how far it is, and the button that stops it."""

import streamlit as st

from dispatch.analytics.work import Job, Work
from ui import session
from ui.guard import gesture, notice, words_for
from ui.text import Words

LOOK_S = 0.5


@st.fragment(run_every=LOOK_S)
def wait(key: str, into: str, say: Words) -> None:
    """
    Show that it is at work, how long and how far, with the button that stops it.

    Parameters
    ----------
    key
        Where the session keeps the work and what makes its answer into what the page shows.
    into
        Where the session keeps that.
    """
    held = st.session_state.get(key)
    if held is None:
        return
    work, finish = held
    if work.running:
        words = say("work.running", seconds=round(work.elapsed_s))
        st.progress(getattr(work, "part", 0.0), words)
        st.button(say("work.stop"), key=f"stop_{key}", on_click=gesture(_stop), args=(key,))
        return
    del st.session_state[key]
    try:
        st.session_state[into] = finish(work.result())
    except Exception as error:  # said above the page: this part of it is drawn no more
        notice(words_for(error))
    st.rerun()


def forget(key: str) -> None:
    """End what is at work under a key, if anything is."""
    held = st.session_state.pop(key, None)
    if held:
        work: Work[object] | Job[object] = held[0]
        work.stop()


def _stop(key: str) -> None:
    forget(key)
    st.toast(session.say()("work.stopped"))
