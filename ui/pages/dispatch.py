"""The dispatch page: left the call, in the middle the map, right who can go."""

from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.recommend import Recommendation
from ui import map as room_map
from ui import session
from ui.guard import calmly, gesture
from ui.parts import (
    asking,
    board,
    caller,
    case,
    draft,
    intake,
    picture,
    ranked,
    snapshot,
    watching,
)
from ui.parts.snapshot import Snapshot
from ui.text import Words

MAP = "map"


def page() -> None:
    """Draw the page; the map and the ranking first, they are what a click waits for."""
    say, room = session.say(), snapshot.take(session.room())
    row = _focused(room)
    watching.tell()
    caller.forget()
    left, middle, right = st.columns([27, 43, 30], gap="small")
    with left, st.container(key="left"), calmly():
        if row:
            case.show(row, room.incidents, _agencies(room), say)
        else:
            intake.show(say)
    ask = asking.of_incident(row) if row else asking.of_draft()
    ranking = None
    with right, st.container(key="right"), calmly():
        if ask:
            ranking = asking.answer(ask, room.version[0])
            if row:
                watching.propose(row, ranking, say)
            ranked.show(ranking, ask, room.units, say)
            _look_along(ask, ranking)
        else:
            st.html(f"<div class='empty'>{say(_why_empty(row))}</div>")
    with middle:
        with st.container(key="map_frame"), calmly():
            room_map.show(_picture(room, row, ranking, say), MAP, gesture(_clicked))
        with st.container(key="board"), calmly():
            board.show(room, _agencies(room), say)


def _focused(room: Snapshot) -> desk.IncidentRow | None:
    """Return the incident before the dispatcher; one that ended makes room for the next call."""
    focus = desk.now_called(session.room(), st.session_state.get("focus"))
    row = next((one for one in room.incidents if one.incident.id == focus), None)
    st.session_state.focus = focus if row else None
    return row


def _agencies(room: Snapshot) -> dict[str, str]:
    return {unit.call_sign: unit.agency for unit in room.units}


def _why_empty(row: desk.IncidentRow | None) -> str:
    """Return what is still missing before units can be ranked."""
    if row:
        return "ranked.no_place"
    if draft.current().scene is None:
        return "ranked.need_place"
    return "ranked.need_type"


def _look_along(ask: asking.Ask, ranking: Recommendation) -> None:
    """Show the whole way of the best unit, once; after a click the map stays where it is."""
    place, scene = (ask.lon, ask.lat, ask.type_code), draft.current().scene
    clicked = ask.incident_id is None and scene is not None and scene.by_hand
    if clicked or st.session_state.get("looked_at") == place or not ranking.options:
        return
    st.session_state.looked_at = place
    draft.look_over([*ranking.options[0].route, (ask.lon, ask.lat)])


def _picture(
    room: Snapshot, row: desk.IncidentRow | None, ranking: Recommendation | None, say: Words
) -> dict[str, Any]:
    """Return what the map is to show now."""
    shown = picture.paint(room, session.room().catalogue, say, st.session_state.get("focus"))
    place = row.incident if row else draft.current().scene
    if place is not None and place.lon is not None:
        words = row.incident.place_text if row else draft.words("words")
        shown["scene"] = picture.scene(place.lon, place.lat, place.radius_m, words[:200])
        if ranking:
            shown["routes"] = picture.routes(ranking, place.lon, place.lat)
    elif not row and draft.current().answer:
        shown["candidates"] = picture.candidates(draft.current().answer.candidates[: intake.SHOWN])
    if row and st.session_state.get(case.RELOCATING):
        shown["words"]["note"] = say("case.relocating")
    shown["view"] = st.session_state.get("view")
    return shown


def _clicked(said: dict[str, Any]) -> None:
    """Take what was clicked on the map."""
    rows = {row.incident.id: row for row in snapshot.take(session.room()).incidents}
    if said.get("kind") == "incident" and said["id"] in rows:
        board.look_at(rows[said["id"]])
    elif said.get("kind") == "candidate" and draft.current().answer:
        draft.current().asked += 1
        draft.choose(draft.current().answer.candidates[int(said["number"]) - 1])
    elif said.get("kind") == "click":
        lon, lat = float(said["lon"]), float(said["lat"])
        row = rows.get(st.session_state.get("focus"))
        if row:
            case.clicked(row, lon, lat)
        else:
            draft.point_at(lon, lat)
