"""What if: posts by clicks on the map, roads cut, units on or off; who gains, who loses."""

import json
from html import escape
from typing import Any

import numpy as np
import streamlit as st
from shapely.geometry import LineString, mapping

from dispatch import desk
from dispatch.analytics import isochrones, planning, scenario
from dispatch.analytics.planning import Asked, Reach
from dispatch.analytics.scenario import Change, Scenario
from dispatch.unit import Station
from geo.closures import Closure, write_closures
from geo.crs import to_utm
from ui import map as room_map
from ui import session
from ui.guard import calmly, gesture, notice
from ui.parts import experiments, legend, reaching, saving, snapshot
from ui.text import Words

MAP = "what_if_map"
ADDED, MOVED, DRAWN, SKETCH = "wi_added", "wi_moved", "wi_drawn", "wi_sketch"
READY, REMOVED, ON, OFF = "wi_ready", "wi_removed", "wi_on", "wi_off"  # and the agency, but READY
MOST_OFF_ROAD_M = 200.0  # a post stands at a street
NEAR_M = 400.0  # so near a post a click means it
MODES = ("add", "move", "remove", "cut")
GONE = "#8796a1"
DRAGS = "wi_drags"
LEAST_S = 0.3  # less than this is no change of the average


def show(say: Words) -> None:
    """Draw the scenario and what it changes beside the map on which it is made."""
    left, right = st.columns([38, 62], gap="small")
    shown = None
    with left, st.container(key="left"), calmly():
        st.html(f"<h2>{escape(say('what_if.title'))}</h2>")
        asked = reaching.choose(say)
        _clicks(asked, say)
        changed = _scenario(asked, say)
        room, at = session.room(), session.now()
        before = planning.reach(room, asked, at=at)
        after = planning.reach(room, asked, changed, at=at)
        words = [say("what_if.title"), _told(changed, say), reaching.basis(after, say)]
        st.caption("  \n".join(words[1:]))
        words.append(_change(before, after, say))
        shown = _picture(before, after, changed, say)
        _table(before, after, changed, shown=shown, words=words, say=say)
        experiments.siting(after, shown, say)
        experiments.replaying(changed, say)
    with right, st.container(key="wide_map"), calmly():
        if shown:
            room_map.show(shown, MAP, gesture(_clicked))


def _clicks(asked: Asked, say: Words) -> None:
    """Say what the next click on the map does."""
    state = st.session_state
    st.segmented_control(
        say("what_if.click"), MODES, default="add", required=True, key="wi_mode",
        format_func=lambda one: say(f"what_if.mode_{one}"),
    )  # fmt: skip
    mine = _stations(asked.agency)
    if state.wi_mode == "move":
        st.selectbox(
            say("what_if.which"), [one.name for one in mine], index=None, key="wi_which",
            placeholder=say("what_if.which"), label_visibility="collapsed",
        )  # fmt: skip
    st.caption(say(f"what_if.how_{state.wi_mode}"))
    with st.container(horizontal=True):
        if state.wi_mode == "cut":
            st.button(
                say("what_if.cut"), key="wi_cut", on_click=gesture(_cut),
                disabled=len(state.get(SKETCH, [])) < 2,
            )  # fmt: skip
        st.button(
            say("what_if.undo"), key="wi_undo", on_click=gesture(_undo), disabled=not _anything()
        )
        st.button(
            say("what_if.clear"), key="wi_clear", on_click=gesture(_clear), disabled=not _anything()
        )


def _stations(agency: str) -> list[Station]:
    return [one for one in snapshot.take(session.room()).stations if one.agency == agency]


def _asked_of(name: str) -> str:
    """Return the key of a choice that each agency has its own of."""
    return f"{name}_{st.session_state.reach_agency}"


def _anything() -> bool:
    """Whether the scenario differs from the room as it stands."""
    chosen = (READY, *map(_asked_of, (REMOVED, ON, OFF)))
    return any(st.session_state.get(one) for one in (ADDED, MOVED, DRAWN, SKETCH, *chosen))


