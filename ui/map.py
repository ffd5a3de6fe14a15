"""The room's map: made once in the browser, then told what to show."""

import json
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import folium
import streamlit as st
from folium.template import Template
from streamlit_folium import st_folium

from ui import news, session

CREDIT = "© OpenStreetMap contributors, ODbL"
MIDDLE = (-3.672, 128.195)
ZOOM = 13
HEIGHT = 400  # only until the page's style sheet sizes the frame
QUIET = {None, "ready", "news"}  # the frame asks to be drawn again; nobody clicked
STATIC = Path(__file__).parents[1] / "static"


@cache
def _url(name: str) -> str:
    """Return the address of a file under `static/`, changed with its content."""
    return f"app/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


class RoomMap(folium.Map):
    """A folium map without tiles whose scripts and styles all come from this machine."""

    default_js = [  # noqa: RUF012 - folium reads these from the class
        ("leaflet", "/" + _url("leaflet/leaflet.js")),
        ("room_page", "/" + _url("map/page.js")),
        ("room_heat", "/" + _url("map/heat.js")),
        ("room_map", "/" + _url("map/room.js")),
    ]
    default_css = [  # noqa: RUF012
        ("leaflet_css", "/" + _url("leaflet/leaflet.css")),
        ("room_css", "/" + _url("map/room.css")),
    ]


class _Ground(folium.MacroElement):
    """Draws roads and borders and listens for clicks; the same words every time: no re-mount."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Ambon112.begin({{ this._parent.get_name() }}, {{ this.files|tojavascript }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Ground"
        self.files = {
            "roadsUrl": "/" + _url("map/roads.json"),
            "areasUrl": "/" + _url("map/kelurahan.json"),
            "newsUrl": news.URL,
            "credit": CREDIT,
        }


class _Picture(folium.FeatureGroup):
    """What the map shows now, handed over as JSON: words in it never become HTML or script."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = Ambon112.draw({{ this.said }});"
        "{% endmacro %}"
    )

    def __init__(self, picture: dict[str, Any]) -> None:
        super().__init__(control=False)
        self.said = as_script(picture)


def as_script(picture: dict[str, Any]) -> str:
    """
    Return JSON that is safe inside a script, wherever that script is put.

    Signs that could end a script, a string or a template literal are written as \\u escapes; so is
    `_`, because streamlit-folium rewrites what looks like a name of folium's.
    """
    text = json.dumps(picture, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&'`$_":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def show(picture: dict[str, Any], key: str, on_click: Callable[[dict[str, Any]], None]) -> None:
    """
    Show the map; a click calls `on_click` with what was clicked, before the page is drawn.

    Nothing that changes is in the map's own script, so that it is never mounted anew.
    """

    def heard() -> None:
        said = st.session_state.get(key) or {}
        if said.get("kind") not in QUIET:
            on_click(said)

    ground = RoomMap(location=MIDDLE, zoom_start=ZOOM, tiles=None)
    ground.add_child(_Ground())
    st_folium(
        ground,
        key=key,
        height=HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=_Picture({**picture, "name": session.say()("map.name")}),
        on_change=heard,
    )
