"""What may be one and the same: offered while a call is taken, joined and parted afterwards."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.call import Call, CallKind
from dispatch.incident import Incident
from ui import session
from ui.guard import action, gesture
from ui.markup import since, tag
from ui.parts import draft
from ui.text import Words

SHOWN = 3
WAITING_SHOWN = 6  # the others come up as these are taken


def suspects(say: Words) -> None:
    """Offer the open incidents this call may be about, each with why."""
    now, kind = draft.current(), draft.value("type")
    if now.scene is None or not kind:
        return
    found = desk.duplicates(
        session.room(),
        text=draft.words("words"),
        type_code=kind,
        lon=now.scene.lon,
        lat=now.scene.lat,
        radius_m=now.scene.radius_m,
        phone=draft.words("phone") or None,
        at=session.now(),
    )
    for place, one in enumerate(found[:SHOWN]):
        incident = one.row.incident
        with st.container(key=f"suspect_{incident.id}"):
            st.html(
                f"<div class='suspect'><b>{escape(say('same.maybe', code=incident.code))}</b> "
                f"{since(incident.opened_at)}<br>{escape(incident.place_text)}"
                f"<small>{escape(_why(one, say))}</small></div>"
            )
            st.button(
                say("same.add"),
                key=f"same_{incident.id}",
                shortcut="Ctrl+F7" if place == 0 else None,
                help=say("same.add_help"),
                on_click=action(_add),
                args=(incident.id,),
            )


def _why(one: desk.Suspected, say: Words) -> str:
    """Return what speaks for it in one line."""
    why = [say(f"same.{reason.value}") for reason in one.suspect.reasons]
    units = say("same.units", count=len(one.row.open_assignments))
    return " · ".join([*why, say("same.away", metres=say.number(one.suspect.away_m)), units])


def _add(incident_id: int) -> None:
    """Write the call down as one more about an incident, and look at that incident."""
    desk.do(
        session.room(),
        "call_again",
        incident_id=incident_id,
        text=draft.words("words"),
        note=draft.words("note"),
        phone=draft.words("phone") or None,
        caller_name=draft.words("caller") or None,
        waiting=draft.current().waiting,
        taking_s=draft.taking_s(),
        by=session.person(),
        at=session.now(),
    )
    draft.start()
    draft.current().began_at = None
    st.session_state.focus = incident_id


def history(say: Words) -> None:
    """Say how often this number called, and how often in jest."""
    phone = draft.words("phone")
    if not phone:
        return
    past = desk.phone_history(session.room(), phone, session.now())
    if past:
        idle = past.get(CallKind.PRANK, 0) + past.get(CallKind.SILENT, 0)
        st.caption(say("same.history", calls=sum(past.values()), idle=idle))


def loosen(call: Call, say: Words) -> None:
    """Offer to take a call off its incident."""

    def loose() -> None:
        desk.unlink_call(session.room(), call.id, by=session.person(), at=session.now())

    st.button(
        say("same.unlink"),
        key=f"unlink_{call.id}",
        help=say("same.unlink_help"),
        on_click=action(loose),
    )


def waiting(calls: Sequence[Call], rows: Sequence[desk.IncidentRow], say: Words) -> None:
    """Show the calls that point to nothing: to be taken, or pointed to an open incident."""
    for call in calls[:WAITING_SHOWN]:
        key = f"link_{call.id}"
        with st.container(horizontal=True, vertical_alignment="center", key=f"waiting_{call.id}"):
            untouched = call.status_at == call.received_at
            label = tag(say("same.incoming" if untouched else "same.waiting"), "awaiting_unit")
            words = escape(call.text or say("same.wordless"))
            st.html(f"{label} {since(call.received_at)} {words} <small>{escape(call.note)}</small>")
            st.button(
                say("same.take"),
                key=f"take_{call.id}",
                help=say("same.take_help"),
                disabled=draft.busy(),
                on_click=gesture(draft.take_up),
                args=(call,),
            )
            if rows:
                _choose(key, [row.incident for row in rows], say, _linking(call.id, key))
    if len(calls) > WAITING_SHOWN:
        st.caption(say("same.more", count=len(calls) - WAITING_SHOWN))


def joining(one: Incident, rows: Sequence[desk.IncidentRow], say: Words) -> None:
    """Offer to join this incident to another open one."""
    others = [row.incident for row in rows if row.incident.id != one.id]
    if others:
        key = f"join_{one.id}_{one.version}"
        _choose(key, others, say, _joining(one.id, key))


def _choose(key: str, among: Sequence[Incident], say: Words, chosen: Callable[[], None]) -> None:
    labels = {one.id: f"{one.code} {one.place_text}"[:80] for one in among}
    st.selectbox(
        say("same.choose"),
        list(labels),
        index=None,
        key=key,
        format_func=labels.__getitem__,
        placeholder=say("same.choose"),
        label_visibility="collapsed",
        on_change=action(chosen),
    )


def _linking(call_id: int, key: str) -> Callable[[], None]:
    def link() -> None:
        to = st.session_state[key]
        desk.link_call(session.room(), call_id, to, by=session.person(), at=session.now())

    return link


def _joining(incident_id: int, key: str) -> Callable[[], None]:
    def join() -> None:
        into = st.session_state[key]
        desk.join(session.room(), incident_id, into, by=session.person(), at=session.now())
        st.session_state.focus = into

    return join
