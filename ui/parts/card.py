"""The run card as filled: who comes for what, what is missing, whom to telephone."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from dispatch.recommend import Recommendation
from dispatch.run_card import CardLine, Changes
from dispatch.unit import Unit, UnitStatus
from ui import session
from ui.guard import action, gesture
from ui.markup import plain, tag
from ui.parts import asking
from ui.parts.asking import Ask
from ui.parts.sending import send
from ui.text import Words


def show(ranking: Recommendation, ask: Ask, units: Sequence[Unit], say: Words) -> None:
    """Draw the card, the button that sends it, and the way to change its lines."""
    card, on = ranking.card, {unit.call_sign: unit.incident_id for unit in units}
    there = {call for call, incident in on.items() if incident and incident == ask.incident_id}
    waiting = tuple(call for call in dict.fromkeys(card.call_signs) if on.get(call) is None)
    rows = [_line(line, there, say) for line in card.lines]
    rows += [_by_phone(agency, say) for agency in ranking.told]
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
        _changes(ranking, ask, units, say)


def _changes(ranking: Recommendation, ask: Ask, units: Sequence[Unit], say: Words) -> None:
    """Offer to change the lines; drawn only while it is open, since a click waits for no menu."""
    menu = st.popover(say("card.change"), width="stretch", key="card_menu", on_change="rerun")
    if not menu.open:
        return
    with menu:
        for number, line in enumerate(ranking.card.lines):
            _change_line(number, line, ask, units, say)
        st.button(
            say("card.reset"),
            key="card_reset",
            on_click=gesture(asking.change),
            args=(ask, None),
        )


def need_name(code: str, say: Words) -> str:
    """Return what a capability is called."""
    need = session.room().catalogue.capabilities[code]
    return need.name_id if say.language == "id" else need.name_en


def _line(line: CardLine, there: set[str], say: Words) -> str:
    picked = [one.call_sign for one in line.chosen]
    who = ", ".join(f"{call} ✓" if call in there else call for call in picked) or "–"
    short = tag(say("card.short", count=line.shortfall), "bad") if line.shortfall else ""
    name = escape(need_name(line.need, say))
    return f"<tr><td>{line.count}×</td><td>{name}</td><td>{escape(who)} {short}</td></tr>"


def _by_phone(agency: str, say: Words) -> str:
    one = session.room().catalogue.agencies[agency]
    words = say("card.phone", agency=one.short, phone=one.phone or "")
    return f"<tr><td>☎</td><td colspan='2'>{escape(words)}</td></tr>"


def _change_line(number: int, line: CardLine, ask: Ask, units: Sequence[Unit], say: Words) -> None:
    """Let the dispatcher take units off a line or put others on it."""
    chosen = [one.call_sign for one in line.chosen]
    free = {
        unit.call_sign
        for unit in units
        if unit.agency in line.agencies and unit.status is UnitStatus.AVAILABLE
    }
    key = f"card_{number}_{line.need}_{hash(tuple(chosen))}"

    def changed() -> None:
        wanted = set(st.session_state[key])
        gone, new = set(chosen) - wanted, wanted - set(chosen)
        kept = {call: need for call, need in ask.insisted if call not in gone}
        left_out = (ask.left_out | gone) - new
        insisted = kept | dict.fromkeys(new, line.need)
        asking.change(ask, Changes(frozenset(left_out), insisted))

    st.multiselect(
        f"{line.count}× {need_name(line.need, say)}",
        sorted(free | set(chosen)),
        default=chosen,
        key=key,
        on_change=gesture(changed),
    )
