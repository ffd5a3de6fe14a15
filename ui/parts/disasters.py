"""Disasters: reports that belong together, how they grew, and the papers about one."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk, disaster_files, situation
from dispatch.analytics import charts
from dispatch.desk import Disaster, Disasters
from ui import session
from ui.guard import gesture
from ui.markup import tag
from ui.parts import legend, saving, tables
from ui.parts.drawn import Drawn
from ui.parts.snapshot import Snapshot
from ui.text import Words

DAYS = (1, 3, 7, 30, 365)
SHOWN = 30
CHOSEN = "disaster_chosen"
KEPT = "disasters_kept"


def show(room: Snapshot, say: Words) -> Drawn:
    """Draw the choice, the list and the chosen one; return what the map is to show."""
    found, words = _found(room, say)
    st.html(f"<div class='place'>{escape(words)}</div>")
    if not found.found:
        st.html(f"<div class='empty'>{escape(say('disasters.none'))}</div>")
    chosen = next((d for d in found.found if d.cluster.name == st.session_state.get(CHOSEN)), None)
    if chosen:
        _one(chosen, words, say)
    newest = sorted(found.found, key=lambda one: one.cluster.last_at, reverse=True)
    for disaster in newest[:SHOWN]:
        _row(disaster, disaster is chosen, say)
    if len(newest) > SHOWN:
        st.caption(say("disasters.more", count=len(newest) - SHOWN))
    _spacing(say)
    added = _drawn(found.found, chosen, say)
    added["words"] = _legend(found.found, room, say)
    files: dict[str, saving.Maker] = {
        "csv": lambda: disaster_files.as_csv(newest, words),
        "geojson": lambda: disaster_files.as_geojson(newest, words),
    }
    return Drawn(added, [say("disasters.title"), words], "bencana", files)


def _legend(found: Sequence[Disaster], room: Snapshot, say: Words) -> dict[str, Any]:
    """Return what the colours mean: a row for each type there is."""
    types = dict.fromkeys(one.cluster.type_code for one in found)
    rows = [legend.row(disaster_files.colour(code), _type(code, say)) for code in types]
    rows += legend.incidents((one.incident.status.value for one in room.incidents), say)
    closed = [legend.closure(say)] if room.closures else []
    return legend.legend(say, [*rows, *closed], open_=True)


def choose(name: str) -> None:
    """Put one disaster before the person; the map looks at it."""
    st.session_state[CHOSEN] = name
    st.session_state["disaster_looks"] = st.session_state.get("disaster_looks", 0) + 1


def _found(room: Snapshot, say: Words) -> tuple[Disasters, str]:
    """Ask for span, types and moment; return the disasters and the words for what was counted."""
    one, other = st.columns(2)
    days = one.selectbox(
        say("disasters.days"),
        DAYS,
        index=2,
        key="disaster_days",
        format_func=lambda n: say("disasters.last_days", count=n),
    )
    known = desk.spacing(session.room())
    types = other.multiselect(
        say("disasters.types"),
        list(known),
        key="disaster_types",
        placeholder=say("history.all_types"),
        format_func=lambda code: _type(code, say),
    )
    ago = st.slider(
        say("disasters.ago"), 0, days * 24 - 1, 0, key=f"disaster_ago_{days}",
        help=say("disasters.ago_help"),
    )  # fmt: skip
    minute = session.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    from_at, until_at = minute - timedelta(days=days), minute - timedelta(hours=ago)
    key = (room.version[0], from_at, until_at, tuple(types))
    if st.session_state.get(KEPT, (None,))[0] != key:
        with st.spinner(say("disasters.working")):
            found = desk.disasters(session.room(), from_at, until_at, types)
        st.session_state[KEPT] = (key, found)
    found = st.session_state[KEPT][1]
    words = say(
        "disasters.count",
        count=len(found.found),
        reports=found.reports,
        alone=found.alone,
        without=found.without_point,
        vague=found.too_vague,
        from_at=session.date(from_at),
        until_at=session.date(until_at),
        types=", ".join(_type(code, say) for code in types) or say("history.all_types"),
    )
    return found, words


def _row(disaster: Disaster, chosen: bool, say: Words) -> None:
    cluster = disaster.cluster
    with st.container(key=f"row_{'on_' if chosen else ''}{cluster.name}"):
        st.html(f"<div class='incident'>{_headline(disaster, say)}</div>")
        st.button(
            say("disasters.open"),
            key=f"choose_{cluster.name}",
            on_click=gesture(choose),
            args=(cluster.name,),
            disabled=chosen,
        )


def _headline(disaster: Disaster, say: Words) -> str:
    """Return a disaster in three lines; every word of it ours or escaped."""
    cluster = disaster.cluster
    span = say(
        "disasters.span", first=session.date(cluster.first_at), last=session.date(cluster.last_at)
    )
    where = ", ".join(_names(disaster)) or say("disasters.outside")
    people = say("disasters.people", count=say.number(sum(disaster.people.values())))
    kind = _type(cluster.type_code, say)
    return (
        f"<b>{escape(cluster.name)}</b> {escape(kind)} {_tags(disaster, say)}"
        f"<small>{escape(span)}</small><small>{escape(where)} · {escape(people)}</small>"
    )


def _tags(disaster: Disaster, say: Words) -> str:
    """Return how many reports it has, with which it grew together, from which it parted."""
    cluster = disaster.cluster
    tags = tag(_reports(disaster, say), "bad")
    for merge in cluster.absorbed:
        words = say("disasters.absorbed", name=merge.name, at=session.date(merge.at))
        tags += " " + tag(words, "soft")
    if cluster.split_from:
        tags += " " + tag(say("disasters.split", name=cluster.split_from), "soft")
    return tags


def _one(disaster: Disaster, words: str, say: Words) -> None:
    """Draw how the chosen one grew, who lives there, and its papers."""
    name = disaster.cluster.name
    st.html(f"<h2>{escape(name)}</h2><div class='incident'>{_tags(disaster, say)}</div>")
    st.caption(say("disasters.grown"))
    _growth(disaster, words, say)
    boundaries = session.room().ground.boundaries
    tables.show(
        [
            {
                say("history.kelurahan"): boundaries[code].name,
                say("disasters.living"): disaster.people.get(code, 0),
            }
            for code in disaster.kelurahan
        ],
        most=None,
    )
    st.caption(say("disasters.people_help"))
    papers: dict[str, Callable[[], bytes]] = {
        "docx": lambda: situation.docx(_report(disaster)),
        "pdf": lambda: situation.pdf(_report(disaster)),
        "cap.xml": lambda: desk.disaster_alert(session.room(), disaster, at=session.now()),
    }
    with st.container(horizontal=True):
        for ending, make in papers.items():
            st.download_button(
                say(f"disasters.save_{ending.split('.', maxsplit=1)[0]}"),
                data=make,
                file_name=f"{name}.{ending}",
                key=f"paper_{ending.split('.', maxsplit=1)[0]}",
                on_click="ignore",
                icon=":material/description:",
            )
    st.caption(say("disasters.papers_help"))


def _growth(disaster: Disaster, words: str, say: Words) -> None:
    """Draw how many reports there were when; clocks of Ambon, whatever the browser's are."""
    import altair  # noqa: PLC0415 - only for whoever looks at one disaster
    import pandas  # noqa: PLC0415

    at, count = zip(*disaster.grown, strict=True)
    local = [one.astimezone(session.WIT).replace(tzinfo=None) for one in at]
    clock = altair.Axis(format="%d-%m %H:%M", labelOverlap=True)
    chart = (
        altair.Chart(pandas.DataFrame({"at": local, "count": count}))
        .mark_line(interpolate="step-after", point=True)
        .encode(
            x=altair.X("at:T", title=say("disasters.time"), axis=clock),
            y=altair.Y("count:Q", title=say("disasters.number"), axis=altair.Axis(tickMinStep=1)),
        )
    )
    st.altair_chart(chart.properties(height=150))
    name = disaster.cluster.name
    lines = [f"{name} – {say('disasters.grown')}", words]
    axes = say("disasters.time"), say("disasters.number")
    rows = [{"at": when.isoformat(), "reports": n} for when, n in disaster.grown]
    makers: dict[str, saving.Maker] = {
        "png": lambda: charts.steps_png(local, {name: count}, axes, lines),
        "csv": lambda: saving.csv_bytes(rows, saving.about(lines)),
    }
    saving.buttons(f"{name}-pertumbuhan", makers, "growth")


