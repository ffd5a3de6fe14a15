"""What BMKG last said: earthquakes with an estimate of the shaking, warnings with who is inside."""

from datetime import datetime
from html import escape
from typing import Any

import numpy as np
import streamlit as st
from shapely.geometry import Point, mapping

from dispatch import bmkg, bmkg_poll
from dispatch.analytics.clusters import people_inside
from dispatch.bmkg import Quake, WeatherWarning
from geo.crs import to_utm
from ui import session
from ui.map import MIDDLE
from ui.parts import legend, saving, tables
from ui.parts.drawn import Drawn
from ui.parts.snapshot import Snapshot
from ui.text import Words

SHOWN = 12
CIRCLES = (7, 6, 5, 4, 3)
SHAKEN, WARNED = "#b3001b", "#b37400"


def show(room: Snapshot, say: Words) -> Drawn:
    """Draw what is known and how old it is; return earthquakes and warnings for the map."""
    settings = session.room().settings
    folder = bmkg_poll.folder(settings)
    if not settings.bmkg:
        st.info(say("quakes.off"), icon=":material/cloud_off:")
    now = session.now()
    ages = [
        _age(folder / f"{name}.{'xml' if name == bmkg_poll.NOWCAST else 'json'}", name, now, say)
        for name in (*bmkg_poll.QUAKES, bmkg_poll.NOWCAST)
    ]
    st.caption("  \n".join(ages))
    quakes = _told(folder)
    warnings = bmkg_poll.last_warnings(folder, now)
    chosen = _choose(quakes, say)
    shapes = _warnings(warnings, say)
    added = {
        "shapes": shapes + (_drawn(chosen, say) if chosen else []),
        "view": _view(chosen),
        "words": _legend(bool(chosen), bool(warnings), room, say),
    }
    lines = [say("quakes.heading"), *([_told_of(chosen, say)] if chosen else []), " ".join(ages)]
    return Drawn(added, lines, "bmkg", _files(quakes, lines))


def _legend(quake: bool, warned: bool, room: Snapshot, say: Words) -> dict[str, Any]:
    rows = []
    if quake:
        rows += [legend.row(SHAKEN, say("quakes.legend_centre"), legend.ROUND)]
        rows += [legend.row("#fff", say("quakes.legend_ring"), legend.ROUND, SHAKEN)]
    if warned:
        rows.append(legend.row(WARNED, say("quakes.legend_warning")))
    rows += legend.incidents((one.incident.status.value for one in room.incidents), say)
    closed = [legend.closure(say)] if room.closures else []
    return legend.legend(say, [*rows, *closed], open_=True)


def _told_of(one: Quake, say: Words) -> str:
    """Return the chosen earthquake in a line."""
    here = bmkg.grade(bmkg.intensity(one, *reversed(MIDDLE)))
    felt = say("quakes.felt", words=one.felt) if one.felt else say("quakes.not_told")
    return f"{_name(one, say)} · {one.region} · {felt} · {say('quakes.here', grade=here)}"


def _files(quakes: list[Quake], lines: list[str]) -> dict[str, saving.Maker]:
    """Return the list of earthquakes as files."""
    shown = quakes[:SHOWN]
    rows = [
        {
            "at": one.at.isoformat(), "magnitude": one.magnitude, "depth_km": one.depth_km,
            "lon": one.lon, "lat": one.lat, "region": one.region, "felt": one.felt,
        }
        for one in shown
    ]  # fmt: skip
    points = [{"type": "Point", "coordinates": [one.lon, one.lat]} for one in shown]
    about = saving.about(lines)
    return {
        "csv": lambda: saving.csv_bytes(rows, about),
        "geojson": lambda: saving.geojson_bytes(points, rows, about),
    }


def _age(path: Any, name: str, now: datetime, say: Words) -> str:
    """Return when a feed came and what is wrong with it."""
    known = bmkg_poll.kept(path)
    asked = datetime.fromisoformat(known.asked_at) if known.asked_at else None
    words = say("quakes.never", name=name)
    if asked:
        minutes = max(0, round((now - asked).total_seconds() / 60))
        words = say("quakes.age", name=name, at=session.date(asked), minutes=say.number(minutes))
    if known.problem:
        reason = say.known(f"feed_reason.{known.problem}", known.problem)
        words += " " + say("quakes.problem", reason=reason)
    return words


