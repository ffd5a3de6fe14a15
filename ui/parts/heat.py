"""Where incidents pile up: rates, hexagons, density, hot spots, and films of them."""

import base64
from collections import Counter
from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from dispatch.analytics import areas, heat
from dispatch.analytics.areas import Areas
from dispatch.analytics.density import BANDWIDTHS_M, Kernel
from dispatch.analytics.hexagons import RESOLUTIONS
from dispatch.analytics.rates import LEAST_INCIDENTS, LEAST_PEOPLE
from dispatch.analytics.splits import Over, split
from geo.kelurahan import CITY_BBOX
from ui import map as room_map
from ui import session
from ui.parts import saving, tables
from ui.parts.choosing import Chosen
from ui.text import Words

MAP = "planner_map"
RATES, HEXAGONS, DENSITY = "rates", "hexagons", "density"
HOT_AREAS, HOT_HEXAGONS = "hot_areas", "hot_hexagons"
KINDS = (RATES, HEXAGONS, DENSITY, HOT_AREAS, HOT_HEXAGONS)
FILMED = {RATES, HEXAGONS, DENSITY}
HOT_COLOURS = ("#2166ac", "#b2182b")  # cold, hot
CITY = [[128.12, -3.73], [128.28, -3.625]]  # shows the whole city at zoom 12
SQUARE = "M2 2H22V22H2Z"
KEPT = 6
LISTED = 200
Options = dict[str, Any]


def show(chosen: Chosen, say: Words) -> None:
    """Draw the choice of a picture, the map, and the numbers."""
    middle, right = st.columns([64, 36], gap="small")
    with right, st.container(key="right"):
        st.html(f"<h2>{escape(say('heat.title'))}</h2>")
        options = _options(say)
        with st.spinner(say("planner.working")):
            made = _made(chosen, options)
        words = _words(made, chosen, options, say)
        st.html("".join(f"<div class='about'>{escape(line)}</div>" for line in words))
        shown = _picture(made, options, say)
        _save(made, options, shown, words, chosen=chosen, say=say)
        if isinstance(made, Areas):
            _table(made, say)
    with middle, st.container(key="wide_map"):
        room_map.show(shown, MAP, _nothing)


def _nothing(_said: dict[str, Any]) -> None:
    """A click on this map asks for nothing."""


def _options(say: Words) -> Options:
    """Ask which picture, and what it is made with."""
    kind = st.selectbox(
        say("heat.kind"), KINDS, key="heat_kind", format_func=lambda one: say(f"heat.{one}")
    )
    options: Options = {"kind": kind, "over": Over.NOTHING}
    if kind in (HEXAGONS, HOT_HEXAGONS):
        options["resolution"] = st.segmented_control(
            say("heat.resolution"), RESOLUTIONS, default=8, required=True, key="heat_resolution",
            format_func=lambda one: say(f"heat.resolution_{one}"),
        )  # fmt: skip
    if kind == DENSITY:
        options["bandwidth_m"] = st.segmented_control(
            say("heat.bandwidth"), BANDWIDTHS_M, default=500, required=True, key="heat_bandwidth",
            format_func=lambda one: f"{say.number(one)} m",
        )  # fmt: skip
        options["kernel"] = st.segmented_control(
            say("heat.kernel"), list(Kernel), default=Kernel.GAUSSIAN, required=True,
            key="heat_kernel", format_func=lambda one: say(f"heat.kernel_{one}"),
        )  # fmt: skip
    if kind in FILMED:
        options["over"] = st.segmented_control(
            say("heat.over"), list(Over), default=Over.NOTHING, required=True, key="heat_over",
            format_func=lambda one: say(f"heat.over_{one}"),
        )  # fmt: skip
    return options


def _made(chosen: Chosen, options: Options) -> Areas | heat.Heat:
    key = f"{chosen.filter.values()} {chosen.at} {sorted(options.items())}"
    return _kept(key, chosen, options)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _kept(key: str, _chosen: Chosen, _options: Options) -> Any:  # noqa: ARG001 - what is kept by
    """Make a picture once for everybody who asks for the same."""
    return make(_chosen, _options)


