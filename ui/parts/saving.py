"""What is on the screen, to take along: a picture and the numbers behind it."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any

import streamlit as st

from dispatch.export import harmless
from ui import session
from ui.map import STATIC

if TYPE_CHECKING:
    from dispatch.analytics.map_figure import Ground

Rows = Sequence[Mapping[str, Any]]
Maker = Callable[[], bytes]
KINDS = {"geojson": "GeoJSON"}
ROADS = {  # width of a class on paper, those drawn last on top
    "residential": 0.3,
    "unclassified": 0.3,
    "tertiary": 0.7,
    "secondary": 0.9,
    "primary": 1.2,
    "trunk": 1.2,
}


def buttons(
    name: str, makers: Mapping[str, Maker], key: str = "", *, nothing: bool = False
) -> None:
    """
    Offer files by their ending; each is made when it is asked for, never before.

    `key` tells several rows of buttons on one page apart; `nothing`: there is nothing to save.
    """
    at = f"{session.now().astimezone(session.WIT):%Y%m%d-%H%M}"
    for column, (ending, make) in zip(st.columns(len(makers)), makers.items(), strict=True):
        kind = KINDS.get(ending, ending.upper())
        column.download_button(
            kind,
            data=make,
            icon=":material/download:",
            file_name=f"{name}-{at}.{ending}",
            key=f"{ending}_{key}" if key else f"save_{ending}",
            width="stretch",
            on_click="ignore",
            disabled=nothing,
        )


def map_png(shown: Mapping[str, Any], words: Sequence[str]) -> bytes:
    """Return what a map was told to show as a picture; `words`: title, period, filter, count."""
    from dispatch.analytics import map_figure  # noqa: PLC0415 - only when a picture is wanted

    return map_figure.map_png(shown, _ground(), words)


def about(words: Sequence[str]) -> str:
    """Return title, period, filter and count as one line."""
    return " | ".join(words)


def csv_bytes(rows: Rows, about: str) -> bytes:
    """
    Return rows as CSV; the last column of every row says period, filter and count.

    UTF-8 with the mark that spreadsheets look for.
    """
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*(rows[0] if rows else ()), "about"])
    writer.writerows([*map(harmless, row.values()), about] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def geojson_bytes(shapes: Sequence[Mapping[str, Any]], rows: Rows, about: str) -> bytes:
    """Return areas with their numbers as GeoJSON, what they are about beside them."""
    features = [
        {"type": "Feature", "geometry": shape, "properties": row}
        for shape, row in zip(shapes, rows, strict=True)
    ]
    whole = {"type": "FeatureCollection", "about": about, "features": features}
    return json.dumps(whole, ensure_ascii=False, default=str).encode("utf-8")


@cache
def _ground() -> "Ground":
    """Return the borders and streets the map in the browser has, for paper."""
    from dispatch.analytics.map_figure import Ground, unpack  # noqa: PLC0415 - as above

    areas = json.loads((STATIC / "map" / "kelurahan.json").read_text(encoding="utf-8"))
    roads = json.loads((STATIC / "map" / "roads.json").read_text(encoding="utf-8"))
    lines = [(width, unpack(flat)) for name, width in ROADS.items() for flat in roads.get(name, ())]
    names = [
        (said["name"], said["label"], said["from"])
        for said in (one["properties"] for one in areas["features"])
    ]
    return Ground([one["geometry"] for one in areas["features"]], lines, names)
