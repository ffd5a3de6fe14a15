"""Response times by the room's clocks, each figure with what it rests on."""

from datetime import datetime, timedelta
from html import escape
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.analytics import charts
from dispatch.analytics.clocks import Clocks
from dispatch.analytics.response import (
    JUDGED,
    By,
    Figure,
    Leg,
    Times,
    incidents_behind,
    read_clocks,
)
from dispatch.analytics.response import times as figures
from dispatch.coverage import LIMIT_S
from ui import session
from ui.guard import calmly
from ui.markup import plain
from ui.parts import reaching
from ui.text import Words

LISTED = 500  # incidents shown behind a figure
KEPT, KEPT_S = 2, 300


def show(
    say: Words,
    *,
    from_at: datetime,
    until_at: datetime,
    types: tuple[str, ...] = (),
    agencies: tuple[str, ...] = (),
) -> None:
    """Draw the table of figures and, for the part chosen, its incidents."""
    span: dict[str, Any] = {
        "from_at": from_at, "until_at": until_at, "types": types, "agencies": agencies
    }  # fmt: skip
    with st.container(key="response"), calmly():
        left, right = st.columns([60, 40], vertical_alignment="bottom")
        by = left.segmented_control(
            say("response.by"), list(By), default=By.ALL, required=True, key="response_by",
            format_func=lambda one: say(f"response.by_{one.value}"),
        )  # fmt: skip
        leg = right.selectbox(
            say("response.leg"), list(Leg), index=list(Leg).index(Leg.RESPONSE),
            key="response_leg", format_func=lambda one: say(f"response.leg_{one.value}"),
        )  # fmt: skip
        with st.spinner(say("planner.reading")):
            clocks = _read(desk.version(session.room()), from_at, until_at, types)
        asked = {"by": by, "agencies": agencies, "leg": None if by is By.ALL else leg}
        times = figures(clocks, session.room().catalogue, **asked)
        basis = _basis(times, span, say)
        st.caption(plain(basis))
        if not times.figures:
            st.html(f"<div class='empty'>{escape(say('history.none'))}</div>")
            return
        _figures(times, by, leg, basis=basis, say=say)
        _behind(clocks, times, asked | {"leg": leg}, basis=basis, say=say)


@st.cache_resource(max_entries=KEPT, ttl=KEPT_S, show_spinner=False)
def _read(
    version: int,  # noqa: ARG001 - anybody's change has them read anew
    from_at: datetime,
    until_at: datetime,
    types: tuple[str, ...],
) -> Clocks:
    """Read the stamps once for whatever they are divided by."""
    return read_clocks(session.room(), from_at=from_at, until_at=until_at, types=types)


def _basis(times: Times, span: dict[str, Any], say: Words) -> str:
    """Return period, filters and counts."""
    catalogue = session.room().catalogue
    types = ", ".join(_named(catalogue.types[one], say) for one in span["types"])
    agencies = ", ".join(catalogue.agencies[one].short for one in span["agencies"])
    return say(
        "response.basis",
        from_at=session.date(span["from_at"]),
        until_at=session.date(span["until_at"] - timedelta(minutes=1)),
        types=types or say("history.all_types"),
        agencies=agencies or say("units.all"),
        public=times.n_public,
        duplicates=times.n_duplicates,
    )


def _figures(times: Times, by: By, leg: Leg, *, basis: str, say: Words) -> None:
    """Show one row a part; all together, one row an interval; offer them and bars of them."""
    if by is By.ALL:
        rows = [
            {"leg": say(f"response.leg_{one.value}")} | _row(times.of("", one), one) for one in Leg
        ]
    else:
        rows = [
            {"part": _part(part, by, say)} | _row(times.of(part, leg), leg)
            for part in times.parts()
        ]
    title = [say("response.title"), say(f"response.by_{by.value}")]
    if by is not By.ALL:
        title.append(say(f"response.leg_{leg.value}"))
    words = [" · ".join(title), basis, say("response.standard")]
    names = [f"{next(iter(row.values()))} (n = {row['n_used']})" for row in rows]
    bars = {
        say(f"reach.column.{one}"): [row[one] for row in rows] for one in ("median_min", "p90_min")
    }
    axes = say("response.minutes"), ""
    reaching.table(
        rows, say, "response", f"waktu-tanggap-{by.value}", words,
        png=lambda: charts.bars_png(names, bars, LIMIT_S / 60, axes, words),
    )  # fmt: skip
    st.caption(say("response.standard"))


def _row(figure: Figure, leg: Leg) -> dict[str, Any]:
    """Return a figure's numbers; the standard's clocks alone have a share within it."""
    share = figure.share_within if leg in JUDGED else None
    return {
        "median_min": _minutes(figure.median_s),
        "p90_min": _minutes(figure.p90_s),
        "share_15": None if share is None else round(100 * share, 1),
        "n_used": figure.n_used,
        "n_missing": figure.n_missing,
    }


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 2)


def _behind(clocks: Clocks, times: Times, asked: dict[str, Any], *, basis: str, say: Words) -> None:
    """List the incidents that a figure rests on, when somebody asks."""
    by, leg = asked["by"], asked["leg"]
    part = st.selectbox(
        say("response.behind"), times.parts(), index=None, key=f"response_behind_{by.value}",
        format_func=lambda one: _part(one, by, say), placeholder=say("response.behind_none"),
    )  # fmt: skip
    if part is None:
        return
    figure = figures(clocks, session.room().catalogue, only=part, **asked).of(part, leg)
    ground, types = session.room().ground, session.room().catalogue.types
    rows = [
        {
            "code": row["code"],
            "opened": session.date(row["opened_at"]),
            "type": _named(types[row["type_code"]], say)
            if row["type_code"] in types
            else row["type_code"],
            "kelurahan": ground.boundaries[row["kelurahan_code"]].name
            if row["kelurahan_code"] in ground.boundaries
            else "",
            "stamp": say("response.missing" if n < figure.n_missing else "response.used"),
        }
        for n, row in enumerate(incidents_behind(session.room(), figure.ids[:LISTED]))
    ]
    st.caption(
        say(
            "response.listed",
            shown=len(rows),
            count=len(figure.ids),
            leg=say(f"response.leg_{leg.value}"),
        )
    )
    words = [
        say("response.behind"),
        f"{_part(part, by, say)} · {say(f'response.leg_{leg.value}')}",
        basis,
    ]
    reaching.table(rows, say, "behind", "kejadian-di-balik-angka", words)


def _part(part: str, by: By, say: Words) -> str:
    """Return what a part is called; a code the data no longer has as it stands."""
    if by is By.ALL or not part:
        return say("response.by_all" if by is By.ALL else "response.unknown")
    room = session.room()
    agencies, areas, types = room.catalogue.agencies, room.ground.boundaries, room.catalogue.types
    names = {
        By.AGENCY: lambda: agencies[part].short if part in agencies else part,
        By.KELURAHAN: lambda: areas[part].name if part in areas else part,
        By.TYPE: lambda: _named(types[part], say) if part in types else part,
        By.SHIFT: lambda: say(f"response.shift_{part}"),
        By.HOUR: lambda: f"{part}:00",
    }
    return names[by]()


def _named(kind: Any, say: Words) -> str:
    return kind.name_id if say.language == "id" else kind.name_en