def _told(folder: Any) -> list[Quake]:
    """Return the earthquakes of all feeds, each once, newest first; what was felt goes with it."""
    found: dict[tuple[datetime, float, float], Quake] = {}
    for name in bmkg_poll.QUAKES:
        for one in bmkg_poll.last_quakes(folder, name).told or []:
            key = (one.at, one.lon, one.lat)
            if key not in found or (one.felt and not found[key].felt):
                found[key] = one
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _choose(quakes: list[Quake], say: Words) -> Quake | None:
    """List the earthquakes; return the chosen one."""
    st.html(f"<h2>{escape(say('quakes.title', count=min(len(quakes), SHOWN)))}</h2>")
    if not quakes:
        st.caption(say("quakes.none"))
        return None
    number = st.radio(
        say("quakes.title", count=len(quakes)),
        range(len(quakes[:SHOWN])),
        key="quake",
        format_func=lambda n: _name(quakes[n], say),
        label_visibility="collapsed",
    )
    one = quakes[number]
    lat, lon = MIDDLE
    words = [
        one.region,
        say("quakes.felt", words=one.felt) if one.felt else say("quakes.not_told"),
        one.potential,
        say("quakes.here", grade=bmkg.grade(bmkg.intensity(one, lon, lat))),
    ]
    st.html("<div class='place'>{}</div>".format("<br>".join(escape(w) for w in words if w)))
    _shaken(one, say)
    st.caption(say("quakes.relation"))
    return one


def _shaken(one: Quake, say: Words) -> None:
    """List who lives within each ring of estimated shaking."""
    people = session.room().ground.people
    x, y = to_utm(people.lon, people.lat)
    east, north = to_utm(one.lon, one.lat)
    km = np.hypot(x - east, y - north) / 1000
    rows = [
        {
            say("quakes.grade"): bmkg.grade(mmi),
            say("quakes.until_km"): round(far),
            say("disasters.living"): round(float(people.people[km <= far].sum())),
        }
        for mmi in CIRCLES
        if (far := bmkg.felt_within_km(one, mmi))
    ]
    if rows:
        tables.show(rows, most=None)
    else:
        st.caption(say("quakes.nowhere"))


def _name(one: Quake, say: Words) -> str:
    number = say.number(one.magnitude, 1)
    return f"{session.date(one.at)} · M {number} · {say.number(one.depth_km)} km"


def _warnings(warnings: list[WeatherWarning], say: Words) -> list[dict[str, Any]]:
    """List the warnings in force; return their areas."""
    st.html(f"<h2>{escape(say('quakes.warnings', count=len(warnings)))}</h2>")
    if not warnings:
        st.caption(say("quakes.no_warning"))
    shapes = []
    for one in warnings:
        area = bmkg.area_of(one)
        inside = sum(people_inside(area, session.room().ground.people).values())
        people = say("quakes.inside", count=say.number(inside))
        until = say(
            "quakes.until", start=session.date(one.from_at), until=session.date(one.until_at)
        )
        st.html(
            f"<div class='incident'><b>{escape(one.headline or one.event)}</b>"
            f"<small>{escape(until)} · {escape(people)}</small>"
            f"<small>{escape(one.description)}</small></div>"
        )
        says = f"{one.event}\n{until}\n{people}"
        shapes.append({"geometry": mapping(area), "colour": WARNED, "fill": 0.2, "says": says})
    return shapes


def _drawn(one: Quake, say: Words) -> list[dict[str, Any]]:
    """Return the epicentre and rings of estimated shaking."""
    rings = []
    for mmi in reversed(CIRCLES):
        km = bmkg.felt_within_km(one, mmi)
        if km:
            rings.append(
                {
                    "lon": one.lon,
                    "lat": one.lat,
                    "radius_m": km * 1000,
                    "colour": SHAKEN,
                    "dash": "6 5",
                    "fill": 0.0,
                    "label": {"at": [one.lon, one.lat + km / 110.574], "says": bmkg.grade(mmi)},
                    "says": say("quakes.ring", grade=bmkg.grade(mmi), km=say.number(km)),
                }
            )
    centre = {
        "geometry": mapping(Point(one.lon, one.lat)),
        "colour": SHAKEN,
        "fill": 0.9,
        "size": 8,
        "says": f"{_name(one, say)}\n{one.region}",
    }
    return [*rings, centre]


def _view(one: Quake | None) -> dict[str, Any] | None:
    """Look at the earthquake and the city together."""
    if one is None:
        return None
    lat, lon = MIDDLE
    seen = int(one.at.timestamp())
    return {"n": seen, "points": [[one.lon, one.lat], [lon, lat]], "zoom": 12}
