"""`ambon112 recommend`, as other programs call it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dispatch.cli import app
from geo.files import DATA

ROSTER = str(DATA / "stations/roster.csv")
KEBUN_CENGKEH = "128.2089,-3.6883"
RUMAH_TIGA = "128.1836,-3.6583"
HEADER = "call_sign,agency,profile,capabilities,lon,lat\n"
BRIDGE = {  # Jembatan Merah Putih
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"reason": "perbaikan", "author": "uji"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [128.190, -3.668],
                        [128.200, -3.668],
                        [128.200, -3.658],
                        [128.190, -3.658],
                        [128.190, -3.668],
                    ]
                ],
            },
        }
    ],
}


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["recommend", *words], input=stdin)


def ask(at: str, type_: str, *words: str, units: str = ROSTER) -> dict[str, Any]:
    result = run("--at", at, "--type", type_, "--units", units, "--json", *words)
    assert result.exit_code == 0, result.stderr
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def one_sentence(result: Result) -> None:
    """Bad input: exit 2, nothing on stdout, one sentence on stderr and no traceback."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.strip()
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


@pytest.fixture
def two_posts(tmp_path: Path) -> str:
    """One engine at Galala, one at Poka: neighbours by air, a bridge apart by road."""
    file = tmp_path / "units.csv"
    file.write_text(
        HEADER
        + "GALALA-1,damkar,fire_engine,fire_attack,128.19720,-3.67390\n"
        + "POKA-1,damkar,fire_engine,fire_attack,128.19093,-3.65606\n"
    )
    return str(file)


@pytest.fixture
def bridge_closed(tmp_path: Path) -> str:
    file = tmp_path / "closures.geojson"
    file.write_text(json.dumps(BRIDGE))
    return str(file)


def test_an_answer_has_what_the_interface_promises() -> None:
    said = ask(KEBUN_CENGKEH, "kebakaran")

    assert said["options"]
    for option in said["options"]:
        assert {"call_sign", "agency", "travel_s", "distance_m", "snap_m", "why"} <= set(option)
        assert option["route"]["type"] == "LineString"
        assert len(option["route"]["coordinates"]) >= 2
        assert option["why"]
    assert all(one["call_sign"] and one["why"] for one in said["passed_over"])
    times = [(one["travel_s"], one["call_sign"]) for one in said["options"]]
    assert times == sorted(times)


def test_poka_beats_galala_for_rumah_tiga(two_posts: str) -> None:
    first, second = ask(RUMAH_TIGA, "fire_building", units=two_posts)["options"]

    assert (first["call_sign"], second["call_sign"]) == ("POKA-1", "GALALA-1")


def test_with_the_bridge_closed_mako_goes_round_by_passo(bridge_closed: str) -> None:
    def mako(*words: str) -> dict[str, Any]:
        options = ask(RUMAH_TIGA, "fire_building", "--limit", "20", *words)["options"]
        return next(one for one in options if one["call_sign"] == "DAMKAR-MAKO-1")

    over_the_bridge, round_the_bay = mako(), mako("--closures", bridge_closed)

    assert max(lon for lon, _ in over_the_bridge["route"]["coordinates"]) < 128.22
    assert max(lon for lon, _ in round_the_bay["route"]["coordinates"]) > 128.24
    assert round_the_bay["distance_m"] > 2 * over_the_bridge["distance_m"]


def test_the_same_question_gets_the_same_answer_to_the_last_byte() -> None:
    words = ("--at", KEBUN_CENGKEH, "--type", "fire", "--units", ROSTER, "--json")

    assert run(*words).stdout == run(*words).stdout


def test_a_power_fault_is_answered_with_a_telephone_number() -> None:
    said = ask(KEBUN_CENGKEH, "power_fault")

    assert said["status"] == "told_by_phone"
    assert said["told"][0]["agency"] == "pln"


