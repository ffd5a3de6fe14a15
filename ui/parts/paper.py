"""An incident on a sheet of A4: made when it is asked for, gone with the next action."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.assignment import Assignment, AssignmentStatus
from dispatch.incident import Incident
from ui import session
from ui.guard import PAPER, gesture
from ui.parts import picture, saving, script, snapshot
from ui.text import Words

AROUND_DEGREES = 600 / 111_000
STEPS = [one for one in AssignmentStatus if one is not AssignmentStatus.DECLINED]
_PRINT = """<script>(async () => {{
  for (let tries = 0; tries < 200; tries += 1) {{
    const sheet = document.querySelector(".paper[data-at='{at}']");
    await sheet?.querySelector("img")?.decode();
    if (sheet?.isConnected) return window.print();
    await new Promise((go) => setTimeout(go, 50));
  }}
}})();</script>"""
"""A script may run before what it came with is in the page: it waits for its own sheet."""


def button(one: Incident, say: Words) -> None:
    """Offer the sheet; the style sheet prints it alone, whatever else is on the page."""
    st.button(
        say("paper.print"),
        key="print",
        icon=":material/print:",
        help=say("paper.help"),
        on_click=gesture(_make),
        args=(one.id,),
    )
    if PAPER in st.session_state:
        st.html(st.session_state[PAPER], unsafe_allow_javascript=True)


def _make(incident_id: int) -> None:
    say, at = session.say(), session.now().isoformat()
    case = desk.incident(session.room(), incident_id)
    st.session_state[PAPER] = (
        f"<div class='paper' data-at='{at}'>{_head(case.incident, say)}{_calls(case, say)}"
        f"{_units(case.assignments, say)}{_notes(case, say)}{_map(case.incident, say)}"
        f"<footer>{escape(_printed(say))}</footer></div>{_PRINT.format(at=at)}"
    )


def _head(one: Incident, say: Words) -> str:
    """Return what happened, where, and how it stands."""
    kind = session.room().catalogue.types.get(one.type_code)
    ended = say(f"disposition.{one.disposition.value}") if one.disposition else ""
    level = say.known(f"level.{one.level}", one.level)
    about = f"{level} · ±{say.number(one.radius_m)} m" if one.radius_m else level
    rows = [
        (say("history.place"), f"{one.place_text} ({about})"),
        (say("history.kelurahan"), _kelurahan(one, say)),
        (say("paper.point"), _point(one)),
        (say("history.opened"), f"{session.date(one.opened_at)} · {one.opened_by}"),
        (say("history.status"), f"{say(f'status.incident.{one.status.value}')} {ended}"),
        (say("history.closed"), session.date(one.closed_at) if one.closed_at else ""),
    ]
    told = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{escape(words)}</td></tr>"
        for name, words in rows
        if words
    )
    name = say.name(kind) if kind else one.type_code
    severity = say(f"severity.{one.severity.value}")
    return f"<h1>{escape(f'{one.code} · {name} · {severity}')}</h1><table>{told}</table>"


def _kelurahan(one: Incident, say: Words) -> str:
    if one.lon is None or one.lat is None:
        return ""
    found = desk.kelurahan_at(session.room(), one.lon, one.lat)
    if found is None:
        return say("scene.outside")
    return f"{found.kelurahan.name}, {found.kelurahan.district}"


def _point(one: Incident) -> str:
    return "" if one.lat is None or one.lon is None else f"{one.lat:.5f}, {one.lon:.5f}"


def _calls(case: desk.Case, say: Words) -> str:
    """Return who called, masked as everywhere until somebody asks, and what was said."""
    lines = []
    for call in case.calls:
        who = " · ".join(part for part in (call.phone, call.caller_name) if part)
        said = " · ".join(part for part in (call.text, call.note) if part)
        lines.append(f"{session.clock(call.received_at)} {who} — {said}")
    one = case.incident
    asked = one.type_code in session.room().scripts
    facts = script.told(one.type_code, one.answers, say) if asked else ""
    return _list(say("paper.calls"), lines) + (f"<ul>{facts}</ul>" if facts else "")


def _units(some: Sequence[Assignment], say: Words) -> str:
    """Return the units and when each came to which step."""
    if not some:
        return ""
    steps = [one for one in STEPS if any(one.value in unit.milestones for unit in some)]
    head = "".join(f"<th>{escape(say(f'status.assignment.{one.value}'))}</th>" for one in steps)
    rows = "".join(_unit(unit, steps, say) for unit in some)
    title = escape(say("history.units"))
    return f"<h2>{title}</h2><table><tr><th>{title}</th>{head}</tr>{rows}</table>"


def _unit(unit: Assignment, steps: Iterable[AssignmentStatus], say: Words) -> str:
    declined = unit.status is AssignmentStatus.DECLINED
    words = f" ({say('status.assignment.declined')})" if declined else ""
    reached = (unit.milestones.get(step.value) for step in steps)
    cells = "".join(f"<td>{session.clock(at) if at else '–'}</td>" for at in reached)
    return f"<tr><th scope='row'>{escape(unit.call_sign + words)}</th>{cells}</tr>"


def _notes(case: desk.Case, say: Words) -> str:
    notes = [case.incident.note] if case.incident.note else []
    notes += [f"{session.clock(one.at)} {one.by}: {one.text}" for one in case.notes]
    return _list(say("intake.note"), notes)


def _list(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{escape(one)}</li>" for one in lines)
    return f"<h2>{escape(title)}</h2><ul>{items}</ul>"


def _map(one: Incident, say: Words) -> str:
    """Return the map around the place, drawn for paper."""
    if one.lon is None or one.lat is None:
        return ""
    room = snapshot.take(session.room())
    shown = picture.paint(room, session.room().catalogue, say, one.id)
    corners = [
        [one.lon + side * AROUND_DEGREES, one.lat + side * AROUND_DEGREES] for side in (-1, 1)
    ]
    shown["scene"] = picture.scene(one.lon, one.lat, one.radius_m, "")
    shown["view"] = {"points": corners, "zoom": 16}
    shown["words"] = {"legend": {"title": "", "rows": []}, "note": ""}
    image = b64encode(saving.map_png(shown, [])).decode()
    return f"<img alt='{escape(say('map.legend'))}' src='data:image/png;base64,{image}'>"


def _printed(say: Words) -> str:
    return say("paper.printed", at=session.date(session.now()), by=session.person().login)
