"""The commands around the room's database."""

import csv
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from dispatch import desk, export
from dispatch.room import Room

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ENGINE = "DAMKAR-MAKO-1"
LINE = {"type": "LineString", "coordinates": [[128.2, -3.66], [128.201, -3.661]]}


def open_a_case(room: Room, text: str = "Batu Merah Dalam"):
    return desk.take_call(
        room,
        text=text,
        phone="0800-uji",
        type_code="fire_building",
        lon=128.1934,
        lat=-3.6891,
        level="kampung",
        radius_m=250.0,
        by="ani",
        at=NOON,
    )


def closures_file(folder, *features):
    path = folder / "closures.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_a_database_up_to_date_is_said_so(run):
    done = run("migrate")

    assert done.exit_code == 0
    assert "terbaru" in done.stdout or "menunggu PostGIS" in done.stdout


def test_seeding_a_seeded_room_adds_nothing(run):
    assert "0 stations, 0 units, 0 incidents" in run("seed").stdout


def test_what_was_recommended_is_explained_by_its_number(run):
    asked = run("recommend", "--at", "128.1934,-3.6891", "--type", "fire_building", "--json")
    shown = json.loads(asked.stdout)

    told = run("explain", shown["id"])

    assert shown["options"][0]["call_sign"] in told.stdout
    assert "sama persis" in told.stdout


def test_a_batch_is_ranked_alike_and_not_kept(run):
    one = run("recommend", "--at", "128.1934,-3.6891", "--type", "fire_building", "--json")
    line = '{"at": [128.1934, -3.6891], "type": "fire_building"}'

    (said,) = run("recommend", "--batch", given=line).stdout.splitlines()

    assert json.loads(said) == {**json.loads(one.stdout), "id": None}


def test_a_fix_by_hand_moves_a_unit(run, room):
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()

    done = run("fix", ENGINE, "128.1934,-3.6891", "--at", at)

    assert done.exit_code == 0, done.stderr
    assert desk.unit(room, ENGINE).position == (128.1934, -3.6891)


@pytest.mark.parametrize(
    "arguments",
    [
        ("fix", "NOBODY", "128.19,-3.69"),
        ("fix", ENGINE, "-3.69,128.19"),
        ("fix", ENGINE, "utara"),
        ("fix", ENGINE, "128.19,-3.69", "--at", "kemarin"),
        ("export", "incidents.doc"),
        ("export", "x.csv", "--from", "kemarin"),
        ("closures", "add", "not-there.geojson"),
        ("closures", "remove", "999"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(run, arguments):
    done = run(*arguments)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["seed", "migrate"])
def test_a_database_that_is_down_gets_one_sentence_and_exit_code_1(run, monkeypatch, command):
    for name in ("AMBON112_DATABASE_URL", "AMBON112_OWNER_URL"):
        monkeypatch.setenv(name, "host=/nowhere")

    done = run(command)

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1


def test_roads_are_closed_from_a_file_and_opened_by_number(run, room, tmp_path):
    path = closures_file(tmp_path, feature(LINE, reason="longsor", profiles=["fire_engine"]))

    added = run("closures", "add", path)
    assert added.exit_code == 0, added.stderr
    (closed,) = desk.closures(room)
    assert "longsor" in run("closures", "list").stdout
    assert len(json.loads(run("closures", "list", "--json").stdout)["features"]) == 1

    assert run("closures", "remove", closed.id).exit_code == 0
    assert desk.closures(room) == []


def test_one_bad_closure_and_none_is_closed(run, room, tmp_path):
    path = closures_file(tmp_path, feature(LINE, reason="longsor"), feature(LINE, reason=" "))

    assert run("closures", "add", path).exit_code == 2
    assert desk.closures(room) == []


def test_incidents_are_exported_without_anything_about_callers(run, room, tmp_path):
    case = open_a_case(room)
    since = ("--from", "2026-11-24T12:00", "--until", "2026-11-24T12:01")  # WIT

    for ending in export.Format:
        path = tmp_path / f"incidents.{ending}"
        assert run("export", path, *since).exit_code == 0
        assert b"0800-uji" not in path.read_bytes()

    with (tmp_path / "incidents.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["code"], row["type_code"], row["calls"]) == (case.code, "fire_building", "1")
    (found,) = json.loads((tmp_path / "incidents.geojson").read_text())["features"]
    assert found["geometry"]["coordinates"] == [128.1934, -3.6891]
    assert found["properties"]["kelurahan"]
    layer = sqlite3.connect(tmp_path / "incidents.gpkg")
    assert layer.execute("SELECT code FROM incidents").fetchall() == [(case.code,)]
    layer.close()


def test_history_is_exported_too_with_its_source(run, tmp_path):
    path = tmp_path / "all.csv"

    run("export", path, "--until", "2026-11-01")

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 250
    assert {row["source"] for row in rows} == {"public report"}


def test_a_spreadsheet_runs_nothing_a_caller_said(run, room, tmp_path):
    open_a_case(room, text='=HYPERLINK("http://x")')
    path = tmp_path / "incidents.csv"

    run("export", path, "--from", "2026-11-24")

    with path.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["place_text"] == '\'=HYPERLINK("http://x")'


def test_the_record_is_verified_and_its_head_can_be_noted(run):
    whole = run("verify-log")
    head = whole.stdout.split()[-1]

    assert whole.exit_code == 0
    assert run("verify-log", "--head", head).exit_code == 0
    assert run("verify-log", "--head", "1:00").exit_code == 1
    assert run("verify-log", "--head", "kemarin").exit_code == 2
