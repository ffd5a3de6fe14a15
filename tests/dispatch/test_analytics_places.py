"""Density, hexagons, rates and hot spots against other people's programs and against hand work."""

from itertools import combinations

import h3
import numpy as np
import pytest
from esda import G_Local
from libpysal.weights import W
from scipy.stats import chi2, false_discovery_control
from sklearn.neighbors import KernelDensity

from dispatch.analytics.density import CELL_M, Kernel, city_grid, density, films
from dispatch.analytics.hexagons import cells_of, hexagons, names, neighbours, people_in, rings
from dispatch.analytics.hotspots import (
    benjamini_hochberg,
    gi_star,
    hot_spots,
    permuted,
    touching,
)
from dispatch.analytics.rates import counted, poisson_interval, rates
from dispatch.ground import load_ground
from geo.crs import to_utm, to_wgs84


@pytest.fixture(scope="module")
def points():
    """About 2,000 incidents in three heaps in the middle of the city, in UTM metres."""
    random = np.random.default_rng(4)
    x, y = to_utm(128.19, -3.68)
    heaps = random.normal(0, 300, (2000, 2)) + random.choice([-900, 0, 1500], (2000, 1))
    return x + heaps[:, 0], y + heaps[:, 1]


@pytest.fixture(scope="module")
def boundaries():
    return load_ground().boundaries


# --- density ---


@pytest.mark.parametrize("bandwidth_m", [250.0, 1000.0])
def test_the_gaussian_density_is_scikit_learns(points, bandwidth_m):
    x, y = points
    made = density(x, y, bandwidth_m=bandwidth_m)
    where = np.random.default_rng(1).integers(150, 450, (400, 2))
    east, north = made.grid.centres()
    model = KernelDensity(bandwidth=bandwidth_m).fit(np.column_stack([x, y]))
    at = np.column_stack([east[where[:, 1]], north[where[:, 0]]])

    theirs = np.exp(model.score_samples(at)) * len(x) * 1e6

    ours = made.per_km2[where[:, 0], where[:, 1]]
    assert ours == pytest.approx(theirs, abs=made.per_km2.max() * 0.01)
    assert made.per_km2.max() > 10


def test_the_quartic_density_is_the_formula_of_one_incident():
    grid = city_grid()
    east, north = grid.centres()
    made = density(east[[200]], north[[200]], bandwidth_m=1000, kernel=Kernel.QUARTIC, grid=grid)
    away = np.hypot(east - east[200], 0)
    formula = np.where(away < 1000, 3 / np.pi * (1 - (away / 1000) ** 2) ** 2, 0)

    assert made.per_km2[200] == pytest.approx(formula, abs=formula.max() * 0.01)


@pytest.mark.parametrize("kernel", Kernel)
def test_the_density_holds_every_incident_once(points, kernel):
    made = density(*points, bandwidth_m=500, kernel=kernel)

    assert made.per_km2.sum() * (CELL_M / 1000) ** 2 == pytest.approx(made.inside, rel=1e-6)
    assert (made.inside, made.outside) == (2000, 0)


def test_incidents_beyond_the_citys_box_are_counted_and_not_drawn():
    x, y = to_utm(np.array([128.19, 129.9]), np.array([-3.68, -3.0]))

    made = density(x, y, bandwidth_m=500)

    assert (made.inside, made.outside) == (1, 1)


def test_the_frames_of_a_film_add_up_to_the_whole_picture(points):
    x, y = points
    grid = city_grid()
    frames = films(
        [grid.count(x[n::3], y[n::3]) for n in range(3)],
        bandwidth_m=500,
        kernel=Kernel.GAUSSIAN,
        cell_m=CELL_M,
    )

    assert sum(frames) == pytest.approx(density(x, y, bandwidth_m=500).per_km2, abs=1e-9)


# --- hexagons ---


