"""
Speeds that learn: what the room's own drives say about the model's (pure, deterministic).

A drive's seconds are the model's seconds on each road class times a factor for the class. Factors
are fitted by profile and hour from drives that ended; an hour with too few drives borrows from its
part of the day, that from the whole day, and with too few even there the factor is 1. Raw and
corrected time are both kept; the raw one is never changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import numpy as np
from numpy.typing import NDArray

WIT = timezone(timedelta(hours=9))
MIN_DRIVES = 20  # below this many drives a factor is not believed
_USED_SHARE = 0.1  # a drive counts for a class that took at least this part of it
_PULL = 5.0  # how many drives the belief "the model is right" is worth
_PLAUSIBLE = (0.25, 6.0)  # actual over predicted outside this was pressed late or early
_FACTOR_RANGE = (0.5, 3.0)

# Parts of the day on Ambon's roads, WIT: first hour of each, and its name.
PARTS = ((0, "night"), (6, "morning"), (9, "day"), (16, "evening"), (20, "night"))


@dataclass(frozen=True, slots=True)
class Drive:
    """
    One drive from setting out to arriving.

    `by_class_s` the model's seconds on each road class (walking the last metres under "walk"),
    `actual_s` the seconds it took, `started_at` with a zone.
    """

    profile: str
    by_class_s: Mapping[str, float]
    actual_s: float
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Factor:
    """Multiply the model's seconds on a class by `factor`; it rests on this many drives."""

    factor: float
    drives: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """Corrected seconds, and the times that half and nine tenths of drives stay within."""

    corrected_s: float
    p50_s: float | None
    p90_s: float | None


Key = tuple[str, str]  # profile, and one of `times_of_day`


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was learnt; empty means the model stands as it is."""

    factors: Mapping[Key, Mapping[str, Factor]] = field(default_factory=dict)
    spread: Mapping[Key, tuple[float, float]] = field(default_factory=dict)
    drives: int = 0

    def correct(
        self, profile: str, by_class_s: Mapping[str, float], at: datetime
    ) -> Corrected | None:
        """
        Return the corrected time for a drive at this hour.

        None when nothing was learnt for the profile: neither a factor nor a spread.
        """
        keys = [(profile, time) for time in times_of_day(at)]
        if not any(key in self.factors or key in self.spread for key in keys):
            return None
        seconds = sum(s * self._factor(keys, name) for name, s in by_class_s.items())
        spread = next((self.spread[key] for key in keys if key in self.spread), None)
        p50, p90 = (seconds * spread[0], seconds * spread[1]) if spread else (None, None)
        return Corrected(round(seconds, 3), _rounded(p50), _rounded(p90))

    def _factor(self, keys: Sequence[Key], road_class: str) -> float:
        """Return the factor of a class: for the hour, else its part of the day, else the day."""
        for key in keys:
            found = self.factors.get(key, {}).get(road_class)
            if found is not None:
                return found.factor
        return 1.0


NOTHING_LEARNT = Corrections()


def times_of_day(at: datetime) -> tuple[str, str, str]:
    """Return what a time falls in, in Ambon: the hour, the part of the day, the whole day."""
    hour = at.astimezone(WIT).hour
    return f"{hour:02d}", [name for start, name in PARTS if start <= hour][-1], ""


def learn(drives: Iterable[Drive], min_drives: int = MIN_DRIVES) -> Corrections:
    """
    Fit factors and spreads from drives that ended.

    Parameters
    ----------
    drives
        In any order: the answer does not depend on it.
    min_drives
        The floor: a class, and a spread, needs at least this many drives.

    Returns
    -------
    corrections
        Factors by (profile, time of day) and road class, and the 50 and 90 % points of
        actual over corrected time.
    """
    groups: dict[Key, list[Drive]] = defaultdict(list)
    known = sorted(
        (one for one in drives if _plausible(one)),
        key=lambda one: (one.started_at, one.profile, one.actual_s, sorted(one.by_class_s.items())),
    )
    for one in known:
        for time in times_of_day(one.started_at):
            groups[one.profile, time].append(one)
    factors = {key: fitted for key, group in groups.items() if (fitted := _fit(group, min_drives))}
    learnt = Corrections(factors, {}, len(known))
    spread = {
        key: _spread(learnt, group) for key, group in groups.items() if len(group) >= min_drives
    }
    return Corrections(factors, spread, len(known))


def _plausible(drive: Drive) -> bool:
    """Whether the milestones were pressed when things happened, as far as can be told."""
    predicted = sum(drive.by_class_s.values())
    if predicted <= 0:
        return False
    low, high = _PLAUSIBLE
    return low <= drive.actual_s / predicted <= high


def _fit(drives: Sequence[Drive], min_drives: int) -> Mapping[str, Factor]:
    """
    Fit one factor a class by least squares of relative error, pulled towards 1.

    Classes with too few drives stay at 1 and out of the answer.
    """
    used = _drives_by_class(drives)
    classes = [name for name in sorted(used) if used[name] >= min_drives]
    if not classes:
        return {}
    shares = np.array([[_share(one, name) for name in classes] for one in drives])
    ratio = np.array([one.actual_s / sum(one.by_class_s.values()) for one in drives])
    excess: NDArray[np.float64] = ratio - 1.0
    pull = _PULL * np.eye(len(classes)) * float((shares**2).mean())
    fitted = 1.0 + np.linalg.solve(shares.T @ shares + pull, shares.T @ excess)
    held = np.clip(fitted, *_FACTOR_RANGE)
    return {
        name: Factor(round(float(f), 4), used[name]) for name, f in zip(classes, held, strict=True)
    }


def _drives_by_class(drives: Sequence[Drive]) -> Mapping[str, int]:
    """Count the drives that spent a fair part on each class."""
    used: dict[str, int] = defaultdict(int)
    for one in drives:
        for name in one.by_class_s:
            used[name] += _share(one, name) >= _USED_SHARE
    return used


def _share(drive: Drive, road_class: str) -> float:
    """Return the part of the model's seconds spent on a class."""
    return drive.by_class_s.get(road_class, 0.0) / sum(drive.by_class_s.values())


def _spread(learnt: Corrections, drives: Sequence[Drive]) -> tuple[float, float]:
    """Return the 50 and 90 % points of actual over corrected."""
    ratios = []
    for one in drives:
        corrected = learnt.correct(one.profile, one.by_class_s, one.started_at)
        ratios.append(one.actual_s / (corrected.corrected_s if corrected else _raw(one)))
    p50, p90 = np.quantile(ratios, [0.5, 0.9])
    return round(float(p50), 4), round(float(p90), 4)


def _raw(drive: Drive) -> float:
    """Return the model's own seconds."""
    return sum(drive.by_class_s.values())


def _rounded(seconds: float | None) -> float | None:
    """Return whole milliseconds."""
    return None if seconds is None else round(seconds, 3)
