"""The admin's names stand on top of the prepared ones."""

import shutil
from pathlib import Path

import pytest

from geo.files import DATA, DataFileError
from geo.geocode import Geocoder, Level, PlaceName, Status, load_geocoder
from geo.names import keys_of
from geo.words import fold, load_vocabulary, take_rt_rw

WORDS = load_vocabulary(DATA / "places/words.toml")


def test_a_new_name_is_found_by_name_variant_and_misspelt(geocoder: Geocoder):
    taught = geocoder.with_names(
        [PlaceName("Kios Mama Yola", ("Kios Yola",), "landmark", lon=128.2, lat=-3.68)]
    )

    for text in ("Kios Mama Yola", "depan kios yola", "Kios Mama Yolla"):
        best = taught.locate(text).candidates[0]
        assert (best.level, best.kelurahan) == (Level.POINT, "Batu Merah")
    assert geocoder.locate("Kios Mama Yola").status is not Status.LOCATED


def test_a_correction_replaces_what_was_prepared_and_keeps_its_spellings(geocoder: Geocoder):
    taught = geocoder.with_names([PlaceName("Belakang Soya", (), "kawasan", "81.71.02.1012")])

    for text in ("Belakang Soya", "Belso"):
        assert taught.locate(text).candidates[0].kelurahan_code == "81.71.02.1012"


def test_two_rows_of_one_name_ask_back(geocoder: Geocoder):
    taught = geocoder.with_names(
        [PlaceName("Tanjung Batu", (), "kawasan", "81.71.04.2006"),
         PlaceName("Tanjung Batu", (), "kawasan", "81.71.01.2004")]
    )  # fmt: skip

    answer = taught.locate("Tanjung Batu")

    assert answer.status is Status.AMBIGUOUS
    assert {c.kelurahan for c in answer.candidates} == {"Hative Besar", "Amahusu"}


@pytest.mark.parametrize(
    "one, other",
    [("Urimessing", "Urimesing"), ("Passo", "Paso"), ("Hunuth", "hunut"), ("Ery", "Eri"),
     ("Hutumury", "Hutumuri"), ("Hative", "Hatiwe"), ("Waelaha", "Wailaha"), ("RW", "rw"),
     ("Soetomo", "Sutomo"), ("Waiyori", "Wayori"), ("003", "3")],
)  # fmt: skip
def test_spellings_of_one_sound_fold_alike(one: str, other: str):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "text, rt_rw",
    [
        ("RT 003 RW 02", "RT 003/RW 002"),
        ("RT 002/RW 02", "RT 002/RW 002"),
        ("RT 001/004", "RT 001/RW 004"),
        ("RT 004/ 014", "RT 004/RW 014"),
        ("RT/RW 002/006", "RT 002/RW 006"),
        ("RT/RW : 10/004", "RT 010/RW 004"),
        ("RT049/RW011", "RT 049/RW 011"),
        ("Rt.03 Rw.06", "RT 003/RW 006"),
        ("RT. 05/RW.16", "RT 005/RW 016"),
        ("RT.001/02", "RT 001/RW 002"),
        ("RT 12 Desa lata", "RT 012"),
        ("Kampung Tomia RW 005", "RW 005"),
        ("RT 003.04 Dusun Nahel", "RT 003/RW 004"),
        ("RT 04 - RW 1", "RT 004/RW 001"),
        ("RW O2", "RW 002"),
        ("RT 003/RW 0073", "RT 003/RW 007"),
        ("RT 058/003", "RT 058/RW 003"),
    ],
)
def test_reads_rt_rw_in_every_style(text: str, rt_rw: str):
    found, rest = take_rt_rw(text)

    assert [str(pair) for pair in found] == [rt_rw]
    assert not any(c.isdigit() for c in rest)


def test_two_points_are_two():
    found, _ = take_rt_rw("RT 003/001 dan RT 003/004")

    assert [str(pair) for pair in found] == ["RT 003/RW 001", "RT 003/RW 004"]


@pytest.mark.parametrize(
    "name, said",
    [
        ("Jalan Dokter Kayadoe", "Jl. Dr. Kayadoe"),
        ("Jalan Dokter Kayadoe", "jln kayadoe"),
        ("Jalan Wage Rudolf Supratman", "Jl. W.R. Supratman"),
        ("Jalan Insinyur Martinus Putuhena", "Jl. Ir. M. Putuhenna"),
        ("SMAN 5 Ambon", "SMA Negeri 5"),
        ("Dusun Mahia", "Mahia"),
        ("RSUP dr. J. Leimena", "Rumah Sakit Leimena"),
    ],
)
def test_a_name_is_found_as_people_shorten_it(name: str, said: str):
    assert "".join(WORDS.words(said)) in keys_of(name, WORDS)


def test_two_everyday_words_are_not_a_persons_name():
    assert "bogor" in "".join(keys_of("Jalan Puncak Bogor", WORDS))
    assert "jalanbogor" not in keys_of("Jalan Puncak Bogor", WORDS)


@pytest.mark.parametrize(
    "file, content",
    [("words.toml", "= broken"), ("words.toml", "[same]"), ("places.csv", "name\nx\n"),
     ("streets.csv", None), ("place_names.csv", "a,b\n1\n"), ("places.csv", "\x00\xff")],
)  # fmt: skip
def test_a_broken_file_is_named(file: str, content: str | None, tmp_path: Path, boundaries):
    folder = tmp_path / "places"
    shutil.copytree(DATA / "places", folder)
    (folder / file).unlink() if content is None else (folder / file).write_text(content, "latin-1")

    with pytest.raises(DataFileError):
        load_geocoder(boundaries, folder)
