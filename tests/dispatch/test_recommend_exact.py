"""`ambon112 recommend` equals plain Dijkstra: random scenes, all units, to the millisecond."""

import json
import os
from collections import defaultdict

import numpy as np
import pytest
from typer.testing import CliRunner

from dispatch.catalogue import load_catalogue
from dispatch.cli import app
from dispatch.ground import load_ground
from dispatch.options import drives
from dispatch.units_file import read_units
from geo.files import DATA
from geo.people import load_people
from geo.profiles import load_profiles
from tests.geo.plain_dijkstra import LonLat, Plain

ROSTER = DATA / "stations/roster.csv"
TYPES = ("fire_building", "medical", "crime", "fallen_tree", "waste", "public_order", "flood")
SCENES = int(os.environ.get("AMBON112_SCENES", "30"))
"""500 take four minutes of plain Dijkstra: `AMBON112_SCENES=500 pytest` with this file."""


def scenes() -> list[LonLat]:
    """Scenes where people live, moved by up to 200 m."""
    random, people = np.random.default_rng(20261124), load_people()
    n = random.choice(len(people.lon), SCENES)
    shift = random.uniform(-0.0018, 0.0018, (2, SCENES))
    lon, lat = people.lon[n] + shift[0], people.lat[n] + shift[1]
    return [(round(x, 6), round(y, 6)) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


def test_any_scene_and_all_units_to_the_millisecond() -> None:
    ground = load_ground()
    units = read_units(ROSTER, load_catalogue(), pytest.fail)
    starts: dict[str, list[LonLat]] = defaultdict(list)
    for unit in units:
        starts[unit.profile].append(unit.position)
    profiles = load_profiles()
    plain = {name: Plain(ground.travel.network, profiles[name]) for name in starts}
    asked = [
        {"at": f"{lon},{lat}", "type": TYPES[n % len(TYPES)]}
        for n, (lon, lat) in enumerate(scenes())
    ]

    result = CliRunner().invoke(
        app,
        ["recommend", "--batch", "--units", str(ROSTER), "--limit", "100"],
        input="\n".join(map(json.dumps, asked)),
    )

    for scene, line in zip(scenes(), result.stdout.splitlines(), strict=True):
        expected = {
            (name, place): seconds
            for name, places in starts.items()
            for place, seconds in zip(places, plain[name].seconds(scene, places), strict=True)
        }
        by_call = {unit.call_sign: expected[unit.profile, unit.position] for unit in units}
        trips = drives(ground.travel, scene, units)
        assert {call: trip and trip.travel_s for call, trip in trips.items()} == by_call
        for one in json.loads(line)["options"]:
            assert one["travel_s"] == by_call[one["call_sign"]]
