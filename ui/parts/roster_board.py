"""The board of a shift: people and units as planned, and as they are."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.desk import Board, Plan
from dispatch.shift import Shift
from dispatch.unit import ON_DUTY, Unit, UnitStatus
from ui import session
from ui.guard import action, notice
from ui.markup import mark, tag
from ui.refusals import sentence
from ui.text import Words


def named(shift: Shift, say: Words) -> str:
    """Return what a shift is called, with its day and hours in Ambon."""
    return say(
        "shift.named",
        name=say(f"shift.{shift.name.value}"),
        day=f"{shift.day:%d-%m-%Y}",
        begins=session.clock(shift.begins_at),
        ends=session.clock(shift.ends_at),
    )


def show(board: Board, units: Sequence[Unit], say: Words) -> None:
    """Draw the board, with the button that starts the shift."""
    with st.container(horizontal=True, vertical_alignment="center", key="shift_head"):
        st.html(f"<h2>{escape(named(board.plan.shift, say))}</h2>")
        st.space("stretch")
        if session.person().may("start_shift"):
            st.button(
                say("shift.start"), key="start_shift", type="primary", help=say("shift.start_help"),
                on_click=action(_start), disabled=not board.plan.units,
            )  # fmt: skip
    parts = (_people(board, say), _differing(board, say), _units(board, units, say))
    st.html("".join((*parts, _next(board.next, say))))


def _start() -> None:
    """Start the shift, and say of each unit that was left alone why."""
    say = session.say()
    started = desk.start_shift(session.room(), by=session.person(), at=session.now())
    st.toast(say("shift.started", on=len(started.on), off=len(started.off)))
    for call_sign, refusal in started.refused.items():
        notice(f"{call_sign}: {sentence(refusal, say)}")


def _people(board: Board, say: Words) -> str:
    """Return who is planned and who is signed in, one line each."""
    planned = board.plan.people
    lines = [
        f"<li><b>{escape(login)}</b> {escape(task)} "
        + (tag(say("shift.here"), "on_scene") if login in board.signed_in
           else tag(say("shift.not_here"), "soft"))
        + "</li>"
        for login, task in planned.items()
    ] + [
        f"<li><b>{escape(login)}</b> {tag(say('shift.here'), 'on_scene')} "
        f"{tag(say('shift.unplanned'), 'soft')}</li>"
        for login in board.signed_in
        if login not in planned
    ]  # fmt: skip
    return f"<h3>{escape(say('shift.people'))}</h3><ul class='staff'>{''.join(lines)}</ul>"


def _differing(board: Board, say: Words) -> str:
    """Return the units whose duty is not as planned."""
    lines = [f"<li>{escape(_differs(one, board.plan, say))}</li>" for one in board.differing]
    if not board.plan.units:
        return f"<p><small>{escape(say('shift.no_plan'))}</small></p>"
    if not lines:
        return ""
    head = escape(say("shift.differing", count=len(lines)))
    told = f"<summary>{head}</summary><ul>{''.join(lines)}</ul>"
    return f"<details class='differing' open>{told}</details>"


def _differs(unit: Unit, plan: Plan, say: Words) -> str:
    why = "missing" if unit.call_sign in plan.units else "extra"
    status = say(f"status.unit.{unit.status.value}")
    return say(f"shift.{why}", unit=unit.call_sign, status=status)


def _units(board: Board, units: Sequence[Unit], say: Words) -> str:
    """Return every unit by agency, its duty in its colour; a frame marks what is not as planned."""
    agencies = session.room().catalogue.agencies
    differing = {one.call_sign for one in board.differing}
    groups = []
    for code in dict.fromkeys(unit.agency for unit in units):
        mine = [unit for unit in units if unit.agency == code]
        on = sum(unit.status in ON_DUTY for unit in mine)
        short = agencies[code].short if code in agencies else code
        head = f"{mark(code)}<b>{escape(short)}</b> {escape(say('shift.on', on=on, all=len(mine)))}"
        duties = " ".join(
            tag(
                unit.call_sign,
                f"duty-{unit.status.value} {'differs' if unit.call_sign in differing else ''}",
            )
            for unit in mine
        )
        groups.append(f"<div class='duties'>{head}<div>{duties}</div></div>")
    legend = " ".join(
        tag(say(f"status.unit.{one.value}"), f"duty-{one.value}") for one in UnitStatus
    )
    return f"<h3>{escape(say('shift.units'))} {legend}</h3>{''.join(groups)}"


def _next(plan: Plan, say: Words) -> str:
    """Return the shift that follows in two lines."""
    people = ", ".join(
        f"{login} ({task})" if task else login for login, task in plan.people.items()
    )
    told = say("shift.next_plan", people=people or "–", units=len(plan.units))
    return f"<h3>{escape(say('shift.next', shift=named(plan.shift, say)))}</h3>{escape(told)}"
