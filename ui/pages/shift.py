"""The shift: who and what is on duty beside what was planned, the plan, and handing over."""

from html import escape

import streamlit as st

from dispatch import desk
from ui import map as room_map
from ui import session
from ui.guard import calmly, gesture
from ui.parts import handover, picture, planning, roster_board, snapshot

MAP = "shift_map"


def page() -> None:
    """Draw the board and the plan beside the handover; the map below brings the news."""
    say, room = session.say(), snapshot.take(session.room())
    board = desk.shift_board(session.room(), session.now())
    left, right = st.columns([56, 44], gap="small")
    with left, st.container(key="left"), calmly():
        if session.person().may("plan_shift"):
            now, plan = st.tabs([say("shift.board"), say("shift.planning")])
            with now:
                roster_board.show(board, room.units, say)
            with plan, calmly():
                planning.show(board, room.units, say)
        else:
            st.html(f"<h2>{escape(say('shift.board'))}</h2>")
            roster_board.show(board, room.units, say)
    with right:
        with st.container(key="handover"), calmly():
            handover.show(say)
        with st.container(key="small_map"), calmly():
            shown = picture.paint(room, session.room().catalogue, say, None)
            room_map.show(shown, MAP, gesture(_clicked))


def _clicked(said: dict[str, object]) -> None:
    """Nothing here is done by a click on the map."""
