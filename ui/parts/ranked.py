"""Right: who can go, how soon, why; one press sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.assignment import Assignment
from dispatch.recommend import Option, Recommendation
from dispatch.unit import Unit
from ui import session
from ui.guard import action, notice, words_for
from ui.markup import mark, plain, tag
from ui.parts import draft
from ui.text import Words

KEPT_S = 60  # asked anew at least this often: fixes and closures move with the clock
WALK_M = 30
ONE_PRESS = timedelta(seconds=0.7)


@dataclass(frozen=True, slots=True)
class Ask:
    """What the room is asked to rank for; None as incident while the call is being taken."""

    lon: float
    lat: float
    type_code: str
    severity: str | None
    radius_m: float
    incident_id: int | None = None


def of_draft() -> Ask | None:
    """Return what the call being taken asks for, once place and type are known."""
    scene, kind = draft.current().scene, draft.value("type")
    if scene is None or not kind:
        return None
    return Ask(scene.lon, scene.lat, kind, draft.value("severity"), scene.radius_m)


def of_incident(row: desk.IncidentRow) -> Ask | None:
    """Return what an open incident asks for; history without a place asks nothing."""
    one = row.incident
    if not one.open or one.lon is None or one.lat is None:
        return None
    return Ask(one.lon, one.lat, one.type_code, one.severity, one.radius_m, one.id)


def answer(ask: Ask, version: tuple[int, int]) -> Recommendation:
    """Return the ranking; asked again only when the question or the room has changed."""
    at = session.now()
    key = (ask, version[0], int(at.timestamp()) // KEPT_S)
    kept = st.session_state.get("ranked")
    if kept and kept[0] == key:
        return kept[1]
    ranking = desk.options(
        session.room(),
        lon=ask.lon,
        lat=ask.lat,
        type_code=ask.type_code,
        severity=ask.severity,
        radius_m=ask.radius_m,
        incident_id=ask.incident_id,
        by=session.operator(),
        at=at,
    )
    st.session_state.ranked = (key, ranking)
    return ranking


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
    _card(ranking, ask, units, say)
    _diversions(ranking, say)
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
    st.warning(f"{plain(words)} **{plain(question)}**", icon=":material/help:")


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


def _card(ranking: Recommendation, ask: Ask, units: Sequence[Unit], say: Words) -> None:
    """Draw the run card as filled: who comes for what, what is missing, whom to telephone."""
    card, catalogue = ranking.card, session.room().catalogue
    on = {unit.call_sign: unit.incident_id for unit in units}
    there = {call for call, incident in on.items() if incident and incident == ask.incident_id}
    waiting = tuple(call for call in dict.fromkeys(card.call_signs) if on.get(call) is None)
    rows = []
    for line in card.lines:
        need = catalogue.capabilities[line.need]
        name = need.name_id if say.language == "id" else need.name_en
        picked = [one.call_sign for one in line.chosen]
        who = ", ".join(f"{call} ✓" if call in there else call for call in picked) or "–"
        short = tag(say("card.short", count=line.shortfall), "bad") if line.shortfall else ""
        rows.append(
            f"<tr><td>{line.count}×</td><td>{escape(name)}</td><td>{escape(who)} {short}</td></tr>"
        )
    for agency in ranking.told:
        one = catalogue.agencies[agency]
        phone = say("card.phone", agency=one.short, phone=one.phone or "")
        rows.append(f"<tr><td>☎</td><td colspan='2'>{escape(phone)}</td></tr>")
    if not rows:
        return
    with st.container(key="card"):
        st.html(f"<h3>{escape(say('card.title'))}</h3><table>{''.join(rows)}</table>")
        if waiting:
            soonest = round((card.full_response_s or 0) / 60)
            st.button(
                say("card.send", count=len(waiting), minutes=soonest),
                key="send_card",
                width="stretch",
                on_click=action(send),
                args=(waiting, ranking, ask.incident_id),
                help=plain(", ".join(waiting)),
            )


def _diversions(ranking: Recommendation, say: Words) -> None:
    """Say which units under way elsewhere could be turned round, and what that leaves."""
    if not ranking.diversions:
        return
    with st.expander(say("ranked.diversions", count=len(ranking.diversions))):
        for option in ranking.diversions:
            st.caption(f"**{plain(option.call_sign)}** {plain(say.of(option.said))}")


def _passed_over(ranking: Recommendation, say: Words) -> None:
    """List the units not offered, each with its reason."""
    with st.expander(say("ranked.passed_over", count=len(ranking.passed_over))):
        rows = "".join(
            f"<li><b>{escape(one.call_sign)}</b> {escape(say.of(one.said))}</li>"
            for one in ranking.passed_over
        )
        st.html(f"<ul class='passed'>{rows}</ul>")


def send(call_signs: tuple[str, ...], ranking: Recommendation, incident_id: int | None) -> None:
    """
    Send units; the call is recorded first. One refused does not hold back the others.

    The second press of a double click would meet the next unit in the same place: it is ignored.
    """
    say, sent, now = session.say(), [], session.now()
    if now - st.session_state.get("sent_at", now - ONE_PRESS) < ONE_PRESS:
        return
    st.session_state.sent_at = now
    if incident_id is None:
        incident_id = draft.record().id
    for call_sign in call_signs:
        try:
            sent.append(_assign(incident_id, call_sign, ranking).call_sign)
        except Exception as error:  # said beside what did go out
            notice(words_for(error))
    if sent:
        st.toast(plain(say("ranked.sent", units=", ".join(sent))), icon=":material/emergency:")


def _assign(incident_id: int, call_sign: str, ranking: Recommendation) -> Assignment:
    option = next((one for one in ranking.options if one.call_sign == call_sign), None)
    return desk.assign(
        session.room(),
        incident_id,
        call_sign,
        recommendation_id=ranking.id,
        predicted_travel_s=option.travel_s if option else None,
        distance_m=option.distance_m if option else None,
        by=session.operator(),
        at=session.now(),
    )
