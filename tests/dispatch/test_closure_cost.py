"""What closed roads cost: minutes added, people cut off, posts that still reach whom."""

from datetime import UTC, datetime

import numpy as np
import pytest
from shapely.geometry import Point, box

from dispatch.analytics import evacuation
from dispatch.analytics.closure_cost import cost, measure
from geo.closures import Closure
from geo.people import People
from geo.travel import load_travel
from tests.geo.plain_dijkstra import Plain

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
MAKO, PASSO = (128.20888, -3.69006), (128.2435, -3.6357)
BRIDGE = box(128.190, -3.668, 128.200, -3.658)  # Jembatan Merah Putih
INF = np.inf


def closure(geometry):
    return Closure("1", geometry, None, None, None, "longsor", "uji")


def people(*counts, codes="aabb"):
    n = len(counts)
    return People(np.zeros(n), np.zeros(n), np.array(counts, float), np.array(list(codes)[:n]))


def test_minutes_are_weighted_with_people_and_the_nearest_post_counts():
    before = np.array([[60.0, 120.0, 600.0], [600.0, 600.0, 60.0]])
    after = np.array([[60.0, 480.0, 600.0], [600.0, 600.0, 60.0]])

    found = cost(before, after, ["A", "B"], people(300, 100, 50, codes="aab"))

    (a,) = found.kelurahan  # b lost nothing
    assert (a.code, a.people, a.cut_off, a.delayed) == ("a", 400, 0, 100)
    assert (a.before_min, a.after_min) == (1.25, 2.75)
    assert found.added_min == pytest.approx(100 * 6 / 450)


def test_who_is_cut_off_is_counted_apart_and_not_as_minutes():
    before = np.array([[60.0, 60.0, INF], [120.0, INF, INF]])
    after = np.array([[60.0, INF, INF], [INF, INF, INF]])

    found = cost(before, after, ["A", "B"], people(10, 20, 40, codes="abb"))

    (b,) = found.kelurahan
    assert (b.code, b.cut_off, b.delayed) == ("b", 20, 20)
    assert np.isnan(b.added_min)
    assert (found.people, found.never, found.cut_off, found.added_min) == (30, 40, 20, 0)
    assert [(one.name, one.before, one.after, one.kelurahan_lost) for one in found.posts] == [
        ("A", 30, 10, ("b",)),
        ("B", 10, 0, ("a",)),
    ]


def test_without_posts_nobody_is_reached():
    found = cost(np.zeros((0, 2)), np.zeros((0, 2)), [], people(1, 2))

    assert (found.people, found.never, found.kelurahan) == (0, 3, ())


def test_as_plain_dijkstra_says_for_a_few_homes():
    whole = load_travel()
    sample = np.arange(0, len(whole.people.lon), 900)
    some = People(*(getattr(whole.people, name)[sample] for name in People.__slots__))
    travel = type(whole)(whole.network, whole.profiles, (), some)
    shut = [closure(BRIDGE)]
    homes = list(zip(some.lon.tolist(), some.lat.tolist(), strict=True))

    found = measure(travel, [("Mako", MAKO), ("Passo", PASSO)], "fire_engine", shut)

    tables = []
    for closures in ((), shut):
        plain = Plain(travel.network, travel.profiles["fire_engine"], closures)
        rows = [plain.seconds(home, [MAKO, PASSO]) for home in homes]
        tables.append(np.array([[INF if s is None else s for s in row] for row in rows]).T)
    before, after = (table.min(axis=0) for table in tables)
    still = np.isfinite(after)
    weights = some.people
    assert found.delayed == pytest.approx(weights[after > before].sum())
    assert found.cut_off == pytest.approx(weights[np.isfinite(before) & ~still].sum())
    mean = (weights[still] * (after - before)[still]).sum() / weights[still].sum() / 60
    assert found.added_min == pytest.approx(mean)
    assert found.delayed > 0


def test_a_village_behind_its_only_road_is_cut_off():
    travel = load_travel()
    eri = (128.1233, -3.7494)
    road = travel.route(eri, MAKO, "fire_engine")
    cut = Point(road[len(road) * 3 // 4])

    found = measure(travel, [("Mako", MAKO)], "fire_engine", [closure(cut)])

    assert found.delayed > 0
    assert found.posts[0].after == pytest.approx(found.posts[0].before - found.cut_off)


def test_people_walk_to_the_nearest_point():
    seconds = np.array([[240.0, 900.0, INF], [300.0, 240.0, INF]])

    reach = evacuation.within_walk(seconds, ["A", "B"], np.array([10.0, 20.0, 5.0]))

    assert [(one.name, one.within) for one in reach.points] == [
        ("A", (10, 10, 10, 10)),
        ("B", (20, 20, 20, 20)),
    ]
    assert (reach.within, reach.beyond) == ((30, 30, 30, 30), 5)


def test_without_points_everybody_is_beyond():
    reach = evacuation.within_walk(np.zeros((0, 2)), [], np.array([1.0, 2.0]))

    assert (reach.points, reach.within, reach.beyond) == ((), (0, 0, 0, 0), 3)
