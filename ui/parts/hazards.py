"""Layers people bring: hazards beside incidents; evacuation points and who reaches them."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np
import shapely
import streamlit as st
from shapely.geometry import Point, mapping

from dispatch import layers
from dispatch.analytics import evacuation
from dispatch.analytics.clusters import people_inside
from dispatch.analytics.work import Work
from dispatch.layers import Areas, Raster, Spot
from ui import session
from ui.guard import gesture
from ui.parts import legend, saving, tables, working
from ui.parts.drawn import Drawn
from ui.parts.snapshot import Snapshot
from ui.text import Words

HAZARD, POINTS = "hazard_layer", "evacuation_points"
NAMES = {"hazard": "jiwa-dalam-bahaya", "points": "titik-evakuasi"}
READING, READING_POINTS = "hazard_work", "points_work"
PURPLE, GREEN = "#6a1b9a", "#1b7a2f"


def show(room: Snapshot, say: Words) -> Drawn:
    """Draw the two places for files and what they hold; return layers for the map."""
    added: dict[str, Any] = {"shapes": []}
    lines, rows = [say("hazards.heading")], []
    st.html(f"<h2>{escape(say('hazards.title'))}</h2>")
    st.file_uploader(
        say("hazards.file"), ["geojson", "json", "gpkg", "tif", "tiff"], key="hazard_file",
        on_change=gesture(_read_hazard), help=say("hazards.file_help"),
    )  # fmt: skip
    hazard: Areas | Raster | None = st.session_state.get(HAZARD)
    if READING in st.session_state:
        working.wait(READING, HAZARD, say)
    if isinstance(hazard, Areas):
        added["shapes"] += _areas(hazard, room, lines, say)
    elif hazard:
        added["raster"] = _raster(hazard, room, lines, say)
    if isinstance(hazard, Areas):
        rows.append(legend.row(PURPLE, hazard.name))
    elif hazard:
        steps = layers.ramp(hazard)
        rows += [legend.row(colour, f"{hazard.name}: {say.number(n, 2)}") for n, colour in steps]
    st.html(f"<h2>{escape(say('hazards.points_title'))}</h2>")
    st.file_uploader(
        say("hazards.points_file"), ["geojson", "json"], key="points_file",
        on_change=gesture(_read_points), help=say("hazards.points_help"),
    )  # fmt: skip
    if READING_POINTS in st.session_state:
        working.wait(READING_POINTS, POINTS, say)
    spots: list[Spot] = st.session_state.get(POINTS) or []
    if spots:
        added["shapes"] += _spots(spots, lines, say)
        rows.append(legend.row(GREEN, say("hazards.points_title"), legend.ROUND))
    rows += legend.incidents((one.incident.status.value for one in room.incidents), say)
    rows += [legend.closure(say)] if room.closures else []
    added["view"] = _view(hazard, spots)
    added["words"] = legend.legend(say, rows, open_=True)
    return Drawn(added, lines, "bahaya-evakuasi")


def _view(hazard: Areas | Raster | None, spots: list[Spot]) -> dict[str, Any] | None:
    """Look at what was brought, once for each file."""
    points = [[one.lon, one.lat] for one in spots]
    if hazard is not None:
        west, south, east, north = (
            hazard.shape.bounds if isinstance(hazard, Areas) else hazard.bounds
        )
        points += [[west, south], [east, north]]
    if not points:
        return None
    return {"n": hash(str(points)) % 1_000_000 + 1, "points": points, "zoom": 15}


def _read_hazard() -> None:
    _read("hazard_file", HAZARD, READING, layers.hazard_work)


def _read_points() -> None:
    _read("points_file", POINTS, READING_POINTS, layers.points_work)


def _read(field: str, into: str, at_work: str, begin: Callable[[str, bytes], Work[Any]]) -> None:
    """Take the file that was brought, and read it beside the page; a refusal leaves nothing."""
    file = st.session_state[field]
    st.session_state[into] = None
    working.forget(at_work)
    if file is not None:
        st.session_state[at_work] = (begin(file.name, file.getvalue()), lambda found: found)


def _areas(hazard: Areas, room: Snapshot, lines: list[str], say: Words) -> list[dict[str, Any]]:
    """Count who lives inside, by kelurahan; return the areas for the map."""
    people = people_inside(hazard.shape, session.room().ground.people)
    open_ones = [Point(at) for at in _open(room)]
    inside = sum(bool(hazard.shape.intersects(at)) for at in open_ones)
    lines.append(
        say(
            "hazards.areas",
            name=hazard.name,
            features=hazard.features,
            people=say.number(sum(people.values())),
            inside=inside,
            incidents=len(open_ones),
        )
    )
    _summary(lines[-1])
    boundaries = session.room().ground.boundaries
    _table(
        [
            {say("history.kelurahan"): boundaries[code].name, say("disasters.living"): count}
            for code, count in people.items()
        ],
        [say("hazards.title"), lines[-1]],
        "hazard",
    )
    drawn = shapely.get_parts(hazard.shape)
    return [
        {"geometry": mapping(one), "colour": PURPLE, "weight": 1, "fill": 0.25, "says": hazard.name}
        for one in drawn
        if not one.is_empty
    ]


def _raster(hazard: Raster, room: Snapshot, lines: list[str], say: Words) -> dict[str, Any]:
    """Count who lives in each class; return the picture for the map."""
    counted = layers.people_by_hazard(hazard, session.room().ground.people)
    open_ones = np.array(_open(room), float).reshape(-1, 2)
    value = hazard.at(open_ones[:, 0], open_ones[:, 1])
    lines.append(
        say(
            "hazards.raster",
            name=hazard.name,
            inside=int((np.nan_to_num(value) > 0).sum()),
            incidents=len(open_ones),
        )
    )
    _summary(lines[-1])
    rows = [
        {say("hazards.class"): say(f"hazards.{kind}"), say("disasters.living"): count}
        for kind, count in counted.items()
    ]
    _table(rows, [say("hazards.title"), lines[-1]], "hazard")
    return {"image": layers.picture(hazard), "bounds": list(hazard.bounds)}


def _spots(spots: list[Spot], lines: list[str], say: Words) -> list[dict[str, Any]]:
    """Count who reaches which point on foot; return the points."""
    ground = session.room().ground
    kept = st.session_state.setdefault("walks", {})
    key = tuple(spots)
    if key not in kept:
        with st.spinner(say("hazards.walking")):
            seconds = ground.travel.reach([(one.lon, one.lat) for one in spots], "foot")
            names = [one.name for one in spots]
            kept.clear()
            kept[key] = evacuation.within_walk(seconds, names, ground.people.people)
    reach: evacuation.Reach = kept[key]
    within = ", ".join(
        say("hazards.within", minutes=minutes, count=say.number(count))
        for minutes, count in zip(evacuation.MINUTES, reach.within, strict=True)
    )
    lines.append(
        say("hazards.reach", points=len(spots), within=within, beyond=say.number(reach.beyond))
    )
    _summary(lines[-1])
    columns = [say("hazards.minutes", minutes=minutes) for minutes in evacuation.MINUTES]
    rows = [
        {say("hazards.point"): one.name}
        | dict(zip(columns, (round(count) for count in one.within), strict=True))
        for one in reach.points
    ]
    points = [{"type": "Point", "coordinates": [spot.lon, spot.lat]} for spot in spots]
    _table(
        rows, [say("hazards.points_title"), lines[-1], say("hazards.walk_help")], "points", points
    )
    st.caption(say("hazards.walk_help"))
    return [
        {
            "geometry": mapping(Point(spot.lon, spot.lat)),
            "colour": GREEN,
            "fill": 0.9,
            "size": 8,
            "says": f"{spot.name}\n"
            + say("hazards.nearest", count=say.number(one.within[2]), minutes=15),
        }
        for spot, one in zip(spots, reach.points, strict=True)
    ]


def _table(
    rows: list[dict[str, Any]],
    words: list[str],
    key: str,
    shapes: Sequence[dict[str, Any]] | None = None,
) -> None:
    """Show rows and offer them as files."""
    tables.show(rows)
    about = saving.about(words)
    makers: dict[str, saving.Maker] = {"csv": lambda: saving.csv_bytes(rows, about)}
    if shapes is not None:
        makers["geojson"] = lambda: saving.geojson_bytes(shapes, rows, about)
    saving.buttons(NAMES[key], makers, key, nothing=not rows)


def _open(room: Snapshot) -> list[tuple[float, float]]:
    """Return where the open incidents are."""
    found = [row.incident for row in room.incidents]
    return [(one.lon, one.lat) for one in found if one.lon is not None and one.lat is not None]


def _summary(words: str) -> None:
    st.html(f"<div class='place'>{escape(words)}</div>")