@pytest.mark.parametrize("resolution", [7, 8, 9])
def test_every_incident_lies_in_one_hexagon(points, resolution):
    lon, lat = to_wgs84(*points)

    made = hexagons(lon, lat, resolution)

    assert made.counts.sum() == len(lon)
    assert names(made.cells[made.of[:50]]) == [
        h3.latlng_to_cell(b, a, resolution) for a, b in zip(lon[:50], lat[:50], strict=True)
    ]
    assert np.bincount(made.of).tolist() == made.counts.tolist()


@pytest.mark.parametrize("resolution", [7, 8, 9])
def test_many_points_lie_in_the_hexagons_h3_says_one_by_one(resolution):
    random = np.random.default_rng(12)
    lon, lat = random.normal(128.19, 0.01, 60_000), random.normal(-3.68, 0.01, 60_000)
    lon[:20], lat[:20] = 127.5, -3.2  # beyond the city's box

    ours = cells_of(lon, lat, resolution).tolist()

    find = h3.api.basic_int.latlng_to_cell
    assert ours == [find(b, a, resolution) for a, b in zip(lon, lat, strict=True)]


def test_inhabited_hexagons_are_there_without_an_incident(points):
    lon, lat = to_wgs84(*points)
    elsewhere = hexagons(np.array([128.25]), np.array([-3.63]), 8).cells

    made = hexagons(lon, lat, 8, besides=elsewhere)

    assert made.counts[np.searchsorted(made.cells, elsewhere)].tolist() == [0]
    assert made.counts.sum() == len(lon)
    assert made.counts[made.of].min() > 0


def test_people_are_counted_in_their_hexagon():
    people = load_ground().people
    places = hexagons(people.lon, people.lat, 8)

    assert people_in(places.cells, places.cells[places.of], people.people).sum() == pytest.approx(
        359_661
    )
    assert people_in(places.cells[:3], places.cells[[1, 5]], np.array([7.0, 9.0])).tolist() == [
        0,
        7,
        0,
    ]


def test_a_hexagon_has_its_six_neighbours_and_six_corners():
    middle = h3.str_to_int(h3.latlng_to_cell(-3.68, 128.19, 8))
    disk = np.sort(np.array(h3.api.basic_int.grid_disk(middle, 1), np.uint64))

    around = neighbours(disk)

    assert len(around[int(np.searchsorted(disk, middle))]) == 6
    assert sum(len(one) for one in around) == 6 + 6 * 3
    assert all(abs(lon - 128.19) < 0.1 for ring in rings(disk) for lon, _ in ring)
    assert {len(ring) for ring in rings(disk)} == {6}


# --- rates ---


def test_rates_sum_to_the_totals():
    area = np.array([0, 0, 1, -1, 2, 2, 2], np.int16)
    people = np.array([1000.0, 2000.0, 500.0, 4000.0])

    made = rates(counted(area, 4), people)

    assert made.counts.tolist() == [2, 1, 3, 0]
    assert (made.per_1000 * people / 1000).sum() == pytest.approx(6)
    assert made.per_1000.tolist() == [2, 0.5, 6, 0]


@pytest.mark.parametrize("count", [0, 1, 3, 20, 4000])
def test_the_interval_is_the_exact_poisson_one(count):
    low, high = poisson_interval(np.array([count]))

    assert low[0] == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert high[0] == pytest.approx(chi2.ppf(0.975, 2 * (count + 1)) / 2)


def test_small_numbers_are_marked_by_incidents_and_by_people():
    made = rates(np.array([19, 20, 500, 30]), np.array([5000.0, 5000.0, 999.0, 1000.0]))

    assert made.small.tolist() == [True, False, True, False]


def test_nobody_has_no_rate():
    made = rates(np.array([3]), np.array([0.0]))

    assert np.isnan(made.per_1000[0])
    assert made.small[0]


# --- hot spots ---


