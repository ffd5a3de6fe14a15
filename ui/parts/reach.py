"""How far units come: streets by the minute, people too far away, the 7.5 km circle beside."""

import json
from html import escape
from typing import Any

import streamlit as st

from dispatch.analytics import isochrones, planning, standard_circle
from dispatch.analytics.planning import Reach
from dispatch.analytics.standard_circle import Beside
from ui import map as room_map
from ui import session
from ui.guard import calmly
from ui.parts import legend, reaching, saving
from ui.text import Words

MAP = "reach_map"


def show(say: Words) -> None:
    """Draw the figures beside the map of reached streets."""
    left, right = st.columns([38, 62], gap="small")
    shown = None
    with left, st.container(key="left"), calmly():
        st.html(f"<h2>{escape(say('reach.title'))}</h2>")
        reach = planning.reach(session.room(), reaching.choose(say), at=session.now())
        st.caption(reaching.basis(reach, say))
        beside = _beside(reach)
        _figures(reach, beside, say)
        circle = st.toggle(say("reach.circle"), value=True, key="reach_circle")
        shown = _picture(reach, say, circle=circle)
        _table(reach, beside, shown, say)
    with right, st.container(key="wide_map"), calmly():
        if shown:
            room_map.show(shown, MAP, lambda _: None)


def _figures(reach: Reach, beside: list[Beside], say: Words) -> None:
    people = session.room().ground.people
    cells = st.columns(len(isochrones.BANDS_S) + 1)
    for cell, limit_s in zip(cells, isochrones.BANDS_S, strict=False):
        area = isochrones.city(people, reach.seconds, limit_s)
        share = say.number(100 * area.within / area.people)
        cell.metric(
            say("reach.within", minutes=round(limit_s / 60)),
            reaching.people(area.within, say),
            f"{share}%",
            delta_color="off",
            delta_arrow="off",
        )
    city = isochrones.city(people, reach.seconds)
    cells[-1].metric(say("reach.beyond"), reaching.people(city.beyond, say))
    st.html(f"<div class='note'>{escape(_circle(reach, beside, say))}</div>")


def _circle(reach: Reach, beside: list[Beside], say: Words) -> str:
    """Say what the circle promises and what the road keeps, in people."""
    city = isochrones.city(session.room().ground.people, reach.seconds)
    whole = beside[0]
    return say(
        "reach.beside",
        circle=reaching.people(whole.in_circle, say),
        promised=reaching.people(whole.promised, say),
        more=reaching.people(whole.beyond_circle, say),
        mean=reaching.minutes(city.mean_s, say),
        cut_off=reaching.people(city.cut_off, say),
    )


def _beside(reach: Reach) -> list[Beside]:
    """Return circle and road side by side: of the city, then of each kelurahan."""
    people = session.room().ground.people
    circle = standard_circle.in_circle(people, reach.places)
    return standard_circle.beside(people, circle, reach.seconds)


def _table(reach: Reach, beside: list[Beside], shown: dict[str, Any], say: Words) -> None:
    """Show each kelurahan, most people too far away first; offer all of it as files."""
    ground = session.room().ground
    circles = {one.code: one for one in beside[1:]}
    areas = isochrones.by_kelurahan(ground.people, reach.seconds)
    rows = [
        {
            "kelurahan": ground.boundaries[area.code].name,
            "people": round(area.people),
            "beyond": round(area.beyond),
            "promised": round(circles[area.code].promised),
            "mean_min": round(area.mean_s / 60, 1) if area.mean_s == area.mean_s else None,
        }
        for area in sorted(areas, key=lambda one: -one.beyond)
    ]
    words = [say("reach.title"), reaching.basis(reach, say), _circle(reach, beside, say)]
    at = session.now().isoformat()
    reaching.table(
        rows, say, "reach", f"jangkauan-{reach.asked.agency}-{reach.asked.profile}", words,
        png=lambda: saving.map_png(shown, words), geojson=lambda: _streets(reach, words, at),
    )  # fmt: skip


def _streets(reach: Reach, words: list[str], at: str) -> bytes:
    """Return the reached streets as GeoJSON."""
    saved = isochrones.feature_collection(
        reach.travel, reaching.streets(reach), isochrones.BANDS_S, agency=reach.asked.agency,
        profile=reach.asked.profile, before_s=reach.before_s, at=at,
    )  # fmt: skip
    return json.dumps({"about": saving.about(words), **saved}).encode()


def _picture(reach: Reach, say: Words, *, circle: bool) -> dict[str, Any]:
    shown = reaching.paint(reach.asked, say)
    places = reach.places if circle else ()
    more = [legend.row("#fff", say("reach.circle"), legend.ROUND, "#6a1b9a")] if circle else []
    return shown | {
        "reached": reaching.bands(reach),
        "circles": [
            {"lon": lon, "lat": lat, "radius_m": standard_circle.RADIUS_M} for lon, lat in places
        ],
        "words": reaching.words(
            reach.asked, say, *more, closed=bool(shown["closures"]), note=say("reach.streets_note")
        ),
    }
