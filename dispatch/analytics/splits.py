"""The frames of a film: the incidents of a period month by month, or hour by hour (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.filters import Filter
from dispatch.analytics.history import History

MOST_MONTHS = 36


class Over(StrEnum):
    """What a film runs over; NOTHING is one still picture."""

    NOTHING = "nothing"
    MONTH = "month"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Split:
    """
    Labels of the frames and the frame of each incident (n,); -1 where it is in none.

    Months are labelled 2026-03, hours 07 (WIT).
    """

    labels: tuple[str, ...]
    of: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Incidents in each frame."""
        return np.bincount(self.of[self.of >= 0], minlength=len(self.labels)).astype(np.int64)


def split(history: History, over: Over, chosen: Filter) -> Split:
    """
    Return the frames of a film.

    By month these are the calendar months of the period, its last 36 when there are more; by hour
    the 24 hours of the day, without incidents whose hour nobody stated.
    """
    if over is Over.HOUR:
        return Split(tuple(f"{hour:02d}" for hour in range(24)), history.hour.astype(np.int64))
    if over is Over.NOTHING:
        return Split(("",), np.zeros(len(history), np.int64))
    last = _month(chosen.last)
    first = max(_month(chosen.first), last - MOST_MONTHS + 1)
    place = history.month - first
    labels = tuple(str(np.datetime64(month, "M")) for month in range(first, last + 1))
    return Split(labels, np.where((place >= 0) & (history.month <= last), place, -1))


def by_area(area: NDArray[np.int64], frames: Split, areas: int) -> NDArray[np.int64]:
    """Return the incidents of each frame in each area (frames, areas); a negative area is none."""
    inside = (area >= 0) & (frames.of >= 0)
    flat = frames.of[inside] * areas + area[inside]
    shape = (len(frames.labels), areas)
    return np.bincount(flat, minlength=shape[0] * areas).astype(np.int64).reshape(shape)


def breaks(values: Sequence[float] | NDArray[np.float64], classes: int = 5) -> tuple[float, ...]:
    """
    Return the lower ends of classes that hold about as many of the positive values each.

    Fewer than `classes` where many values are alike; none without a positive value.
    """
    positive = np.asarray(values, float)
    positive = positive[positive > 0]
    if not len(positive):
        return ()
    ends = np.quantile(positive, np.arange(classes) / classes, method="lower")
    return tuple(np.unique(ends).tolist())


def levels(values: NDArray[np.float64], ends: Sequence[float]) -> NDArray[np.int8]:
    """Return the class of each value, -1 for none (0, NaN)."""
    found = np.searchsorted(np.asarray(ends, float), np.nan_to_num(values), side="right") - 1
    return np.where(values > 0, found, -1).astype(np.int8)


def _month(day: object) -> int:
    return int(np.datetime64(str(day)[:7], "M").astype(np.int64))