def test_gi_star_of_a_row_of_five_is_what_paper_says():
    # Values 0 0 3 6 6, each beside the next. Mean 3; mean square 16.2; spread sqrt(7.2).
    # The fourth: sum 15 of 3 areas, expected 9; scale sqrt(7.2 * 3 * 2 / 4) = sqrt(10.8).
    beside = [np.array(one) for one in ([1], [0, 2], [1, 3], [2, 4], [3])]

    z = gi_star(np.array([0.0, 0, 3, 6, 6]), beside)

    assert z[3] == pytest.approx(6 / np.sqrt(10.8))
    assert z[0] == pytest.approx((0 - 6) / np.sqrt(7.2 * 2 * 3 / 4))


def lattice(side: int) -> list[np.ndarray]:
    """The neighbours of a board's squares, by their edges."""
    place = np.arange(side * side).reshape(side, side)
    near = []
    for row in range(side):
        for column in range(side):
            steps = ((row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column))
            near.append(
                np.array([place[a, b] for a, b in steps if 0 <= a < side and 0 <= b < side])
            )
    return near


@pytest.fixture(scope="module")
def board():
    """A board of 400 squares with a heap in one corner."""
    values = np.random.default_rng(8).poisson(2.0, 400).astype(float)
    values.reshape(20, 20)[2:6, 3:7] += 6
    return values, lattice(20)


def test_gi_star_is_esdas(board):
    values, near = board
    weights = W({n: one.tolist() for n, one in enumerate(near)}, silence_warnings=True)
    theirs = G_Local(values, weights, transform="B", star=True, permutations=0)

    assert gi_star(values, near) == pytest.approx(theirs.Zs)


def test_p_is_that_of_every_arrangement_there_is():
    values, near = np.random.default_rng(7).poisson(3.0, 12).astype(float), lattice(4)[:12]
    near = [one[one < 12] for one in near]

    def exact(area):
        around, others = values[near[area]].sum(), np.delete(values, area)
        sums = np.array([sum(some) for some in combinations(others, len(near[area]))])
        return min(1.0, 2 * min((sums >= around).mean(), (sums <= around).mean()))

    ours = permuted(values, near, arrangements=40_000, seed=112)

    assert ours == pytest.approx([exact(area) for area in range(12)], abs=0.015)


def test_q_is_scipys_benjamini_hochberg():
    p = np.random.default_rng(2).beta(0.4, 2, 300)

    assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p))
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx(
        [0.02, 0.04, 0.04, 0.02]
    )


def test_a_heap_is_found_and_is_the_only_thing_found(board):
    values, near = board
    found = hot_spots(values, near)
    around = np.zeros((20, 20), bool)
    around[1:7, 2:8] = True

    inner = np.zeros((20, 20), bool)
    inner[3:5, 4:6] = True
    assert found.significant[inner.ravel()].all()
    assert not found.significant[~around.ravel()].any()
    assert (found.z[found.significant] > 0).all()


def test_where_nothing_heaps_up_nearly_nothing_is_called_a_hot_spot():
    random, near = np.random.default_rng(5), lattice(15)
    called = [
        hot_spots(random.poisson(1.5, 225).astype(float), near, arrangements=1999).significant.any()
        for _ in range(20)
    ]

    assert sum(called) <= 4


def test_the_same_picture_comes_twice(board):
    assert hot_spots(*board).q.tolist() == hot_spots(*board).q.tolist()


@pytest.mark.parametrize("values", [[0.0, 0, 0, 0], [5.0, 5, 5, 5]])
def test_of_areas_all_alike_nothing_is_said(values):
    found = hot_spots(np.array(values), lattice(2))

    assert found.z.tolist() == [0] * 4
    assert not found.significant.any()


def test_an_area_alone_is_never_significant():
    found = hot_spots(
        np.array([90.0, 1, 2, 1]),
        [np.array([], int), np.array([2]), np.array([1, 3]), np.array([2])],
    )

    assert found.p[0] == 1


def test_neighbouring_kelurahan_are_each_others(boundaries):
    codes = [one.code for one in boundaries]
    near = touching([boundaries.polygon(code) for code in codes])

    assert all(n in near[m] for n, one in enumerate(near) for m in one)
    assert all(len(one) for one in near)
    assert max(len(one) for one in near) < 20
