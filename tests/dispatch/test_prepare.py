"""Stations, roster and incidents are prepared from the source, or refused with a reason."""

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from dispatch.prepare import prepare
from geo.files import DATA, DataFileError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source folder made of what the project carries."""
    folder = tmp_path / "source"
    folder.mkdir()
    shutil.copy(DATA / "stations/stations.csv", folder)
    shutil.copy(DATA / "incidents/incidents.csv", folder)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_data_carried_are_what_prepare_writes(source: Path, tmp_path: Path) -> None:
    prepare(source, tmp_path / "out", lambda _: None)

    for name in ("stations/stations.csv", "stations/roster.csv", "incidents/incidents.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (DATA / name).read_bytes()
        assert (tmp_path / "out" / name).with_name("SOURCE.md").exists()


def test_twelve_fire_appliances_wait_at_four_posts_most_at_mako() -> None:
    fire = [row for row in rows(DATA / "stations/roster.csv") if row["agency"] == "damkar"]
    posts = Counter(row["station"] for row in fire)

    assert len(fire) == 12
    assert len(posts) == 4
    assert posts.most_common(1)[0][0] == "Damkar Mako Balai Kota"


def test_every_unit_waits_at_a_station_and_is_marked_assumed() -> None:
    stations = {row["name"]: row for row in rows(DATA / "stations/stations.csv")}

    for unit in rows(DATA / "stations/roster.csv"):
        station = stations[unit["station"]]
        assert (unit["lon"], unit["lat"]) == (station["lon"], station["lat"])
        assert unit["agency"] == station["agency"]
        assert unit["assumed"] == "yes"


@pytest.mark.parametrize(
    ("file", "damage", "reason"),
    [
        ("stations.csv", ("128.181902", "12.8181902"), "line 2"),
        ("stations.csv", ("lon", "longitude"), "no column lon"),
        ("incidents.csv", ("2017-06-08", "2017-06-38"), "line 2"),
        ("incidents.csv", ("08:30", "8.30"), "line 3"),
    ],
)
def test_a_source_that_cannot_be_is_refused_by_file_and_line(
    source: Path, tmp_path: Path, file: str, damage: tuple[str, str], reason: str
) -> None:
    text = (source / file).read_text("utf-8")
    assert damage[0] in text
    (source / file).write_text(text.replace(*damage, 1), "utf-8")

    with pytest.raises(DataFileError, match=reason) as refused:
        prepare(source, tmp_path / "out", lambda _: None)

    assert refused.value.path.name == file
    assert not (tmp_path / "out").exists()


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"stations\.csv"):
        prepare(tmp_path, tmp_path / "out", lambda _: None)
