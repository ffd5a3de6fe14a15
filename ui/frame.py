"""What surrounds every page: its style, the line of links, who sits here."""

from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui import forgetting, guard, session, signing, text, unbroken
from ui.guard import calmly
from ui.parts import aids, away, training

unbroken.keep()
forgetting.keep_few()
STYLE = Path(__file__).with_name("style.css")
LEAVING = """<script>window.ambon112Left ??= (document.addEventListener("click", (event) => {
  if (event.target.closest("[data-testid=stPageLink-NavLink]")) window.ambon112Left = Date.now();
}, true), 0);</script>"""
"""Marks when a link was pressed: see `quietly` in static/map/page.js."""
PAGES = {
    "dispatch": (":material/emergency:", "take_call"),
    "closures": (":material/block:", "close_road"),
    "units": (":material/fire_truck:", "unit_available"),
    "places": (":material/add_location_alt:", "place_name"),
    "shift": (":material/event_available:", "write_handover"),
    "catalogue": (":material/checklist:", "edit_catalogue"),
    "bpbd": (":material/flood:", "disaster"),
    "history": (":material/history:", "export"),
    "planner": (":material/insights:", "plan"),
    "reach": (":material/route:", "plan"),
    "people": (":material/group:", "change_account"),
}
"""Each page's sign, and the right without which nobody sees it."""


def show() -> None:
    """Draw the frame and the page in it; what goes wrong is said in a sentence."""
    st.html(STYLE)
    st.html(LEAVING + aids.dress(session.language()), unsafe_allow_javascript=True)
    st.session_state.setdefault("signed_in", None)
    known = False
    with calmly():
        session.look()
        training.strip(session.say())
        signing.look()
        away.band(session.say())
        known = True
    links = _pages()
    page = st.navigation(list(links.values()), position="hidden")
    with calmly():
        say = session.say()
        _line(say, [link for name, link in links.items() if _allowed(name)])
        if known:
            _rest(links, page, say)


def _rest(links: dict[str, StreamlitPage], page: StreamlitPage, say: text.Words) -> None:
    """Draw the page, or the form to sign in, below the line."""
    signing.remember()
    guard.show_notices()
    if signing.needed():
        signing.form(say)
    else:
        _arrive(links, page)
        page.run()


def _pages() -> dict[str, StreamlitPage]:
    """Return every page; the program opens with the first one that this person may see."""
    say = session.say()
    first = next((name for name in PAGES if _allowed(name)), "dispatch")
    return {
        name: st.Page(
            partial(_draw, name),
            title=say(f"page.{name}"),
            icon=icon,
            url_path=name,
            default=name == first,
        )
        for name, (icon, _) in PAGES.items()
    }


def _arrive(links: dict[str, StreamlitPage], page: StreamlitPage) -> None:
    """Lead somebody who has just signed in to a page that is theirs."""
    mine = [link for name, link in links.items() if _allowed(name)]
    if st.session_state.pop(signing.ARRIVED, False) and page not in mine and mine:
        st.switch_page(mine[0])


def _allowed(name: str) -> bool:
    here = st.session_state.signed_in
    return here is not None and not here.must_change and here.person.may(PAGES[name][1])


def _draw(name: str) -> None:
    """Draw a page; what it needs is loaded when somebody first opens it."""
    session.person().check(PAGES[name][1])
    import_module(f"ui.pages.{name}").page()


def _line(say: text.Words, links: list[StreamlitPage]) -> None:
    """Draw the line of links, who sits here and the language switch."""
    if st.query_params.get("lang") != say.language:
        st.query_params["lang"] = say.language
    with st.container(horizontal=True, vertical_alignment="center", key="line", gap="small"):
        st.html("<b class='brand'>112 Ambon</b>", width="content")
        for one in links:
            st.page_link(one, query_params={"lang": say.language})
        st.space("stretch")
        signing.menu(say, PAGES)
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