def _clicked(said: dict[str, Any]) -> None:
    """Add, move or close a post, or draw a cut, where the map was clicked or a post was dragged."""
    if said.get("kind") not in {"click", "drag"}:
        return
    state, at = st.session_state, (float(said["lon"]), float(said["lat"]))
    state[DRAGS] = _drags() + (said["kind"] == "drag")
    if state.wi_mode == "cut":
        state.setdefault(SKETCH, []).append(list(at))
    elif state.wi_mode == "remove":
        _close_post(at)
    elif _off_road_m(at) > MOST_OFF_ROAD_M:
        notice(session.say()("what_if.off_road", metres=round(MOST_OFF_ROAD_M)))
    elif state.wi_mode == "add":
        agency = state.reach_agency
        state.setdefault(ADDED, []).append((at, agency, state[f"reach_profile_{agency}"]))
    else:
        _move_post(said, at)


def _drags() -> int:
    """Return how often a post was dragged: a map told something new puts its marks back."""
    return int(st.session_state.get(DRAGS, 0))


def _move_post(said: dict[str, Any], at: tuple[float, float]) -> None:
    """Put the dragged post, else the chosen one, at a place."""
    state = st.session_state
    names = {one.id: one.name for one in _stations(state.reach_agency)}
    name = names.get(said.get("id", -1)) or state.get("wi_which")
    if name:
        state.setdefault(MOVED, {})[name] = at
    else:
        st.toast(session.say()("what_if.how_move"), icon=":material/touch_app:")


def _close_post(at: tuple[float, float]) -> None:
    """Close the post at a place; a new one is taken away again."""
    state, x_y = st.session_state, np.array(to_utm(*at))
    moved, new = state.get(MOVED, {}), state.get(ADDED, [])
    mine = _stations(state.reach_agency)
    posts = {one.name: moved.get(one.name, (one.lon, one.lat)) for one in mine}
    spots = [*posts.values(), *(place for place, _, _ in new)]
    metres = [float(np.hypot(*(np.array(to_utm(*one)) - x_y))) for one in spots]
    nearest = int(np.argmin(metres)) if metres else -1
    if nearest < 0 or metres[nearest] > NEAR_M:
        st.toast(session.say()("what_if.how_remove"), icon=":material/touch_app:")
    elif nearest >= len(posts):
        new.pop(nearest - len(posts))
    else:
        key, name = _asked_of(REMOVED), list(posts)[nearest]
        closed = state.get(key) or []
        kept = [one for one in closed if one != name]
        state[key] = kept if name in closed else [*closed, name]


def _off_road_m(at: tuple[float, float]) -> float:
    """Return straight metres from a place to the nearest street."""
    snapped = session.room().ground.travel.network.snapper.snap(np.array([to_utm(*at)]))
    return float(snapped.off_m[0])


def _cut() -> None:
    line = st.session_state.pop(SKETCH)
    st.session_state.setdefault(DRAWN, []).append(line)


def _undo() -> None:
    """Take back the last thing of the present kind, else of any."""
    state = st.session_state
    closed = _asked_of(REMOVED)
    kinds = {"add": ADDED, "move": MOVED, "cut": SKETCH, "remove": closed}
    for name in (kinds[state.wi_mode], SKETCH, DRAWN, ADDED, MOVED, closed):
        held = state.get(name)
        if held:
            if isinstance(held, dict):
                held.popitem()
            else:
                state[name] = held[:-1]
            return


def _clear() -> None:
    for name in (ADDED, MOVED, DRAWN, SKETCH):
        st.session_state.pop(name, None)
    for name in (READY, *map(_asked_of, (REMOVED, ON, OFF))):
        st.session_state[name] = []


