"""Months of Ambon's calendar, and how far one has come (pure)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from dispatch.errors import BadMonth
from dispatch.shift import WIT

FIRST_YEAR = 1970
NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar in Ambon (WIT)."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def name(self) -> str:
        """What it is called: "Oktober 2025"."""
        return f"{NAMES[self.month - 1]} {self.year}"

    @property
    def from_at(self) -> datetime:
        """Its first moment, UTC."""
        return datetime.combine(date(self.year, self.month, 1), time(), WIT).astimezone(UTC)

    @property
    def until_at(self) -> datetime:
        """The first moment after it, UTC."""
        return self.later(1).from_at

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until_at - self.from_at).days

    def later(self, months: int) -> "Month":
        """Return the month that many months later; earlier for less than 0."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The part of a month that is reported: all of it, or what has passed of it."""

    month: Month
    from_at: datetime
    until_at: datetime

    @property
    def running(self) -> bool:
        """Whether the month is not over yet."""
        return self.until_at < self.month.until_at

    def alike(self, months: int) -> "Period":
        """Return the same part of another month, that many months later."""
        other = self.month.later(months)
        if not self.running:
            return Period(other, other.from_at, other.until_at)
        until = min(other.from_at + (self.until_at - self.from_at), other.until_at)
        return Period(other, other.from_at, until)


def month_at(at: datetime) -> Month:
    """Return the month that a moment falls in."""
    local = at.astimezone(WIT)
    return Month(local.year, local.month)


def read_month(said: str) -> Month:
    """
    Read a month written YYYY-MM.

    Raises
    ------
    BadMonth
        It is not written so, or there is no such month.
    """
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", said.strip())
    if not found:
        raise BadMonth(said)
    year, month = int(found[1]), int(found[2])
    if year < FIRST_YEAR or not 1 <= month <= 12:
        raise BadMonth(said)
    return Month(year, month)


def period(month: Month, at: datetime) -> Period:
    """
    Return what can be reported of a month at a moment.

    Raises
    ------
    BadMonth
        It has not begun.
    """
    if month >= Month(9999, 12) or month.from_at >= at:
        raise BadMonth(str(month), ahead=True)
    return Period(month, month.from_at, min(month.until_at, at))