def make(chosen: Chosen, options: Options) -> Areas | heat.Heat:
    """Make the picture that was asked for."""
    ground, past = session.room().ground, chosen.history
    frames = split(past, options["over"], chosen.filter)
    makers: dict[str, Callable[[], Areas | heat.Heat]] = {
        RATES: lambda: areas.kelurahan_rates(past, ground.boundaries, ground.people, frames),
        HEXAGONS: lambda: areas.hexagon_counts(past, options["resolution"], ground.people, frames),
        DENSITY: lambda: heat.heat(past, options["kernel"], options["bandwidth_m"], frames),
        HOT_AREAS: lambda: areas.hot_kelurahan(past, ground.boundaries, ground.people),
        HOT_HEXAGONS: lambda: areas.hot_hexagons(past, options["resolution"], ground.people),
    }
    return makers[options["kind"]]()


def _words(made: Areas | heat.Heat, chosen: Chosen, options: Options, say: Words) -> list[str]:
    """Return title, filter, what is not in the picture, and the method, a line each."""
    past, kind = chosen.history, options["kind"]
    by_area = kind in (RATES, HOT_AREAS)
    lines = [
        _title(options, say),
        chosen.words,
        say(
            "heat.used" if by_area else "heat.placed",
            used=say.number(made.used),
            count=say.number(len(past)),
            missing=say.number(len(past) - made.used),
        ),
    ]
    if options["over"] is Over.HOUR and past.untimed:
        lines.append(say("heat.untimed", count=say.number(past.untimed)))
    if isinstance(made, Areas) and not made.ends:
        found = Counter(row["verdict"] for row in made.rows)
        lines.append(say("heat.verdicts", hot=found["hot"], cold=found["cold"], of=len(made.rows)))
    if options["over"] is not Over.NOTHING:
        lines.append(say("heat.film_saved"))
    rule = {"incidents": LEAST_INCIDENTS, "people": say.number(LEAST_PEOPLE)}
    return [*lines, say(f"heat.method_{kind}", **(rule if kind == RATES else {}))]


def _title(options: Options, say: Words) -> str:
    """Return the picture's name with what it was made with."""
    parts = [say(f"heat.{options['kind']}")]
    if "resolution" in options:
        parts.append(say(f"heat.resolution_{options['resolution']}"))
    if "bandwidth_m" in options:
        width = say("heat.bandwidth_of", metres=say.number(options["bandwidth_m"]))
        parts += [say(f"heat.kernel_{options['kernel']}"), width]
    return " · ".join(parts)


def _save(
    made: Areas | heat.Heat,
    options: Options,
    shown: dict[str, Any],
    words: list[str],
    *,
    chosen: Chosen,
    say: Words,
) -> None:
    """Offer picture and numbers of the whole period; of a film too, whose frames pass by."""
    about = saving.about(words)
    rows = made.rows if isinstance(made, Areas) else None

    def png() -> bytes:
        if options["over"] is Over.NOTHING:
            return saving.map_png(shown, words)
        still = options | {"over": Over.NOTHING}
        whole = _made(chosen, still)
        return saving.map_png(_picture(whole, still, say), _words(whole, chosen, still, say))

    def csv() -> bytes:
        return saving.csv_bytes(rows if rows is not None else heat.cells(made), about)

    def geojson() -> bytes:
        if isinstance(made, Areas):
            return saving.geojson_bytes(made.shapes, made.rows, about)
        cells = heat.cells(made)
        shapes = [{"type": "Point", "coordinates": [one["lon"], one["lat"]]} for one in cells]
        return saving.geojson_bytes(shapes, cells, about)

    saving.buttons(f"peta-{options['kind']}", {"png": png, "csv": csv, "geojson": geojson})


def _table(made: Areas, say: Words) -> None:
    """List the areas, the most striking first."""
    rows = sorted(made.rows, key=_striking)[:LISTED]
    if not rows:
        st.html(f"<div class='empty'>{escape(say('heat.none'))}</div>")
        return
    shown = [_shown(row, say) for row in rows]
    tables.show(shown, {name: say(f"heat.column_{name}") for name in shown[0]}, most=9)


def _striking(row: dict[str, Any]) -> tuple[float, float]:
    if "q" in row:
        return row["q"], -abs(row["z"])
    return -(row.get("per_1000") or 0.0), -row["incidents"]


