"""Callers' words become the right kelurahan, or the question that finds it."""

import random
import string

import pytest

from geo.geocode import Candidate, Geocoder, Level, Status
from geo.kelurahan import Boundaries
from tests.geo.tables import table

WRONG_KECAMATAN = ["Sirimau", "Nusaniwe", "Baguala", "Teluk Ambon", "Leitimur Selatan"]
TWINS = {"Nusaniwe", "Urimessing", "Silale", "Seilale"}


def first(geocoder: Geocoder, text: str) -> Candidate:
    return geocoder.locate(text).candidates[0]


@pytest.mark.parametrize(
    "text, code",
    [
        ("RT/RW 002/013 Kebun cengkeh, Negeri Batu Merah", "81.71.02.2003"),
        ("Bt Gajah", "81.71.02.1016"),
        ("karpan pule depan gereja", "81.71.02.1014"),
        ("Jl. Ir. M. Putuhena dekat Unpatti", "81.71.04.2002"),
        ("Batumerah", "81.71.02.2003"),
        ("Hatiwe Ketjil", "81.71.02.2001"),
        ("Kel. Urimesing", "81.71.01.1011"),
        ("Negeri Urimessing", "81.71.01.2005"),
        ("Desa Nusaniwe", "81.71.01.2003"),
        ("kel nusaniwe rt 004/07", "81.71.01.1006"),
        ("RT 02 RW 03 Negeri Hative, Kecamatan Sirimau", "81.71.02.2001"),
        ("Hunut", "81.71.04.2001"),
        ("Paso", "81.71.03.2001"),
        ("bere2 RT 4", "81.71.02.1015"),
        ("Keluraham Batu Meja", "81.71.02.1015"),
    ],
)
def test_reads_what_callers_say(text: str, code: str, geocoder: Geocoder):
    answer = geocoder.locate(text)

    assert answer.status is Status.LOCATED
    assert answer.candidates[0].kelurahan_code == code


def test_names_of_one_kelurahan_are_found(geocoder: Geocoder, names_of_one_kelurahan):
    missed = [
        name
        for name, code in names_of_one_kelurahan.items()
        if not geocoder.locate(name).candidates or first(geocoder, name).kelurahan_code != code
    ]

    assert len(missed) <= 0.01 * len(names_of_one_kelurahan), missed


def test_names_with_a_typing_error_are_found(geocoder: Geocoder, names_of_one_kelurahan):
    rng = random.Random(11)
    cases = [
        (misspelt, code)
        for name, code in names_of_one_kelurahan.items()
        for _ in range(4)
        if (misspelt := with_typo(name, rng)) not in names_of_one_kelurahan
    ]

    wrong = [
        (text, geocoder.locate(text))
        for text, code in cases
        if [c.kelurahan_code for c in geocoder.locate(text).candidates[:1]] != [code]
    ]

    assert len(wrong) <= 0.07 * len(cases), [text for text, _ in wrong]
    assert not [t for t, answer in wrong for c in answer.candidates[:1] if c.confidence > 0.8]


