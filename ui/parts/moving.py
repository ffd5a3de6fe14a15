"""Status buttons: the next step of each table of moves, and the rest behind a menu."""

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st

from dispatch import desk
from dispatch.assignment import MOVES as ASSIGNMENT_MOVES
from dispatch.assignment import Assignment, AssignmentStatus
from dispatch.incident import MOVES as INCIDENT_MOVES
from dispatch.incident import Disposition, Incident, IncidentStatus
from ui import session
from ui.guard import action
from ui.text import Words

# The step that usually follows, in one press; ambulances may carry somebody first.
NEXT = {
    AssignmentStatus.DISPATCHED: AssignmentStatus.ACCEPTED,
    AssignmentStatus.ACCEPTED: AssignmentStatus.EN_ROUTE,
    AssignmentStatus.EN_ROUTE: AssignmentStatus.ON_SCENE,
    AssignmentStatus.ON_SCENE: AssignmentStatus.ACTING,
    AssignmentStatus.ACTING: AssignmentStatus.CLEARED,
    AssignmentStatus.TRANSPORTING: AssignmentStatus.AT_HOSPITAL,
    AssignmentStatus.AT_HOSPITAL: AssignmentStatus.CLEARED,
}
# These follow from its assignments or its place, nobody sets them by hand.
DERIVED = {
    IncidentStatus.LOCATED,
    IncidentStatus.AWAITING_UNIT,
    IncidentStatus.IN_PROGRESS,
    IncidentStatus.CLOSED,
}


def assignment(one: Assignment, say: Words) -> None:
    """Offer what can follow for a unit on an incident."""
    usual = NEXT.get(one.status)
    if usual:
        st.button(
            say(f"move.assignment.{usual.value}"),
            key=f"next_{one.id}",
            type="primary",
            on_click=action(_move_assignment),
            args=(one.id, usual),
        )
    others = _in_order(AssignmentStatus, ASSIGNMENT_MOVES[one.status] - {usual})
    if others:
        key = f"other_{one.id}_{one.version}"
        st.menu_button(
            "⋯",
            others,
            key=key,
            format_func=lambda to: say(f"move.assignment.{to.value}"),
            on_click=action(lambda: _move_assignment(one.id, st.session_state[key])),
        )


def incident(one: Incident, say: Words) -> None:
    """Offer what can follow for an incident; closing asks how it ended."""
    allowed = INCIDENT_MOVES[one.status]
    for to in _in_order(IncidentStatus, allowed - DERIVED):
        st.button(
            say(f"move.incident.{to.value}"),
            key=f"incident_{to.value}_{one.id}",
            on_click=action(_move_incident),
            args=(one, to),
        )
    if IncidentStatus.CLOSED in allowed:
        key = f"close_{one.id}_{one.version}"
        st.menu_button(
            say("move.incident.closed"),
            [end for end in Disposition if end is not Disposition.CANCELLED],
            key=key,
            format_func=lambda end: say(f"disposition.{end.value}"),
            on_click=action(
                lambda: _move_incident(one, IncidentStatus.CLOSED, st.session_state[key])
            ),
        )
    if one.status is IncidentStatus.CLOSED:
        st.button(
            say("move.incident.reopen"),
            key=f"reopen_{one.id}",
            on_click=action(_reopen),
            args=(one,),
        )


def _reopen(one: Incident) -> None:
    """Reopen an incident; one that was joined to another gets its calls back."""
    if one.duplicate_of is None:
        _move_incident(one, IncidentStatus.AWAITING_UNIT)
    else:
        desk.part(session.room(), one.id, by=session.person(), at=session.now())


def _in_order(kind: type[StrEnum], some: frozenset) -> Sequence:
    return [one for one in kind if one in some]


def _move_assignment(assignment_id: int, to: AssignmentStatus) -> None:
    desk.do(
        session.room(),
        "move_assignment",
        assignment_id=assignment_id,
        to=to,
        by=session.person(),
        at=session.now(),
    )


def _move_incident(
    one: Incident, to: IncidentStatus, disposition: Disposition | None = None
) -> None:
    desk.move_incident(
        session.room(),
        one.id,
        to,
        disposition=disposition,
        version=one.version,
        by=session.person(),
        at=session.now(),
    )
    ended = to in (IncidentStatus.CLOSED, IncidentStatus.CANCELLED)
    if ended and st.session_state.get("focus") == one.id:
        st.session_state.focus = None
