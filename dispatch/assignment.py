"""One unit on one incident (penugasan), with its own milestones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.moves import Moves, check_move


class AssignmentStatus(StrEnum):
    """Where an assignment stands."""

    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    ACTING = "acting"  # first water, first aid
    TRANSPORTING = "transporting"
    AT_HOSPITAL = "at_hospital"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"


_GONE = AssignmentStatus.WITHDRAWN

MOVES: Moves[AssignmentStatus] = {
    AssignmentStatus.DISPATCHED: frozenset(
        {AssignmentStatus.ACCEPTED, AssignmentStatus.DECLINED, _GONE}
    ),
    AssignmentStatus.ACCEPTED: frozenset({AssignmentStatus.EN_ROUTE, _GONE}),
    AssignmentStatus.EN_ROUTE: frozenset({AssignmentStatus.ON_SCENE, _GONE}),
    AssignmentStatus.ON_SCENE: frozenset(
        {
            AssignmentStatus.ACTING,
            AssignmentStatus.TRANSPORTING,
            AssignmentStatus.CLEARED,
            _GONE,
        }
    ),
    AssignmentStatus.ACTING: frozenset(
        {AssignmentStatus.TRANSPORTING, AssignmentStatus.CLEARED, _GONE}
    ),
    AssignmentStatus.TRANSPORTING: frozenset({AssignmentStatus.AT_HOSPITAL, _GONE}),
    AssignmentStatus.AT_HOSPITAL: frozenset({AssignmentStatus.CLEARED, _GONE}),
    AssignmentStatus.DECLINED: frozenset(),
    AssignmentStatus.CLEARED: frozenset(),
    AssignmentStatus.WITHDRAWN: frozenset(),
}
STARTS = frozenset({AssignmentStatus.DISPATCHED})
ANSWER_WITHIN = timedelta(seconds=60)
"""A crew that has not answered by then is asked no longer: the next unit is proposed."""
ENDED = frozenset({AssignmentStatus.DECLINED, AssignmentStatus.CLEARED, AssignmentStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Assignment:
    """
    A unit sent to an incident; milestones map a reached status to its UTC time.

    `predicted_travel_s` seconds and `distance_m` metres are what the room was shown on sending.
    """

    id: int
    incident_id: int
    call_sign: str
    status: AssignmentStatus
    milestones: Mapping[str, datetime] = field(default_factory=dict)
    predicted_travel_s: float | None = None
    distance_m: float | None = None
    recommendation_id: int | None = None
    assigned_by: str = ""
    version: int = 1

    @property
    def open(self) -> bool:
        """Whether the unit is still bound to the incident."""
        return self.status not in ENDED

    @property
    def actual_travel_s(self) -> float | None:
        """Seconds from setting out to arriving; None until both are known."""
        started = self.milestones.get(AssignmentStatus.EN_ROUTE)
        arrived = self.milestones.get(AssignmentStatus.ON_SCENE)
        return (arrived - started).total_seconds() if started and arrived else None

    @property
    def answer_due_at(self) -> datetime | None:
        """When the crew's answer is overdue; None once there is one."""
        if self.status is not AssignmentStatus.DISPATCHED:
            return None
        return self.milestones[AssignmentStatus.DISPATCHED] + ANSWER_WITHIN

    def moved_to(self, status: AssignmentStatus, at: datetime) -> "Assignment":
        """Return the assignment in `status` since `at`; IllegalMove when the table refuses."""
        check_move("assignment", MOVES, self.status, status)
        return replace(self, status=status, milestones={**self.milestones, status.value: at})


def unanswered(assignments: Iterable[Assignment], at: datetime) -> list[Assignment]:
    """
    Return those for whom another unit is to be proposed, in the order they were sent.

    Sent and not answered in time; or declined, with nobody sent since.
    """
    sent = sorted(assignments, key=lambda one: one.milestones[AssignmentStatus.DISPATCHED])
    found = []
    for place, one in enumerate(sent):
        overdue = one.answer_due_at is not None and at >= one.answer_due_at
        declined_at = one.milestones.get(AssignmentStatus.DECLINED)
        alone = declined_at is not None and not any(
            later.milestones[AssignmentStatus.DISPATCHED] >= declined_at
            for later in sent[place + 1 :]
        )
        if overdue or alone:
            found.append(one)
    return found
