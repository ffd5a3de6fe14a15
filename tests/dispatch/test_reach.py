"""How far units come, the circle beside the road, and what-if scenarios."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.analytics import isochrones, scenario, standard_circle
from dispatch.analytics.scenario import Scenario
from dispatch.catalogue import load_catalogue
from dispatch.unit import Unit, UnitStatus
from geo.crs import to_utm, to_wgs84
from geo.files import DATA
from geo.kelurahan import load_boundaries
from geo.people import People
from geo.travel import load_travel
from tests.geo.plain_dijkstra import Plain

MAKO, PASSO = (128.181902, -3.694651), (128.254283, -3.620334)
RUMAH_TIGA = "81.71.04.2003"
ENGINE = "fire_engine"


@pytest.fixture(scope="module")
def travel():
    return load_travel()


@pytest.fixture(scope="module")
def cuts(travel):
    return scenario.ready_made(travel.network, DATA, load_boundaries())


def unit(call_sign: str, place=MAKO, station="Mako", status=UnitStatus.AVAILABLE, **fields) -> Unit:
    said = {"agency": "damkar", "profile": ENGINE, "capabilities": frozenset()} | fields
    lon, lat = place
    return Unit(call_sign, station=station, lon=lon, lat=lat, status=status, **said)


def test_each_cell_of_people_is_reached_when_plain_dijkstra_says(travel):
    """Turned round, the nearest post to a cell is the first of the posts at a scene there."""
    plain = Plain(travel.network, travel.profiles[ENGINE])
    people = travel.people
    seconds = isochrones.seconds_to_people(travel, [MAKO, PASSO], ENGINE, before_s=80)

    for cell in np.random.default_rng(7).integers(0, len(people.lon), 25):
        scene = (float(people.lon[cell]), float(people.lat[cell]))
        drives = [one for one in plain.seconds(scene, [MAKO, PASSO]) if one is not None]
        assert seconds[cell] == pytest.approx(min(drives) + 80, abs=1e-9)


def test_people_within_and_beyond_add_up_in_every_kelurahan(travel):
    seconds = isochrones.seconds_to_people(travel, [MAKO, PASSO], ENGINE)
    whole = isochrones.city(travel.people, seconds)
    parts = isochrones.by_kelurahan(travel.people, seconds)

    assert len(parts) == 50
    assert sum(one.people for one in parts) == pytest.approx(359_661)
    assert sum(one.beyond for one in parts) == pytest.approx(whole.beyond)
    assert whole.within + whole.beyond == pytest.approx(whole.people)


def test_a_city_without_posts_reaches_nobody(travel):
    seconds = isochrones.seconds_to_people(travel, [], ENGINE)
    whole = isochrones.city(travel.people, seconds)

    assert whole.cut_off == whole.beyond == pytest.approx(359_661)
    assert np.isnan(whole.mean_s)


def test_only_manned_homes_of_the_agency_and_vehicle_count():
    units = [
        unit("A"),
        unit("B"),
        unit("C", PASSO, "Passo", UnitStatus.OFF_DUTY),
        unit("D", PASSO, "Passo", profile="car"),
        unit("E", PASSO, "Passo", agency="bpbd"),
    ]

    assert isochrones.posts(units, "damkar", ENGINE) == [MAKO]


def test_the_streets_saved_say_what_they_are(travel):
    bands = isochrones.streets(travel, [MAKO], ENGINE, before_s=80)
    saved = isochrones.feature_collection(travel, bands, isochrones.BANDS_S, agency="damkar")

    assert [one["properties"]["within_s"] for one in saved["features"]] == [300, 600, 900]
    assert all(one["properties"]["street_m"] > 0 for one in saved["features"])
    assert json.loads(json.dumps(saved)) == saved


def test_a_circle_is_drawn_in_metres():
    x, y = to_utm(*MAKO)
    lon, lat = np.array([to_wgs84(x + east, y) for east in (7_499.0, 7_501.0)]).T
    people = People(lon, lat, np.array([10.0, 20.0]), np.array(["a", "b"]))

    inside = standard_circle.in_circle(people, [MAKO])

    assert inside.tolist() == [True, False]


def test_circle_and_road_are_counted_side_by_side():
    four = np.arange(4.0)
    people = People(
        four, four, np.array([1.0, 10.0, 100.0, 1000.0]), np.array(["a", "a", "b", "b"])
    )
    circle = np.array([True, True, False, False])
    seconds = np.array([900.0, 901.0, 10.0, np.inf])

    city, a, b = standard_circle.beside(people, circle, seconds)

    assert (city.both, city.promised, city.beyond_circle, city.neither) == (1, 10, 100, 1000)
    assert (a.in_circle, a.in_reach, b.in_circle, b.in_reach) == (11, 1, 0, 100)


def test_across_the_bay_the_circle_promises_what_no_engine_keeps(travel):
    seconds = isochrones.seconds_to_people(travel, [MAKO], ENGINE, before_s=80)
    circle = standard_circle.in_circle(travel.people, [MAKO])

    city, *parts = standard_circle.beside(travel.people, circle, seconds)

    assert city.promised > 10_000
    assert sum(one.promised for one in parts) == pytest.approx(city.promised)


def test_with_the_bridge_cut_the_other_shore_loses_its_reach(travel, cuts):
    before = isochrones.seconds_to_people(travel, [MAKO], ENGINE)
    after = isochrones.seconds_to_people(travel.with_closures([cuts["bridge"]]), [MAKO], ENGINE)
    there = travel.people.kelurahan_code == RUMAH_TIGA
    near = there & (before <= 900)

    assert near.any()
    assert (after[near] > 900).all()
    change = scenario.compare(travel.people.people, before, after)
    assert change.lost > 0
    assert change.gained == 0
    assert change.saved_s < 0


def test_both_carriageways_of_the_bridge_are_cut(travel, cuts):
    closed = travel.with_closures([cuts["bridge"]])
    here, there = (128.1836, -3.6583), MAKO
    for scene, origin in ((here, there), (there, here)):
        (open_trip,) = travel.trips(scene, [origin], "car")
        (cut_trip,) = closed.trips(scene, [origin], "car")
        assert cut_trip.distance_m > open_trip.distance_m + 10_000


def test_a_landslide_on_the_hutumuri_road_makes_the_way_from_passo_long(travel, cuts):
    before = isochrones.seconds_to_people(travel, [PASSO], ENGINE)
    after = isochrones.seconds_to_people(travel.with_closures([cuts["hutumuri"]]), [PASSO], ENGINE)
    there = travel.people.kelurahan_code == scenario.HUTUMURI

    assert (after[there] > before[there] + 300).any()


def test_a_scenario_moves_removes_and_mans_posts():
    units = [unit("A"), unit("B", PASSO, "Passo"), unit("C", (128.2, -3.7), "Tiga")]
    units.append(unit("D", (128.3, -3.6), "Empat", UnitStatus.OFF_DUTY))
    changed = Scenario(
        moved={"Mako": (128.0, -3.0)},
        removed=frozenset({"Passo"}),
        added=(scenario.new_post(1, (128.1, -3.1), "damkar", ENGINE, load_catalogue()),),
        off=frozenset({"C"}),
        on=frozenset({"D"}),
    )

    found = scenario.places(units, changed, agency="damkar", profile=ENGINE)

    assert found == [(128.0, -3.0), (128.3, -3.6), (128.1, -3.1)]
    assert scenario.places(units, Scenario(), agency="damkar", profile=ENGINE)[0] == MAKO


SPOT = st.tuples(st.floats(128.10, 128.30), st.floats(-3.76, -3.60))


@settings(max_examples=60, deadline=None)
@given(posts=st.lists(SPOT, max_size=3), more=SPOT)
def test_adding_a_post_never_lengthens_anybodys_time(travel, posts, more):
    before = isochrones.seconds_to_people(travel, posts, ENGINE)
    after = isochrones.seconds_to_people(travel, [*posts, more], ENGINE)

    assert (after <= before).all()
    change = scenario.compare(travel.people.people, before, after)
    assert change.lost == change.cut_off == 0
    assert change.saved_s >= 0


def test_a_change_is_counted_by_hand():
    people = np.array([1.0, 10.0, 100.0, 1000.0])
    before = np.array([800.0, 1000.0, 900.0, np.inf])
    after = np.array([1000.0, 800.0, 880.0, np.inf])

    change = scenario.compare(people, before, after)

    assert (change.within_before, change.within_after) == (101, 110)
    assert (change.gained, change.lost) == (10, 1)
    assert change.saved_s == pytest.approx((-200 * 1 + 200 * 10 + 20 * 100) / 111)
