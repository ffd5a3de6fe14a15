"""Every answer equals plain Dijkstra to the millisecond."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon

from geo.closures import Closure
from geo.crs import to_wgs84
from geo.profiles import load_profiles
from geo.roads import RoadNetwork
from geo.travel import Travel, load_travel
from tests.geo.plain_dijkstra import Plain

PROFILES = load_profiles()
KINDS = (
    {"highway": "trunk"},
    {"highway": "residential"},
    {"highway": "residential", "surface": "unpaved"},
    {"highway": "residential", "width": "1.5"},
    {"highway": "path"},
    {"highway": "service", "service": "alley"},
    {"highway": "tertiary", "motorcar": "no"},
    {"highway": "footway"},
)
CORNER = (408_000.0, 9_591_000.0)  # somewhere in Ambon, UTM 52S
METRES = st.integers(0, 40).map(lambda n: n * 25.0)
XY = st.tuples(METRES, METRES)
NEAR = st.tuples(st.floats(-200, 1200), st.floats(-200, 1200))


def lonlat(xy: tuple[float, float]) -> tuple[float, float]:
    return to_wgs84(CORNER[0] + xy[0], CORNER[1] + xy[1])


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    """A few junctions joined by streets of all kinds, some one-way, some bent, some islands."""
    nodes = draw(st.lists(XY, min_size=2, max_size=9, unique=True))
    node = st.integers(0, len(nodes) - 1)
    street = st.tuples(node, node, st.integers(0, 7), st.booleans(), st.none() | XY)
    drawn = draw(st.lists(street, min_size=1, max_size=18))
    streets = []
    for tail, head, kind, two_way, bend in drawn:
        line = [nodes[tail], *([bend] if bend else []), nodes[head]]
        length = sum(np.hypot(*np.subtract(a, b)) for a, b in pairwise(line))
        if length > 0:
            streets.append((tail, head, kind, two_way, line, length))
    if not streets:
        streets = [(0, 1, 1, True, [nodes[0], nodes[1]], np.hypot(*np.subtract(*nodes[:2])))]
    lon, lat = np.array([lonlat(xy) for xy in nodes]).T
    points = np.array([lonlat(xy) for one in streets for xy in one[4]])
    return RoadNetwork(
        node_lon=lon,
        node_lat=lat,
        tail=np.array([one[0] for one in streets], np.int32),
        head=np.array([one[1] for one in streets], np.int32),
        two_way=np.array([one[3] for one in streets]),
        length_m=np.array([one[5] for one in streets]),
        kind=np.array([one[2] for one in streets], np.int32),
        kinds=KINDS,
        first_point=np.cumsum([0, *(len(one[4]) for one in streets)], dtype=np.int32),
        point_lon=points[:, 0].copy(),
        point_lat=points[:, 1].copy(),
        digest="",
    )


@st.composite
def closures(draw: st.DrawFn) -> list[Closure]:
    """Points, lines and areas, for all vehicles or for some."""
    shapes = draw(st.lists(st.lists(NEAR, min_size=1, max_size=4, unique=True), max_size=3))
    found = []
    for points in shapes:
        at = [lonlat(xy) for xy in points]
        shape = Point(at[0]) if len(at) == 1 else LineString(at)
        if len(at) > 2 and draw(st.booleans()):
            shape = Polygon(at).buffer(0)
        some = draw(st.none() | st.frozensets(st.sampled_from(list(PROFILES)), min_size=1))
        found.append(Closure("", shape, some, None, None, "", ""))
    return found


@settings(max_examples=1000, deadline=None)
@given(
    networks(),
    closures(),
    st.sampled_from(list(PROFILES)),
    NEAR | XY,
    st.lists(NEAR | XY, min_size=1, max_size=6),
)
def test_profiles_oneways_part_way_and_closures_to_the_millisecond(
    network: RoadNetwork,
    closed: list[Closure],
    profile: str,
    scene_xy: tuple[float, float],
    origins_xy: list[tuple[float, float]],
) -> None:
    scene, origins = lonlat(scene_xy), [lonlat(xy) for xy in origins_xy]
    travel = Travel(network, PROFILES, closed)

    found = [trip and trip.travel_s for trip in travel.trips(scene, origins, profile)]

    assert found == Plain(network, PROFILES[profile], closed).seconds(scene, origins)
    to_area = travel.trips_to_area(np.array([scene]), origins, profile)[0]
    assert [None if np.isinf(s) else s for s in to_area] == found
    for origin, seconds in zip(origins, found, strict=True):
        parts = travel.by_class(scene, origin, profile)
        assert round(sum(parts.values()), 3) == (seconds or 0.0)
        line = travel.route(scene, origin, profile)
        assert bool(line) == (seconds is not None)


@pytest.mark.parametrize("profile", ["fire_engine", "car", "motorcycle"])
def test_the_city_to_the_millisecond(profile: str) -> None:
    travel = load_travel()
    plain = Plain(travel.network, PROFILES[profile])
    random = np.random.default_rng(112)
    people = travel.people
    assert people is not None
    for _ in range(8):
        n = random.integers(0, len(people.lon), 41)
        places = list(zip(people.lon[n] + 0.0003, people.lat[n] - 0.0002, strict=True))
        trips = travel.trips(places[0], places[1:], profile)

        assert [t and t.travel_s for t in trips] == plain.seconds(places[0], places[1:])
