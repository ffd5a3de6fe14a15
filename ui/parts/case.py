"""Left, when an open incident is before the dispatcher: what is known of it, what to add."""

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.incident import Severity
from ui import session
from ui.guard import action, gesture
from ui.parts import board, caller, draft, moving, paper, same, script, snapshot
from ui.text import Words

RELOCATING = "relocating"


def show(
    row: desk.IncidentRow,
    rows: Sequence[desk.IncidentRow],
    agencies: Mapping[str, str],
    say: Words,
) -> None:
    """Draw an incident: its place, its units, its steps, its notes."""
    one = row.incident
    st.button(
        say("case.next_call"),
        key="next_call",
        type="primary",
        width="stretch",
        icon=":material/call:",
        shortcut="Ctrl+F2",
        on_click=gesture(back_to_calls),
    )
    st.html(f"<div class='case'>{board.headline(row, say)}</div>")
    with st.container(horizontal=True, key="case_moves"):
        moving.incident(one, say)
    board.units(row, agencies, say)
    _place(row, say)
    _grade(row, say)
    script.of_incident(one, say)
    same.joining(one, rows, say)
    if desk.missed_since(session.room()):
        st.caption(say("away.no_notes"))
    else:
        _notes(row, say)
        with st.container(key="paper"):
            paper.button(one, say)


def back_to_calls() -> None:
    """Leave the incident to itself and return to the call being taken."""
    st.session_state.focus = None
    st.session_state[RELOCATING] = False


def _place(row: desk.IncidentRow, say: Words) -> None:
    """Say where it is; let the dispatcher move it with the next click on the map."""
    one = row.incident
    level = say.known(f"level.{one.level}", one.level)
    where = f"{level} · ±{say.number(one.radius_m)} m" if one.radius_m else level
    place = f"<b>{escape(one.place_text)}</b><small>{escape(where)}</small>"
    st.html(f"<div class='place'>{place}</div>")
    st.toggle(say("case.relocate"), key=RELOCATING, help=say("case.relocate_help"))


def _notes(row: desk.IncidentRow, say: Words) -> None:
    """Show who called and what was noted, and take one more note."""
    case = desk.incident(session.room(), row.incident.id)
    for call in case.calls:
        with st.container(horizontal=True, vertical_alignment="center", key=f"call_{call.id}"):
            erased = say("caller.erased") if call.erased_at else ""
            said = "<br>".join(escape(part) for part in (erased, call.text, call.note) if part)
            st.html(f"<div class='said'><small>{escape(caller.line(call))}</small>{said}</div>")
            caller.reveal(call, say)
            same.loosen(call, say)
    notes = [case.incident.note] if case.incident.note else []
    notes += [f"{session.clock(one.at)} {one.by}: {one.text}" for one in case.notes]
    if notes:
        st.html("<div class='note'>{}</div>".format("<br>".join(map(escape, notes))))
    one = row.incident
    key = f"add_note_{one.id}_{len(notes)}"

    def add() -> None:
        said = str(st.session_state[key]).strip()
        if said:
            desk.add_note(session.room(), one.id, said, by=session.person(), at=session.now())

    st.text_input(
        say("case.add_note"), key=key, max_chars=2000, on_change=action(add), autocomplete="off"
    )


def _grade(row: desk.IncidentRow, say: Words) -> None:
    """Let the dispatcher correct what it is and how bad."""
    one, catalogue = row.incident, session.room().catalogue
    types = {
        code: kind for code, kind in catalogue.types.items() if kind.active or code == one.type_code
    }
    kind, grade = f"kind_{one.id}_{one.version}", f"grade_{one.id}_{one.version}"

    def correct() -> None:
        desk.regrade(
            session.room(),
            one.id,
            type_code=st.session_state[kind],
            severity=st.session_state[grade],
            version=one.version,
            by=session.person(),
            at=session.now(),
        )

    menu = st.popover(say("case.correct"), width="stretch", key="grade", on_change="rerun")
    if not menu.open:
        return
    with menu:
        st.selectbox(
            say("intake.type"),
            list(types),
            index=list(types).index(one.type_code) if one.type_code in types else None,
            key=kind,
            format_func=lambda code: (
                types[code].name_id if say.language == "id" else types[code].name_en
            ),
        )
        st.segmented_control(
            say("intake.severity"),
            list(Severity),
            default=one.severity,
            required=True,
            key=grade,
            format_func=lambda severity: say(f"severity.{severity.value}"),
        )
        st.button(say("case.correct_save"), key=f"regrade_{one.id}", on_click=action(correct))


def clicked(row: desk.IncidentRow, lon: float, lat: float) -> None:
    """Take a click on the map: it moves the incident only when that was asked for."""
    if not st.session_state.get(RELOCATING):
        st.toast(session.say()("case.click_ignored"), icon=":material/touch_app:")
        return
    desk.relocate(session.room(), row.incident.id, lon, lat, by=session.person(), at=session.now())
    st.session_state[RELOCATING] = False
    snapshot.forget()
    draft.look(lon, lat)
