"""Handing over: the facts the room knows, the words a person adds, and who took over."""

from html import escape

import streamlit as st

from dispatch import desk
from dispatch.desk import Facts, Handover
from ui import session
from ui.guard import action
from ui.markup import since
from ui.text import Words

WRITTEN = "handover_text"
SHOWN = 8


def show(say: Words) -> None:
    """Draw the facts, the field for a note, and the last notes."""
    st.html(f"<h2>{escape(say('handover.title'))}</h2>")
    st.html(_facts(desk.handover_facts(session.room(), session.now()), say))
    st.text_area(
        say("handover.words"), key=WRITTEN, max_chars=2000, height=80,
        placeholder=say("handover.words_help"),
    )  # fmt: skip
    st.button(say("handover.write"), key="write_handover", on_click=action(_write))
    for note in desk.handovers(session.room(), SHOWN):
        _note(note, say)


def _facts(facts: Facts, say: Words) -> str:
    """Return what stands now, one line each."""
    catalogue = session.room().catalogue
    incidents = []
    for row in facts.incidents:
        one = row.incident
        kind = catalogue.types.get(one.type_code)
        name = (kind.name_id if say.language == "id" else kind.name_en) if kind else one.type_code
        status = say(f"status.incident.{one.status.value}")
        incidents.append(f"{escape(f'{one.code} {name}, {status}')} {since(one.opened_at)}")
    out = [escape(f"{one.call_sign} ({one.incident_code})") for one in facts.units_out]
    broken = [escape(f"{one.call_sign} {one.status_note}".strip()) for one in facts.out_of_service]
    closed = [
        escape(
            say(
                "handover.closure",
                reason=one.reason,
                until=session.date(one.until_at) if one.until_at else say("closures.open_end"),
            )
        )
        for one in facts.closures
    ]
    told = {"incidents": incidents, "out": out, "broken": broken, "closures": closed}
    lines = [
        f"<li><b>{escape(say(f'handover.{name}', count=len(some)))}</b> {'; '.join(some)}</li>"
        for name, some in told.items()
    ]
    return f"<ul class='facts-told'>{''.join(lines)}</ul>"


def _write() -> None:
    desk.write_handover(
        session.room(), st.session_state[WRITTEN] or "", by=session.person(), at=session.now()
    )
    st.session_state[WRITTEN] = ""


def _note(note: Handover, say: Words) -> None:
    """Draw a note: taken over by whom, or the button that takes it over."""
    head = f"{session.date(note.at)} · {note.by}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"line_note_{note.id}"):
        taken = say("handover.waiting")
        if note.taken_by is not None and note.taken_at is not None:
            taken = say("handover.taken", by=note.taken_by, at=session.date(note.taken_at))
        st.html(
            f"<small>{escape(head)} · {escape(taken)}</small>"
            f"<div class='note'>{escape(note.text)}</div>"
        )
        if note.taken_by is None and note.by != session.person().login:
            st.button(
                say("handover.take"), key=f"take_{note.id}", type="primary",
                on_click=action(_take), args=(note.id,),
            )  # fmt: skip


def _take(handover_id: int) -> None:
    desk.take_over(session.room(), handover_id, by=session.person(), at=session.now())
