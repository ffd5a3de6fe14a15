"""`ambon112 locate` and `evaluate-locate`, as other programs call them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dispatch.cli import app

KEYS = {"kelurahan_code", "kelurahan", "district", "lon", "lat", "level", "radius_m",
        "confidence", "matched"}  # fmt: skip


def run(*words: str, given: str | bytes | None = None):
    return CliRunner().invoke(app, list(words), input=given)


def test_prints_the_stable_object():
    done = run("locate", "RT/RW 002/013 Kebun cengkeh, Negeri Batu Merah", "--json")

    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert answer["status"] == "located"
    assert answer["candidates"][0].keys() >= KEYS
    assert answer["candidates"][0]["kelurahan_code"] == "81.71.02.2003"


def test_without_json_a_person_can_read_it():
    done = run("locate", "Kampung Kolam")

    assert "Kampung Kolam, Desa Nania, Baguala" in done.stdout
    assert "?" in done.stdout


def test_coordinates_that_begin_with_a_minus_are_no_option():
    done = run("locate", "-3.6954, 128.1814", "--json")

    assert json.loads(done.stdout)["candidates"][0]["level"] == "point"


@pytest.mark.parametrize("text", ["", "   ", None])
def test_empty_text_is_one_sentence_in_two_languages(text: str | None):
    done = run("locate", *([] if text is None else [text]), "--json")

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.strip() == "Teks lokasi kosong. / The location text is empty."


def test_a_batch_reads_standard_input_in_order_also_empty_lines():
    lines = "Bt Gajah\n\nTulehu\r\n\u2028Waihoka \x85\n\xff".encode("latin-1", "replace")

    done = run("locate", "--batch", given=lines)

    statuses = [json.loads(line)["status"] for line in done.stdout.split("\n")[:-1]]
    assert statuses == ["located", "unknown", "outside", "located", "unknown"]


def test_a_batch_says_what_single_texts_say():
    done = run("locate", "--batch", given="\ufeffWaihoka\n")

    assert json.loads(done.stdout) == json.loads(run("locate", "Waihoka", "--json").stdout)


def test_a_batch_beside_a_text_is_bad_input():
    done = run("locate", "Waihoka", "--batch", given="Waihoka\n")

    assert (done.exit_code, done.stdout) == (2, "")


def test_evaluation_tells_accuracy_calibration_and_every_miss(tmp_path: Path):
    cases = tmp_path / "cases.csv"
    cases.write_text(
        "place_text,kelurahan_code,kelurahan_basis\n"
        "Kelurahan Waihoka,81.71.02.1014,stated\n"
        "Negeri Passo,81.71.02.1014,inferred\n"
        "tanpa kode,,none\n"
    )

    done = run("evaluate-locate", str(cases))

    assert done.exit_code == 0
    assert "1 /     2   50.0%" in done.stdout
    assert "misses: 1" in done.stdout
    assert "81.71.02.1014 | Negeri Passo | located: 81.71.03.2001 Passo" in done.stdout


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "", "place_text,kelurahan_code\nx,\n"])
def test_a_table_without_cases_is_bad_input(content: str, tmp_path: Path):
    cases = tmp_path / "cases.csv"
    cases.write_text(content)

    done = run("evaluate-locate", str(cases))

    assert done.exit_code == 2
    assert done.stdout == ""
    assert " / " in done.stderr
