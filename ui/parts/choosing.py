"""The filter of the planner's page, and the incidents it chooses."""

from dataclasses import dataclass
from datetime import date, datetime

import streamlit as st

from dispatch import desk
from dispatch.analytics.filters import DESK, PUBLIC, SYNTHETIC, Filter, hours_between
from dispatch.analytics.history import History
from ui import session
from ui.guard import gesture
from ui.text import Words

SOURCES = (DESK, PUBLIC, SYNTHETIC)
KEPT_S = 300  # incidents read once serve every part for so long
KEPT = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """
    A filter, what it chooses, when that was read, and one line that says so.

    `known_until`: the last day anybody collected; nothing after it does not mean no incident.
    """

    filter: Filter
    history: History
    at: datetime
    words: str
    known_until: date


def ask(say: Words) -> Chosen | None:
    """Ask for period, types, hours, weekdays and sources; None while the period has one day."""
    spans = _spans()
    days = _days(spans, say)
    if len(days) < 2:
        st.info(say("planner.both_days"))
        return None
    types = session.room().catalogue.types
    chosen = Filter(
        *days,
        types=frozenset(
            st.multiselect(
                say("history.types"), list(types), key="planner_types",
                placeholder=say("history.all_types"), format_func=lambda code: type_name(code, say),
            )
        ),
        hours=_hours(say),
        weekdays=frozenset(
            st.pills(
                say("planner.weekdays"), list(range(1, 8)), selection_mode="multi",
                key="planner_weekdays", format_func=lambda day: say(f"weekday.{day}"),
            )
        ),
        sources=frozenset(
            st.pills(
                say("planner.sources"), [one for one in SOURCES if spans[one]],
                selection_mode="multi", key="planner_sources",
                default=[one for one in (DESK, PUBLIC) if spans[one]],
                format_func=lambda one: say(f"source.{one.replace(' ', '_')}"),
            )
        ),
    )  # fmt: skip
    with st.spinner(say("planner.reading")):
        history, at = _read(str(chosen.values()), chosen)
    st.button(say("planner.again"), key="planner_again", on_click=gesture(_forget), width="stretch")
    until = _known_until(chosen, spans[PUBLIC])
    return Chosen(chosen, history, at, _words(chosen, history, at, say), until)


def _known_until(chosen: Filter, reports: tuple[datetime, datetime] | None) -> date:
    """Return the last day with data: public reports are collected up to some day."""
    if chosen.sources != {PUBLIC} or reports is None:
        return chosen.last
    return max(chosen.first, min(chosen.last, reports[1].astimezone(session.WIT).date()))


def _days(spans: dict[str, tuple[datetime, datetime] | None], say: Words) -> tuple[date, ...]:
    """Ask for the first and last day; at first everything there is."""
    today = session.now().astimezone(session.WIT).date()
    begun = [one[0].astimezone(session.WIT).date() for one in spans.values() if one]
    picked = st.date_input(
        say("planner.period"), (min([*begun, today]), today), max_value=today,
        key="planner_days", format="DD-MM-YYYY",
    )  # fmt: skip
    return tuple(picked)


def _hours(say: Words) -> frozenset[int]:
    """Ask from when until when of the day, across midnight too."""
    left, right = st.columns(2, gap="small")
    begin = left.selectbox(
        say("planner.hour_from"), range(24), key="planner_hour_from", format_func=_clock
    )
    end = right.selectbox(
        say("planner.hour_until"), range(1, 25), index=23, key="planner_hour_until",
        format_func=_clock,
    )  # fmt: skip
    return hours_between(begin, end)


def _clock(hour: int) -> str:
    return f"{hour:02d}.00"


def type_name(code: str, say: Words) -> str:
    """Return an incident type's name; the code where the catalogue does not know it."""
    kind = session.room().catalogue.types.get(code)
    if kind is None:
        return code
    return kind.name_id if say.language == "id" else kind.name_en


def _words(chosen: Filter, history: History, at: datetime, say: Words) -> str:
    """Return period, filter and count in one line."""
    types = ", ".join(type_name(code, say) for code in sorted(chosen.types))
    hours = ", ".join(_clock(hour) for hour in sorted(chosen.hours))
    days = ", ".join(say(f"weekday.{day}") for day in sorted(chosen.weekdays))
    sources = ", ".join(say(f"source.{one.replace(' ', '_')}") for one in sorted(chosen.sources))
    return say(
        "planner.chosen",
        count=say.number(len(history)),
        from_at=f"{chosen.first:%d-%m-%Y}",
        until_at=f"{chosen.last:%d-%m-%Y}",
        types=types or say("history.all_types"),
        hours=hours or say("planner.all_hours"),
        weekdays=days or say("planner.all_days"),
        sources=sources or say("planner.no_source"),
        at=session.clock(at),
    )


@st.cache_resource(max_entries=KEPT, ttl=KEPT_S, show_spinner=False)
def _read(key: str, _chosen: Filter) -> tuple[History, datetime]:  # noqa: ARG001 - kept by it
    """Read the incidents a filter chooses; the pictures of one filter share them."""
    at = session.now()
    return desk.history(session.room(), _chosen, by=session.person(), at=at), at


@st.cache_resource(max_entries=1, ttl=KEPT_S, show_spinner=False)
def _spans() -> dict[str, tuple[datetime, datetime] | None]:
    """Return when the first and last incident of each source were opened."""
    who, at = session.person(), session.now()
    return {one: desk.span(session.room(), {one}, by=who, at=at) for one in SOURCES}


def _forget() -> None:
    """Read everything anew."""
    _read.clear()
    _spans.clear()
