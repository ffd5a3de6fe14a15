"""What surrounds every page: its style, the line of links, who sits here."""

from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui import guard, session, text
from ui.guard import calmly
from ui.markup import plain

STYLE = Path(__file__).with_name("style.css")
PAGES = {
    "dispatch": ":material/emergency:",
    "closures": ":material/block:",
    "units": ":material/fire_truck:",
    "places": ":material/add_location_alt:",
}


def pages() -> list[StreamlitPage]:
    """Return the pages; the first is where the program opens."""
    say = session.say()
    return [
        st.Page(
            partial(_draw, name),
            title=say(f"page.{name}"),
            icon=icon,
            url_path="" if name == "dispatch" else name,
            default=name == "dispatch",
        )
        for name, icon in PAGES.items()
    ]


def _draw(name: str) -> None:
    """Draw a page; what it needs is loaded when somebody first opens it."""
    import_module(f"ui.pages.{name}").page()


def show(page: StreamlitPage) -> None:
    """Draw the frame and the page in it; what goes wrong is said in a sentence."""
    st.html(STYLE)
    with calmly():
        _line(session.say())
        guard.show_notices()
        page.run()


def _line(say: text.Words) -> None:
    """Draw the line of links, the operator's name and the language switch."""
    if st.query_params.get("lang") != say.language:
        st.query_params["lang"] = say.language
    with st.container(horizontal=True, vertical_alignment="center", key="line", gap="small"):
        st.html("<b class='brand'>112 Ambon</b>")
        for one in pages():
            st.page_link(one, query_params={"lang": say.language})
        st.space("stretch")
        with st.popover(plain(session.operator()), icon=":material/person:"):
            st.text_input(
                say("frame.operator"), key="operator", max_chars=60, persist_state="session"
            )
        st.segmented_control(
            say("frame.language"),
            list(text.LANGUAGES),
            default=say.language,
            required=True,
            format_func=str.upper,
            key="language_switch",
            on_change=_switch,
            label_visibility="collapsed",
        )


def _switch() -> None:
    """Take the language chosen for this session."""
    st.session_state.language = st.session_state.language_switch
