"""How well `dispatch.duplicates` tells reports of one event: precision, recall, every miss."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from dispatch.cli.evaluation import BadTableError
from dispatch.duplicates import Comparison, Report
from geo.geocode import Geocoder

NEEDED = ("event_id", "date", "type", "place_text")
WIT = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True)
class Told:
    """A report and the event it is really about."""

    event: str
    report: Report


@dataclass(frozen=True, slots=True)
class Measured:
    """
    What came out when reports arrived one by one.

    `right` reports whose event was among those shown, `first` as the first of them, `missed`
    whose event was not shown, `wrong` events shown besides, with the words of both.
    """

    right: int
    first: int
    missed: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]

    @property
    def recall(self) -> float:
        """Share of further reports of a known event for which it was shown."""
        return self.right / max(1, self.right + len(self.missed))

    @property
    def precision(self) -> float:
        """Share of what was shown that was right."""
        return self.right / max(1, self.right + len(self.wrong))


def read_reports(path: Path, geocoder: Geocoder) -> list[Told]:
    """
    Read reports whose words the geocoder can place, in the order of their times.

    Raises
    ------
    BadTableError
        The file is missing, not a UTF-8 CSV, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        if missing := [name for name in NEEDED if not rows or name not in rows[0]]:
            raise BadTableError(f"Kolom tidak ada / missing column: {', '.join(missing)} ({path}).")
        told = [_told(row, geocoder) for row in rows]
    except OSError as why:
        raise BadTableError(f"Berkas tidak terbaca / cannot read {path}: {why.strerror}.") from why
    except (UnicodeDecodeError, csv.Error, ValueError, TypeError) as why:
        raise BadTableError(f"Bukan CSV laporan / not a CSV of reports: {path} ({why}).") from why
    return sorted((one for one in told if one), key=lambda one: one.report.at)


def measure(told: Sequence[Told], comparison: Comparison) -> Measured:
    """Let the reports come in one by one, each joined to its true event."""
    numbers: dict[str, int] = {}
    known: dict[int, Report] = {}
    right = first = 0
    missed: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    for one in told:
        number = numbers.setdefault(one.event, len(numbers))
        said = one.report.texts[0]
        shown = [suspect.id for suspect in comparison.suspects(one.report, known)]
        if number in shown:
            right += 1
            first += shown[0] == number
        elif number in known:
            missed.append((said, " | ".join(known[number].texts)))
        wrong += [(said, " | ".join(known[n].texts)) for n in shown if n != number]
        known[number] = _with(known.get(number), one.report)
    return Measured(right, first, tuple(missed), tuple(wrong))


def as_text(found: Measured) -> str:
    """Return the measurement as a person reads it."""
    lines = [
        f"laporan ulang / further reports   {found.right + len(found.missed)}",
        f"ditemukan / found (recall)        {found.right}  {found.recall:.1%}",
        f"benar dari yang ditunjukkan (precision)  {found.precision:.1%}",
        f"yang pertama benar / first is right      {found.first}",
    ]
    lines += [f"luput / missed: {new} <- {old}" for new, old in found.missed]
    lines += [f"keliru / wrong: {new} <- {old}" for new, old in found.wrong]
    return "\n".join(lines)


def _told(row: dict[str, str], geocoder: Geocoder) -> Told | None:
    found = geocoder.locate(row["place_text"]).candidates
    if not found:
        return None
    best = found[0]
    time = row.get("time_wit") or "12:00"
    at = datetime.fromisoformat(f"{row['date']}T{time}").replace(tzinfo=WIT).astimezone(UTC)
    return Told(
        row["event_id"],
        Report(
            at, row["type"], best.lon, best.lat, best.radius_m, best.kelurahan_code,
            (row["place_text"],),
        ),
    )  # fmt: skip


def _with(old: Report | None, new: Report) -> Report:
    return replace(old, at=max(old.at, new.at), texts=old.texts + new.texts) if old else new
