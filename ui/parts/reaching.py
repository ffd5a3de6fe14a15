"""What reach and what-if share: whose reach, how it looks on the map, tables to take along."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dispatch.analytics import isochrones, planning
from dispatch.analytics.planning import Asked, Reach
from ui import session
from ui.parts import legend, picture, saving, snapshot, tables
from ui.parts.legend import Row
from ui.text import Words

BANDS = (("#08306b", 4.4), ("#2f7fc1", 3.4), ("#8cc4ea", 2.6))  # colour and width, nearest first
GAINED, LOST = "#1b7f3b", "#b3001b"  # a filled spot, and a ring
FIRST = "damkar"


def choose(say: Words) -> Asked:
    """Ask whose reach: agency, vehicle, and the seconds a call takes before a unit is told."""
    room = session.room()
    choices = planning.choices(snapshot.take(room).units)
    agencies = room.catalogue.agencies
    names = {code: agencies[code].short for code in choices}
    left, middle, right = st.columns(3)
    agency = left.selectbox(
        say("reach.agency"),
        list(choices),
        index=list(choices).index(FIRST) if FIRST in choices else 0,
        format_func=names.__getitem__,
        key="reach_agency",
    )
    profile = middle.selectbox(
        say("reach.profile"),
        choices[agency],
        format_func=lambda one: say(f"profile.{one}"),
        key=f"reach_profile_{agency}",
    )
    call_s = right.number_input(
        say("reach.call_s"), 0, 900, 0, 10, key="reach_call_s", help=say("reach.call_help")
    )
    return Asked(agency, profile, float(call_s))


def basis(reach: Reach, say: Words) -> str:
    """Return what the figures rest on: who, how many posts, what time before the wheels turn."""
    agency = session.room().catalogue.agencies[reach.asked.agency]
    return say(
        "reach.basis",
        agency=agency.short,
        profile=say(f"profile.{reach.asked.profile}"),
        posts=len(reach.places),
        turnout=round(reach.before_s - reach.asked.call_s),
        call=round(reach.asked.call_s),
        at=session.date(session.now()),
        closures=len(snapshot.take(session.room()).closures),
    )


def bands(reach: Reach) -> list[dict[str, Any]]:
    """Return the reached streets as the map draws them; kept while the same reach is shown."""
    held = st.session_state.get("reach_lines")
    known = (reach.asked, reach.places)
    if held and held[0] is reach.travel and held[1] == known:
        return held[2]
    from geo.reached import lines  # noqa: PLC0415 - the dispatch page does not wait for it

    drawn = [
        {"colour": colour, "width": width, "lines": [packed(one) for one in lines(net, band)]}
        for (colour, width), band, net in zip(
            BANDS, streets(reach), [reach.travel.network] * len(BANDS), strict=True
        )
    ]
    st.session_state.reach_lines = (reach.travel, known, drawn)
    return drawn


def streets(reach: Reach) -> list[Any]:
    """Return the stretches of street of each band."""
    return isochrones.streets(
        reach.travel, reach.places, reach.asked.profile, before_s=reach.before_s
    )


def packed(points: NDArray[np.float64]) -> list[int]:
    """Return points (n, 2) lon, lat as whole 1e-5 degrees, each the step from the one before."""
    whole = np.rint(points * 1e5).astype(np.int64)
    flat: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
    return flat


def spots(people: Any, some: NDArray[np.bool_], colour: str, *, ring: bool) -> dict[str, Any]:
    """Return places where people live as spots of one colour, filled or rings."""
    return {
        "colour": colour,
        "ring": ring,
        "at": packed(np.column_stack([people.lon[some], people.lat[some]])),
    }


def paint(asked: Asked, say: Words) -> dict[str, Any]:
    """Return the map with the agency's stations and the closures, nobody's work on it."""
    room = snapshot.take(session.room())
    mine = [one for one in room.stations if one.agency == asked.agency]
    calm = replace(room, stations=mine, incidents=())
    return picture.paint(calm, session.room().catalogue, say, None) | {"units": []}


def words(asked: Asked, say: Words, *more: Row, closed: bool, note: str) -> Row:
    """Return legend and note: the bands, more, posts, and roads if closed."""
    bands = [
        legend.row(colour, say("reach.band", minutes=round(limit / 60)))
        for (colour, _), limit in zip(BANDS, isochrones.BANDS_S, strict=True)
    ]
    posts = legend.posts(asked.agency, say)
    rows = [*bands, *more, *posts, *([legend.closure(say)] if closed else [])]
    return legend.legend(say, rows, note)


def people(count: float, say: Words) -> str:
    """Write a number of people: whole, it is an estimate."""
    return say.number(round(count))


def minutes(seconds: float | None, say: Words) -> str:
    """Write seconds as minutes, a dash for none."""
    if seconds is None or not np.isfinite(seconds):
        return "–"
    return say.number(seconds / 60, 1)


def table(
    rows: Sequence[Mapping[str, Any]],
    say: Words,
    key: str,
    name: str,
    words: Sequence[str],
    **more: saving.Maker,
) -> None:
    """
    Show rows under the names of their columns and offer them as CSV, beside `more` by ending.

    `words`: title, then lines with period, filter and count.
    """
    tables.show(rows, {name: say(f"reach.column.{name}") for name in (rows[0] if rows else ())})
    makers = {"csv": lambda: saving.csv_bytes(rows, saving.about(words)), **more}
    saving.buttons(name, makers, key, nothing=not rows)
