"""The call being taken: what was said, where it is taken to be, until it is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dispatch import desk
from dispatch.call import Call
from dispatch.incident import Incident, Severity
from geo.geocode import Answer, Candidate, Level, Status
from ui import session
from ui.refusals import NoPlace, NoType

FIELDS = ("words", "type", "severity", "note", "phone", "caller")
LISTENING = timedelta(minutes=2)  # nobody listens longer before writing anything down
UNKNOWN_SEVERITY = Severity.MEDIUM  # until it is known what happened
CLICK_RADIUS_M = 0.0  # a click means this very point


@dataclass(frozen=True, slots=True)
class Scene:
    """Where it is: WGS84 degrees, how precisely, and the words for it."""

    lon: float
    lat: float
    level: str
    radius_m: float
    label: str | None
    by_hand: bool = False


@dataclass
class Draft:
    """
    A call not yet recorded; `number` makes its fields new and empty.

    `heard` the words last looked up; `answers` to the type's questions, `unasked` those skipped;
    `waiting` the call that came in before and is being taken now. `began_at` is when the clock
    began to run, `said_at` when the first word was written down.
    """

    number: int
    began_at: datetime | None = None
    said_at: datetime | None = None
    waiting: int | None = None
    heard: str = ""
    answer: Answer | None = None
    asked: int = 0
    scene: Scene | None = None
    chosen: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    unasked: set[str] = field(default_factory=set)


def current() -> Draft:
    """Return the call being taken, a fresh one if there is none."""
    if "draft" not in st.session_state:
        st.session_state.draft = Draft(number=1)
    return st.session_state.draft


def start() -> None:
    """Put the present call aside for good and take the next."""
    st.session_state.draft = Draft(number=current().number + 1, began_at=session.now())
    st.session_state.focus = None


def busy() -> bool:
    """Whether something of a call is in the form that another one would wipe out."""
    return bool(words("words") or current().scene or current().waiting)


def take_up(call: Call) -> None:
    """Take a waiting call: what was said is in the form; who called stays with the call."""
    start()
    draft = current()
    draft.waiting, draft.began_at = call.id, call.received_at
    st.session_state[key("words")], st.session_state[key("note")] = call.text, call.note
    hear()


def key(name: str) -> str:
    """Return the widget key of a field of this call."""
    return f"{name}-{current().number}"


def value(name: str) -> Any:
    """Return what a field of this call holds."""
    return st.session_state.get(key(name))


def keep(name: str) -> None:
    """Remember what was chosen: Streamlit forgets it when the words on offer change."""
    begin()
    current().chosen[name] = value(name)


def take_type() -> None:
    """Take what happened, and how bad such a thing usually is, unless that was said meanwhile."""
    keep("type")
    said = value("severity") != current().chosen.get("severity", UNKNOWN_SEVERITY)
    if value("type") and not said:
        grade(session.room().catalogue.type(value("type")).severity)


def restore(name: str) -> None:
    """Bring back what was chosen, before the field is drawn."""
    if value(name) is None and current().chosen.get(name) is not None:
        st.session_state[key(name)] = current().chosen[name]


def grade(severity: str) -> None:
    """Take the severity that the answers come to."""
    st.session_state[key("severity")] = current().chosen["severity"] = severity


def words(name: str) -> str:
    """Return the text of a field of this call."""
    return str(value(name) or "").strip()


def begin() -> None:
    """Start the clock of this call, unless it runs."""
    draft = current()
    draft.began_at = draft.began_at or session.now()
    draft.said_at = draft.said_at or session.now()


def taking_s() -> float:
    """Return seconds since the phone was answered; an empty form may have waited for it to ring."""
    draft, at = current(), session.now()
    said_at = draft.said_at or at
    began_at = draft.began_at or said_at
    answered_at = began_at if said_at - began_at <= LISTENING else said_at
    # A clock that was set meanwhile must not keep the call from being taken.
    return min(max(0.0, (at - answered_at).total_seconds()), desk.MOST_TAKING_S)


def hear() -> None:
    """Look up what the caller said; a place set by hand stays."""
    draft, said = current(), words("words")
    if said == draft.heard:
        return
    begin()
    answer = desk.locate(session.room(), said) if said else None
    draft.answer, draft.asked = answer, draft.asked + 1
    if not (draft.scene and draft.scene.by_hand):
        draft.scene = None
        if answer and answer.status is Status.LOCATED:
            choose(answer.candidates[0])
        elif answer and answer.candidates:
            look_over([(one.lon, one.lat) for one in answer.candidates])
    draft.heard = said  # last: Streamlit may break off anywhere above to begin anew


def choose(candidate: Candidate) -> None:
    """Take a candidate as the scene and look at it."""
    current().scene = Scene(
        candidate.lon, candidate.lat, candidate.level.value, candidate.radius_m, candidate.label
    )
    look(candidate.lon, candidate.lat, candidate.radius_m)


def point_at(lon: float, lat: float) -> None:
    """Take a point clicked on the map as the scene."""
    begin()
    draft = current()
    draft.asked += 1  # no candidate is the chosen one any more
    draft.scene = Scene(lon, lat, Level.POINT.value, CLICK_RADIUS_M, None, by_hand=True)


def look(lon: float, lat: float, radius_m: float = 0) -> None:
    """Move the map so that a place and what lies around it are seen."""
    reach = max(radius_m, 600) / 111_000
    look_over([[lon - reach, lat - reach], [lon + reach, lat + reach]])


def look_over(points: Sequence[Sequence[float]]) -> None:
    """Move the map so that all these points are seen."""
    view = st.session_state.get("view") or {"n": 0}
    st.session_state.view = {"n": view["n"] + 1, "points": points, "zoom": 16}


def record() -> Incident:
    """Write the call and its incident down; the next call gets a fresh form."""
    draft, scene = current(), current().scene
    if scene is None:
        raise NoPlace
    if not value("type"):
        raise NoType
    opened: Incident = desk.do(
        session.room(),
        "take_call",
        text=words("words"),
        type_code=value("type"),
        severity=value("severity"),
        lon=scene.lon,
        lat=scene.lat,
        level=scene.level,
        radius_m=scene.radius_m,
        note=words("note"),
        phone=words("phone") or None,
        caller_name=words("caller") or None,
        candidate_label=scene.label or _called(scene),
        answers=draft.answers,
        waiting=draft.waiting,
        taking_s=taking_s(),
        by=session.person(),
        at=session.now(),
    )
    st.session_state.draft = Draft(number=draft.number + 1)
    st.session_state.focus = opened.id
    return opened


def _called(scene: Scene) -> str:
    """Return words for a place set on the map: what the caller said, and where that is."""
    found = desk.kelurahan_at(session.room(), scene.lon, scene.lat)
    point = session.say()("scene.point", lon=scene.lon, lat=scene.lat)
    said = [words("words")[:150], found.kelurahan.name if found else ""]
    return " · ".join([part for part in said if part] or [point])


def discard(kind: str) -> None:
    """Close the call as silent or a prank."""
    desk.do(
        session.room(),
        "discard_call",
        text=words("words"),
        kind=kind,
        phone=words("phone") or None,
        waiting=current().waiting,
        taking_s=taking_s(),
        by=session.person(),
        at=session.now(),
    )
    start()
    current().began_at = None
    st.toast(session.say()("intake.discarded"), icon=":material/call_end:")
