"""Monthly series, their change, and forecasts that must beat what costs nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import binomtest

from dispatch.analytics.history import History
from dispatch.analytics.trends import (
    AHEAD,
    NAIVE,
    By,
    Series,
    Way,
    change,
    forecasts,
    foretell,
    full_months,
    monthly,
)

JANUARY_2020 = 50 * 12


def series(counts, first=JANUARY_2020) -> Series:
    rows = np.atleast_2d(np.array(counts, float))
    names = tuple(str(n) for n in range(len(rows)))
    return Series(names, rows, first, np.ones((len(rows), 12), bool))


def history(*moments: str, kelurahan=None, timed=None) -> History:
    n = len(moments)
    return History(
        opened_at=np.array(moments, "datetime64[us]"),
        lon=np.full(n, np.nan),
        lat=np.full(n, np.nan),
        kelurahan=np.array(kelurahan if kelurahan is not None else [0] * n, np.int16),
        timed=np.array(timed if timed is not None else [True] * n),
        codes=("81.71.01.1001", "81.71.01.1002"),
    )


def test_only_full_months_are_counted():
    day = np.datetime64

    assert full_months(day("2020-01-01"), day("2020-03-31")) == (600, 603)
    assert full_months(day("2020-01-02"), day("2020-03-30")) == (601, 602)
    first, end = full_months(day("2020-01-05"), day("2020-01-20"))
    assert end <= first


def test_a_month_begins_at_midnight_in_ambon():
    past = history("2020-01-31T14:59", "2020-01-31T15:00")  # 23:59 and 00:00 WIT

    counts = monthly(past, By.CITY, (600, 602)).counts

    assert counts.tolist() == [[1, 1]]


def test_incidents_without_kelurahan_or_hour_are_in_no_such_series():
    past = history(*["2020-01-10T00:30"] * 3, kelurahan=[0, 1, -1], timed=[True, False, False])

    assert monthly(past, By.KELURAHAN, (600, 601)).counts.tolist() == [[1], [1]]
    assert monthly(past, By.HOUR, (600, 601)).counts[:, 0].tolist() == [0] * 9 + [1] + [0] * 14
    assert monthly(past, By.CITY, (600, 601)).counts.tolist() == [[3]]


def test_the_wet_season_is_may_to_august_and_series_keep_to_their_months():
    past = history("2020-05-01T00:00", "2020-08-31T14:00", "2020-09-01T00:00")
    made = monthly(past, By.SEASON, (600, 612))

    assert made.names == ("wet", "dry")
    assert made.counts.sum(axis=1).tolist() == [2, 1]
    assert made.known.sum(axis=1).tolist() == [4, 8]


def test_a_change_is_the_exact_test_of_two_counts_with_false_discoveries_held():
    counts = np.ones((3, 24))
    counts[0, 12:] = 4
    counts[2] = 0
    made = change(series(counts))

    alone = [binomtest(48, 60).pvalue, binomtest(12, 24).pvalue, 1.0]
    assert made.q.tolist() == pytest.approx([3 * alone[0], 1.0, 1.0])
    assert made.clear.tolist() == [True, False, False]
    assert made.ratio[0] == pytest.approx(4)
    assert np.isnan(made.ratio[2])


def test_of_less_than_two_years_no_change_is_told():
    assert change(series(np.ones(23))) is None


def test_a_growing_series_with_a_season_gets_its_forecast():
    """The level moves and months are noisy: last year is one noisy month, the means are flat."""
    month = np.arange(96)
    mean = 20 * 1.3 ** (month / 12) * (1 + 0.5 * np.cos(2 * np.pi * (month - 5) / 12))
    (made,) = forecasts(series(np.random.default_rng(6).poisson(mean)))

    assert made.expected is not None
    assert made.errors[Way.MODEL] < min(made.errors[way] for way in NAIVE)
    assert made.origins == 24
    assert len(made.expected) == AHEAD


def test_where_last_year_comes_back_exactly_there_is_no_forecast():
    (made,) = forecasts(series(np.tile([1, 0, 0, 5, 9, 30, 20, 4, 2, 0, 7, 1], 6)))

    assert made.errors[Way.LAST_YEAR] == 0
    assert made.expected is None
    assert made.best_naive is Way.LAST_YEAR


def test_with_too_little_history_nothing_is_compared_or_offered():
    (made,) = forecasts(series(np.arange(30)))

    assert made.expected is None
    assert made.errors == {}
    assert made.best_naive is None


def test_silence_gets_no_forecast():
    assert forecasts(series(np.zeros(72)))[0].expected is None


@settings(max_examples=40, deadline=None)
@given(seed=some.integers(0, 10_000), months=some.integers(0, 90), mean=some.floats(0.05, 30))
def test_a_forecast_is_never_offered_where_the_baseline_wins(seed, months, mean):
    counts = np.random.default_rng(seed).poisson(mean, (5, months))

    for one in forecasts(series(counts)):
        wins = one.errors and one.errors[Way.MODEL] < min(one.errors[way] for way in NAIVE)
        assert (one.expected is not None) == bool(wins)


@settings(max_examples=40, deadline=None)
@given(seed=some.integers(0, 10_000), origin=some.integers(24, 60))
def test_a_forecast_knows_nothing_of_what_came_after(seed, origin):
    random = np.random.default_rng(seed)
    counts = random.poisson(3.0, (4, 70))
    other = counts.copy()
    other[:, origin:] = random.poisson(50.0, (4, 70 - origin))

    ours, theirs = foretell(series(counts), origin), foretell(series(other), origin)

    assert all((ours[way] == theirs[way]).all() for way in Way)


def test_the_errors_are_those_of_a_plain_loop_over_the_months():
    counts = np.random.default_rng(3).poisson(6.0, 60).astype(float)
    wrong = {way: [] for way in NAIVE}
    for origin in range(34, 58):
        for ahead in range(3):
            seen = counts[origin + ahead]
            wrong[Way.LAST_YEAR].append(counts[origin + ahead - 12] - seen)
            wrong[Way.LAST_12].append(counts[origin - 12 : origin].mean() - seen)
            wrong[Way.MEAN].append(counts[:origin].mean() - seen)

    (made,) = forecasts(series(counts))

    for way, some_wrong in wrong.items():
        assert made.errors[way] == pytest.approx(np.sqrt(np.mean(np.square(some_wrong))))
