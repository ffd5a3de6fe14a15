"""How right `locate` is: accuracy by level, calibration of confidence and radius, every miss."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from geo.geocode import Answer, Candidate, Geocoder, Level
from geo.kelurahan import metres_between

NEEDED = ("place_text", "kelurahan_code")
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.01)


class BadTableError(Exception):
    """The file is no table of cases; the message says why, in both languages."""


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the kelurahan it means, how that is known, and the true point if there is one."""

    text: str
    code: str
    basis: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Result:
    """A case and its answer."""

    case: Case
    answer: Answer

    @property
    def first(self) -> Candidate | None:
        """The best candidate."""
        return self.answer.candidates[0] if self.answer.candidates else None

    @property
    def right(self) -> bool:
        """Whether the best candidate lies in the right kelurahan."""
        return self.first is not None and self.first.kelurahan_code == self.case.code


def read_cases(path: Path) -> list[Case]:
    """
    Read cases that have a kelurahan code.

    Raises
    ------
    BadTableError
        The file is missing, not UTF-8 CSV, lacks a column, or holds no case.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as why:
        raise BadTableError(f"Berkas tidak terbaca / cannot read {path}: {why.strerror}.") from why
    except (UnicodeDecodeError, csv.Error) as why:
        raise BadTableError(f"Bukan CSV UTF-8 / not a UTF-8 CSV: {path}.") from why
    if missing := [name for name in NEEDED if not rows or name not in rows[0]]:
        raise BadTableError(f"Kolom tidak ada / missing column: {', '.join(missing)} ({path}).")
    cases = [_case(row) for row in rows if row["kelurahan_code"]]
    if not cases:
        raise BadTableError(f"Tidak ada baris dengan kelurahan_code / no row with a code: {path}.")
    return cases


def _case(row: dict[str, str]) -> Case:
    try:
        point = (float(row["lon"]), float(row["lat"]))
    except (KeyError, TypeError, ValueError):
        point = None
    return Case(
        row["place_text"] or "", row["kelurahan_code"], row.get("kelurahan_basis") or "", point
    )


def evaluate(geocoder: Geocoder, cases: Sequence[Case]) -> str:
    """Return the report on all cases."""
    results = [Result(case, geocoder.locate(case.text)) for case in cases]
    parts = [
        _accuracy(results),
        _by_level(results),
        _calibration(results),
        _radii(results),
        _misses(results),
    ]
    return "\n\n".join(part for part in parts if part)


def _accuracy(results: Sequence[Result]) -> str:
    lines = ["Kelurahan pertama benar / first kelurahan right", _row("semua / all", results)]
    lines += [
        _row(basis, [r for r in results if r.case.basis == basis])
        for basis in sorted({r.case.basis for r in results} - {""})
    ]
    statuses = [str(r.answer.status) for r in results]
    counted = ", ".join(f"{s} {statuses.count(s)}" for s in sorted(set(statuses)))
    return "\n".join([*lines, f"  status: {counted}"])


def _by_level(results: Sequence[Result]) -> str:
    lines = ["Menurut tingkat / by level"]
    lines += [
        _row(str(level), [r for r in results if r.first and r.first.level is level])
        for level in Level
    ]
    nowhere = [r for r in results if r.first is None]
    return "\n".join([*lines, _row("tanpa calon / none", nowhere)])


def _row(name: str, results: Sequence[Result]) -> str:
    right = sum(r.right for r in results)
    share = f"{right / len(results):7.1%}" if results else "      -"
    return f"  {name:20} {right:5d} / {len(results):5d} {share}"


def _calibration(results: Sequence[Result]) -> str:
    lines = ["Keyakinan / confidence: said -> right"]
    for low, high in pairwise(BINS):
        inside = [r for r in results if r.first and low <= r.first.confidence < high]
        if inside:
            said = sum(r.first.confidence for r in inside if r.first) / len(inside)
            lines.append(_row(f"{low:.1f}-{min(high, 1.0):.1f} ({said:.2f})", inside))
    return "\n".join(lines)


def _radii(results: Sequence[Result]) -> str:
    """Say how many true points lie within the radius, where the true point is known."""
    lines = []
    for level in Level:
        at_level = [r for r in results if r.first and r.first.level is level and r.case.point]
        if at_level:
            within = sum(_within(r) for r in at_level)
            radii = sorted(r.first.radius_m for r in at_level if r.first)
            middle = radii[len(radii) // 2]
            share = within / len(at_level)
            lines.append(
                f"  {level:20} {within:5d} / {len(at_level):5d} {share:7.1%}  r~{middle:.0f} m"
            )
    return "\n".join(["Titik di dalam radius / true point within radius", *lines]) if lines else ""


def _within(result: Result) -> bool:
    first, point = result.first, result.case.point
    return (
        first is not None
        and point is not None
        and metres_between((first.lon, first.lat), point) <= first.radius_m
    )


def _misses(results: Sequence[Result]) -> str:
    lines = [f"Salah / misses: {sum(not r.right for r in results)}"]
    for result in results:
        if not result.right:
            first = result.first
            got = (
                f"{first.kelurahan_code} {first.kelurahan} ({first.confidence:.2f})"
                if first
                else "-"
            )
            status = result.answer.status
            lines.append(f"  {result.case.code} | {result.case.text} | {status}: {got}")
    return "\n".join(lines)
