"""Units as other programs list them."""

from pathlib import Path

import pytest

from dispatch.catalogue import load_catalogue
from dispatch.errors import BadUnitsFile
from dispatch.unit import Unit, UnitStatus
from dispatch.units_file import read_units
from geo.files import DATA

CATALOGUE = load_catalogue()
HEADER = "call_sign,agency,profile,capabilities,lon,lat\n"


def read(path: Path, text: str, notes: list[str] | None = None) -> list[Unit]:
    file = path / "units.csv"
    file.write_text(text, "utf-8")
    return read_units(file, CATALOGUE, (notes if notes is not None else []).append)


def one(path: Path, row: str) -> Unit:
    (unit,) = read(path, HEADER + row + "\n")
    return unit


@pytest.mark.parametrize(
    ("said", "can"),
    [
        ("fire_attack;water_supply", {"fire_attack", "water_supply"}),
        ("fire_attack|water_supply", {"fire_attack", "water_supply"}),
        ('"fire_attack, water_supply"', {"fire_attack", "water_supply"}),
        ("fire_attack water_supply", {"fire_attack", "water_supply"}),
        ("fire attack water supply", {"fire_attack", "water_supply"}),
        ("engine;tanker", {"fire_attack", "water_supply"}),
        ("PUMPER", {"fire_attack"}),
        ("mobil tangki", {"water_supply"}),
        ("", {"fire_attack"}),
    ],
)
def test_capabilities_are_understood_however_they_are_separated(
    tmp_path: Path, said: str, can: set[str]
) -> None:
    assert one(tmp_path, f"A,damkar,fire_engine,{said},128.18,-3.69").capabilities == can


@pytest.mark.parametrize(
    ("agency", "profile", "known_as"),
    [
        ("Damkar", "fire truck", ("damkar", "fire_engine")),
        ("Pemadam Kebakaran", "engine", ("damkar", "fire_engine")),
        ("PMI", "ambulance", ("health", "car")),
        ("polisi", "motor", ("polresta", "motorcycle")),
        ("Satpol-PP", "mobil", ("satpol_pp", "car")),
        ("DLHP", "truk", ("dlhp", "light_truck")),
        ("BPBD", "Light Truck", ("bpbd", "light_truck")),
        ("TNI", "on foot", ("kodim", "foot")),
    ],
)
def test_agencies_and_vehicles_answer_to_their_common_names(
    tmp_path: Path, agency: str, profile: str, known_as: tuple[str, str]
) -> None:
    unit = one(tmp_path, f"A,{agency},{profile},,128.18,-3.69")

    assert (unit.agency, unit.profile) == known_as
    assert unit.capabilities
    assert unit.status is UnitStatus.AVAILABLE


def test_a_strange_capability_is_noted_once_and_the_others_stand(tmp_path: Path) -> None:
    notes: list[str] = []

    units = read(
        tmp_path,
        HEADER
        + "A,damkar,fire_engine,fire_attack;levitation,128.18,-3.69\n"
        + "B,damkar,fire_engine,levitation,128.18,-3.69\n",
        notes,
    )

    assert [unit.capabilities for unit in units] == [{"fire_attack"}] * 2
    assert len(notes) == 1
    assert "levitation" in notes[0]


def test_the_rosters_own_file_is_a_units_file() -> None:
    units = read_units(DATA / "stations/roster.csv", CATALOGUE, pytest.fail)

    assert len(units) == 62


def test_columns_may_come_in_any_order_and_with_a_byte_order_mark(tmp_path: Path) -> None:
    (unit,) = read(
        tmp_path,
        "\ufefflat,lon,Capabilities,profile,agency,call_sign\n-3.69,128.18,,car,PSC 119,P1\n",
    )

    assert (unit.call_sign, unit.lon, unit.lat) == ("P1", 128.18, -3.69)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no column"),
        ("a,b\n1,2\n", 1, "call_sign"),
        (HEADER, None, "no units"),
        (HEADER + ",damkar,car,,128.18,-3.69\n", 2, "no call sign"),
        (HEADER + "A,circus,car,,128.18,-3.69\n", 2, "circus"),
        (HEADER + "A,damkar,submarine,,128.18,-3.69\n", 2, "fire_engine"),
        (HEADER + "A,damkar,car,,east,-3.69\n", 2, "not a number"),
        (HEADER + "A,damkar,car,,nan,-3.69\n", 2, "cannot be"),
        (HEADER + "A,damkar,car,,-3.69,128.18\n", 2, "cannot be"),
        (HEADER + "A,damkar,car\n", 2, "not a number"),
        (HEADER + "A,damkar,car,,128.18,-3.69\n" * 2, 3, "given twice"),
        (HEADER + 'A,"damkar\n', None, "unexpected end"),
        ("\x00\x01", 1, "no column"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int | None, says: str
) -> None:
    with pytest.raises(BadUnitsFile) as refused:
        read(tmp_path, text)

    assert says in refused.value.reason
    assert refused.value.line == line


def test_a_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "units.csv"
    binary.write_bytes(b"\xff\xfe\x80")

    for path in (binary, tmp_path / "absent.csv", tmp_path):
        with pytest.raises(BadUnitsFile):
            read_units(path, CATALOGUE, pytest.fail)
