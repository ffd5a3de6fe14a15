"""One thing that happened at one place (kejadian); many calls may point to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from dispatch.moves import Moves, check_move


class IncidentStatus(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"
    LOCATED = "located"
    AWAITING_UNIT = "awaiting_unit"
    IN_PROGRESS = "in_progress"
    CONTROLLED = "controlled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Disposition(StrEnum):
    """How an incident ended."""

    HANDLED = "handled"
    UNFOUNDED = "unfounded"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"
    REFERRED = "referred"
    NO_ACTION = "no_action"


class Severity(StrEnum):
    """How bad it is; run cards ask for more as it rises."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# Straight to closed from any step before: referred to PLN, unfounded, no action needed.
# Back from controlled: it flared up. Back from in progress: every unit declined or was withdrawn.
MOVES: Moves[IncidentStatus] = {
    IncidentStatus.REPORTED: frozenset(
        {IncidentStatus.LOCATED, IncidentStatus.CLOSED, IncidentStatus.CANCELLED}
    ),
    IncidentStatus.LOCATED: frozenset(
        {IncidentStatus.AWAITING_UNIT, IncidentStatus.CLOSED, IncidentStatus.CANCELLED}
    ),
    IncidentStatus.AWAITING_UNIT: frozenset(
        {IncidentStatus.IN_PROGRESS, IncidentStatus.CLOSED, IncidentStatus.CANCELLED}
    ),
    IncidentStatus.IN_PROGRESS: frozenset(
        {
            IncidentStatus.AWAITING_UNIT,
            IncidentStatus.CONTROLLED,
            IncidentStatus.CLOSED,
            IncidentStatus.CANCELLED,
        }
    ),
    IncidentStatus.CONTROLLED: frozenset({IncidentStatus.IN_PROGRESS, IncidentStatus.CLOSED}),
    IncidentStatus.CLOSED: frozenset({IncidentStatus.AWAITING_UNIT}),
    IncidentStatus.CANCELLED: frozenset(),
}
STARTS = frozenset({IncidentStatus.REPORTED, IncidentStatus.LOCATED, IncidentStatus.AWAITING_UNIT})
ENDED = frozenset({IncidentStatus.CLOSED, IncidentStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Incident:
    """
    An incident as stored; times are UTC, WGS84 degrees, `radius_m` metres around the point.

    `level` is how precisely the place is known (a `geo.geocode.Level` value), `version` rises
    with every change, `duplicate_of` is the incident it was joined to. `lon` and `lat` are absent
    only for history whose place nobody stated. `answers` to the type's script, by question.
    """

    id: int
    code: str
    type_code: str
    severity: Severity
    status: IncidentStatus
    lon: float | None
    lat: float | None
    level: str
    radius_m: float
    kelurahan_code: str | None
    place_text: str
    note: str
    opened_at: datetime
    opened_by: str
    status_at: datetime
    closed_at: datetime | None
    disposition: Disposition | None
    source: str
    version: int
    duplicate_of: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether the room still has work on it."""
        return self.status not in ENDED

    def moved_to(self, status: IncidentStatus, at: datetime) -> "Incident":
        """Return the incident in `status` since `at`; IllegalMove when the table refuses."""
        check_move("incident", MOVES, self.status, status)
        return replace(
            self,
            status=status,
            status_at=at,
            closed_at=at if status in ENDED else None,
            disposition=self.disposition if status in ENDED else None,
            duplicate_of=self.duplicate_of if status in ENDED else None,
        )
