"""The prepared network: what it holds, and what is refused when it is damaged."""

import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from geo.files import DATA, DataFileError
from geo.kelurahan import load_boundaries, metres_between
from geo.people import load_people
from geo.prepare import roads as prepare_roads
from geo.prepare.roads import NoInternet, prepare, prepare_online
from geo.profiles import load_profiles
from geo.roads import load_network, metres
from geo.travel import load_travel

OSM = """<?xml version='1.0'?><osm version="0.6">
<node id="1" lat="-3.690" lon="128.200"/><node id="2" lat="-3.690" lon="128.201"/>
<node id="3" lat="-3.690" lon="128.202"/><node id="4" lat="-3.691" lon="128.201"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="11"><nd ref="2"/><nd ref="4"/><tag k="highway" v="path"/><tag k="width" v="1,5"/>
<tag k="oneway" v="yes"/></way></osm>"""


def test_the_city_has_all_its_roads() -> None:
    network = load_network()

    assert 850_000 < network.length_m.sum() < 870_000  # 858 km in the source
    assert network.n_nodes > 8_000
    drawn = network.along_m[network.first_point[1:] - 1]
    assert np.allclose(drawn, network.length_m, rtol=0.01, atol=0.1)


def test_a_street_is_kept_once_with_its_tags_and_its_direction(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "roads.osm.gz", "wt") as source:
        source.write(OSM)

    network = prepare_roads.to_network(prepare_roads.read_osm(tmp_path / "roads.osm.gz"))

    assert (network.n_nodes, network.n_edges) == (4, 3)
    path = network.road_class.index("path")
    (edge,) = np.flatnonzero(network.kind == path)
    assert not network.two_way[edge]
    assert network.width_m[path] == 1.5
    assert network.node_lat[network.head[edge]] == -3.691
    assert network.two_way.sum() == 2


def test_preparing_again_gives_the_same_network(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "roads.osm.gz", "wt") as source:
        source.write(OSM)
    (tmp_path / "kelurahan").symlink_to(DATA / "kelurahan")
    said: list[str] = []

    prepare(tmp_path, tmp_path, said.append)
    first = load_network(tmp_path / "roads")
    prepare(tmp_path, tmp_path, said.append)

    assert first.digest == load_network(tmp_path / "roads").digest
    assert len(said) == 6
    assert "OpenStreetMap contributors, ODbL" in (tmp_path / "roads/SOURCE.md").read_text()


def test_without_internet_fetching_says_so_and_keeps_the_present_roads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osmnx.settings.overpass_url", "http://127.0.0.1:9/api")
    monkeypatch.setattr("osmnx.settings.overpass_rate_limit", False)
    (tmp_path / "kelurahan").symlink_to(DATA / "kelurahan")

    with pytest.raises(NoInternet):
        prepare_online(tmp_path, lambda _: None)

    assert not (tmp_path / "roads").exists()


def test_a_source_that_is_not_osm_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roads.osm.gz").write_bytes(b"not gzip")

    with pytest.raises(DataFileError, match=r"roads\.osm\.gz"):
        prepare_roads.read_osm(tmp_path / "roads.osm.gz")


@pytest.mark.parametrize("damage", ["missing", "text", "cut", "other"])
def test_a_damaged_network_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    whole = (DATA / "roads/network.npz").read_bytes()
    path = tmp_path / "network.npz"
    if damage == "text":
        path.write_text("not a network")
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "other":
        np.savez(path, node_lon=np.zeros(3))

    with pytest.raises(DataFileError, match=r"network\.npz"):
        load_network(tmp_path)


def test_everybody_lives_somewhere() -> None:
    people = load_people()

    assert people.people.sum() == pytest.approx(359_661)
    for one in load_boundaries():
        here = people.people[people.kelurahan_code == one.code].sum()
        assert here == pytest.approx(one.population_2010 * 359_661 / 331_254)


def test_damaged_people_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "people.npz").write_bytes(b"PK")

    with pytest.raises(DataFileError, match=r"people\.npz"):
        load_people(tmp_path)


def test_a_narrow_gang_stops_an_engine_and_not_a_motorcycle() -> None:
    profiles = load_profiles()
    gang, nan = {"highway": "residential"}, float("nan")

    assert profiles["fire_engine"].speed_on(gang, 1.5) == 0
    assert profiles["motorcycle"].speed_on(gang, 1.5) > 0
    assert profiles["fire_engine"].speed_on(gang, nan) > 0
    assert profiles["fire_engine"].speed_on(gang | {"motorcar": "no"}, nan) == 0
    assert profiles["fire_engine"].speed_on({"highway": "steps"}, nan) == 0
    assert profiles["foot"].speed_on({"highway": "steps"}, nan) > 0
    assert profiles["car"].speed_on(gang | {"surface": "ground"}, nan) < profiles["car"].speed_on(
        gang, nan
    )


def test_damaged_profiles_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text("[car]\nkmh = 3\n")

    with pytest.raises(DataFileError, match=r"profiles\.toml"):
        load_profiles(tmp_path)


@pytest.mark.parametrize(("said", "width"), [("2.5", 2.5), ("1,5", 1.5), ("2 m", 2.0)])
def test_widths_are_read_as_mappers_write_them(said: str, width: float) -> None:
    assert metres(said) == width


def test_poka_beats_galala_for_a_scene_in_rumah_tiga() -> None:
    galala, poka = (128.19720, -3.67390), (128.19093, -3.65606)
    trips = load_travel().trips((128.1836, -3.6583), [galala, poka], "fire_engine")

    assert trips[0] and trips[1]
    assert trips[1].travel_s < trips[0].travel_s


def test_the_last_metres_on_foot_are_counted() -> None:
    travel = load_travel()
    off_road = (128.2300, -3.7200)
    (trip,) = travel.trips(off_road, [(128.20888, -3.69006)], "fire_engine")

    assert trip and trip.walk_m > 100
    walked = travel.by_class(off_road, (128.20888, -3.69006), "fire_engine")["walk"]
    assert walked == pytest.approx(trip.walk_m / travel.profiles["fire_engine"].walk_speed, abs=0.1)


def test_a_place_far_from_every_road_has_no_road() -> None:
    travel = load_travel()

    assert travel.trips((106.8, -6.2), [(128.2, -3.69)], "car") == [None]
    assert travel.trips((128.2, -3.69), [(106.8, -6.2)], "car") == [None]
    assert np.isinf(travel.trips_to_area(np.array([[106.8, -6.2]]), [(128.2, -3.69)], "car")).all()


def test_people_are_reached_as_fast_as_a_scene_there() -> None:
    travel, people = load_travel(), load_people()
    origin = (128.20888, -3.69006)
    seconds = travel.reach([origin], "car")[0]

    for n in range(0, len(people.lon), 997):
        scene = (float(people.lon[n]), float(people.lat[n]))
        (trip,) = travel.trips(scene, [origin], "car")
        assert trip and trip.travel_s == seconds[n]


def test_the_line_drawn_is_as_long_as_the_way_counted() -> None:
    travel, people = load_travel(), load_people()
    places = list(zip(people.lon[::601].tolist(), people.lat[::601].tolist(), strict=True))
    for origin, scene in pairwise(places):
        (trip,) = travel.trips(scene, [origin], "motorcycle")
        line = travel.route(scene, origin, "motorcycle")

        assert trip
        assert (line[0], line[-1]) == (origin, scene)
        drawn = sum(metres_between(a, b) for a, b in pairwise(line))
        assert drawn == pytest.approx(trip.distance_m + trip.snap_m, rel=0.006, abs=2)
