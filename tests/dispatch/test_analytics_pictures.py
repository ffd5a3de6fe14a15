"""The planner's pictures: their frames add up, and what cannot be placed is not in them."""

from datetime import date
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from dispatch.analytics import areas, figures, heat
from dispatch.analytics.density import Kernel
from dispatch.analytics.filters import Filter
from dispatch.analytics.history import UNKNOWN, History
from dispatch.analytics.splits import MOST_MONTHS, Over, breaks, levels, split
from dispatch.ground import load_ground

YEAR = Filter(date(2025, 1, 1), date(2025, 12, 31))
GROUND = load_ground()
N = 600


def past(n: int = N, *, placed: bool = True) -> History:
    """Incidents of 2025 where people live; every tenth without kelurahan, every fifth untimed."""
    random = np.random.default_rng(9)
    people = GROUND.people
    home = random.choice(len(people.people), n, p=people.people / people.people.sum())
    codes = tuple(one.code for one in GROUND.boundaries)
    minute = random.integers(0, 365 * 1440 - 540, n).astype("timedelta64[m]")
    each = np.arange(n)
    kelurahan = np.array([codes.index(code) for code in people.kelurahan_code[home]], np.int16)
    return History(
        opened_at=np.datetime64("2024-12-31T15:00", "us") + minute,
        lon=people.lon[home] if placed else np.full(n, np.nan),
        lat=people.lat[home] if placed else np.full(n, np.nan),
        kelurahan=np.where(each % 10 == 0, UNKNOWN, kelurahan).astype(np.int16),
        timed=each % 5 != 0,
        codes=codes,
    )


def test_the_months_of_a_film_add_up_and_hours_leave_out_the_untimed():
    history = past()

    assert split(history, Over.NOTHING, YEAR).counts.tolist() == [N]
    months = split(history, Over.MONTH, YEAR)
    assert (months.labels[0], months.labels[-1], months.counts.sum()) == ("2025-01", "2025-12", N)
    hours = split(history, Over.HOUR, YEAR)
    assert (len(hours.labels), hours.counts.sum()) == (24, N - history.untimed)


def test_a_long_film_shows_its_last_three_years():
    frames = split(past(), Over.MONTH, Filter(date(2017, 1, 1), date(2025, 6, 30)))

    assert len(frames.labels) == MOST_MONTHS
    assert frames.labels[-1] == "2025-06"


@pytest.mark.parametrize("over", Over)
def test_every_frame_counts_what_is_in_it(over):
    history, people = past(), GROUND.people
    frames = split(history, over, YEAR)

    by_area = areas.kelurahan_rates(history, GROUND.boundaries, people, frames)
    by_hexagon = areas.hexagon_counts(history, 8, people, frames)
    dense = heat.heat(history, Kernel.GAUSSIAN, 500, frames)

    in_frame = int(frames.counts.sum())
    assert sum(by_hexagon.counts) == sum(dense.counts) == in_frame
    known = (history.kelurahan != UNKNOWN) & (frames.of >= 0)
    assert sum(by_area.counts) == known.sum()
    assert by_area.used == sum(row["incidents"] for row in by_area.rows) == N - history.unknown
    assert by_hexagon.used == sum(row["incidents"] for row in by_hexagon.rows) == N
    assert len(by_area.levels) == len(by_hexagon.levels) == len(dense.frames) == len(frames.labels)


def test_the_people_of_the_kelurahan_are_the_citys():
    assert areas.people_of(GROUND.boundaries, GROUND.people).sum() == pytest.approx(359_661)


@pytest.mark.parametrize("over", Over)
def test_incidents_without_a_point_make_empty_pictures(over):
    history = past(placed=False)
    frames = split(history, over, YEAR)

    by_hexagon = areas.hexagon_counts(history, 8, GROUND.people, frames)
    dense = heat.heat(history, Kernel.QUARTIC, 500, frames)
    hot = areas.hot_hexagons(history, 8, GROUND.people)

    assert (by_hexagon.used, list(by_hexagon.rows), by_hexagon.ends) == (0, [], ())
    assert (dense.used, dense.highest, heat.cells(dense)) == (0, 0.0, [])
    assert len(heat.pictures(dense)) == len(frames.labels)
    assert {row["verdict"] for row in hot.rows} == {"none"}


def test_each_area_is_said_to_be_hot_cold_or_neither():
    history = past()
    found = areas.hot_kelurahan(history, GROUND.boundaries, GROUND.people)

    level = {"hot": areas.HOT, "cold": areas.COLD, "none": -1}
    assert found.levels[0].tolist() == [level[row["verdict"]] for row in found.rows]
    assert all((row["q"] <= 0.05) == (row["verdict"] != "none") for row in found.rows)


@given(some.lists(some.floats(0, 1e6), max_size=60))
def test_every_positive_value_has_a_class_and_nothing_else_has(values):
    ends = breaks(values)
    found = levels(np.array(values), ends)

    assert len(ends) <= 5
    assert [level >= 0 for level in found.tolist()] == [one > 0 for one in values]
    assert not ends or set(found.tolist()) - {-1} == set(range(len(ends)))


def test_the_picture_on_the_map_is_darkest_where_the_density_is():
    history = past()
    spot = History(
        history.opened_at, np.full(N, 128.20), np.full(N, -3.70), history.kelurahan,
        history.timed, history.codes,
    )  # fmt: skip
    (png,) = heat.pictures(heat.heat(spot, Kernel.GAUSSIAN, 500, split(spot, Over.NOTHING, YEAR)))

    opacity = np.asarray(Image.open(BytesIO(png)).convert("RGBA"))[:, :, 3]
    row, column = np.unravel_index(opacity.argmax(), opacity.shape)
    west, south, east, north = heat.CITY_BBOX
    assert west + (column + 0.5) / heat.PIXELS * (east - west) == pytest.approx(128.20, abs=0.002)
    assert north - (row + 0.5) / heat.PIXELS * (north - south) == pytest.approx(-3.70, abs=0.002)
    assert opacity[0, 0] == 0


def test_pictures_to_take_along_are_png():
    history = past()
    frames = split(history, Over.NOTHING, YEAR)
    by_area = areas.kelurahan_rates(history, GROUND.boundaries, GROUND.people, frames)
    dense = heat.heat(history, Kernel.GAUSSIAN, 500, frames)
    words = ["title", "600 incidents"]

    made = [
        figures.areas_png(by_area, by_area.shapes, heat.COLOURS, ["≥"] * 5, words),
        figures.heat_png(dense, by_area.shapes, "per km²", words),
        figures.months_png([("2025-01", 3.0), ("2025-02", 4.0)], [("2025-03", 2.5)], "n", words),
    ]

    assert all(one.startswith(b"\x89PNG") for one in made)