def with_typo(name: str, rng: random.Random) -> str:
    """Swap, drop, add or change one letter in a word of five letters or more."""
    words = name.split()
    long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return name
    which = rng.choice(long)
    word, letter = words[which], rng.choice(string.ascii_lowercase)
    at = rng.randrange(len(word) - 1)
    words[which] = rng.choice(
        [
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
    return " ".join(words)


def test_a_name_of_two_kelurahan_asks_back_with_all_of_them(geocoder: Geocoder, shared_names):
    for name, codes in shared_names.items():
        answer = geocoder.locate(name)

        assert answer.status is Status.AMBIGUOUS, name
        assert codes <= {c.kelurahan_code for c in answer.candidates}, name
        assert answer.question
        assert all(c.confidence <= 0.6 for c in answer.candidates)


@pytest.mark.parametrize(
    "text", ["Nusaniwe", "urimesing", "Air Besar", "Kampung Kolam", "Jalan Baru", "Tanjung Batu",
             "Kampung Baru", "Hative", "Negeri Silale"]
)  # fmt: skip
def test_same_named_places_ask_back(text: str, geocoder: Geocoder):
    answer = geocoder.locate(f"kebakaran di {text}")

    assert answer.status is Status.AMBIGUOUS
    assert answer.question


@pytest.mark.parametrize(
    "text, code",
    [
        ("Kampung Kolam, Nania", "81.71.03.2005"),
        ("Kampung Kolam, Ahuru", "81.71.02.2003"),
        ("Kampung Kolam Baguala", "81.71.03.2005"),
        ("Air Besar, Negeri Halong", "81.71.03.2002"),
        ("Air Besar Passo", "81.71.03.2001"),
        ("Gereja Petra Kelurahan Waihoka", "81.71.02.1014"),
        ("Jalan Baru Honipopu", "81.71.02.1018"),
    ],
)
def test_other_words_settle_it(text: str, code: str, geocoder: Geocoder):
    answer = geocoder.locate(text)

    assert answer.status is Status.LOCATED
    assert answer.candidates[0].kelurahan_code == code


def test_the_question_tells_the_namesakes_apart(geocoder: Geocoder):
    question = geocoder.locate("Nusaniwe").question or ""

    assert "Kelurahan Nusaniwe (" in question
    assert "Negeri Nusaniwe (" in question


def test_all_evidence_is_weighed_and_the_answer_says_which_won(geocoder: Geocoder):
    best = first(geocoder, "Lorong PMI, Kudamati, Kelurahan Benteng")

    assert best.kelurahan == "Benteng"
    assert "Benteng disebut" in best.why
    assert "Lorong PMI" in best.why.split("didukung")[1]
    assert "Kudamati" in best.why.split("bertentangan")[1]
    assert best.confidence <= 0.8


def test_a_place_in_the_namesake_casts_doubt_on_the_area_word(geocoder: Geocoder):
    answer = geocoder.locate("Dusun Tuni, Kelurahan Urimesing")

    assert answer.status is Status.AMBIGUOUS
    assert answer.candidates[0].kelurahan_code == "81.71.01.2005"


def test_a_stated_kelurahan_beats_a_wrong_kecamatan(geocoder: Geocoder, boundaries: Boundaries):
    for kelurahan in boundaries:
        if kelurahan.name.split("/")[0] in TWINS:
            continue
        word = "Kelurahan" if kelurahan.kind == "kelurahan" else "Negeri"
        for district in WRONG_KECAMATAN:
            text = f"RT 004/RW 003, {word} {kelurahan.name}, Kecamatan {district}"

            assert first(geocoder, text).kelurahan_code == kelurahan.code, text


@pytest.mark.parametrize(
    "wrapped",
    [
        "lapor pak ada kebakaran di {} dekat gereja",
        "tolong, rumah tabakar di {}, cepat, api su basar",
        "beta mau lapor, di {} ada pohon tumbang tindis oto",
        "{} rumah keluarga Latuheru",
        "RT049/RW011 {}",
        "Rt.03 Rw.06. {}",
        "seputaran {} arah pasar",
        "{} (dua titik)",
    ],
)
def test_words_around_a_place_do_not_matter(wrapped: str, geocoder: Geocoder, boundaries):
    for kelurahan in boundaries:
        if kelurahan.name in TWINS:
            continue
        name = kelurahan.name.split("/")[0]
        swapped = "Desa" if kelurahan.kind != "desa" else "Negeri"
        text = wrapped.format(name if name == "Negeri Lama" else f"{swapped} {name}")

        assert first(geocoder, text).kelurahan_code == kelurahan.code, text


def test_a_persons_name_is_no_place(geocoder: Geocoder):
    best = first(geocoder, "rumah keluarga Soya di Kelurahan Batu Meja")

    assert best.kelurahan == "Batu Meja"


@pytest.mark.parametrize(
    "text", ["Tulehu", "Hitu", "Suli", "Leihitu", "Liang", "Waai", "kebakaran di Desa Suli",
             "Negeri Hila, Kecamatan Leihitu", "Salahutu", "pantai Natsepa"]
)  # fmt: skip
def test_places_of_maluku_tengah_are_outside(text: str, geocoder: Geocoder):
    answer = geocoder.locate(text)

    assert answer.status is Status.OUTSIDE
    assert answer.note


def test_a_direction_is_no_place(geocoder: Geocoder):
    assert first(geocoder, "Passo arah Suli").kelurahan == "Passo"


def test_rt_rw_alone_asks_for_the_kelurahan(geocoder: Geocoder):
    answer = geocoder.locate("RT 004/RW 003")

    assert answer.status is Status.UNKNOWN
    assert "RT 004/RW 003" in (answer.question or "")


def test_a_kecamatan_alone_is_known_to_the_kecamatan(geocoder: Geocoder):
    best = first(geocoder, "Kecamatan Baguala")

    assert (best.level, best.kelurahan_code, best.district) == (Level.DISTRICT, None, "Baguala")


@pytest.mark.parametrize(
    "text, level",
    [
        ("RSUP Leimena", Level.POINT),
        ("SMA Negeri 5", Level.POINT),
        ("Jl. Slamet Riyadi", Level.STREET),
        ("Gang Banjo", Level.KAMPUNG),
        ("Kelurahan Waihoka", Level.KELURAHAN),
        ("kecamatan sirimau", Level.DISTRICT),
    ],
)
def test_the_level_says_what_was_named(text: str, level: Level, geocoder: Geocoder):
    assert first(geocoder, text).level is level


def test_a_dispatcher_reads_rt_place_kelurahan_and_district(geocoder: Geocoder):
    best = first(geocoder, "RT 4 RW 3 Batu Merah Dalam")

    assert best.label == "RT 004/RW 003, Batu Merah Dalam, Negeri Batu Merah, Sirimau"


def test_a_long_text_is_cut_off_with_a_note(geocoder: Geocoder):
    answer = geocoder.locate("Kelurahan Waihoka " + "x" * 10_000)

    assert answer.candidates[0].kelurahan == "Waihoka"
    assert "2000" in (answer.note or "")


def test_stated_incidents_of_the_past_are_found(geocoder: Geocoder):
    rows = [r for r in table("incidents/incidents.csv") if r["kelurahan_basis"] == "stated"]

    found = [(row, geocoder.locate(row["place_text"]).candidates[:1]) for row in rows]
    missed = [
        (row["place_text"], best)
        for row, best in found
        if [c.kelurahan_code for c in best] != [row["kelurahan_code"]]
    ]

    assert len(rows) > 150
    assert len(missed) <= 0.02 * len(rows), missed
    assert not [text for text, best in missed if best and best[0].confidence > 0.8]