def _shown(row: dict[str, Any], say: Words) -> dict[str, Any]:
    """Return a row as people read it."""
    shown = {"area": row.get("name") or row["h3"], "incidents": row["incidents"]}
    if "low" in row:
        low, high = (say.number(row[end] or 0, 2) for end in ("low", "high"))
        shown |= {"per_1000": row["per_1000"], "small": say("heat.small") if row["small"] else ""}
        shown |= {"interval": f"{low} – {high}", "people": row["people"]}
    elif "q" in row:
        shown |= {"verdict": say(f"heat.verdict_{row['verdict']}"), "z": row["z"], "q": row["q"]}
    else:
        shown["people"] = row["people"]
    return shown


def _picture(made: Areas | heat.Heat, options: Options, say: Words) -> dict[str, Any]:
    """Return what the map is to show."""
    drawn = isinstance(made, Areas)
    return {
        "version": session.seen(),
        "areas": _areas(made, options, say) if isinstance(made, Areas) else None,
        "heat": None if isinstance(made, Areas) else _heat(made, say),
        "words": {
            "legend": {"title": _scale(options, say), "rows": _legend(made, say), "open": True},
            "note": "" if made.used or not drawn else say("heat.none"),
        },
        "view": {"n": 1, "points": CITY, "zoom": 12},
    }


def _areas(made: Areas, options: Options, say: Words) -> dict[str, Any]:
    signs = np.array([*"0123456789."])  # the last is -1's
    return {
        "shapes": made.shapes,
        "says": [_says(row, options, say) for row in made.rows],
        "colours": _colours(made),
        "frames": ["".join(signs[frame]) for frame in made.levels],
        "film": _film(made.labels, made.counts, say),
    }


def _heat(made: heat.Heat, say: Words) -> dict[str, Any]:
    west, south, east, north = CITY_BBOX
    pictures = [base64.b64encode(one).decode() for one in heat.pictures(made)]
    return {
        "frames": [f"data:image/png;base64,{one}" for one in pictures],
        "bounds": [[south, west], [north, east]],
        "film": _film(made.labels, made.counts, say),
    }


def _film(labels: tuple[str, ...], counts: tuple[int, ...], say: Words) -> dict[str, Any] | None:
    """Return the words of a film; None for a still picture."""
    if len(labels) < 2:
        return None
    told = [
        say("heat.frame", label=label, count=say.number(count))
        for label, count in zip(labels, counts, strict=True)
    ]
    words = {name: say(f"heat.film_{name}") for name in ("play", "pause", "slider")}
    return {"labels": told, **words}


def _says(row: dict[str, Any], options: Options, say: Words) -> str:
    """Return what the map says of an area over the whole period."""
    told = _shown(row, say)
    heads = [str(told.pop("area"))]
    if options["over"] is not Over.NOTHING:
        heads.append(say("heat.whole"))
    columns = [f"{say(f'heat.column_{name}')}: {one}" for name, one in told.items() if one != ""]
    return "\n".join([*heads, *columns])


def _colours(made: Areas) -> list[str]:
    return list(heat.COLOURS if made.ends else HOT_COLOURS)


def _legend_words(made: Areas, say: Words) -> list[str]:
    """Return the words of each colour: where its class begins."""
    if not made.ends:
        return [say("heat.verdict_cold"), say("heat.verdict_hot")]
    whole = all(float(one).is_integer() for one in made.ends)
    return [f"≥ {say.number(one, 0 if whole else 2)}" for one in made.ends]


def _legend(made: Areas | heat.Heat, say: Words) -> list[dict[str, Any]]:
    if isinstance(made, heat.Heat):
        steps = [made.highest * n / (len(heat.COLOURS) - 1) for n in range(len(heat.COLOURS))]
        words = [say.number(one, 1) for one in steps]
        colours = list(heat.COLOURS)
    else:
        words, colours = _legend_words(made, say), _colours(made)
    rows = [
        {"path": SQUARE, "fill": colour, "line": "#51626f", "says": said}
        for colour, said in zip(colours, words, strict=False)
    ]
    if isinstance(made, Areas):
        none = say("heat.no_colour" if made.ends else "heat.verdict_none")
        rows.append({"path": SQUARE, "fill": "#eef1f3", "line": "#51626f", "says": none})
    return rows


def _scale(options: Options, say: Words) -> str:
    """Return what the colours mean."""
    return say(f"heat.scale_{options['kind']}")
