"""Which incidents a question is about: one filter for every part of the planner's page (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dispatch.errors import BadValue
from dispatch.shift import WIT

DESK, PUBLIC, SYNTHETIC = "desk", "public report", "synthetic"
"""Where incidents come from: the room itself, reports in the news, made up to measure speed."""
HAPPENED = frozenset({DESK, PUBLIC})
"""Sources of what did happen; nothing made up is shown unless it is chosen by name."""

ALL: frozenset[Any] = frozenset()


@dataclass(frozen=True, slots=True)
class Filter:
    """
    A choice of incidents; an empty set chooses everything.

    An incident joined to another (disposition "duplicate") is never chosen: the other one counts.

    Parameters
    ----------
    first, last
        Days in Ambon (WIT) on which incidents were opened, both included.
    types
        Codes of incident types.
    hours
        Hours of the day 0-23 WIT; `hours_between` makes them, across midnight too. An incident
        whose hour nobody stated (most public reports) is then left out.
    weekdays
        1 Monday to 7 Sunday, in Ambon: a night from Sunday to Monday is cut at midnight.
    agencies
        Agencies of which a unit was sent; history without assignments is then left out.
    sources
        Where the incident comes from. Synthetic rows are chosen only by name.

    Raises
    ------
    BadValue
        The last day before the first, or no such hour or weekday.
    """

    first: date
    last: date
    types: frozenset[str] = ALL
    hours: frozenset[int] = ALL
    weekdays: frozenset[int] = ALL
    agencies: frozenset[str] = ALL
    sources: frozenset[str] = HAPPENED

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadValue("period", f"{self.first} .. {self.last}")
        if not self.hours <= frozenset(range(24)):
            raise BadValue("hours", str(sorted(self.hours)))
        if not self.weekdays <= frozenset(range(1, 8)):
            raise BadValue("weekdays", str(sorted(self.weekdays)))

    @property
    def from_at(self) -> datetime:
        """The first moment chosen, UTC."""
        return _midnight(self.first)

    @property
    def until_at(self) -> datetime:
        """The first moment after the period, UTC."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.last - self.first).days + 1

    def values(self) -> Mapping[str, Any]:
        """Return the filter as the named queries take it; None where everything is chosen."""
        chosen = {
            name: sorted(getattr(self, name)) or None
            for name in ("types", "hours", "weekdays", "agencies")
        }
        return {
            "from_at": self.from_at,
            "until_at": self.until_at,
            "sources": sorted(self.sources),
            **chosen,
        }


def hours_between(begin: int, end: int) -> frozenset[int]:
    """
    Return the hours from `begin` until just before `end`, across midnight when it is earlier.

    Parameters
    ----------
    begin, end
        Hours 0-24 WIT. The same hour twice, like 0 to 24, is the whole day: the empty set.

    Raises
    ------
    BadValue
        No such hour.
    """
    if not (0 <= begin <= 24 and 0 <= end <= 24):
        raise BadValue("hours", f"{begin}-{end}")
    long = (end - begin) % 24
    return frozenset((begin + hour) % 24 for hour in range(long))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), WIT).astimezone(UTC)
