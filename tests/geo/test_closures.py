"""Roads that are cut: what a point, a line and an area close, for whom and when."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from geo.closures import BadClosure, Closure, active, read_closures, write_closures
from geo.travel import Travel, load_travel

NOON = datetime(2026, 3, 4, 3, tzinfo=UTC)
MAKO = (128.20888, -3.69006)
RUMAH_TIGA = (128.1836, -3.6583)
BRIDGE = box(128.190, -3.668, 128.200, -3.658)  # Jembatan Merah Putih


@pytest.fixture(scope="module")
def travel() -> Travel:
    return load_travel()


def closure(geometry: Any, profiles: frozenset[str] | None = None, **times: Any) -> Closure:
    return Closure(
        "1", geometry, profiles, times.get("from_at"), times.get("until_at"), "longsor", "uji"
    )


def metres(travel: Travel, profile: str = "fire_engine") -> float:
    (trip,) = travel.trips(RUMAH_TIGA, [MAKO], profile)
    assert trip
    return trip.distance_m


def test_with_the_bridge_closed_the_way_from_mako_goes_round_by_passo(travel: Travel) -> None:
    closed = travel.with_closures([closure(BRIDGE)])

    assert max(lon for lon, _ in travel.route(RUMAH_TIGA, MAKO, "fire_engine")) < 128.22
    assert max(lon for lon, _ in closed.route(RUMAH_TIGA, MAKO, "fire_engine")) > 128.24
    assert metres(closed) > 2 * metres(travel)


@pytest.mark.parametrize(
    "across", [Point(128.19532, -3.66293), LineString([(128.190, -3.663), (128.200, -3.663)])]
)
def test_a_line_drawn_across_the_bridge_closes_it(travel: Travel, across: Any) -> None:
    on_the_bridge = min(travel.route(RUMAH_TIGA, MAKO, "car"), key=lambda at: abs(at[1] + 3.6633))
    drawn = across if across.geom_type == "LineString" else Point(on_the_bridge)

    assert metres(travel.with_closures([closure(drawn)]), "car") > 2 * metres(travel, "car")


def test_a_closure_for_some_vehicles_lets_the_others_through(travel: Travel) -> None:
    closed = travel.with_closures([closure(BRIDGE, frozenset({"fire_engine"}))])

    assert metres(closed, "fire_engine") > 2 * metres(travel, "fire_engine")
    assert metres(closed, "motorcycle") == metres(travel, "motorcycle")


def test_removing_a_closure_restores_the_exact_former_answer(travel: Travel) -> None:
    before = travel.trips(RUMAH_TIGA, [MAKO], "car"), travel.route(RUMAH_TIGA, MAKO, "car")

    opened = travel.with_closures([closure(BRIDGE)]).with_closures([])

    assert (
        opened.trips(RUMAH_TIGA, [MAKO], "car"),
        opened.route(RUMAH_TIGA, MAKO, "car"),
    ) == before


def test_a_scene_inside_a_closed_area_is_cut_off(travel: Travel) -> None:
    lon, lat = RUMAH_TIGA
    closed = travel.with_closures([closure(box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01))])

    assert closed.trips(RUMAH_TIGA, [MAKO], "car") == [None]
    assert closed.route(RUMAH_TIGA, MAKO, "car") == []
    assert closed.by_class(RUMAH_TIGA, MAKO, "car") == {}


def test_a_closure_far_from_any_road_closes_nothing(travel: Travel) -> None:
    at_sea = closure(Point(128.10, -3.70))

    assert metres(travel.with_closures([at_sea])) == metres(travel)


def test_a_closure_is_in_force_from_its_beginning_until_just_before_its_end() -> None:
    hour = timedelta(hours=1)
    one = closure(BRIDGE, from_at=NOON, until_at=NOON + hour)

    assert not active([one], NOON - hour)
    assert active([one], NOON) == [one]
    assert not active([one], NOON + hour)
    assert active([closure(BRIDGE)], NOON)


def test_what_is_written_reads_back_the_same() -> None:
    all_ = [
        closure(BRIDGE, frozenset({"car", "foot"}), from_at=NOON),
        closure(Point(128.2, -3.7), until_at=NOON),
        closure(LineString([(128.2, -3.7), (128.21, -3.7)])),
    ]

    assert read_closures(write_closures(all_)) == all_


def feature(**change: Any) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [128.2, -3.7]},
                "properties": change,
            }
            | {key: value for key, value in change.items() if key == "geometry"}
        ],
    }


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {"type": "FeatureCollection"},
        {"type": "FeatureCollection", "features": [1]},
        feature(geometry=None),
        feature(geometry={"type": "Point", "coordinates": [128.2]}),
        feature(geometry={"type": "Point", "coordinates": ["x", "y"]}),
        feature(geometry={"type": "Point", "coordinates": [1e9, 5]}),
        feature(geometry={"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}),
        feature(geometry={"type": "GeometryCollection", "geometries": []}),
        feature(profiles=["boat"]),
        feature(profiles=[]),
        feature(profiles="car"),
        feature(**{"from": "2026-03-04T05:00"}),
        feature(until="tomorrow"),
    ],
)
def test_a_closure_that_cannot_be_read_is_refused(bad: Any) -> None:
    with pytest.raises(BadClosure):
        read_closures(bad)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "id"])
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.booleans())
def test_any_json_is_read_or_refused(said: Any, wrapped: bool) -> None:
    try:
        read_closures({"type": "FeatureCollection", "features": [said]} if wrapped else said)
    except BadClosure as refused:
        assert str(refused)


def test_what_would_make_every_ranking_wait_is_refused() -> None:
    turn = [2 * math.pi * n * 50 / 101 for n in range(102)]
    star = [[128.2 + 0.05 * math.cos(one), -3.7 + 0.05 * math.sin(one)] for one in turn]
    long = [[128.2, -3.7 + n * 1e-6] for n in range(3_000)]

    for geometry in (
        {"type": "LineString", "coordinates": star},
        {"type": "Polygon", "coordinates": [star]},
        {"type": "LineString", "coordinates": long},
    ):
        with pytest.raises(BadClosure):
            read_closures({"type": "Feature", "geometry": geometry, "properties": {}})
    with pytest.raises(BadClosure):
        read_closures({"type": "FeatureCollection", "features": [{}] * 1_001})


@pytest.mark.parametrize("coordinates", [[10**400, 1], [], [[]], {"x": 1}, "12", [None, None]])
def test_coordinates_that_are_none_are_refused(coordinates: Any) -> None:
    for kind in ("Point", "LineString", "Polygon"):
        geometry = {"type": kind, "coordinates": coordinates}
        with pytest.raises(BadClosure):
            read_closures({"type": "Feature", "geometry": geometry, "properties": {}})
