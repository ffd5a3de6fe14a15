"""Planning a shift: copied from an earlier one, then changed by a press on a name."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

import streamlit as st

from dispatch import desk
from dispatch.desk import Board, Plan
from dispatch.shift import Shift, ShiftName, shift_on
from dispatch.unit import ON_DUTY, Unit
from ui import session
from ui.guard import action
from ui.markup import plain
from ui.parts.roster_board import named
from ui.text import Words

EARLIER = (1, 7)  # days
TASKS = ("supervisor", "operator", "dispatcher", "liaison")


def show(board: Board, units: Sequence[Unit], say: Words) -> None:
    """Ask which shift, and who and what is on it; nothing holds before it is saved."""
    shift = _which(board.next.shift, say)
    plan = desk.shift_plan(session.room(), shift)
    # Another plan, copied or saved elsewhere, is another form.
    key = f"plan_{shift.begins_at:%Y%m%d%H}_{hash((str(plan.people), plan.units))}"
    _earlier(shift, say)
    _people(plan, key, say)
    _units(plan, units, key, say)
    st.button(
        say("shift.save"), key="save_plan", type="primary", on_click=action(_save),
        args=(shift, key, sorted({unit.agency for unit in units})),
    )  # fmt: skip


def _which(proposed: Shift, say: Words) -> Shift:
    """Ask for a day and a shift; the next one unless another is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(
            say("shift.day"), proposed.day, key="plan_day", format="DD-MM-YYYY",
            min_value=proposed.day - timedelta(days=60), width=140,
        )  # fmt: skip
        name = st.segmented_control(
            say("shift.which"),
            list(ShiftName),
            default=proposed.name,
            required=True,
            key="plan_name",
            format_func=lambda one: say(f"shift.{one.value}"),
        )
    return shift_on(day, name or proposed.name)


def _earlier(shift: Shift, say: Words) -> None:
    """Offer to take over the plan of the same shift a day or a week before."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<b>{escape(named(shift, say))}</b>")
        for days in EARLIER:
            st.button(
                say(f"shift.copy_{days}"), key=f"copy_{days}", on_click=action(_copy),
                args=(shift, days),
            )  # fmt: skip


def _copy(shift: Shift, days: int) -> None:
    desk.copy_shift(session.room(), shift, days=days, by=session.person(), at=session.now())
    st.toast(session.say()("shift.copied"))


def _people(plan: Plan, key: str, say: Words) -> None:
    """Ask who is on the shift, and what each does there."""
    known = desk.logins(session.room())
    chosen = st.multiselect(
        say("shift.people"), known, default=[one for one in plan.people if one in known],
        key=f"{key}_people", placeholder=say("shift.choose"),
    )  # fmt: skip
    usual = [say(f"task.{one}") for one in TASKS]
    for row in range(0, len(chosen), 3):
        for column, login in zip(st.columns(3), chosen[row : row + 3], strict=False):
            now = plan.people.get(login, "")
            options = list(dict.fromkeys([now, *usual])) if now else usual
            column.selectbox(
                plain(say("shift.task", login=login)), options, index=0 if now else None,
                key=f"{key}_task_{login}", accept_new_options=True, placeholder="",
            )  # fmt: skip


def _units(plan: Plan, units: Sequence[Unit], key: str, say: Words) -> None:
    """Ask which units are on duty; those on duty now are proposed for a shift without a plan."""
    on = plan.units or {unit.call_sign for unit in units if unit.status in ON_DUTY}
    if not plan.units:
        st.caption(say("shift.proposed"))
    agencies = session.room().catalogue.agencies
    for code in dict.fromkeys(unit.agency for unit in units):
        mine = [unit.call_sign for unit in units if unit.agency == code]
        st.pills(
            agencies[code].short if code in agencies else code,
            mine,
            selection_mode="multi",
            default=[one for one in mine if one in on],
            key=f"{key}_{code}",
        )


def _save(shift: Shift, key: str, agencies: Sequence[str]) -> None:
    """Write the plan as the form has it now."""
    said = st.session_state
    staff = {login: said.get(f"{key}_task_{login}") or "" for login in said[f"{key}_people"]}
    units = [one for code in agencies for one in said[f"{key}_{code}"]]
    desk.plan_shift(session.room(), shift, staff, units, by=session.person(), at=session.now())
    st.toast(session.say()("shift.saved"))
