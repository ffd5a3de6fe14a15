"""Below the map: open incidents, their units, and what comes next for each."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.assignment import Assignment
from dispatch.incident import IncidentStatus
from ui import session
from ui.guard import gesture
from ui.markup import mark, since, tag
from ui.parts import away, draft, moving, same, snapshot, watching
from ui.parts.snapshot import Snapshot
from ui.text import Words

CLOSED_SHOWN = 5
WITH_BUTTONS = 6  # further ones are opened first: hundreds of buttons would slow every click


def show(room: Snapshot, agencies: Mapping[str, str], say: Words) -> None:
    """Draw what did not come in, the open incidents, newest first, and the last closed ones."""
    rows = room.incidents
    away.conflicts(room.conflicts, say)
    st.html(f"<h2>{escape(say('board.title', count=len(rows)))}</h2>")
    if not rows:
        st.caption(say("board.none"))
    same.waiting(room.waiting, rows, say)
    for place, row in enumerate(sorted(rows, key=_most_urgent)):
        _row(row, agencies, say, brief=place >= WITH_BUTTONS)
    if desk.missed_since(session.room()):
        return
    closed = st.expander(say("board.closed"), key="closed", on_change="rerun")
    if not closed.open:
        return
    with closed:
        for row in desk.recent_closed(session.room(), CLOSED_SHOWN):
            _closed(row, say)


def _most_urgent(row: desk.IncidentRow) -> tuple[bool, float]:
    """Put those still waiting for a unit first, then the newest."""
    return (
        row.incident.status is not IncidentStatus.AWAITING_UNIT,
        -row.incident.opened_at.timestamp(),
    )


def _row(row: desk.IncidentRow, agencies: Mapping[str, str], say: Words, *, brief: bool) -> None:
    """Draw one open incident with its units; the one being worked on has its buttons at left."""
    one = row.incident
    focused = st.session_state.get("focus") == one.id
    with st.container(key=f"row_{'on' if focused else 'off'}_{one.id}"):
        if focused:
            st.html(headline(row, say) + _units_line(row, agencies, say))
            return
        with st.container(horizontal=True, vertical_alignment="center", key=f"line_{one.id}"):
            st.html(headline(row, say) + (_units_line(row, agencies, say) if brief else ""))
            st.button(
                say("board.open"),
                key=f"open_{one.id}",
                on_click=gesture(look_at),
                args=(row,),
            )
            if not brief:
                moving.incident(one, say)
        if not brief:
            units(row, agencies, say)


def _units_line(row: desk.IncidentRow, agencies: Mapping[str, str], say: Words) -> str:
    """Return the units of an incident without their buttons."""
    return "".join(_unit(one, agencies.get(one.call_sign, ""), say) for one in row.open_assignments)


def units(row: desk.IncidentRow, agencies: Mapping[str, str], say: Words) -> None:
    """Draw the units still bound to an incident, each with its next step."""
    for one in row.open_assignments:
        with st.container(horizontal=True, vertical_alignment="center", key=f"line_unit_{one.id}"):
            st.html(_unit(one, agencies.get(one.call_sign, ""), say))
            moving.assignment(one, say)


def headline(row: desk.IncidentRow, say: Words) -> str:
    """Return an incident in one line: code, type, place, status, time since it began."""
    one = row.incident
    kind = session.room().catalogue.types.get(one.type_code)
    name = one.type_code if kind is None else kind.name_id if say.language == "id" else kind.name_en
    waiting = one.status.value == "awaiting_unit"
    status = tag(say(f"status.incident.{one.status.value}"), one.status.value)
    clock = since(one.opened_at, urgent=waiting) if one.open else session.date(one.opened_at)
    calls = tag(say("board.calls", count=row.calls), "soft") if row.calls > 1 else ""
    seen = watching.others(snapshot.take(session.room()), one.id, say) if one.open else ""
    late = watching.due(row, say) if one.open else ""
    return (
        f"<div class='incident'>{clock} <b>{escape(name)}</b> {status} {calls} {late} {seen}"
        f"<small>{escape(one.code)} · {escape(one.place_text)}</small></div>"
    )


def _unit(one: Assignment, agency: str, say: Words) -> str:
    """Return a unit on an incident in one line."""
    began = one.milestones.get(one.status.value)
    clock = since(began) if began else ""
    status = tag(say(f"status.assignment.{one.status.value}"), one.status.value)
    return f"<div class='unit'>{mark(agency)} <b>{escape(one.call_sign)}</b> {status} {clock}</div>"


def _closed(row: desk.IncidentRow, say: Words) -> None:
    key = f"line_closed_{row.incident.id}"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.html(headline(row, say))
        moving.incident(row.incident, say)


def look_at(row: desk.IncidentRow) -> None:
    """Bring an incident before the dispatcher; the call being taken stays as it is."""
    st.session_state.focus = row.incident.id
    if row.incident.lon is not None and row.incident.lat is not None:
        draft.look(row.incident.lon, row.incident.lat, row.incident.radius_m)
