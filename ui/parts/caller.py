"""Who called: masked until somebody here asks, and again when another case is opened."""

from collections.abc import Mapping

import streamlit as st

from dispatch import desk
from dispatch.call import Call
from dispatch.desk import Person
from ui import session
from ui.guard import gesture
from ui.text import Words

REVEALED = "revealed"


def line(call: Call) -> str:
    """Return when a call came and from whom, masked unless it was revealed here."""
    known = _revealed().get(call.id, call)
    who = " · ".join(part for part in (known.phone, known.caller_name) if part)
    return f"{session.clock(call.received_at)} {who}"


def reveal(call: Call, say: Words) -> None:
    """Offer to show who called, to those who may; the record will say who looked."""
    hidden = call.hides_caller and call.id not in _revealed()
    if not (hidden and session.person().may("view_caller")):
        return

    def look() -> None:
        full = desk.reveal_caller(session.room(), call.id, by=session.person(), at=session.now())
        st.session_state[REVEALED] = (_here(), {**_revealed(), call.id: full})

    st.button(
        say("caller.reveal"),
        key=f"reveal_{call.id}",
        help=say("caller.reveal_help"),
        on_click=gesture(look),
    )


def forget() -> None:
    """Forget what was revealed for another case, or to somebody else."""
    if not _revealed():
        st.session_state.pop(REVEALED, None)


def _revealed() -> Mapping[int, Call]:
    """Return the calls whose callers are shown, by id."""
    where, calls = st.session_state.get(REVEALED, (None, {}))
    return calls if where == _here() else {}


def _here() -> tuple[Person, int | None]:
    """Return who looks, and at which case."""
    return session.person(), st.session_state.get("focus")
