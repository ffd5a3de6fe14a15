"""The three shifts of the room (07-14, 14-21, 21-07 WIT)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

WIT = timezone(timedelta(hours=9))


class ShiftName(StrEnum):
    """Which part of the day a shift covers."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    NIGHT = "night"


STARTS = {ShiftName.MORNING: 7, ShiftName.AFTERNOON: 14, ShiftName.NIGHT: 21}
"""The hour each shift begins, WIT; it ends when the next begins."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One turn of duty, from `begins_at` until just before `ends_at` (UTC)."""

    name: ShiftName
    begins_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        """The day in Ambon on which it begins; a night ends on the next one."""
        return self.begins_at.astimezone(WIT).date()

    def after(self) -> "Shift":
        """Return the shift that follows."""
        return shift_at(self.ends_at)

    def days_before(self, days: int) -> "Shift":
        """Return the same shift that many days earlier."""
        return shift_on(self.day - timedelta(days=days), self.name)


def shift_at(at: datetime) -> Shift:
    """Return the shift that a moment falls in."""
    local = at.astimezone(WIT)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [
        (midnight + timedelta(days=day, hours=hour), name)
        for day in (-1, 0, 1)
        for name, hour in STARTS.items()
    ]
    last = max(n for n, (begin, _) in enumerate(begins) if begin <= local)
    begin, name = begins[last]
    return Shift(name, begin.astimezone(UTC), begins[last + 1][0].astimezone(UTC))


def shift_on(day: date, name: ShiftName) -> Shift:
    """Return the shift of this name that begins on a day of Ambon's calendar."""
    return shift_at(datetime.combine(day, time(STARTS[name]), WIT))
