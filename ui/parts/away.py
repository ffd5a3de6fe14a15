"""The database is away: the band that says so, and what could not come in afterwards."""

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.refused import retold
from ui import refusals, session
from ui.guard import action
from ui.text import Words


def band(say: Words) -> None:
    """
    Draw the band; nothing to see while the database answers. The style sheet fixes it to the top.

    Its place is there all the same: all below would be drawn anew when it came, words being typed
    among it.
    """
    since = desk.missed_since(session.room())
    if since is None:
        st.html("<div class='no-away'></div>")
        return
    count = desk.noted(session.room())
    why = "full" if desk.disk_full(session.room()) else "band"
    words = say(f"away.{why}", at=session.clock(since), count=count)
    st.html(f"<div class='away' role='alert'>{escape(words)}</div>")


def conflicts(some: Sequence[desk.Conflict], say: Words) -> None:
    """Show what could not come in, each until somebody says that it is seen to."""
    for one in some:
        with st.container(horizontal=True, vertical_alignment="center", key=f"conflict_{one.id}"):
            why = refusals.sentence(retold(one.refusal), say)
            kept = f" {say('away.waits')}" if one.action == "take_call" else ""
            st.html(
                f"<div class='suspect'><b>{escape(say('away.conflict'))}</b> "
                f"{session.date(one.at)} {escape(one.by)}: {escape(_meant(one, say))}"
                f"<small>{escape(why + kept)}</small></div>"
            )
            st.button(
                say("away.settle"),
                key=f"settle_{one.id}",
                help=say("away.settle_help"),
                on_click=action(partial(_settle, one.id)),
            )


def _settle(conflict_id: int) -> None:
    desk.settle_conflict(session.room(), conflict_id, by=session.person(), at=session.now())


def _meant(one: desk.Conflict, say: Words) -> str:
    """Return what was to be done, in words."""
    meant = one.meant
    kinds = session.room().catalogue.types
    code = str(meant.get("type_code"))
    fields = {
        "incident": meant.get("incident") or say("away.no_incident"),
        "call_sign": meant.get("call_sign", ""),
        "to": say.known(f"status.assignment.{meant.get('to')}", ""),
        "kind": say.known(f"intake.{meant.get('kind')}", ""),
        "type": say.name(kinds[code]) if code in kinds else code,
        "place": meant.get("place", ""),
    }
    key = f"away.did.{one.action}"
    return say(key, **fields) if key in say.sentences else one.action
