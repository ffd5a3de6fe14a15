"""The planner's page: left the part and what it asks, right what it shows."""

from html import escape
from importlib import import_module

import streamlit as st

from ui import session
from ui.guard import calmly

FILTER = "ui.parts.choosing"
PARTS = {
    "heat": (FILTER, "ui.parts.heat"),
    "trends": (FILTER, "ui.parts.trends"),
    "monthly": ("ui.parts.monthly", "ui.parts.monthly"),
}
"""Each part's name (`planner.part_<name>` in the texts) and its modules: one has `ask(say)`, which
returns what was chosen or None, the other `show(chosen, say)`."""


def page() -> None:
    """Draw the choice of a part, what it asks, and the part."""
    say = session.say()
    left, right = st.columns([22, 78], gap="small")
    with left, st.container(key="left"), calmly():
        st.html(f"<h2>{escape(say('planner.title'))}</h2>")
        part = st.segmented_control(
            say("planner.part"),
            list(PARTS),
            default=next(iter(PARTS)),
            required=True,
            key="planner_part",
            format_func=lambda name: say(f"planner.part_{name}"),
            label_visibility="collapsed",
        )
        asks, shows = PARTS[part]
        chosen = import_module(asks).ask(say)
    with right, calmly():
        if chosen:
            import_module(shows).show(chosen, say)
