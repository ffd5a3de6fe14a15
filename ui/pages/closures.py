"""Roads that are closed: drawn by clicks on the map, listed, opened again."""

from datetime import timedelta
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from geo.closures import Closure
from ui import map as room_map
from ui import session
from ui.guard import action, calmly, gesture, notice
from ui.markup import plain
from ui.parts import picture, snapshot
from ui.text import Words

MAP = "closures_map"
SKETCH = "sketch"
ENOUGH = {"point": 1, "line": 2, "area": 3}


def page() -> None:
    """Draw the form and the list beside the map."""
    say, room = session.say(), snapshot.take(session.room())
    left, right = st.columns([30, 70], gap="small")
    with left, st.container(key="left"), calmly():
        _form(say)
        _list(room.closures, say)
    with right, st.container(key="wide_map"), calmly():
        shown = picture.paint(room, session.room().catalogue, say, None)
        shown["sketch"] = _sketch()
        room_map.show(shown, MAP, gesture(_clicked))


def _sketch() -> list[list[float]]:
    return st.session_state.setdefault(SKETCH, [])


def _shape() -> str:
    return st.session_state.get("closure_shape") or "line"


def _clicked(said: dict[str, Any]) -> None:
    """Add the point clicked; a closed spot has only one."""
    if said.get("kind") != "click":
        return
    at = [float(said["lon"]), float(said["lat"])]
    st.session_state[SKETCH] = [at] if _shape() == "point" else [*_sketch(), at]


def _form(say: Words) -> None:
    """Ask what is closed, for whom, how long and why."""
    st.html(f"<h2>{escape(say('closures.new'))}</h2>")
    st.segmented_control(
        say("closures.shape"),
        list(ENOUGH),
        default="line",
        required=True,
        key="closure_shape",
        format_func=lambda one: say(f"closures.{one}"),
    )
    st.caption(say(f"closures.how_{_shape()}"))
    st.button(say("closures.undo"), key="undo", on_click=gesture(_undo), disabled=not _sketch())
    st.text_input(
        say("closures.reason"),
        key="closure_reason",
        placeholder=say("closures.reason_example"),
        max_chars=300,
    )
    st.multiselect(
        say("closures.profiles"),
        ["fire_engine", "light_truck", "car", "motorcycle", "foot"],
        key="closure_profiles",
        placeholder=say("closures.everyone"),
        format_func=lambda one: say(f"profile.{one}"),
    )
    st.number_input(say("closures.hours"), 0, 24 * 90, 0, key="closure_hours")
    st.button(
        say("closures.save"),
        key="close_road",
        type="primary",
        width="stretch",
        on_click=action(_save),
    )


def _undo() -> None:
    st.session_state[SKETCH] = _sketch()[:-1]


def _geometry() -> dict[str, Any] | None:
    """Return the sketch as GeoJSON, None while it has too few points."""
    points, shape = _sketch(), _shape()
    if len(points) < ENOUGH[shape]:
        return None
    if shape == "point":
        return {"type": "Point", "coordinates": points[-1]}
    if shape == "line":
        return {"type": "LineString", "coordinates": points}
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


def _save() -> None:
    """Close the road from now on."""
    geometry, now, said = _geometry(), session.now(), st.session_state
    if geometry is None:
        notice(session.say()("closures.too_few"))
        return
    hours = said.closure_hours
    desk.close_road(
        session.room(),
        geometry,
        profiles=said.closure_profiles or None,
        from_at=now,
        until_at=now + timedelta(hours=hours) if hours else None,
        reason=said.closure_reason or "",
        by=session.person(),
        at=now,
    )
    said[SKETCH], said.closure_reason = [], ""
    st.toast(session.say()("closures.saved"), icon=":material/block:")


def _list(closures: "list[Closure]", say: Words) -> None:
    """List what is closed, each with the button that opens it."""
    st.html(f"<h2>{escape(say('closures.title'))}</h2>")
    if not closures:
        st.caption(say("closures.none"))
    for one in closures:
        whom = [say.known(f"profile.{p}", p) for p in sorted(one.profiles or ())]
        words = say(
            "closures.row",
            whom=", ".join(whom) or say("closures.everyone"),
            start=session.clock(one.from_at) if one.from_at else "–",
            until=session.clock(one.until_at) if one.until_at else say("closures.open_end"),
            author=one.author,
        )
        with st.container(horizontal=True, vertical_alignment="center", key=f"closure_{one.id}"):
            st.markdown(f"**{plain(one.reason)}**  \n{plain(words)}")
            st.button(
                say("closures.lift"), key=f"lift_{one.id}", on_click=action(_lift), args=(one.id,)
            )


def _lift(closure_id: str) -> None:
    desk.open_road(session.room(), closure_id, by=session.person(), at=session.now())