def _scenario(asked: Asked, say: Words) -> Scenario:
    """Ask for the rest and put the scenario together."""
    state, room = st.session_state, session.room()
    ready = planning.ready_made(room)
    units = [one for one in desk.units(room, session.now()) if one.agency == asked.agency]
    stations = [one.name for one in _stations(asked.agency)]
    with st.expander(say("what_if.more")):
        cuts = st.multiselect(
            say("what_if.closures"), list(ready), key=READY,
            format_func=lambda one: say(f"what_if.cut_{one}"), placeholder=say("what_if.none"),
        )  # fmt: skip
        removed = st.multiselect(
            say("what_if.removed"), stations, key=_asked_of(REMOVED),
            placeholder=say("what_if.none"),
        )  # fmt: skip
        calls = [one.call_sign for one in units]
        off, on = (
            st.multiselect(
                say(f"what_if.{name}"),
                calls,
                key=_asked_of(f"wi_{name}"),
                placeholder=say("what_if.none"),
            )
            for name in ("off", "on")
        )
    drawn = [
        Closure(f"drawn-{n}", LineString(line), None, None, None, say("what_if.mode_cut"), "")
        for n, line in enumerate(state.get(DRAWN, []), 1)
    ]
    return Scenario(
        moved=dict(state.get(MOVED, {})),
        removed=frozenset(removed),
        added=tuple(
            scenario.new_post(n, at, agency, profile, room.catalogue)
            for n, (at, agency, profile) in enumerate(state.get(ADDED, []), 1)
        ),
        off=frozenset(off),
        on=frozenset(on),
        closures=(*(ready[one] for one in cuts), *drawn),
    )


def _told(changed: Scenario, say: Words) -> str:
    """Return the scenario in a sentence: what differs from the room as it stands."""
    parts = [
        say(f"what_if.has_{name}", count=count)
        for name, count in (
            ("added", len(changed.added)),
            ("moved", len(changed.moved)),
            ("removed", len(changed.removed)),
            ("cuts", len(changed.closures)),
            ("off", len(changed.off)),
            ("on", len(changed.on)),
        )
        if count
    ]
    return say("what_if.scenario", changes=", ".join(parts) or say("what_if.as_it_is"))


def _change(before: Reach, after: Reach, say: Words) -> str:
    """
    Show what changes for people: within 15 minutes, and minutes for the average person.

    Returns it in words.
    """
    found = scenario.compare(session.room().ground.people.people, before.seconds, after.seconds)
    one, two, three = st.columns(3)
    one.metric(
        say("what_if.within"), reaching.people(found.within_after, say),
        _signed(found.within_after - found.within_before, say),
    )  # fmt: skip
    two.metric(say("what_if.gained"), reaching.people(found.gained, say))
    three.metric(say("what_if.lost"), reaching.people(found.lost, say))
    words = _words(found, say)
    st.html(f"<div class='note' id='change'>{escape(words)}</div>")
    return say(
        "what_if.sum",
        within=reaching.people(found.within_after, say),
        before=reaching.people(found.within_before, say),
        gained=reaching.people(found.gained, say),
        lost=reaching.people(found.lost, say),
        rest=words,
    )


def _words(found: Change, say: Words) -> str:
    name = "saved" if found.saved_s > 0 else "slower"
    return say(
        f"what_if.{name if abs(found.saved_s) > LEAST_S else 'same'}",
        minutes=say.number(abs(found.saved_s) / 60, 2),
        cut_off=reaching.people(found.cut_off, say),
        joined=reaching.people(found.joined, say),
    )


def _signed(value: float, say: Words) -> str:
    sign = "+" if round(value) > 0 else "-" if round(value) < 0 else ""
    return f"{sign}{say.number(abs(round(value)))}"


