"""Something that can be sent (unit, armada), and where units wait (pos)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.moves import Moves, check_move

CLOCKS_DIFFER = timedelta(minutes=2)
"""How far in the future a position may be: clocks are never quite the same."""


class UnitStatus(StrEnum):
    """Whether a unit can be sent; assigned is derived from its open assignment."""

    OFF_DUTY = "off_duty"
    AVAILABLE = "available"
    ASSIGNED = "assigned"
    OUT_OF_SERVICE = "out_of_service"


class PositionBasis(StrEnum):
    """Where a unit's present position comes from."""

    STATION = "station"
    FIX = "fix"
    STALE_FIX = "stale_fix"  # the fix is too old: the duty station is used, and it is said


# Assigned is no one's to set: it begins and ends with an assignment.
MOVES: Moves[UnitStatus] = {
    UnitStatus.OFF_DUTY: frozenset({UnitStatus.AVAILABLE, UnitStatus.OUT_OF_SERVICE}),
    UnitStatus.AVAILABLE: frozenset({UnitStatus.OFF_DUTY, UnitStatus.OUT_OF_SERVICE}),
    UnitStatus.OUT_OF_SERVICE: frozenset({UnitStatus.AVAILABLE, UnitStatus.OFF_DUTY}),
    UnitStatus.ASSIGNED: frozenset(),
}
ON_DUTY = frozenset({UnitStatus.AVAILABLE, UnitStatus.ASSIGNED})
STARTS = frozenset({UnitStatus.OFF_DUTY, UnitStatus.AVAILABLE, UnitStatus.OUT_OF_SERVICE})


@dataclass(frozen=True, slots=True)
class Station:
    """A post; its position is approximate until someone confirms it on the map."""

    id: int
    name: str
    agency: str
    kind: str
    lon: float
    lat: float
    position_confirmed: bool = False
    position_basis: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """
    A unit as it stands now; WGS84 degrees, UTC times.

    `lon`, `lat` are its home; `position_lon`, `position_lat` the place to rank from now.
    `assumed` marks a roster entry nobody confirmed yet.
    """

    call_sign: str
    agency: str
    profile: str
    capabilities: frozenset[str]
    station: str | None
    lon: float
    lat: float
    status: UnitStatus = UnitStatus.AVAILABLE
    position_lon: float | None = None
    position_lat: float | None = None
    position_basis: PositionBasis = PositionBasis.STATION
    fix_at: datetime | None = None
    assumed: bool = False
    crew: int | None = None
    incident_id: int | None = None
    incident_code: str | None = None
    assignment_id: int | None = None
    assignment_status: str | None = None
    status_note: str = ""

    @property
    def position(self) -> tuple[float, float]:
        """Longitude and latitude to rank from now: the fresh fix, else home."""
        if self.position_lon is None or self.position_lat is None:
            return self.lon, self.lat
        return self.position_lon, self.position_lat

    def moved_to(self, status: UnitStatus, at: datetime) -> "Unit":  # noqa: ARG002
        """Return the unit in duty `status`; IllegalMove when the table refuses."""
        check_move("unit", MOVES, self.status, status)
        return replace(self, status=status)
