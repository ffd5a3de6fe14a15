"""Roads that are cut, and what that costs: minutes, people cut off, posts that still reach whom."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from html import escape
from math import isnan
from typing import TYPE_CHECKING, Any

import streamlit as st
from shapely.geometry import mapping

from dispatch import desk
from geo.closures import Closure
from ui import session
from ui.guard import gesture
from ui.parts import legend, picture, saving, tables
from ui.parts.drawn import Drawn
from ui.parts.snapshot import Snapshot
from ui.text import Words

if TYPE_CHECKING:
    from dispatch.analytics.closure_cost import Cost

KEPT = "closure_costs"
CUT_OFF, DELAYED = "#b3001b", "#e08a00"
STOP = "closure_stop"
PROFILES = ("fire_engine", "light_truck", "car", "motorcycle")


def show(room: Snapshot, say: Words) -> Drawn:
    """Draw what is closed and what it costs; return the kelurahan it hits for the map."""
    st.markdown(f"[{say('roads.draw')}](closures?lang={say.language})")
    agencies = sorted({one.agency for one in room.stations})
    one, other = st.columns(2)
    agency = one.selectbox(
        say("roads.agency"),
        agencies,
        index=agencies.index("damkar") if "damkar" in agencies else 0,
        key="roads_agency",
        format_func=lambda code: session.room().catalogue.agencies[code].short,
    )
    profile = other.selectbox(
        say("roads.profile"), PROFILES, key="roads_profile",
        format_func=lambda name: say(f"profile.{name}"),
    )  # fmt: skip
    if not room.closures:
        st.html(f"<div class='empty'>{escape(say('closures.none'))}</div>")
        none = {"words": legend.legend(say, [])}
        return Drawn(none, [say("roads.title"), say("closures.none")], "jalan-putus")
    cost = _cost(room, agency, profile, room.closures, say)
    lines = [say("roads.title"), _whole(cost, room, agency, profile, say), say("roads.help")]
    _kelurahan(cost, say)
    _posts(cost, lines, say)
    _each(room, agency, profile, lines=lines, say=say)
    added = {
        "shapes": _drawn(cost, say),
        "stations": _stations(room, agency, say),
        "incidents": [],
        "view": _view(cost, (agency, profile)),
        "words": _legend(agency, say),
    }
    rows = _rows(cost)
    shapes = [mapping(session.room().ground.boundaries.polygon(one.code)) for one in cost.kelurahan]
    about = saving.about(lines)
    files: dict[str, saving.Maker] = {
        "csv": lambda: saving.csv_bytes(rows, about),
        "geojson": lambda: saving.geojson_bytes(shapes, rows, about),
    }
    return Drawn(added, lines, "jalan-putus", files)


def _stations(room: Snapshot, agency: str, say: Words) -> list[dict[str, Any]]:
    """Return the posts that are to come, as the map draws them."""
    mine = replace(room, stations=[one for one in room.stations if one.agency == agency])
    painted = picture.paint(mine, session.room().catalogue, say, None)
    drawn: list[dict[str, Any]] = painted["stations"]
    return drawn


def _legend(agency: str, say: Words) -> dict[str, Any]:
    rows = [
        legend.row(CUT_OFF, say("roads.legend_cut_off")),
        legend.row(DELAYED, say("roads.legend_delayed")),
        legend.closure(say),
        *legend.posts(agency, say),
    ]
    return legend.legend(say, rows)


def _rows(cost: "Cost") -> list[dict[str, Any]]:
    """Return the cost by kelurahan as it is saved; None where there is no mean."""
    boundaries = session.room().ground.boundaries
    return [
        {
            "code": one.code,
            "kelurahan": boundaries[one.code].name,
            "people": round(one.people),
            "cut_off": round(one.cut_off),
            "delayed": round(one.delayed),
            "before_min": _known(one.before_min),
            "after_min": _known(one.after_min),
            "added_min": _known(one.added_min),
        }
        for one in cost.kelurahan
    ]


def _known(minutes: float) -> float | None:
    return None if isnan(minutes) else round(minutes, 1)


def _cost(
    room: Snapshot, agency: str, profile: str, closures: Sequence[Closure], say: Words
) -> "Cost":
    """Return what some closures cost together; measured once for the same question."""
    kept = st.session_state.setdefault(KEPT, {})
    key = _key(room, agency, profile, closures)
    if key not in kept:
        with st.spinner(say("roads.working")):
            kept[key] = desk.closure_cost(session.room(), agency, profile, closures)
    cost: Cost = kept[key]
    return cost


def _key(room: Snapshot, agency: str, profile: str, closures: Sequence[Closure]) -> Hashable:
    """Return what the cost depends on: a post that is moved is another question."""
    posts = tuple((one.id, one.lon, one.lat) for one in room.stations if one.agency == agency)
    return posts, profile, tuple(one.id for one in closures)


def _whole(cost: "Cost", room: Snapshot, agency: str, profile: str, say: Words) -> str:
    """Say what all closures cost together, and return it."""
    words = say(
        "roads.whole",
        closures=len(room.closures),
        at=session.date(session.now()),
        posts=len(cost.posts),
        agency=session.room().catalogue.agencies[agency].short,
        profile=say(f"profile.{profile}"),
        people=say.number(cost.people),
        delayed=say.number(cost.delayed),
        cut_off=say.number(cost.cut_off),
        minutes=say.number(cost.added_min, 1),
        never=say.number(cost.never),
    )
    st.html(f"<div class='place'>{escape(words)}</div>")
    st.caption(say("roads.help"))
    return words


def _kelurahan(cost: "Cost", say: Words) -> None:
    boundaries = session.room().ground.boundaries
    if not cost.kelurahan:
        st.caption(say("roads.nobody"))
        return
    rows = [
        {
            say("history.kelurahan"): boundaries[one.code].name,
            say("roads.added"): _known(one.added_min),
            say("roads.cut_off"): round(one.cut_off),
            say("roads.delayed"): round(one.delayed),
            say("roads.before"): _known(one.before_min),
            say("roads.after"): _known(one.after_min),
        }
        for one in cost.kelurahan
    ]
    tables.show(rows, most=None)


def _posts(cost: "Cost", lines: Sequence[str], say: Words) -> None:
    """List whom each post reached before and still reaches."""
    boundaries = session.room().ground.boundaries
    st.html(f"<h2>{escape(say('roads.posts'))}</h2>")
    rows = [
        {
            say("roads.post"): one.name,
            say("roads.reached"): round(one.before),
            say("roads.still"): round(one.after),
            say("roads.lost"): ", ".join(boundaries[code].name for code in one.kelurahan_lost),
        }
        for one in cost.posts
    ]
    tables.show(rows, most=None)
    about = saving.about([say("roads.posts"), *lines[1:]])
    saving.buttons("pos-terputus", {"csv": lambda: saving.csv_bytes(rows, about)}, "posts")


def _each(room: Snapshot, agency: str, profile: str, *, lines: Sequence[str], say: Words) -> None:
    """List what each closure alone would cost; it can be stopped between two of them."""
    st.html(f"<h2>{escape(say('roads.each'))}</h2>")
    kept = st.session_state.setdefault(KEPT, {})
    keys = {one.id: _key(room, agency, profile, [one]) for one in room.closures}
    missing = [one for one in room.closures if keys[one.id] not in kept]
    if missing and not st.session_state.get(STOP):
        st.button(say("roads.stop"), key="roads_stop", on_click=gesture(_stop))
        bar = st.progress(0.0, say("roads.working"))
        for n, one in enumerate(missing, 1):
            _cost(room, agency, profile, [one], say)
            bar.progress(n / len(missing), say("roads.working"))
        st.rerun()
    if missing:
        st.button(say("roads.go_on"), key="roads_go_on", on_click=gesture(_go_on))
    rows = [
        {
            say("closures.reason"): one.reason,
            say("roads.cut_off"): round(alone.cut_off),
            say("roads.delayed"): round(alone.delayed),
            say("roads.added"): round(alone.added_min, 2),
        }
        for one in room.closures
        if (alone := kept.get(keys[one.id]))
    ]
    tables.show(rows, most=None)
    about = saving.about([say("roads.each"), *lines[1:]])
    saving.buttons("tiap-penutupan", {"csv": lambda: saving.csv_bytes(rows, about)}, "each")


def _stop() -> None:
    st.session_state[STOP] = True


def _go_on() -> None:
    st.session_state[STOP] = False


def _view(cost: "Cost", asked: tuple[str, str]) -> dict[str, Any] | None:
    """Look at every kelurahan that waits longer, once for each question."""
    boundaries = session.room().ground.boundaries
    bounds = [boundaries.polygon(one.code).bounds for one in cost.kelurahan]
    if not bounds:
        return None
    points = [
        [x, y] for west, south, east, north in bounds for x, y in ((west, south), (east, north))
    ]
    number = hash((*asked, *(one.code for one in cost.kelurahan))) % 1_000_000
    return {"n": number, "points": points, "zoom": 14}


def _drawn(cost: "Cost", say: Words) -> list[dict[str, Any]]:
    """Return the kelurahan that wait longer, red where somebody is cut off."""
    boundaries = session.room().ground.boundaries
    return [
        {
            "geometry": mapping(boundaries.polygon(one.code)),
            "colour": CUT_OFF if one.cut_off > 0 else DELAYED,
            "weight": 1,
            "fill": 0.15 + 0.35 * min(1.0, one.delayed / max(one.people, 1)),
            "says": say(
                "roads.says",
                name=boundaries[one.code].name,
                cut_off=say.number(one.cut_off),
                delayed=say.number(one.delayed),
                minutes=say.number(one.added_min, 1) if not isnan(one.added_min) else "–",
            ),
        }
        for one in cost.kelurahan
    ]
