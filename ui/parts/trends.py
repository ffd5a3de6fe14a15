"""Whether incidents rise or fall, and what the next months may bring where that can be said."""

from html import escape
from typing import Any

import numpy as np
import streamlit as st

from dispatch.analytics import figures
from dispatch.analytics.trends import (
    AHEAD,
    By,
    Change,
    Forecast,
    Series,
    Way,
    change,
    forecasts,
    full_months,
    monthly,
)
from ui import session
from ui.parts import saving, tables
from ui.parts.choosing import Chosen
from ui.text import Words

Row = dict[str, Any]


def show(chosen: Chosen, say: Words) -> None:
    """Draw the choice of series, one curve, and the table of all."""
    with st.container(key="right"):
        st.html(f"<h2>{escape(say('trends.title'))}</h2>")
        by = st.segmented_control(
            say("trends.by"), list(By), default=By.CITY, required=True, key="trends_by",
            format_func=lambda one: say(f"trends.by_{one}"),
        )  # fmt: skip
        days = (np.datetime64(chosen.filter.first), np.datetime64(chosen.known_until))
        with st.spinner(say("planner.working")):
            series = monthly(chosen.history, by, full_months(*days))
            told, changed = forecasts(series), change(series)
        words = _words(chosen, series, by, say)
        st.html("".join(f"<div class='about'>{escape(line)}</div>" for line in words))
        if len(chosen.filter.sources) > 1:
            st.warning(say("trends.mixed"))
        if not series.counts.shape[1]:
            st.info(say("trends.no_month"))
            return
        names = [_name(one, by, say) for one in series.names]
        at = _one(names, series, say)
        _curve(series, told[at], at, say)
        rows = [_row(n, names[n], series, told[n], changed) for n in range(len(names))]
        shown = [_shown(row, say) for row in rows]
        tables.show(shown, {name: say(f"trends.column_{name}") for name in shown[0]})
        words[0] = f"{words[0]} – {names[at]}"
        _save(series, at, told[at], rows=rows, words=words, say=say)


def _words(chosen: Chosen, series: Series, by: By, say: Words) -> list[str]:
    """Return title, filter, what is in no series, and the method, a line each."""
    counted, months = int(series.counts.sum()), series.counts.shape[1]
    return [
        say("trends.heading", by=say(f"trends.by_{by}")),
        chosen.words,
        say(
            "trends.counted",
            counted=say.number(counted),
            count=say.number(len(chosen.history)),
            months=months,
            from_month=_month(series, 0) if months else "–",
            until_month=_month(series, months - 1) if months else "–",
        ),
        *([say("trends.season")] if by is By.SEASON else []),
        say("trends.method", ahead=AHEAD),
    ]


def _month(series: Series, n: int) -> str:
    return str(np.datetime64(int(series.first + n), "M"))


def _name(name: str, by: By, say: Words) -> str:
    """Return a series' name as people know it."""
    if by is By.KELURAHAN:
        return str(session.room().ground.boundaries[name].name)
    if by is By.HOUR:
        return f"{name}.00"
    return say(f"trends.series_{name}")


def _one(names: list[str], series: Series, say: Words) -> int:
    """Ask which series the curve shows; at first the one with most incidents."""
    order = np.argsort(-series.counts.sum(axis=1), kind="stable").tolist()
    return int(
        st.selectbox(
            say("trends.one"), order, key=f"trends_one_{len(names)}", format_func=names.__getitem__
        )
    )


def _curve(series: Series, told: Forecast, at: int, say: Words) -> None:
    """Draw the months of one series; the forecast continues them where there is one."""
    known = series.known[at]
    labels = [_month(series, n) for n in np.flatnonzero(known)]
    seen = series.counts[at][known].tolist()
    curves = [say("trends.seen"), say("trends.expected")][: 1 if told.expected is None else 2]
    points: list[Row] = [
        {"month": f"{label}-15", "n": n, "curve": curves[0]}
        for label, n in zip(labels, seen, strict=True)
    ]
    points += [
        {"month": f"{label}-15", "n": round(n, 2), "curve": curves[-1]}
        for label, n in _ahead(series, told, at)
    ]
    import altair  # noqa: PLC0415 - only for whoever looks at a curve

    encoded = altair.Chart(altair.Data(values=points)).encode(
        x=altair.X("month:T", title=say("trends.month"), axis=altair.Axis(format="%m-%Y")),
        y=altair.Y("n:Q", title=say("trends.incidents")),
        color=altair.Color("curve:N", title=None, sort=curves),
    )
    st.altair_chart(encoded.mark_line().properties(height=230))
    st.html(f"<div class='place'>{escape(_verdict(series, told, at, say))}</div>")