def _report(disaster: Disaster) -> situation.Situation:
    return desk.situation_report(session.room(), disaster, at=session.now())


def _spacing(say: Words) -> None:
    """Say how near reports must be, type by type, and why."""
    with st.expander(say("disasters.how")):
        st.caption(say("disasters.how_help"))
        for code, one in desk.spacing(session.room()).items():
            numbers = say(
                "disasters.near", metres=say.number(one.metres), hours=f"{one.hours:g}",
                least=one.least,
            )  # fmt: skip
            words = f"<b>{escape(_type(code, say))}</b>: {escape(numbers)}"
            st.html(f"{words}<br><small>{escape(one.reason)}</small>")


def _drawn(found: Sequence[Disaster], chosen: Disaster | None, say: Words) -> dict[str, Any]:
    """Return outlines and reports as the map draws them."""
    shapes = disaster_files.on_map(
        found, chosen, lambda one: f"{one.cluster.name}\n{_reports(one, say)}"
    )
    return {"shapes": shapes, "view": _view(chosen)}


def _reports(disaster: Disaster, say: Words) -> str:
    return say("disasters.reports", count=len(disaster.ids))


def _view(chosen: Disaster | None) -> dict[str, Any] | None:
    if chosen is None:
        return None
    west, south, east, north = chosen.cluster.outline.bounds
    points = [[west, south], [east, north]]
    return {"n": st.session_state.get("disaster_looks", 0), "points": points, "zoom": 15}


def _names(disaster: Disaster) -> list[str]:
    boundaries = session.room().ground.boundaries
    return [boundaries[code].name for code in disaster.kelurahan]


def _type(code: str, say: Words) -> str:
    kind = session.room().catalogue.types[code]
    return kind.name_id if say.language == "id" else kind.name_en