def test_nobody_to_send_exits_1_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(HEADER + "A,health,car,ambulance,128.18,-3.69\n")

    result = run("--at", KEBUN_CENGKEH, "--type", "fire", "--units", str(file), "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "no_unit"
    assert "No unit can be sent" in result.stderr


def test_a_person_reads_minutes_the_card_and_who_was_passed_over() -> None:
    result = run("--at", KEBUN_CENGKEH, "--type", "fire", "--units", ROSTER, "--card")

    assert result.exit_code == 0
    assert result.stdout.startswith("1. DAMKAR-")
    assert "[2] fire_attack" in result.stdout
    assert "Telepon PLN (123)" in result.stdout


def test_an_area_says_whether_the_best_unit_changes_within_it() -> None:
    said = ask("128.2140,-3.6600", "fire", "--radius", "3000")

    assert said["area"]["people"] > 0
    assert sum(one["share"] for one in said["area"]["shares"]) == pytest.approx(1, abs=0.01)
    assert said["area"]["changes"]
    assert said["area"]["question"]


def test_people_left_behind_stand_beside_every_option() -> None:
    said = ask(KEBUN_CENGKEH, "medical")

    assert all(one["people_left"] >= one["people_lost"] >= 0 for one in said["options"])


def test_a_batch_answers_a_line_for_a_line_and_goes_on_after_a_bad_one() -> None:
    lines = [
        '{"at": [128.2089, -3.6883], "type": "fire"}',
        "not json",
        '{"at": "128.1836,-3.6583", "type": "medical", "severity": "berat"}',
        '{"at": [-3.6883, 128.2089], "type": "fire"}',
        '{"at": [128.2089, -3.6883], "type": "volcano"}',
        '{"at": [128.2089, -3.6883]}',
        '{"at": [NaN, 1e999], "type": "fire"}',
        '{"at": {"lon": 1}, "type": 7}',
        "[" * 10_000,
        "[1, 2, 3]",
        '{"at": [128.2089, -3.6883], "type": "flood"}',
    ]

    result = run("--batch", "--units", ROSTER, stdin="\n".join(lines))

    assert result.exit_code == 0
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(said) == len(lines)
    assert [n for n, one in enumerate(said) if "error" not in one] == [0, 2, 10]
    assert "terbalik" in said[3]["error"]
    assert said[2]["severity"] == "high"


def test_a_batch_says_what_single_questions_say() -> None:
    line = '{"at": [128.2089, -3.6883], "type": "fire"}'

    result = run("--batch", "--units", ROSTER, stdin=line + "\n")

    assert json.loads(result.stdout) == ask(KEBUN_CENGKEH, "fire")


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("-3.6883,128.2089", "terbalik"),
        ("106.8,-6.2", "jauh"),
        ("0,0", "jauh"),
        ("nan,nan", "LON,LAT"),
        ("999,999", "LON,LAT"),
        ("here", "LON,LAT"),
        ("", "LON,LAT"),
        ("128.2", "LON,LAT"),
        ("1,2,3", "LON,LAT"),
        ("'; DROP TABLE unit; --", "LON,LAT"),
        ("🔥,🔥", "LON,LAT"),
        ("9" * 10_000, "LON,LAT"),
    ],
)
def test_a_scene_that_cannot_be_is_one_sentence(at: str, says: str) -> None:
    result = run("--at", at, "--type", "fire", "--units", ROSTER)

    one_sentence(result)
    assert says in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--type", "volcano"),
        ("--type", ""),
        ("--type", "<script>alert(1)</script>"),
        ("--type", "x" * 10_000),
        ("--type", "fire", "--severity", "apocalyptic"),
        ("--type", "fire", "--units", "/absent.csv"),
        ("--type", "fire", "--closures", "/absent.geojson"),
        ("--type", "fire", "--rank-by", "luck"),
        (),
    ],
)
def test_words_nobody_knows_are_one_sentence(words: tuple[str, ...]) -> None:
    units = () if "--units" in words else ("--units", ROSTER)

    one_sentence(run("--at", KEBUN_CENGKEH, *units, *words))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00",
        '{"type": "Nonsense"}',
        '{"type": "Point", "coordinates": [1]}',
        '{"type": "Point", "coordinates": ["a", "b"]}',
        '{"type": "FeatureCollection", "features": 3}',
        "[" * 10_000,
    ],
)
def test_closures_that_cannot_be_read_are_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "closures.geojson"
    file.write_text(text)
    words = ("--at", KEBUN_CENGKEH, "--type", "fire", "--units", ROSTER)

    one_sentence(run(*words, "--closures", str(file)))


def test_an_unknown_vehicle_names_the_known_ones(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(HEADER + "A,damkar,hovercraft,,128.18,-3.69\n")

    result = run("--at", KEBUN_CENGKEH, "--type", "fire", "--units", str(file))

    one_sentence(result)
    assert "fire_engine" in result.stderr


def test_a_units_file_needs_no_database_no_page_and_no_osmnx() -> None:
    """Proved in a new process: what the answer came from is what was imported."""
    program = (
        "import sys\n"
        "from dispatch.cli import app\n"
        "try:\n"
        "    app(sys.argv[1:])\n"
        "finally:\n"
        "    heavy = {'psycopg', 'osmnx', 'geopandas', 'pandas', 'streamlit', 'folium'}\n"
        "    print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    words = ["recommend", "--at", KEBUN_CENGKEH, "--type", "fire", "--units", ROSTER, "--json"]

    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=True,
        env={"AMBON112_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
    )

    assert json.loads(done.stdout)["options"]
    assert done.stderr.splitlines()[-1] == "[]"
