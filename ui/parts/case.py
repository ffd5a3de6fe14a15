"""Left, when an open incident is before the dispatcher: what is known of it, what to add."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from dispatch import desk
from ui import session
from ui.guard import action
from ui.parts import board, draft, moving
from ui.text import Words

RELOCATING = "relocating"


def show(row: desk.IncidentRow, agencies: Mapping[str, str], say: Words) -> None:
    """Draw an incident: its place, its units, its steps, its notes."""
    one = row.incident
    st.button(
        say("case.next_call"),
        key="next_call",
        type="primary",
        width="stretch",
        icon=":material/call:",
        shortcut="F2",
        on_click=action(back_to_calls),
    )
    st.html(f"<div class='case'>{board.headline(row, say)}</div>")
    with st.container(horizontal=True, key="case_moves"):
        moving.incident(one, say)
    board.units(row, agencies, say)
    _place(row, say)
    _notes(row, say)


def back_to_calls() -> None:
    """Leave the incident to itself and return to the call being taken."""
    st.session_state.focus = None
    st.session_state[RELOCATING] = False


def _place(row: desk.IncidentRow, say: Words) -> None:
    """Say where it is; let the dispatcher move it with the next click on the map."""
    one = row.incident
    level = say.known(f"level.{one.level}", one.level)
    where = f"{level} · ±{say.number(one.radius_m)} m" if one.radius_m else level
    st.html(f"<div class='place'><b>{escape(one.place_text)}</b><small>{escape(where)}</small></div>")
    st.toggle(say("case.relocate"), key=RELOCATING, help=say("case.relocate_help"))


def _notes(row: desk.IncidentRow, say: Words) -> None:
    """Show the notes and take one more."""
    one = row.incident
    if one.note:
        st.html(f"<div class='note'>{escape(one.note)}</div>")
    key = f"add_note_{one.id}_{one.version}"

    def add() -> None:
        said = str(st.session_state[key]).strip()
        if said:
            desk.add_note(
                session.room(), one.id, said, by=session.operator(), at=session.now()
            )

    st.text_input(
        say("case.add_note"), key=key, max_chars=2000, on_change=action(add), autocomplete="off"
    )


def clicked(row: desk.IncidentRow, lon: float, lat: float) -> None:
    """Take a click on the map: it moves the incident only when that was asked for."""
    if not st.session_state.get(RELOCATING):
        st.toast(session.say()("case.click_ignored"), icon="👆")
        return
    desk.relocate(
        session.room(), row.incident.id, lon, lat, by=session.operator(), at=session.now()
    )
    st.session_state[RELOCATING] = False
    draft.look(lon, lat)
