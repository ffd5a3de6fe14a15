"""What leaves the room: the same incidents in every format, and nothing about callers."""

import csv
import json
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from dispatch import cap, desk, export
from dispatch.cli import app
from dispatch.xlsx import write_sheet
from tests.dispatch.cap_schema import assert_valid

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # in Ambon
CENTRE = cap.Sending("112@example.org")
CALLER = ("0800-uji", "Bapak Uji")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def run(settings, monkeypatch):
    """Run `ambon112 export` on the room's database."""
    monkeypatch.setenv("AMBON112_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("AMBON112_STATE_DIR", str(settings.state_dir))

    def ran(*arguments):
        return CliRunner().invoke(app, ["export", *(str(one) for one in arguments)])

    return ran


def open_a_case(room, text="Batu Merah Dalam", note=""):
    return desk.take_call(
        room,
        text=text,
        phone=CALLER[0],
        caller_name=CALLER[1],
        note=note,
        type_code="fire_building",
        lon=128.1934,
        lat=-3.6891,
        level="kampung",
        radius_m=250.0,
        by="ani",
        at=NOON,
    )


def read(document):
    return ET.fromstring(document)  # noqa: S314 - our own document


def said(alert, name):
    """Return every text of the elements called this, in order."""
    return [one.text for one in alert.iter(f"{{{cap.NAMESPACE}}}{name}")]


def an_extract(**words):
    row = {**dict.fromkeys(export.FIELDS), **words}
    return export.Extract([row], [], {}, {}, [], [], NOON)


def sheet_rows(path):
    """Return the cells of the first sheet by place (A1); refuse whatever is not plain text."""
    with ZipFile(path) as package:
        sheet = read(package.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{SHEET}f"))
    assert {cell.get("t") for cell in sheet.iter(f"{SHEET}c")} == {"inlineStr"}
    return [
        {cell.get("r"): "".join(cell.itertext()) for cell in row}
        for row in sheet.iter(f"{SHEET}row")
    ]


def layer(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def count(path):
    """Return how many incidents a file holds."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return len(list(csv.DictReader(file)))
    if path.suffix == ".xlsx":
        return len(sheet_rows(path)) - 1
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text("utf-8"))["features"])
    if path.suffix == ".gpkg":
        return layer(path, "SELECT count(*) FROM incidents")[0][0]
    return len(said(read(path.read_bytes()), "identifier"))


def test_every_format_holds_the_same_incidents(run, room, tmp_path):
    open_a_case(room)

    for ending in export.NAMES:
        assert run(tmp_path / f"all.{ending}").exit_code == 0

    counts = {count(tmp_path / f"all.{ending}") for ending in export.NAMES}
    assert len(counts) == 1
    assert counts.pop() > 250


def test_a_time_without_incidents_is_written_in_every_format(run, tmp_path):
    for ending in export.NAMES:
        path = tmp_path / f"none.{ending}"
        done = run(path, "--until", "1999-01-01")
        assert done.exit_code == 0, done.output
        assert count(path) == 0


def test_every_table_has_the_same_columns(run, room, tmp_path):
    open_a_case(room)
    for ending in ("csv", "xlsx", "geojson", "gpkg"):
        run(tmp_path / f"x.{ending}", "--from", "2026-11-24")

    with (tmp_path / "x.csv").open(encoding="utf-8") as file:
        assert tuple(next(csv.reader(file))) == export.FIELDS
    heading = [name.removesuffix(" (WIT)") for name in sheet_rows(tmp_path / "x.xlsx")[0].values()]
    assert tuple(heading) == export.FIELDS
    (one,) = json.loads((tmp_path / "x.geojson").read_text("utf-8"))["features"]
    assert tuple(one["properties"]) == export.FIELDS
    columns = [name for _, name, *_ in layer(tmp_path / "x.gpkg", "PRAGMA table_info(incidents)")]
    assert set(columns) == {*export.FIELDS, "fid", "geom"}


def test_nothing_about_the_caller_leaves_in_any_format(run, room, tmp_path):
    open_a_case(room)

    for ending in export.NAMES:
        path = tmp_path / f"x.{ending}"
        run(path, "--from", "2026-11-24")
        whole = path.read_bytes()
        if ending == "xlsx":
            with ZipFile(path) as package:
                whole = b"".join(package.read(name) for name in package.namelist())
        assert b"fire_building" in whole
        assert not [word for word in CALLER if word.encode() in whole]


def test_a_geopackage_holds_stations_and_units_too(run, room, tmp_path):
    path = tmp_path / "room.gpkg"

    for _ in range(2):  # written over, not added to
        assert run(path).exit_code == 0

    assert len(desk.units(room)) == layer(path, "SELECT count(*) FROM units")[0][0]
    assert layer(path, "SELECT count(*) FROM stations WHERE geom IS NOT NULL")[0][0] > 0


def test_programs_get_utc_and_people_get_the_time_in_ambon(run, room, tmp_path):
    open_a_case(room)
    for ending in ("csv", "xlsx"):
        run(tmp_path / f"x.{ending}", "--from", "2026-11-24")

    with (tmp_path / "x.csv").open(encoding="utf-8") as file:
        assert next(csv.DictReader(file))["opened_at"] == "2026-11-24T03:00:00+00:00"
    heading, row = sheet_rows(tmp_path / "x.xlsx")
    (column,) = (place for place, name in heading.items() if name == "opened_at (WIT)")
    assert row[column.replace("1", "2")] == "2026-11-24 12:00:00"


@pytest.mark.parametrize("before", ["", "\x01"])  # XLSX drops what XML forbids
@pytest.mark.parametrize("start", export.FORMULA)
def test_whatever_a_spreadsheet_would_run_stays_text(tmp_path, start, before):
    path = tmp_path / "x.xlsx"

    export.write(an_extract(note=f"{before}{start}cmd"), path, export.Format.XLSX, CENTRE)

    (note,) = sheet_rows(path)[1].values()
    assert note.startswith("'")


@pytest.mark.parametrize("start", export.FORMULA)
def test_whatever_a_spreadsheet_would_run_stays_text_in_csv(tmp_path, start):
    path = tmp_path / "x.csv"

    export.write(an_extract(note=f"{start}cmd"), path, export.Format.CSV, CENTRE)

    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["note"] == f"'{start}cmd"


def test_a_note_with_a_formula_is_text_in_csv_and_xlsx(run, room, tmp_path):
    open_a_case(room, note="=cmd|' /C calc'!A0")
    for ending in ("csv", "xlsx"):
        run(tmp_path / f"x.{ending}", "--from", "2026-11-24")

    with (tmp_path / "x.csv").open(encoding="utf-8") as file:
        assert next(csv.DictReader(file))["note"] == "'=cmd|' /C calc'!A0"
    assert "'=cmd|' /C calc'!A0" in sheet_rows(tmp_path / "x.xlsx")[1].values()


def test_a_cell_is_read_back_as_it_was_written(tmp_path):
    path = tmp_path / "x.xlsx"

    write_sheet(path, "incidents", ["a"] * 28, [["_x0041_", *[" <&> é "] * 27]])

    _, row = sheet_rows(path)
    assert row["A2"] == "_x005F_x0041_"  # what Excel shows as _x0041_
    assert row["AB2"] == " <&> é "


def test_the_format_may_be_said_instead_of_the_ending(run, tmp_path):
    path = tmp_path / "for-qgis.txt"

    assert run(path, "--format", "GeoJSON", "--until", "1999-01-01").exit_code == 0

    assert json.loads(path.read_text("utf-8")) == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("arguments", [("x.doc",), ("x",), ("x.csv", "--format", "doc")])
def test_a_format_nobody_knows_gets_one_sentence_and_exit_code_2(run, arguments):
    done = run(*arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("ending", export.NAMES)
def test_a_file_that_cannot_be_written_gets_one_sentence_and_exit_code_1(run, tmp_path, ending):
    done = run(tmp_path / "no-such-folder" / f"x.{ending}")

    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_alerts_travel_in_one_envelope_and_say_who_sends_them(run, room, settings, tmp_path):
    case = open_a_case(room)
    path = tmp_path / "alerts.xml"

    assert run(path, "--from", "2026-11-24").exit_code == 0

    assert_valid(path.read_bytes())
    (alert,) = read(path.read_bytes()).iter(f"{{{cap.NAMESPACE}}}alert")
    assert said(alert, "identifier") == [f"{case.code}.v1"]
    assert said(alert, "sender") == [settings.cap_sender]
    assert said(alert, "description")[0] == "Tempat: Batu Merah Dalam"


def test_public_and_exercise_alerts_are_asked_for_by_name(run, room, tmp_path):
    open_a_case(room)
    path = tmp_path / "alerts.xml"

    run(path, "--from", "2026-11-24", "--public", "--exercise")

    assert_valid(path.read_bytes())
    whole = read(path.read_bytes())
    assert (said(whole, "scope"), said(whole, "status")) == (["Public"], ["Exercise"])
    assert "Batu Merah Dalam" not in path.read_text("utf-8")


def test_a_list_holds_the_newest_of_those_chosen(room):
    opened = [
        desk.take_call(
            room, text="uji", type_code=kind, lon=128.19, lat=-3.69, level="point", radius_m=0,
            by="ani", at=NOON + timedelta(minutes=n),
        ).code
        for n, kind in enumerate(("flood", "medical", "flood", "flood"))
    ]  # fmt: skip
    floods = export.Choice(NOON, None, ["flood"], ["desk"])

    newest = export.gather(room, floods, at=NOON, newest=2)

    assert [row["code"] for row in newest.rows] == opened[2:]
    assert export.count(room, floods) == len(export.gather(room, floods, at=NOON).rows) == 3
    assert export.count(room, export.Choice(NOON)) == 4
    assert export.count(room, export.Choice(sources=["public report"])) == 305
