"""Accounts: who may sign in, as what, for which agency."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.desk import Account, Role
from ui import session
from ui.guard import SHOWN_ONCE, action, calmly, notice, words_for
from ui.markup import plain
from ui.text import Words

ROLES = [role for role in Role if role is not Role.CREW]


def page() -> None:
    """Draw the table of accounts beside the forms for new ones and new passwords."""
    say = session.say()
    left, right = st.columns([68, 32], gap="small")
    some = desk.accounts(session.room(), by=session.person(), at=session.now())
    with left, st.container(key="left"), calmly():
        _accounts(some, say)
    with right, st.container(key="right"), calmly():
        _shown_once(say)
        _new(say)
        _reset(some, say)


def _agencies() -> dict[str, str]:
    """Return the agencies' short names by code."""
    return {code: one.short for code, one in session.room().catalogue.agencies.items()}


def _accounts(some: Sequence[Account], say: Words) -> None:
    """Show every account; roles, agency and whether it may be used are changed in the table."""
    st.html(f"<h2>{escape(say('people.title'))}</h2>")
    st.caption(say("people.help"))
    config = st.column_config
    key = f"people_{hash(tuple(some))}"
    st.data_editor(
        [_row(one, say) for one in some],
        key=key,
        disabled=["login", "state", "seen"],
        hide_index=True,
        height=520,
        column_config={
            "login": config.TextColumn(say("people.login")),
            "roles": config.MultiselectColumn(
                say("people.roles"), options=[say(f"role.{one}") for one in ROLES], width="large"
            ),
            "agency": config.SelectboxColumn(
                say("people.agency"),
                options=[say("people.every_agency"), *_agencies().values()],
                required=True,
            ),
            "provider": config.TextColumn(say("people.provider"), max_chars=200),
            "active": config.CheckboxColumn(say("people.active"), width="small"),
            "state": config.TextColumn(say("people.state")),
            "seen": config.TextColumn(say("people.seen")),
        },
    )
    st.button(
        say("people.save"), key="save_people", type="primary", on_click=action(_save),
        args=(some, key),
    )  # fmt: skip


def _row(one: Account, say: Words) -> dict[str, Any]:
    locked = one.locked_until and one.locked_until > session.now()
    state = [say("people.one_time")] if one.one_time else []
    state += [say("people.locked", at=session.clock(one.locked_until))] if locked else []
    return {
        "login": one.login,
        "roles": [say(f"role.{role}") for role in ROLES if role in one.roles],
        "agency": _agencies().get(one.agency or "", say("people.every_agency")),
        "provider": one.provider_id or "",
        "active": one.active,
        "state": ", ".join(state),
        "seen": session.date(one.seen_at) if one.seen_at else "",
    }


def _save(some: Sequence[Account], key: str) -> None:
    """Write each changed account; one refused does not hold back the others."""
    say, saved = session.say(), 0
    roles = {say(f"role.{role}"): role for role in ROLES}
    codes = {short: code for code, short in _agencies().items()}
    for place, change in st.session_state[key]["edited_rows"].items():
        old = some[int(place)]
        said = {**_row(old, say), **change}
        try:
            desk.change_account(
                session.room(),
                old.login,
                roles=[roles[word] for word in said["roles"] or []],
                agency=codes.get(said["agency"] or ""),
                provider_id=said["provider"],
                active=bool(said["active"]),
                by=session.person(),
                at=session.now(),
            )
            saved += 1
        except Exception as error:  # said beside what was saved
            notice(f"{old.login}: {words_for(error)}")
    st.toast(say("people.saved", count=saved) if saved else say("people.nothing"))


def _shown_once(say: Words) -> None:
    """Show a one-time password until the next action: a painting may be broken off."""
    login, password = st.session_state.get(SHOWN_ONCE, ("", ""))
    if password:
        st.success(plain(say("people.shown_once", login=login)))
        st.code(password, language=None)


def _new(say: Words) -> None:
    st.html(f"<h2>{escape(say('people.new'))}</h2>")
    with st.form("new_account", clear_on_submit=True):
        st.text_input(say("people.login"), key="new_login", max_chars=60, autocomplete="off")
        st.multiselect(
            say("people.roles"),
            ROLES,
            key="new_roles",
            placeholder=say("people.choose"),
            format_func=lambda one: say(f"role.{one}"),
        )
        st.selectbox(
            say("people.agency"), list(_agencies()), index=None, key="new_agency",
            format_func=_agencies().__getitem__, placeholder=say("people.every_agency"),
        )  # fmt: skip
        st.form_submit_button(say("people.add"), on_click=action(_add))


def _add() -> None:
    login = str(st.session_state.new_login).strip().lower()
    password = desk.add_account(
        session.room(), login, st.session_state.new_roles, agency=st.session_state.new_agency,
        by=session.person(), at=session.now(),
    )  # fmt: skip
    st.session_state[SHOWN_ONCE] = (login, password)


def _reset(some: Sequence[Account], say: Words) -> None:
    st.html(f"<h2>{escape(say('people.reset'))}</h2>")
    st.selectbox(
        say("people.reset_for"),
        [one.login for one in some],
        index=None,
        key="reset_for",
        placeholder=say("people.choose"),
    )
    st.button(
        say("people.reset_do"), key="reset_do", on_click=action(_new_password),
        disabled=not st.session_state.get("reset_for"),
    )  # fmt: skip


def _new_password() -> None:
    login = str(st.session_state.reset_for)
    password = desk.reset_password(session.room(), login, by=session.person(), at=session.now())
    st.session_state[SHOWN_ONCE] = (login, password)
