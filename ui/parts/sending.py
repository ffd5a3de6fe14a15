"""One press sends; a second press of a double click sends nobody."""

from time import monotonic

import streamlit as st

from dispatch import desk
from dispatch.assignment import Assignment, AssignmentStatus
from dispatch.recommend import Option, Recommendation
from ui import session
from ui.guard import notice, words_for
from ui.markup import plain
from ui.parts import draft

ONE_PRESS_S = 0.7


def send(call_signs: tuple[str, ...], ranking: Recommendation, incident_id: int | None) -> None:
    """
    Send units; the call is recorded first. One refused does not hold back the others.

    The second press of a double click would meet the next unit in the same place: it is ignored.
    """
    if _pressed_just_now():
        return
    if incident_id is None:
        incident_id = draft.record().id
    sent = [call for call in call_signs if _assign(incident_id, call, ranking)]
    if sent:
        words = session.say()("ranked.sent", units=", ".join(sent))
        st.toast(plain(words), icon=":material/emergency:")


def divert(option: Option, ranking: Recommendation, incident_id: int | None) -> None:
    """Turn a unit round: it leaves the incident it is under way to."""
    if option.unit.assignment_id is None or _pressed_just_now():
        return
    if incident_id is None:
        incident_id = draft.record().id
    desk.do(
        session.room(),
        "move_assignment",
        assignment_id=option.unit.assignment_id,
        to=AssignmentStatus.WITHDRAWN,
        by=session.person(),
        at=session.now(),
    )
    _assign(incident_id, option.call_sign, ranking)


def _pressed_just_now() -> bool:
    now = monotonic()  # set back, the clock on the wall would ignore every press for hours
    before = st.session_state.get("sent_at")
    st.session_state.sent_at = now
    return before is not None and now - before < ONE_PRESS_S


def _assign(incident_id: int, call_sign: str, ranking: Recommendation) -> Assignment | None:
    """Send one unit; why it was refused is said beside what did go out."""
    shown = (*ranking.options, *ranking.diversions)
    option = next((one for one in shown if one.call_sign == call_sign), None)
    try:
        sent: Assignment = desk.do(
            session.room(),
            "assign",
            incident_id=incident_id,
            call_sign=call_sign,
            recommendation_id=ranking.id,
            predicted_travel_s=option.travel_s if option else None,
            distance_m=option.distance_m if option else None,
            by=session.person(),
            at=session.now(),
        )
    except Exception as error:  # the other units still have to go
        notice(words_for(error))
        return None
    return sent
