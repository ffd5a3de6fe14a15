"""
Whether incidents rise or fall, and a simple forecast that has to earn its place (pure).

Series are full calendar months in Ambon. The forecast of a month is the series' level, the mean of
its last 12 months, times that month's share of the year in the whole city, learnt from everything
before (a ratio to the yearly mean; half a year of even months is added, so that a month nobody has
seen much of stays near 1). It is tried from every month of the last two years for which there are
two years before it (rolling origin: Tashman, "Out-of-sample tests of forecasting accuracy", Int. J.
Forecasting 16, 2000), three months ahead each, knowing only what was known then. Its error, the
root of the mean squared one in incidents a month, stands beside those of what costs nothing: the
same month last year, the mean of the last 12 months, the mean of everything. Where one of these is
as good or better, there is no forecast.

The wet season is taken from the calendar, May to August, and is no weather data: Maluku lies in
the region whose rain peaks in June and July, against the rest of Indonesia (Aldrian and Susanto,
Int. J. Climatology 23, 2003, region C).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.history import History
from dispatch.analytics.hotspots import FALSE_DISCOVERIES, benjamini_hochberg

WET_MONTHS = (5, 6, 7, 8)
YEAR = 12
AHEAD = 3
ORIGINS = 24
LEAST_BEFORE = 24  # months that must lie before the first origin
LEAST_ORIGINS = 12
PRIOR_MONTHS = 6.0

Floats = NDArray[np.float64]


class By(StrEnum):
    """What the series are told apart by."""

    CITY = "city"
    KELURAHAN = "kelurahan"
    HOUR = "hour"
    SEASON = "season"


class Season(StrEnum):
    """Of the calendar, not of the weather."""

    WET = "wet"
    DRY = "dry"


class Way(StrEnum):
    """How a month may be foretold."""

    MODEL = "model"
    LAST_YEAR = "last_year"
    LAST_12 = "last_12"
    MEAN = "mean"


NAIVE = (Way.LAST_YEAR, Way.LAST_12, Way.MEAN)


@dataclass(frozen=True, slots=True)
class Series:
    """
    Monthly counts of several series.

    Parameters
    ----------
    names
        One for each series: a kelurahan code, an hour, a season.
    counts
        (series, months) incidents.
    first
        The first month, counted from January 1970.
    own
        (series, 12): which months of the year are the series'; a season has only its own.
    """

    names: tuple[str, ...]
    counts: Floats
    first: int
    own: NDArray[np.bool_]

    @property
    def months(self) -> NDArray[np.int64]:
        """Each column's month, counted from January 1970."""
        return self.first + np.arange(self.counts.shape[1])

    @property
    def known(self) -> NDArray[np.bool_]:
        """(series, months): whether the month is one of the series'."""
        return self.own[:, self.months % YEAR]


@dataclass(frozen=True, slots=True)
class Change:
    """
    The last 12 full months against the 12 before, per series (n,).

    `ratio` is last / before (NaN when nothing was before), `q` of no change at all: exact
    conditional test of two Poisson counts (Przyborowski and Wilenski, Biometrika 31, 1940), after
    Benjamini and Hochberg; `clear` when q <= 0.05.
    """

    before: Floats
    last: Floats
    ratio: Floats
    q: Floats
    clear: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Forecast:
    """
    What the next months may bring to one series, and how far such words were off before.

    Parameters
    ----------
    name
        The series.
    expected
        Incidents in each of the next 3 months; None where no forecast is offered.
    errors
        Root mean squared error of each way, in incidents a month; empty with too little history.
    origins
        From how many months it was tried.
    """

    name: str
    expected: tuple[float, ...] | None
    errors: dict[Way, float]
    origins: int

    @property
    def best_naive(self) -> Way | None:
        """The best of what costs nothing; None with too little history."""
        return min(NAIVE, key=self.errors.__getitem__) if self.errors else None


def full_months(first: np.datetime64, last: np.datetime64) -> tuple[int, int]:
    """
    Return the first full month of a period and the one after its last full month.

    Parameters
    ----------
    first, last
        Days (datetime64[D]), both of them in the period.
    """
    begin, end = first.astype("datetime64[M]"), (last + 1).astype("datetime64[M]")
    late = begin.astype("datetime64[D]") != first
    return int(begin.astype(np.int64)) + int(late), int(end.astype(np.int64))


def monthly(history: History, by: By, months: tuple[int, int]) -> Series:
    """
    Return the monthly counts of every series of a kind.

    Incidents without a kelurahan are in no series by kelurahan, those without an hour in none by
    hour.

    Parameters
    ----------
    months
        The first month and the one after the last, counted from January 1970.
    """
    first, end = months
    long = max(end - first, 0)
    names, group = _groups(history, by)
    inside = (group >= 0) & (history.month >= first) & (history.month < end)
    flat = group[inside].astype(np.int64) * long + (history.month[inside] - first)
    counts = np.bincount(flat, minlength=len(names) * long).reshape(len(names), long)
    own = np.ones((len(names), YEAR), bool)
    if by is By.SEASON:
        wet = np.isin(np.arange(YEAR) + 1, WET_MONTHS)
        own = np.array([wet, ~wet])
    return Series(names, counts.astype(float), first, own)