def _ahead(series: Series, told: Forecast, at: int) -> list[tuple[str, float]]:
    """Return the coming months of a series with what is expected in them."""
    total = series.counts.shape[1]
    months = [series.first + total + n for n in range(AHEAD)]
    return [
        (str(np.datetime64(int(month), "M")), one)
        for month, one in zip(months, told.expected or (), strict=False)
        if series.own[at, month % 12]
    ]


def _verdict(series: Series, told: Forecast, at: int, say: Words) -> str:
    """Return in a sentence what is expected and how sure that is, or why nothing is."""
    naive = told.best_naive
    if naive is None:
        return say("trends.too_short", origins=told.origins)
    errors = {
        "ours": say.number(told.errors[Way.MODEL], 2),
        "naive": say.number(told.errors[naive], 2),
        "way": say(f"trends.way_{naive}"),
    }
    if told.expected is None:
        return say("trends.baseline_wins", **errors)
    months = ", ".join(f"{month}: {say.number(n, 1)}" for month, n in _ahead(series, told, at))
    return say("trends.offered", months=months or "–", **errors)


def _row(n: int, name: str, series: Series, told: Forecast, changed: Change | None) -> Row:
    """Return the numbers of one series."""
    row: Row = {"series": name, "incidents": int(series.counts[n].sum())}
    if changed is not None:
        ratio = float(changed.ratio[n])
        row |= {
            "before": int(changed.before[n]),
            "last": int(changed.last[n]),
            "change_percent": None if np.isnan(ratio) else round(100 * (ratio - 1)),
            "q": round(float(changed.q[n]), 4),
            "clear": bool(changed.clear[n]),
        }
    row |= {f"error_{way}": round(told.errors[way], 3) if told.errors else None for way in Way}
    expected = told.expected or (None,) * AHEAD
    row |= {
        f"expected_{ahead}": None if one is None else round(one, 2)
        for ahead, one in enumerate(expected, 1)
    }
    return row


def _shown(row: Row, say: Words) -> Row:
    """Return a row as people read it."""
    shown = {name: row[name] for name in ("series", "incidents", "before", "last") if name in row}
    if "q" in row:
        percent = row["change_percent"]
        shown["change"] = "–" if percent is None else f"{percent:+d} %"
        way = "up" if row["last"] > row["before"] else "down"
        shown["clear"] = say(f"trends.clear_{way}") if row["clear"] else say("trends.unclear")
        shown["q"] = row["q"]
    shown["error_model"] = row["error_model"]
    naive = [row[f"error_{way}"] for way in Way if way is not Way.MODEL]
    shown["error_naive"] = None if None in naive else min(naive)
    some = row["expected_1"] is not None
    ahead = [say.number(row[f"expected_{n}"], 1) for n in range(1, AHEAD + 1)] if some else []
    shown["forecast"] = " · ".join(ahead) or say("trends.no_forecast")
    return shown


def _save(
    series: Series, at: int, told: Forecast, *, rows: list[Row], words: list[str], say: Words
) -> None:
    """Offer the curve and the numbers: the table, and every month of every series."""

    def png() -> bytes:
        known = np.flatnonzero(series.known[at])
        seen = [(_month(series, n), float(series.counts[at, n])) for n in known]
        return figures.months_png(seen, _ahead(series, told, at), say("trends.incidents"), words)

    def csv() -> bytes:
        months = [_month(series, n) for n in range(series.counts.shape[1])]
        whole = [
            {**row, **dict(zip(months, series.counts[n].astype(int).tolist(), strict=True))}
            for n, row in enumerate(rows)
        ]
        return saving.csv_bytes(whole, saving.about(words))

    saving.buttons("tren", {"png": png, "csv": csv})
