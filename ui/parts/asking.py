"""What the room is asked to rank for, and its answer, asked again only when something changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from dispatch import desk
from dispatch.recommend import RankBy, Recommendation
from dispatch.run_card import Changes
from dispatch.scripts import Extra
from ui import session
from ui.parts import draft

KEPT_S = 60  # asked anew at least this often: fixes and closures move with the clock
BOTH = "rank_by_both"
CHANGES = "card_changes"


@dataclass(frozen=True, slots=True)
class Ask:
    """A scene and what it needs; None as incident while the call is being taken."""

    lon: float
    lat: float
    type_code: str
    severity: str | None
    radius_m: float
    incident_id: int | None = None
    rank_by: RankBy = RankBy.TIME
    left_out: frozenset[str] = frozenset()
    insisted: tuple[tuple[str, str], ...] = ()
    extra: tuple[Extra, ...] = ()

    @property
    def changes(self) -> Changes:
        """What the dispatcher changed on the run card."""
        return Changes(self.left_out, dict(self.insisted))


def of_draft() -> Ask | None:
    """Return what the call being taken asks for, once place and type are known."""
    scene, kind = draft.current().scene, draft.value("type")
    if scene is None or not kind:
        return None
    severity = draft.value("severity")
    work = f"draft-{draft.current().number}"
    asked = _with_wishes(work, scene.lon, scene.lat, kind, severity, scene.radius_m)
    return replace(asked, extra=_extra(kind, draft.current().answers))


def of_incident(row: desk.IncidentRow) -> Ask | None:
    """Return what an open incident asks for; history without a place asks nothing."""
    one = row.incident
    if not one.open or one.lon is None or one.lat is None:
        return None
    asked = _with_wishes(
        f"incident-{one.id}", one.lon, one.lat, one.type_code, one.severity, one.radius_m, one.id
    )
    return replace(asked, extra=_extra(one.type_code, one.answers))


def _extra(type_code: str, answers: Mapping[str, str]) -> tuple[Extra, ...]:
    """Return what the caller's answers put on the run card."""
    return desk.assessed(session.room(), type_code, answers).extra if answers else ()


def _with_wishes(work: str, *asked: object) -> Ask:
    """Add how to rank, and the changes to the card of this very piece of work."""
    kept: Changes = st.session_state.get(CHANGES, {}).get(work, Changes())
    return Ask(
        *asked,  # type: ignore[arg-type]
        rank_by=RankBy.BOTH if st.session_state.get(BOTH) else RankBy.TIME,
        left_out=kept.left_out,
        insisted=tuple(sorted(kept.insisted.items())),
    )


def change(ask: Ask, changes: Changes | None) -> None:
    """Keep changes to the card of the work at hand; None takes them all back."""
    work = f"incident-{ask.incident_id}" if ask.incident_id else f"draft-{draft.current().number}"
    kept = {**st.session_state.get(CHANGES, {}), work: changes or Changes()}
    st.session_state[CHANGES] = {key: one for key, one in kept.items() if key == work or one}


def answer(ask: Ask, version: int) -> Recommendation:
    """Return the ranking; asked again only when the question or the room has changed."""
    at = session.now()
    key = (ask, version, int(at.timestamp()) // KEPT_S)
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
        rank_by=ask.rank_by,
        changes=ask.changes,
        extra=ask.extra,
        by=session.person(),
        at=at,
    )
    st.session_state.ranked = (key, ranking)
    return ranking
