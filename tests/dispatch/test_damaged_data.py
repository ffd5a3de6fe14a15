"""A prepared file is cut short, has one bit turned over, or is gone: it is named, and restored."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch.catalogue import load_catalogue
from dispatch.cli import app
from dispatch.errors import BadDataFile
from dispatch.ground import Ground
from dispatch.store.seed import seed
from geo.files import DATA, SOURCE, SUMS, DataFileError, check_whole
from tests.dispatch.away import NOON

FILES = sorted(one.relative_to(DATA).as_posix() for one in DATA.glob("*/*") if one.name != SOURCE)
PARTS: dict[str, Callable[[Path], object]] = {
    "catalogue": lambda data: load_catalogue(data / "catalogue"),
    "kelurahan": lambda data: Ground(data).boundaries,
    "places": lambda data: Ground(data).geocoder,
    "profiles": lambda data: Ground(data).travel,
    "roads": lambda data: Ground(data).people,
}


def bit_turned_over(content: bytes) -> bytes:
    turned = bytearray(content)
    turned[random.Random(112).randrange(len(content))] ^= 1
    return bytes(turned)


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "cut short": lambda content: content[: len(content) // 2],
    "one bit": bit_turned_over,
    "gone": lambda _: None,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    return folder


def damage(path: Path, how: str) -> None:
    content = DAMAGES[how](path.read_bytes())
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("folder", PARTS)
def test_whatever_happened_to_a_file_the_refusal_names_it_until_it_is_restored(data, folder):
    for name in (one for one in FILES if one.startswith(f"{folder}/")):
        for how in DAMAGES:
            damage(data / name, how)
            with pytest.raises(BadDataFile) as refused:
                PARTS[folder](data)
            assert refused.value.path.endswith(name), how
            shutil.copyfile(DATA / name, data / name)

    assert PARTS[folder](data)


@pytest.mark.parametrize("name", [one for one in FILES if one.startswith(("stations", "incid"))])
def test_a_new_room_is_not_filled_from_a_damaged_file(store, data, name):
    damage(data / name, "one bit")
    with pytest.raises(BadDataFile) as refused:
        seed(store, data, at=NOON)
    assert refused.value.path.endswith(name)

    shutil.copyfile(DATA / name, data / name)

    assert seed(store, data, at=NOON).stations


def test_the_files_that_are_carried_are_what_was_written_down():
    """After an edit by hand: `make sums`."""
    told = {line.split("  ", 1)[1] for line in (DATA / SUMS).read_text().splitlines()}

    for folder in {(DATA / name).parent for name in FILES}:
        check_whole(folder)
    assert told == set(FILES)


def test_a_file_made_again_is_whole_and_one_whose_making_broke_off_is_not(data, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    shutil.copy(DATA / "stations/stations.csv", source)
    shutil.copy(DATA / "incidents/incidents.csv", source)
    damage(data / "stations/roster.csv", "one bit")
    command = ["prepare", "--source", str(source), "--out", str(data), "--only", "stations"]

    assert CliRunner().invoke(app, command).exit_code == 0

    for folder in data.iterdir():
        check_whole(folder)
    (source / "incidents.csv").write_text("rusak")
    damage(data / "stations/roster.csv", "cut short")
    assert CliRunner().invoke(app, command).exit_code == 1
    with pytest.raises(DataFileError, match="roster"):
        check_whole(data / "stations")
