"""The first rows of a room."""

import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.errors import BadDataFile
from dispatch.store import incidents, units
from dispatch.store.seed import SOURCE, seed, seed_if_empty
from dispatch.unit import PositionBasis
from geo.files import DATA

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
AGE = timedelta(minutes=5)
EVERYTHING = dict.fromkeys(("from_at", "until_at", "types", "sources"))


def test_a_new_room_has_its_stations_an_assumed_roster_and_its_history(store):
    seeded = seed(store, DATA, at=NOON)

    with store.reading() as tx:
        fleet = units.all_units(tx, at=NOON, fix_max_age=AGE)
        stations = units.stations(tx)
        past = list(incidents.between(tx, EVERYTHING))
    assert (len(stations), len(fleet), len(past)) == (
        seeded.stations,
        seeded.units,
        seeded.incidents,
    )
    assert all(unit.assumed for unit in fleet)
    assert not any(station.position_confirmed for station in stations)
    assert {row["source"] for row in past} == {SOURCE}
    assert sum(unit.agency == "damkar" for unit in fleet) >= 12


def test_seeding_again_writes_nothing_and_keeps_what_people_changed(store):
    seed(store, DATA, at=NOON)
    with store.writing(by="admin", at=NOON, action="confirm_station") as tx:
        units.move_station(tx, 1, 128.1834, -3.6957)

    again = seed(store, DATA, at=NOON)

    assert (again.stations, again.units, again.incidents) == (0, 0, 0)
    with store.reading() as tx:
        assert units.stations(tx)[0].position_confirmed
        at_home = [
            unit
            for unit in units.all_units(tx, at=NOON, fix_max_age=AGE)
            if unit.station == "Damkar Mako Balai Kota"
        ]
    assert {unit.position for unit in at_home} == {(128.1834, -3.6957)}
    assert {unit.position_basis for unit in at_home} == {PositionBasis.STATION}


def test_programs_that_open_a_new_room_at_once_seed_it_once(store):
    faults = []

    def opened():
        try:
            seed_if_empty(store, DATA, at=NOON)
        except BaseException as fault:
            faults.append(fault)

    programs = [threading.Thread(target=opened) for _ in range(4)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()

    assert faults == []
    with store.reading() as tx:
        codes = [row["code"] for row in incidents.between(tx, EVERYTHING)]
    assert len(codes) == len(set(codes)) > 0


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("stations/stations.csv", lambda text: text.replace("128.181902", "timur", 1)),
        ("stations/roster.csv", lambda text: text.replace("crew", "kru", 1)),
        ("incidents/incidents.csv", lambda text: text.replace("2017-06-08", "kemarin", 1)),
        ("stations/roster.csv", lambda _: None),
    ],
)
def test_a_damaged_file_is_named_and_nothing_is_written(store, tmp_path, file, damage):
    data = tmp_path / "data"
    for folder in ("stations", "incidents"):
        shutil.copytree(DATA / folder, data / folder)
    damaged = damage((data / file).read_text())
    if damaged is None:
        (data / file).unlink()
    else:
        (data / file).write_text(damaged)

    with pytest.raises(BadDataFile) as refused:
        seed(store, data, at=NOON)

    assert refused.value.path.endswith(file)
    with store.reading() as tx:
        assert units.all_units(tx, at=NOON, fix_max_age=AGE) == []