def _groups(history: History, by: By) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the names of the series and the place of each incident's; negative without one."""
    if by is By.CITY:
        return (By.CITY.value,), np.zeros(len(history), np.int64)
    if by is By.KELURAHAN:
        return history.codes, history.kelurahan.astype(np.int64)
    if by is By.HOUR:
        return tuple(f"{hour:02d}" for hour in range(24)), history.hour.astype(np.int64)
    wet = np.isin(history.month % YEAR + 1, WET_MONTHS)
    return (Season.WET.value, Season.DRY.value), np.where(wet, 0, 1)


def change(series: Series) -> Change | None:
    """Compare the last 12 full months with the 12 before; None with less than two years."""
    from scipy.special import bdtr  # noqa: PLC0415 - no other page needs it

    if series.counts.shape[1] < 2 * YEAR:
        return None
    last = series.counts[:, -YEAR:].sum(axis=1)
    before = series.counts[:, -2 * YEAR : -YEAR].sum(axis=1)
    tail = bdtr(np.minimum(last, before), (last + before).astype(np.int64), 0.5)
    q = benjamini_hochberg(np.minimum(1.0, 2 * tail))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(before > 0, last / before, np.nan)
    return Change(before, last, ratio, q, q <= FALSE_DISCOVERIES)


def forecasts(series: Series) -> list[Forecast]:
    """Return for each series what the next 3 months may bring, or that nothing is offered."""
    total = series.counts.shape[1]
    origins = range(max(total - AHEAD - ORIGINS + 1, LEAST_BEFORE), total - AHEAD + 1)
    if len(origins) < LEAST_ORIGINS:
        return [Forecast(name, None, {}, max(len(origins), 0)) for name in series.names]
    errors = rolling_errors(series, origins)
    ahead = foretell(series, total)[Way.MODEL]
    return [
        _offered(name, {way: float(errors[way][n]) for way in Way}, ahead[n], len(origins))
        for n, name in enumerate(series.names)
    ]


def _offered(name: str, errors: dict[Way, float], ahead: Floats, origins: int) -> Forecast:
    """Offer a forecast only where it was better than everything that costs nothing."""
    wins = errors[Way.MODEL] < min(errors[way] for way in NAIVE)
    return Forecast(name, tuple(ahead.tolist()) if wins else None, errors, origins)


def rolling_errors(series: Series, origins: Sequence[int]) -> dict[Way, Floats]:
    """
    Return each way's root mean squared error (series,) over all origins and months ahead.

    Parameters
    ----------
    origins
        How many months are known at each try; at least 12, and 3 less than there are.
    """
    squared = {way: np.zeros(len(series.names)) for way in Way}
    tries = np.zeros(len(series.names))
    for origin in origins:
        ahead = slice(origin, origin + AHEAD)
        seen, known = series.counts[:, ahead], series.known[:, ahead]
        tries += known.sum(axis=1)
        for way, said in foretell(series, origin).items():
            squared[way] += (((said - seen) ** 2) * known).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {way: np.sqrt(squared[way] / tries) for way in Way}


def foretell(series: Series, origin: int) -> dict[Way, Floats]:
    """
    Return what each way says (series, 3) about the 3 months after the first `origin` months.

    Nothing after those months is looked at. A month that is none of a series' is 0.
    """
    past, known = series.counts[:, :origin], series.known[:, :origin]
    coming = (series.first + origin + np.arange(AHEAD)) % YEAR
    level = _mean(past[:, -YEAR:], known[:, -YEAR:])
    shares = _shares(series, origin)[:, coming]
    said = {
        Way.MODEL: level * shares,
        Way.LAST_YEAR: past[:, -YEAR : origin - YEAR + AHEAD],
        Way.LAST_12: level,
        Way.MEAN: _mean(past, known),
    }
    return {way: one * series.own[:, coming] for way, one in said.items()}


def _mean(past: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return each series' mean a month of its own (series, 1)."""
    whole: Floats = past.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1), 1)[:, None]
    return whole


def _shares(series: Series, origin: int) -> Floats:
    """Return each month of the year against the mean of the series' own months (series, 12)."""
    city = series.counts[:, :origin].sum(axis=0)
    even = PRIOR_MONTHS / YEAR
    month = series.months[:origin] % YEAR
    held = np.bincount(month, city, YEAR) + even * city.mean()
    rate = held / (np.bincount(month, minlength=YEAR) + even)
    mean = (rate * series.own).sum(axis=1, keepdims=True) / series.own.sum(axis=1, keepdims=True)
    shares: Floats = rate / np.where(mean > 0, mean, 1.0)
    return shares