def _table(
    before: Reach,
    after: Reach,
    changed: Scenario,
    *,
    shown: dict[str, Any],
    words: list[str],
    say: Words,
) -> None:
    """Show the kelurahan in which anything changes, the greatest change first; offer files."""
    ground = session.room().ground
    pairs = zip(
        isochrones.by_kelurahan(ground.people, before.seconds),
        isochrones.by_kelurahan(ground.people, after.seconds),
        strict=True,
    )
    rows = [
        {
            "kelurahan": ground.boundaries[old.code].name,
            "people": round(old.people),
            "within_before": round(old.within),
            "within_after": round(new.within),
            "change": round(new.within - old.within),
            "mean_before_min": _whole(old.mean_s),
            "mean_after_min": _whole(new.mean_s),
        }
        for old, new in sorted(pairs, key=lambda pair: -abs(pair[1].within - pair[0].within))
        if old != new
    ]
    if not rows:
        st.html(f"<div class='empty'>{escape(say('what_if.nothing'))}</div>")
        return
    at = session.now().isoformat()
    reaching.table(
        rows, say, "what_if", "bagaimana-jika", words,
        png=lambda: saving.map_png(shown, words),
        geojson=lambda: _geojson(after, changed, words, at),
    )  # fmt: skip


def _whole(seconds: float) -> float | None:
    return round(seconds / 60, 1) if np.isfinite(seconds) else None


def _geojson(after: Reach, changed: Scenario, words: list[str], at: str) -> bytes:
    """Return the scenario with its reach as GeoJSON."""
    saved = isochrones.feature_collection(
        after.travel, reaching.streets(after), isochrones.BANDS_S, agency=after.asked.agency,
        profile=after.asked.profile, before_s=after.before_s, at=at,
    )  # fmt: skip
    saved["features"] += write_closures(changed.closures)["features"]
    saved["features"] += [_point(name, at) for name, at in changed.moved.items()] + [
        _point(one.call_sign, (one.lon, one.lat)) for one in changed.added
    ]
    return json.dumps({"about": saving.about(words), **saved}).encode()


def _point(name: str, at: tuple[float, float]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": list(at)}
    return {"type": "Feature", "geometry": geometry, "properties": {"post": name}}


def _standing(mark: dict[str, Any], changed: Scenario, say: Words) -> dict[str, Any]:
    """Return a post's mark: grey and empty where the scenario closes or moves it."""
    names = {one.id: one.name for one in _stations(st.session_state.reach_agency)}
    name, move = names.get(mark["id"], ""), st.session_state.wi_mode == "move"
    if name not in changed.removed and name not in changed.moved:
        return mark | {"drag": move}
    what = "removed" if name in changed.removed else "moved"
    says = f"{mark['says']}\n{say(f'what_if.mark_{what}')}"
    letter = "×" if what == "removed" else "→"
    return mark | {"colour": GONE, "confirmed": False, "free": letter, "says": says, "drag": move}


def _picture(before: Reach, after: Reach, changed: Scenario, say: Words) -> dict[str, Any]:
    """Return the reach after the change, and as spots the people who gain and who lose."""
    people = session.room().ground.people
    was, is_now = before.seconds <= isochrones.LIMIT_S, after.seconds <= isochrones.LIMIT_S
    groups = [(is_now & ~was, reaching.GAINED, False), (was & ~is_now, reaching.LOST, True)]
    shown = reaching.paint(after.asked, say)
    shown["stations"] = [_standing(one, changed, say) for one in shown["stations"]]
    places = [(one.call_sign, one.lon, one.lat) for one in changed.added]
    places += [(name, *at) for name, at in changed.moved.items()]
    shown["closures"] += [
        {"geometry": mapping(one.geometry), "says": one.reason} for one in changed.closures
    ]
    more = (
        legend.row(reaching.GAINED, say("what_if.gained"), legend.ROUND),
        legend.row("#fff", say("what_if.lost"), legend.ROUND, reaching.LOST),
    )
    return shown | {
        "reached": reaching.bands(after),
        "spots": [
            reaching.spots(people, some, colour, ring=ring)
            for some, colour, ring in groups
            if some.any()
        ],
        "candidates": [
            {"lon": lon, "lat": lat, "number": n, "says": name}
            for n, (name, lon, lat) in enumerate([*places, *experiments.proposed()], 1)
        ],
        "drags": _drags(),
        "sketch": st.session_state.get(SKETCH, []),
        "words": reaching.words(after.asked, say, *more, closed=bool(shown["closures"]), note=""),
    }
