"""Replaying a recorded day: what is told when (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from dispatch.catalogue import IncidentType
from dispatch.errors import BadValue
from dispatch.incident import Severity

WIT = timezone(timedelta(hours=9))
DAY = timedelta(days=1)
FASTEST = 86_400.0  # a day in a second
PLAINLY = {Severity.LOW: "ringan", Severity.MEDIUM: "sedang", Severity.HIGH: "berat"}

PHONE = re.compile(r"(?<![\d.,])(?:\+?62|0)(?:[\s().-]*\d){8,12}(?!\d)")
"""A number as people say it in Indonesia; a coordinate here begins with neither 0 nor 62."""
LONG = re.compile(r"(?<![\d.,])\d{7,}(?![\d.])")
LEFT_OUT = "…"


@dataclass(frozen=True, slots=True)
class Report:
    """
    One contact of a recorded day, without who it was.

    Parameters
    ----------
    at
        When it came in (UTC); None when the day alone is known.
    text
        The caller's words for the place.
    severity
        As the room graded it; None when nobody did.
    details
        What else is known of it.
    """

    at: datetime | None
    text: str
    type_code: str | None = None
    severity: Severity | None = None
    details: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A report at its place in the replay: `at` on the recorded day (UTC), `after_s` from now."""

    after_s: float
    at: datetime
    report: Report


def day_of(day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in Ambon (UTC)."""
    begins = datetime.combine(day, time(), WIT).astimezone(UTC)
    return begins, begins + DAY


def schedule(
    reports: Sequence[Report],
    day: date,
    *,
    speed: float = 60.0,
    begins: time = time.min,
    ends: time | None = None,
) -> list[Due]:
    """
    Return when each report of a day is told again, first one first.

    Reports whose hour nobody wrote down are spread evenly over the whole day, in their order.

    Parameters
    ----------
    speed
        How many times faster than on the day.
    begins, ends
        The part of the day to replay, Ambon's clock; up to its end when `ends` is None. Seconds
        are counted from `begins`.

    Raises
    ------
    BadValue
        A speed that cannot be, or a part of the day that is none.
    """
    if not 0 < speed <= FASTEST:
        raise BadValue("speed", f"{speed:g}")
    if ends is not None and ends <= begins:
        raise BadValue("until", f"{ends:%H:%M}")
    start = datetime.combine(day, begins, WIT)
    end = datetime.combine(day, ends, WIT) if ends else day_of(day)[1]
    found = sorted(_timed(reports, day), key=lambda one: one.at or start)
    return [
        Due((one.at - start).total_seconds() / speed, one.at, one)
        for one in found
        if one.at and start <= one.at < end
    ]


def _timed(reports: Sequence[Report], day: date) -> list[Report]:
    """Return the reports, each with a time: those without one spread evenly over the day."""
    begins, _ = day_of(day)
    without = [one for one in reports if one.at is None]
    step = DAY / max(1, len(without))
    spread = [replace(one, at=begins + step * (n + 0.5)) for n, one in enumerate(without)]
    return [one for one in reports if one.at is not None] + spread


def told(report: Report, types: Mapping[str, IncidentType]) -> str:
    """Return what the caller tells besides the place, in Indonesian; may be nothing."""
    kind = types.get(report.type_code or "")
    grade = PLAINLY[report.severity] if report.severity else ""
    return ", ".join(part for part in (kind.name_id if kind else "", grade, report.details) if part)


def masked(words: str, phone: str | None, name: str | None) -> str:
    """
    Return a caller's words without the caller: no telephone number, no part of their name.

    Parameters
    ----------
    phone, name
        What the room knows of the caller; every word of the name is left out, even where it
        meant a place.
    """
    known = [*([phone] if phone else []), *re.findall(r"\w+", name or "")]
    for one in known:
        words = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", LEFT_OUT, words, flags=re.IGNORECASE)
    return LONG.sub(LEFT_OUT, PHONE.sub(LEFT_OUT, words))
