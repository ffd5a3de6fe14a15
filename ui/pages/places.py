"""Names of places the room adds, and those its dispatchers' corrections suggest."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dispatch import desk
from dispatch.desk import PlaceNameRow, Suggestion
from ui import map as room_map
from ui import session
from ui.guard import action, calmly, gesture, notice, words_for
from ui.markup import plain
from ui.parts import picture, snapshot
from ui.text import Words

MAP = "places_map"
TABLE = "places_table"
FIELDS = ("name", "variants", "kind", "kelurahan", "lon", "lat", "radius_m")
SUGGESTED_KIND, SUGGESTED_RADIUS_M = "kampung", 150.0
NUMBERS = ("lon", "lat", "radius_m")


def page() -> None:
    """Draw the table of names and the suggestions beside a map that tells coordinates."""
    say, room = session.say(), session.room()
    left, right = st.columns([62, 38], gap="small")
    with left, st.container(key="left"), calmly():
        _names(desk.place_names(room), say)
        _suggestions(desk.suggestions(room), say)
    with right, st.container(key="right"), calmly():
        _try(say)
        point = st.session_state.get("places_point")
        if point:
            st.caption(say("places.click", lon=point[0], lat=point[1]))
        with st.container(key="map_frame"):
            now = snapshot.take(room)
            shown = picture.paint(now, room.catalogue, say, None)
            shown["scene"] = picture.scene(*point, 0, "") if point else None
            shown["view"] = st.session_state.get("view")
            room_map.show(shown, MAP, gesture(_clicked))


def _kelurahan() -> dict[str, str]:
    """Return the names of the kelurahan by code, told apart where two share one."""
    return {
        one.code: f"{one.name} ({one.kind}, {one.district})"
        for one in session.room().ground.boundaries
    }


def _names(names: Sequence[PlaceNameRow], say: Words) -> None:
    """Show the names; rows are added, changed and deleted in the table."""
    st.html(f"<h2>{escape(say('places.title'))}</h2>")
    st.caption(say("places.help"))
    areas = _kelurahan()
    config = st.column_config
    key = f"{TABLE}_{hash(tuple((one.id, one.version) for one in names))}"
    st.data_editor(
        _table(names, areas),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        height=300,
        column_config={
            "name": config.TextColumn(say("places.name"), max_chars=100),
            "variants": config.TextColumn(say("places.variants"), max_chars=500),
            "kind": config.TextColumn(say("places.kind"), max_chars=40),
            "kelurahan": config.SelectboxColumn(
                say("places.kelurahan"), options=sorted(areas.values())
            ),
            "lon": config.NumberColumn(say("places.lon"), format="%.5f"),
            "lat": config.NumberColumn(say("places.lat"), format="%.5f"),
            "radius_m": config.NumberColumn(say("places.radius"), min_value=0, max_value=20_000),
        },
    )
    st.button(
        say("places.save"),
        key="save_places",
        type="primary",
        on_click=action(_save),
        args=(names, key),
    )


def _table(names: Sequence[PlaceNameRow], areas: dict[str, str]) -> pd.DataFrame:
    """Return the names as a table that knows its columns even when it is empty."""
    rows = pd.DataFrame([_row(one, areas) for one in names], columns=list(FIELDS))
    return rows.astype({field: float if field in NUMBERS else object for field in FIELDS})


def _row(one: PlaceNameRow, areas: dict[str, str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "variants": "; ".join(one.variants),
        "kind": one.kind,
        "kelurahan": areas.get(one.kelurahan_code or ""),
        "lon": one.lon,
        "lat": one.lat,
        "radius_m": one.radius_m,
    }


def _save(names: Sequence[PlaceNameRow], key: str) -> None:
    """Write what was changed in the table; one row refused does not hold back the others."""
    say, edits = session.say(), st.session_state[key]
    codes = {name: code for code, name in _kelurahan().items()}
    changed = [(names[int(n)], row) for n, row in edits["edited_rows"].items()]
    changed += [(None, row) for row in edits["added_rows"]]
    saved = sum(_attempt(partial(_write, old, row, codes)) for old, row in changed)
    gone = [names[int(n)] for n in edits["deleted_rows"]]
    deleted = sum(_attempt(partial(_delete, old)) for old in gone)
    st.toast(
        say("places.saved", saved=saved, deleted=deleted)
        if saved or deleted
        else say("places.nothing")
    )


def _attempt(doing: Callable[[], None]) -> bool:
    """Do one thing; say why it was refused."""
    try:
        doing()
    except Exception as error:  # said beside what was saved
        notice(words_for(error))
        return False
    return True


def _write(old: PlaceNameRow | None, row: dict[str, Any], codes: dict[str, str]) -> None:
    """Write one row: what was known of it with what was typed."""
    areas = {code: name for name, code in codes.items()}
    said = {**(_row(old, areas) if old else dict.fromkeys(FIELDS)), **row}
    place = PlaceNameRow(
        name=str(said["name"] or "").strip(),
        kind=str(said["kind"] or "kampung").strip(),
        variants=tuple(
            one.strip() for one in str(said["variants"] or "").split(";") if one.strip()
        ),
        kelurahan_code=codes.get(said["kelurahan"] or ""),
        lon=said["lon"],
        lat=said["lat"],
        radius_m=said["radius_m"],
        id=old.id if old else None,
        version=old.version if old else None,
    )
    desk.save_place_name(session.room(), place, by=session.person(), at=session.now())


def _delete(old: PlaceNameRow) -> None:
    desk.delete_place_name(session.room(), old.id, by=session.person(), at=session.now())


def _suggestions(some: Sequence[Suggestion], say: Words) -> None:
    """Offer what dispatchers corrected on the map as new names."""
    st.html(f"<h2>{escape(say('places.suggestions'))}</h2>")
    if not some:
        st.caption(say("places.no_suggestions"))
    areas = _kelurahan()
    for one in some:
        where = areas.get(one.kelurahan_code or "", f"{one.lat:.5f}, {one.lon:.5f}")
        words = say("places.suggestion", words=one.text, where=where)
        who = say("places.by", by=one.suggested_by, at=session.date(one.suggested_at))
        with st.container(horizontal=True, vertical_alignment="center", key=f"suggest_{one.id}"):
            st.markdown(f"{plain(words)}  \n{plain(who)}")
            for doing, accepted in (("use", True), ("drop", False)):
                st.button(
                    say(f"places.{doing}"),
                    key=f"{doing}_{one.id}",
                    on_click=action(_settle),
                    args=(one, accepted),
                )


def _settle(one: Suggestion, accepted: bool) -> None:
    """Take a suggestion into the table as a name of its own, or put it aside."""
    room, by, at = session.room(), session.person(), session.now()
    if accepted:
        place = PlaceNameRow(
            name=one.text[:100],
            kind=SUGGESTED_KIND,
            kelurahan_code=one.kelurahan_code,
            lon=one.lon,
            lat=one.lat,
            radius_m=SUGGESTED_RADIUS_M,
        )
        desk.save_place_name(room, place, by=by, at=at)
    desk.settle_suggestion(room, one.id, accepted=accepted, by=by, at=at)


def _try(say: Words) -> None:
    """Let the admin see at once what the room's search makes of some words."""
    words = st.text_input(say("places.try"), key="places_try", max_chars=2000, live="400ms")
    if not words.strip():
        return
    answer = desk.locate(session.room(), words)
    rows = "".join(
        f"<li><b>{escape(one.label)}</b> {escape(say(f'level.{one.level.value}'))} "
        f"{one.confidence:.0%}</li>"
        for one in answer.candidates[:5]
    )
    st.html(f"<ul class='passed'>{rows or escape(answer.status.value)}</ul>")


def _clicked(said: dict[str, Any]) -> None:
    """Remember the point clicked, for its coordinates."""
    if said.get("kind") == "click":
        st.session_state.places_point = (float(said["lon"]), float(said["lat"]))
