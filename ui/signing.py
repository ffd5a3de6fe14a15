"""Who is signed in at this browser: found out here, for every page."""

from collections.abc import Collection
from datetime import datetime, timedelta
from html import escape

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from dispatch import desk
from dispatch.desk import Session, SignedIn
from dispatch.errors import SignedOut, WrongPassword
from ui import guard, session
from ui.guard import gesture, notice
from ui.parts import aids
from ui.text import Words

WARN = timedelta(minutes=10)
CALLED = "login"  # text fields of the form
SECRET = "password"  # noqa: S105 - the name of a field
OLD, NEW, AGAIN = "old_password", "new_password", "new_password_again"
CHANGING = "changing_password"
ARRIVED = "just_signed_in"


def look() -> None:
    """Find out who is signed in; `session.person()` says it for the rest of this run."""
    acted = bool(st.session_state.pop(guard.ACTED, False))
    try:  # taken at once: a run broken off half-way would leave nobody here for the next press
        st.session_state.signed_in = _found(acted)
    except Exception:
        st.session_state.signed_in = None
        raise


def _found(acted: bool) -> Session | None:
    """Return the session this browser shows the token of; None when there is none."""
    room = session.room()
    if not session.token():
        _look_elsewhere()
    if not session.token():
        return None
    try:
        return desk.session(room, session.token(), at=session.now(), active=acted)
    except SignedOut as over:
        st.session_state.why_out = over.why
        return None


def remember() -> None:
    """Have the browser keep what it holds, so that a reload signs nobody out."""
    with st.container(key="cookie"):  # there even when empty: nothing below may change its place
        if "token" in st.session_state:
            here = st.session_state.signed_in
            ends_at = here.ends_at if here else session.now().replace(year=2000)
            st.html(_script(session.token() if here else "", ends_at), unsafe_allow_javascript=True)


def _script(token: str, ends_at: datetime) -> str:
    """Return a script that is the same throughout a session, so that it runs once."""
    until = ends_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    cookie = f"{session.cookie()}={token}; path=/; samesite=strict; expires={until}"
    return (
        f"<script>document.cookie = '{cookie}'"
        " + (location.protocol === 'https:' ? '; secure' : '');</script>"
    )


def form(say: Words) -> None:
    """Ask for a login and a password, or for a password of one's own."""
    with st.container(key="sign_in", horizontal_alignment="center"):
        if _to_change():
            _choose(say)
        else:
            _ask(say)


def needed() -> bool:
    """Whether nobody may see a page yet."""
    return st.session_state.signed_in is None or _to_change()


def _to_change() -> bool:
    here = st.session_state.signed_in
    return bool(here and (here.must_change or st.session_state.get(CHANGING)))


def _ask(say: Words) -> None:
    st.html(f"<h2>{escape(say('sign_in.title'))}</h2>")
    why = st.session_state.get("why_out")
    if why:
        st.info(say(f"refusal.signed_out_{why}"))
    if desk.missed_since(session.room()):
        st.warning(say("away.nobody_in"))
    with st.form("sign_in_form", border=True):
        st.text_input(say("sign_in.login"), key=CALLED, max_chars=60, autocomplete="username")
        _secret(SECRET, say("sign_in.password"), "current-password")
        st.form_submit_button(
            say("sign_in.enter"), type="primary", width="stretch", on_click=gesture(_enter)
        )
    if _provider():
        st.button(say("sign_in.provider"), on_click=st.login, width="stretch")
    st.caption(say("sign_in.help"))


def _enter() -> None:
    """Sign in; another person's call being taken is not left on the screen."""
    login, password = str(st.session_state[CALLED]), str(st.session_state[SECRET])
    st.session_state[SECRET] = ""
    begun = desk.sign_in(session.room(), login, password, at=session.now())
    _welcome(begun)


def _welcome(begun: SignedIn) -> None:
    if st.session_state.get("last_login") not in (None, begun.person.login):
        _clear()
    st.session_state.last_login = begun.person.login
    st.session_state.token, st.session_state[ARRIVED] = begun.token, True
    st.session_state.why_out = None


def _choose(say: Words) -> None:
    first = st.session_state.signed_in.must_change
    st.html(f"<h2>{escape(say('sign_in.choose' if first else 'sign_in.change'))}</h2>")
    st.caption(say("sign_in.choose_help" if first else "sign_in.change_help"))
    with st.form("choose_form", border=True):
        if not first:
            _secret(OLD, say("sign_in.old"), "current-password")
        _secret(NEW, say("sign_in.new"), "new-password")
        _secret(AGAIN, say("sign_in.again"), "new-password")
        st.form_submit_button(
            say("sign_in.save"), type="primary", width="stretch", on_click=gesture(_chosen)
        )
    if first:
        st.button(say("sign_in.out"), key="leave", on_click=gesture(leave))
    else:
        st.button(say("sign_in.back"), key="back", on_click=gesture(_change), args=(False,))


def _secret(field: str, label: str, autocomplete: str) -> None:
    st.text_input(label, key=field, type="password", max_chars=200, autocomplete=autocomplete)


def _change(changing: bool) -> None:
    st.session_state[CHANGING] = changing


def _chosen() -> None:
    """Take a password of one's own, typed twice."""
    old, new, again = (str(st.session_state.get(field) or "") for field in (OLD, NEW, AGAIN))
    for field in (OLD, NEW, AGAIN):
        st.session_state[field] = ""
    if new != again:
        notice(session.say()("sign_in.differ"))
        return
    desk.choose_password(session.room(), session.token(), new, old=old, at=session.now())
    st.session_state[CHANGING] = False
    st.toast(session.say()("sign_in.done"))


def menu(say: Words, pages: Collection[str]) -> None:
    """Show who sits here, until when, light or dark, the keys, and the way out."""
    here = st.session_state.signed_in
    if needed():
        return
    late = here.ends_at - session.now() < WARN
    label = f"{here.person.login} · {session.clock(here.ends_at)}" if late else here.person.login
    with st.popover(label, icon=":material/timer:" if late else ":material/person:"):
        st.caption(", ".join(say(f"role.{role}") for role in sorted(here.person.roles)))
        if here.person.agency:
            st.caption(session.room().catalogue.agencies[here.person.agency].short)
        st.caption(say("sign_in.until", at=session.clock(here.ends_at)))
        aids.choose_light(pages, say)
        aids.keys(say)
        st.button(
            say("sign_in.change"), key="change", on_click=gesture(_change), args=(True,),
            width="stretch",
        )  # fmt: skip
        st.button(say("sign_in.out"), key="leave", on_click=gesture(leave), width="stretch")


def leave() -> None:
    """Sign out; nothing of what was on the screen stays."""
    desk.do(
        session.room(), "sign_out", token=session.token(), by=session.person(), at=session.now()
    )
    _clear()
    st.session_state.token = ""
    if _provider() and st.user.is_logged_in:
        st.logout()


def _clear() -> None:
    """Forget everything of this browser but its language."""
    language = st.session_state.get("language")
    for key in list(st.session_state):
        del st.session_state[key]
    st.session_state.language = language


def _provider() -> bool:
    """Whether an identity provider is configured (`[auth]` in .streamlit/secrets.toml)."""
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def _look_elsewhere() -> None:
    """Take somebody the identity provider has just vouched for."""
    if not _provider() or not st.user.is_logged_in or st.session_state.get("token") == "":
        return
    address = str(st.user.get("email") or st.user.get("sub") or "")
    try:
        _welcome(desk.sign_in_known(session.room(), address, at=session.now()))
    except WrongPassword:
        notice(session.say()("sign_in.not_known", address=address))
        st.session_state.token = ""
