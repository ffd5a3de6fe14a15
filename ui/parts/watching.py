"""Who else has an incident open, and which crews have not answered."""

import secrets
from datetime import timedelta
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.assignment import AssignmentStatus, unanswered
from dispatch.recommend import Recommendation
from ui import session
from ui.guard import action
from ui.markup import plain, tag
from ui.parts.sending import send
from ui.parts.snapshot import Snapshot
from ui.text import Words

STILL_HERE = timedelta(minutes=1)


def browser() -> str:
    """Return this browser's own word."""
    return str(st.session_state.setdefault("browser", secrets.token_hex(8)))


def tell() -> None:
    """Tell the other desks which incident is open here, when that changed or was long ago."""
    focus, at = st.session_state.get("focus"), session.now()
    told, told_at = st.session_state.get("told_focus", (None, at))
    if told == focus and (focus is None or abs(at - told_at) < STILL_HERE):
        return
    desk.look_at(session.room(), browser(), focus, by=session.person(), at=at, news=told != focus)
    st.session_state.told_focus = (focus, at)


def others(room: Snapshot, incident_id: int, say: Words) -> str:
    """Return a label naming who else has this incident open; empty when nobody has."""
    names = {
        one.by
        for one in room.present
        if one.incident_id == incident_id and one.browser != browser()
    }
    return tag(say("watching.open_at", names=", ".join(sorted(names))), "soft") if names else ""


def due(row: desk.IncidentRow, say: Words) -> str:
    """Return a label for crews that have not answered, and marks for when the others are due."""
    late = unanswered(row.assignments, session.now())
    marks = "".join(
        f'<span class="due due-{int(one.answer_due_at.timestamp()) + 1}"></span>'
        for one in row.assignments
        if one.answer_due_at and one not in late
    )
    return marks + (tag(say("watching.unanswered", count=len(late)), "bad") if late else "")


def propose(row: desk.IncidentRow, ranking: Recommendation | None, say: Words) -> None:
    """For each crew that declined or has not answered, offer the next unit in one press."""
    if not row.incident.open or ranking is None:
        return
    late = unanswered(row.assignments, session.now())
    asked = {one.call_sign for one in row.assignments}
    fresh = [option for option in ranking.options if option.call_sign not in asked]
    for one, option in zip(late, fresh, strict=False):
        why = "declined" if one.status is AssignmentStatus.DECLINED else "silent"
        words = say(f"watching.{why}", unit=one.call_sign)
        minutes = max(1, round(option.arrival_s / 60))
        with st.container(key=f"propose_{one.id}"):
            st.html(f"<div class='suspect'><b>{escape(words)}</b></div>")
            st.button(
                plain(say("watching.next", unit=option.call_sign, minutes=minutes)),
                key=f"next_{one.id}_{option.call_sign}",
                on_click=action(send),
                args=((option.call_sign,), ranking, row.incident.id),
            )
