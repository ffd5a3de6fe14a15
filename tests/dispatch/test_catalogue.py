"""The catalogue: every word for a type finds it, and it holds together."""

import csv
import shutil
from pathlib import Path

import pytest

from dispatch.catalogue import Catalogue, load_catalogue
from dispatch.errors import BadDataFile, BadValue, UnknownType
from dispatch.incident import Severity
from geo.files import DATA

LEADS = {
    "damkar": "fire_building fire_land fire_vehicle rescue rabies_animal animal",
    "bpbd": "flood landslide extreme_weather earthquake tsunami fallen_tree",
    "dlhp": "waste pollution",
    "health": "medical traffic_accident",
    "polresta": "crime communal_conflict domestic_violence",
    "satpol_pp": "public_order odgj",
    "basarnas": "missing_person sea_accident",
    "pln": "power_fault",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(("lead", "codes"), LEADS.items())
def test_each_type_is_led_by_the_agency_that_leads_it_in_ambon(
    catalogue: Catalogue, lead: str, codes: str
) -> None:
    assert {catalogue.type(code).lead for code in codes.split()} == {lead}


def test_a_fallen_tree_is_for_bpbd_with_dlhp_and_a_conflict_for_police_with_army_and_satpol(
    catalogue: Catalogue,
) -> None:
    assert catalogue.type("fallen_tree").support == ("dlhp",)
    assert set(catalogue.type("communal_conflict").support) == {"kodim", "satpol_pp"}


def test_every_type_that_ever_happened_has_a_card(catalogue: Catalogue) -> None:
    with (DATA / "incidents/incidents.csv").open(encoding="utf-8") as file:
        happened = {row["type"] for row in csv.DictReader(file)}

    assert happened
    assert all(catalogue.type(code).card for code in happened)


def test_a_building_fire_asks_for_two_engines_a_tanker_an_ambulance_and_police(
    catalogue: Catalogue,
) -> None:
    card = {
        line.need: line.counts[Severity.MEDIUM] for line in catalogue.type("fire_building").card
    }

    assert card["fire_attack"] == 2
    assert card["water_supply"] == card["ambulance"] == card["patrol"] == 1
    assert card["power_repair"] == 1


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("kebakaran", "fire_building"),
        ("Fire", "fire_building"),
        ("FIRE-LAND", "fire_land"),
        ("karhutla", "fire_land"),
        ("  pohon   tumbang ", "fallen_tree"),
        ("lakalantas", "traffic_accident"),
        ("KDRT", "domestic_violence"),
        ("longsor", "landslide"),
    ],
)
def test_a_type_answers_to_what_people_call_it(catalogue: Catalogue, word: str, code: str) -> None:
    assert catalogue.type(word).code == code


def test_an_alias_means_one_type_only(catalogue: Catalogue) -> None:
    for kind in catalogue.types.values():
        for word in (kind.code, kind.name_id, kind.name_en, *kind.aliases):
            assert catalogue.type(word) is kind, word


def test_an_unknown_type_is_refused_with_the_closest(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownType) as refused:
        catalogue.type("kebakarn")

    assert refused.value.known == ("fire_building",)


@pytest.mark.parametrize("nonsense", ["", "🔥", "'; DROP TABLE unit; --", "x" * 10_000])
def test_nonsense_is_an_unknown_type(catalogue: Catalogue, nonsense: str) -> None:
    with pytest.raises(UnknownType):
        catalogue.type(nonsense)


def test_severity_is_said_in_either_language_or_left_to_the_type(catalogue: Catalogue) -> None:
    fire = catalogue.type("fire_building")

    assert catalogue.severity("berat", fire) is Severity.HIGH
    assert catalogue.severity("Low", fire) is Severity.LOW
    assert catalogue.severity(None, fire) is fire.severity
    with pytest.raises(BadValue):
        catalogue.severity("gawat sekali", fire)


def test_every_unit_of_the_roster_can_do_what_some_card_asks_of_its_agency(
    catalogue: Catalogue,
) -> None:
    asked = {
        (agency, line.need)
        for kind in catalogue.types.values()
        for line in kind.card
        for agency in line.agencies
    }
    with (DATA / "stations/roster.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            can = {(row["agency"], code) for code in row["capabilities"].split(";")}
            # The ladder goes on no card yet: an officer asks for it.
            assert can & asked or row["capabilities"] == "ladder", row["call_sign"]


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("types.toml", "[fire_building\n"),
        ("types.toml", '[fire_building]\nname_id = "Kebakaran"\n'),
        ("run_cards.toml", ""),
        ("agencies.toml", "damkar = 1\n"),
        ("capabilities.toml", "\x00"),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, file: str, damage: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(DATA / "catalogue", folder)
    (folder / file).write_text(damage)

    with pytest.raises(BadDataFile):
        load_catalogue(folder)


def test_a_card_may_not_name_a_capability_nobody_knows(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(DATA / "catalogue", folder)
    cards = folder / "run_cards.toml"
    cards.write_text(cards.read_text().replace('"power_repair"', '"wizardry"'))

    with pytest.raises(BadDataFile, match="wizardry"):
        load_catalogue(folder)
