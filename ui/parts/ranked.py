"""Right: who can go, how soon, why; one press sends."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from dispatch.recommend import Option, Recommendation
from dispatch.unit import Unit
from ui import session
from ui.guard import action
from ui.markup import mark, plain, tag
from ui.parts import asking, card
from ui.parts.asking import Ask
from ui.parts.sending import divert, send
from ui.text import Words

WALK_M = 30


def show(ranking: Recommendation, ask: Ask, units: Sequence[Unit], say: Words) -> None:
    """Draw the ranked units, the run card and who was passed over."""
    name = ranking.kind.name_id if say.language == "id" else ranking.kind.name_en
    st.html(
        f'<h2 class="asked" data-lon="{ask.lon:.6f}" data-lat="{ask.lat:.6f}">'
        f"{escape(name)} · {escape(say(f'severity.{ranking.severity.value}'))}</h2>"
    )
    for note in ranking.notes:
        st.caption(plain(say.of(note)))
    _area(ranking, say)
    if not ranking.options:
        st.error(say("ranked.nobody"), icon=":material/block:")
    for rank, option in enumerate(ranking.options, 1):
        _option(rank, option, ranking, ask, say)
    if ranking.more:
        st.caption(say("ranked.more", count=ranking.more))
    st.toggle(say("ranked.both"), key=asking.BOTH, help=say("ranked.both_help"))
    card.show(ranking, ask, units, say)
    _diversions(ranking, ask, say)
    _passed_over(ranking, say)


def _area(ranking: Recommendation, say: Words) -> None:
    """Say when the best unit changes within the area the place may lie in, and what to ask."""
    area = ranking.area
    if area is None or not area.changes:
        return
    shares = ", ".join(
        f"{one.call_sign} {one.share:.0%}" for one in area.shares[:3] if one.share >= 0.01
    )
    question = say.of(area.question) if area.question else ""
    words = say("ranked.area", radius=say.number(area.radius_m), shares=shares)
    st.warning(
        f"{plain(words)} **{plain(question)}**" if question else plain(words),
        icon=":material/help:",
    )


def _option(rank: int, option: Option, ranking: Recommendation, ask: Ask, say: Words) -> None:
    """Draw one unit that can be sent."""
    best = "best" if rank == 1 else ""
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"option_{rank}", gap="small"
    ):
        st.html(f'<div class="option {best}">{_facts(rank, option, say)}</div>')
        st.button(
            say("ranked.send"),
            key=f"send_{option.call_sign}",
            type="primary" if rank == 1 else "secondary",
            help=plain(say.of(option.said)),
            shortcut="Ctrl+Enter" if rank == 1 else None,
            on_click=action(send),
            args=((option.call_sign,), ranking, ask.incident_id),
        )


def _facts(rank: int, option: Option, say: Words) -> str:
    """Return what to know of a unit in three lines."""
    unit, seconds = option.unit, option.expected_s
    minutes = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    facts = [session.room().catalogue.agencies[unit.agency].short]
    facts.append(say("ranked.turnout", seconds=round(option.turnout_s)))
    facts.append(say("ranked.km", km=say.number(option.distance_m / 1000, 1)))
    if option.trip.walk_m >= WALK_M:
        facts.append(say("ranked.walk", metres=round(option.trip.walk_m)))
    if option.corrected and option.corrected.p90_s:
        facts.append(say("ranked.nine_tenths", minutes=round(option.corrected.p90_s / 60)))
    marks = tag(say(f"basis.{unit.position_basis.value}"), "soft") if unit.fix_at else ""
    left = ""
    if option.coverage is not None:
        left = say(
            "ranked.left",
            people=say.number(option.coverage.people_left),
            lost=say.number(option.coverage.people_lost),
        )
    return (
        f"<span class='rank'>{rank}</span>"
        f"<span class='who'>{mark(unit.agency)}<b>{escape(unit.call_sign)}</b>"
        f" {marks}</span>"
        f"<span class='time'>{minutes}<small>{escape(say('ranked.minutes'))}</small></span>"
        f"<small class='facts'>{escape(' · '.join(facts))}</small>"
        f"<small class='facts'>{escape(left)}</small>"
    )


def _diversions(ranking: Recommendation, ask: Ask, say: Words) -> None:
    """Offer units under way elsewhere, and say what turning them round leaves."""
    if not ranking.diversions:
        return
    words = say("ranked.diversions", count=len(ranking.diversions))
    more = st.expander(words, key="diversions", on_change="rerun")
    if not more.open:
        return
    with more:
        for option in ranking.diversions:
            key = f"line_divert_{option.call_sign}"
            with st.container(horizontal=True, vertical_alignment="center", key=key):
                st.caption(f"**{plain(option.call_sign)}** {plain(say.of(option.said))}")
                st.button(
                    say("ranked.divert"),
                    key=f"divert_{option.call_sign}",
                    on_click=action(divert),
                    args=(option, ranking, ask.incident_id),
                )


def _passed_over(ranking: Recommendation, say: Words) -> None:
    """List the units not offered, each with its reason."""
    words = say("ranked.passed_over", count=len(ranking.passed_over))
    more = st.expander(words, key="passed_over", on_change="rerun")
    if not more.open:
        return
    with more:
        rows = "".join(
            f"<li><b>{escape(one.call_sign)}</b> {escape(say.of(one.said))}</li>"
            for one in ranking.passed_over
        )
        st.html(f"<ul class='passed'>{rows}</ul>")
