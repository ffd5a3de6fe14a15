"""For planners: how soon we come, how far we come, and what would change it."""

from datetime import datetime, time, timedelta

import streamlit as st

from ui import session
from ui.parts import choosing, reach, response, whatif
from ui.text import Words

PARTS = ("response", "reach", "what_if")


def page() -> None:
    """Draw the part chosen."""
    say = session.say()
    with st.container(key="tabbed"):
        _part(say)


def _part(say: Words) -> None:
    part = st.segmented_control(
        say("page.reach"), PARTS, default="reach", required=True, key="reach_part",
        format_func=lambda one: say(f"{one}.title"), label_visibility="collapsed",
    )  # fmt: skip
    if part == "reach":
        reach.show(say)
    elif part == "what_if":
        whatif.show(say)
    else:
        _response(say)


def _response(say: Words) -> None:
    today = session.now().astimezone(session.WIT).date()
    left, middle, right = st.columns([24, 46, 30])
    days = left.date_input(
        say("history.from"),
        (today - timedelta(days=365), today),
        key="response_span",
        format="DD-MM-YYYY",
    )
    room = session.room().catalogue
    types = middle.multiselect(
        say("history.types"), list(room.types), key="response_types",
        placeholder=say("history.all_types"),
        format_func=lambda code: choosing.type_name(code, say),
    )  # fmt: skip
    agencies = right.multiselect(
        say("reach.agency"), list(room.agencies), key="response_agencies",
        placeholder=say("units.all"), format_func=lambda code: room.agencies[code].short,
    )  # fmt: skip
    if len(days) == 2:  # between two clicks there is only the first
        first, last = (datetime.combine(day, time(), session.WIT) for day in days)
        response.show(
            say, from_at=first, until_at=last + timedelta(days=1), types=tuple(types),
            agencies=tuple(agencies),
        )  # fmt: skip
