"""The roster on the page of units: a new unit, what happened to one, taking it back, retiring."""

from collections.abc import Collection, Mapping
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.unit import Station
from ui import session
from ui.guard import action, notice
from ui.markup import plain
from ui.parts import placing
from ui.text import Words

TOLD = ("profile", "capabilities", "crew", "assumed", "status")
PLACE = ("lon", "lat")


def profiles(say: Words) -> dict[str, str]:
    """Return the vehicles a unit may be, by code."""
    codes = dict.fromkeys(session.room().catalogue.profile_words.values())
    return {code: say.known(f"profile.{code}", code) for code in codes}


def capabilities(say: Words) -> dict[str, str]:
    """Return what a unit may be able to do, by code."""
    known = session.room().catalogue.capabilities
    indonesian = say.language == "id"
    return {code: one.name_id if indonesian else one.name_en for code, one in known.items()}


def history(chosen: str, retired: Collection[str], say: Words) -> None:
    """Show what happened to a unit or a station, each change with the button that undoes it."""
    kind, key = chosen.split(":", 1)
    person = session.person()
    with st.container(horizontal=True, vertical_alignment="center", key="history_head"):
        left = kind == "unit" and key in retired
        title = say("roster.left", unit=key) if left else say("roster.history")
        st.html(f"<h2>{escape(title)}</h2>")
        st.space("stretch")
        if kind == "unit" and not left and person.may("retire_unit"):
            st.button(
                say("roster.retire"), key="retire", help=say("roster.retire_help"),
                on_click=action(_retire), args=(key,),
            )  # fmt: skip
    for change in desk.changes(session.room(), kind, key):
        done = change.action.removeprefix("undo_")
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"line_change_{change.id}"
        ):
            when = f"{session.date(change.at)} · {change.actor}"
            st.html(f"{escape(_told(change, say))}<br><small>{escape(when)}</small>")
            if desk.can_undo(change) and person.may(f"undo_{done}"):
                st.button(
                    say("roster.undo"), key=f"undo_{change.id}", on_click=action(_undo),
                    args=(change.id,),
                )  # fmt: skip


def _told(change: "desk.Event", say: Words) -> str:
    """Return a change in words: what was done, and what was and is of each thing told."""
    done = change.action.removeprefix("undo_")
    told = say.known(f"did.{done}", done)
    if done != change.action:
        told = say("did.undo", what=told)
    before, after = change.before or {}, change.after or {}
    if change.before is None or change.after is None:
        return told
    parts = [
        f"{say(f'units.{name}')}: {_value(name, before, say)} → {_value(name, after, say)}"
        for name in TOLD
        if before.get(name) != after.get(name)
    ]
    if any(before.get(name) != after.get(name) for name in PLACE):
        parts.append(f"{_at(before)} → {_at(after)}")
    if before.get("position_confirmed") != after.get("position_confirmed"):
        sure = "confirmed" if after.get("position_confirmed") else "approximate"
        parts.append(say(f"roster.{sure}"))
    return f"{told} ({'; '.join(parts)})" if parts else told


def _value(name: str, row: Mapping[str, Any], say: Words) -> str:
    value = row.get(name)
    if name == "capabilities":
        names = capabilities(say)
        return ", ".join(names.get(one, one) for one in value or ()) or "–"
    if name == "profile":
        return profiles(say).get(str(value), str(value))
    if name == "status":
        return say.known(f"status.unit.{value}", str(value))
    if isinstance(value, bool):
        return say("roster.yes" if value else "roster.no")
    return "–" if value is None else str(value)


def _at(row: Mapping[str, Any]) -> str:
    return f"{row['lat']:.5f}, {row['lon']:.5f}"


def _undo(event_id: int) -> None:
    desk.undo(session.room(), event_id, by=session.person(), at=session.now())
    st.toast(session.say()("roster.undone"), icon=":material/undo:")


def _retire(call_sign: str) -> None:
    desk.retire_unit(session.room(), call_sign, by=session.person(), at=session.now())
    st.toast(plain(session.say()("roster.retired", unit=call_sign)))


def new(stations: Collection[Station], say: Words) -> None:
    """Ask what a new unit is and where it waits."""
    agencies = {
        code: one.short
        for code, one in session.room().catalogue.agencies.items()
        if not one.phone_only
    }
    places, can = {one.id: one.name for one in stations}, capabilities(say)
    vehicles = profiles(say)
    with st.expander(say("roster.new")), st.form("new_unit"):
        first, second, third = st.columns(3)
        first.text_input(say("units.call_sign"), key="new_call_sign", max_chars=30)
        second.selectbox(
            say("units.agency"), list(agencies), key="new_agency", format_func=agencies.__getitem__
        )
        third.selectbox(
            say("units.profile"), list(vehicles), key="new_profile",
            format_func=vehicles.__getitem__,
        )  # fmt: skip
        first, second = st.columns([3, 1])
        first.multiselect(
            say("units.capabilities"), list(can), key="new_capabilities", placeholder="",
            format_func=can.__getitem__,
        )  # fmt: skip
        second.number_input(say("units.crew"), 0, 50, None, key="new_crew")
        st.selectbox(
            say("units.station"), list(places), index=None, key="new_station",
            format_func=places.__getitem__, placeholder=say("roster.own_place"),
        )  # fmt: skip
        st.form_submit_button(say("roster.add"), on_click=action(_add))


def _add() -> None:
    """Add the unit; without a station its home is where the map was clicked last."""
    say, said = session.say(), st.session_state
    home = said.get(placing.POINT)
    if said.new_station is None and home is None:
        notice(say("roster.click_first"))
        return
    made = desk.add_unit(
        session.room(), said.new_call_sign, agency=said.new_agency, profile=said.new_profile,
        capabilities=said.new_capabilities, crew=said.new_crew, station_id=said.new_station,
        home=home, by=session.person(), at=session.now(),
    )  # fmt: skip
    said.new_call_sign, said.new_capabilities, said.new_crew = "", [], None
    said.pop(placing.POINT, None)
    said[placing.CHOSEN] = f"unit:{made.call_sign}"
    st.toast(plain(say("roster.added", unit=made.call_sign)))
