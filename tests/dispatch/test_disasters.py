"""From calls to disasters, to BPBD's report and the alert for others."""

import json
import re
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import shapely
from defusedxml.ElementTree import fromstring
from docx import Document

from dispatch import desk, disaster_files, situation
from dispatch.errors import BadTime, BadValue
from geo.crs import to_utm, to_wgs84
from tests.dispatch.cap_schema import assert_valid

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BATU_MERAH = to_utm(128.1936, -3.6891)
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SECRETS = ("0812-0000-0001", "Nama Penelepon", "rumah Pak Fulan", "catatan rahasia")


def flood(room, east=0.0, hours=0.0, type_code="flood", answers=None):
    lon, lat = to_wgs84(BATU_MERAH[0] + east, BATU_MERAH[1])
    return desk.take_call(
        room,
        text="rumah Pak Fulan",
        lon=lon,
        lat=lat,
        type_code=type_code,
        level="point",
        radius_m=0.0,
        phone="0812-0000-0001",
        caller_name="Nama Penelepon",
        note="catatan rahasia",
        answers=answers,
        by="test",
        at=NOON + timedelta(hours=hours),
    )


def of_today(room, until=None):
    end = until or NOON + timedelta(hours=12)
    return desk.disasters(room, NOON - timedelta(hours=12), end)


@pytest.fixture
def wet(room):
    """Three floods near each other, with answers; a unit sent to the first."""
    first = flood(room, 0, 0, answers={"stranded": "stranded", "water_depth": "waist"})
    flood(room, 200, 1, answers={"stranded": "stranded"})
    flood(room, 400, 2)
    unit = next(one for one in desk.units(room) if one.agency == "bpbd")
    desk.assign(room, first.id, unit.call_sign, by="test", at=NOON + timedelta(minutes=5))
    return room


def test_what_was_made_up_to_measure_is_no_disaster_unless_named(wet):
    with wet.store.reading() as tx:
        tx.execute("UPDATE incident SET source = 'synthetic' WHERE source = 'desk'")
    span = (NOON - timedelta(hours=12), NOON + timedelta(hours=12))

    assert desk.disasters(wet, *span).reports == 0
    assert desk.disasters(wet, *span, sources=["synthetic"]).reports == 3


def test_three_floods_near_each_other_are_one_disaster(wet):
    found = of_today(wet)

    (one,) = found.found
    assert one.cluster.name == "BANJIR-2026-11-24-01"
    assert (found.reports, found.alone, len(one.ids)) == (3, 0, 3)
    there = wet.ground.boundaries.at(*to_wgs84(*BATU_MERAH)).kelurahan.code
    assert one.kelurahan[0] == there
    assert sum(one.people.values()) > 500
    assert [count for _, count in one.grown] == [1, 2, 3]


def test_an_earlier_moment_shows_what_was_known_then(wet):
    flood(wet, 600, 3)
    before = of_today(wet, NOON + timedelta(hours=2, minutes=1)).found
    after = of_today(wet).found

    assert [len(one.ids) for one in before + after] == [3, 4]
    assert before[0].cluster.name == after[0].cluster.name


def test_types_are_not_mixed_and_what_is_alone_is_counted(wet):
    flood(wet, 100, 1, type_code="landslide")

    found = of_today(wet)

    assert [one.cluster.type_code for one in found.found] == ["flood"]
    assert (found.reports, found.alone) == (4, 1)


def test_past_reports_without_a_point_are_counted_not_placed(room):
    past = desk.disasters(room, datetime(2017, 1, 1, tzinfo=UTC), NOON, ["flood"])

    assert past.without_point > 0


def test_spans_and_types_that_cannot_be_are_refused(room):
    with pytest.raises(BadTime):
        desk.disasters(room, NOON, NOON)
    with pytest.raises(BadValue):
        desk.disasters(room, NOON, NOON + timedelta(hours=1), ["crime"])


def report_of(room):
    (one,) = of_today(room).found
    return desk.situation_report(room, one, at=NOON + timedelta(hours=4))


def test_the_form_holds_what_is_known_and_says_what_is_not(wet):
    filled = report_of(wet)

    assert [name for name, _ in filled.fields] == [
        "Kejadian", "Waktu", "Lokasi", "Korban", "Kerusakan", "Upaya", "Kebutuhan", "Sumber",
    ]  # fmt: skip
    assert "3 kejadian, 3 masih ditangani; keparahan tertinggi berat" in filled["Kejadian"]
    assert filled["Waktu"] == (
        "Laporan pertama 24-11-2026 12:00 WIT",
        "Laporan terakhir 24-11-2026 14:00 WIT",
    )
    assert any("Terjebak di rumah atau atap (2 kejadian)" in line for line in filled["Korban"])
    assert filled["Korban"][-1].endswith(situation.UNKNOWN)
    assert filled["Kerusakan"] == (f"Jumlah yang rusak: {situation.UNKNOWN}",)
    assert filled["Upaya"][0].endswith("waktu tiba belum diketahui")
    assert "Belum ada unit di 2 kejadian" in filled["Kebutuhan"][0]
    assert "3 panggilan tentang 3 kejadian" in filled["Sumber"][0]


def test_no_word_of_a_caller_leaves_the_room(wet):
    (one,) = of_today(wet).found
    filled = report_of(wet)
    words = str(filled) + desk.disaster_alert(wet, one, at=NOON).decode()
    words += text_of_docx(situation.docx(filled)) + text_of_pdf(situation.pdf(filled))

    assert [secret for secret in SECRETS if secret in words] == []


def text_of_docx(content):
    table = Document(BytesIO(content)).tables[0]
    return "\n".join(cell.text for row in table.rows for cell in row.cells)


def text_of_pdf(content):
    """The text of a PDF as fpdf2 writes it: two-byte glyphs, and per font what each means."""
    streams = [_open(found[1]) for found in STREAM.finditer(content)]
    means = [
        {int(glyph, 16): chr(int(letter, 16)) for glyph, letter in GLYPH.findall(one.decode())}
        for one in streams
        if b"beginbfchar" in one
    ]
    said, font = [], 0
    for one in streams:
        for chosen, shown in SHOWN.findall(one) if b" Tj" in one else ():
            if chosen:
                font = int(chosen) - 1
            else:
                glyphs = ESCAPED.sub(
                    lambda m: m[1].replace(b"r", b"\r").replace(b"n", b"\n"), shown
                )
                pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
                said += [means[font][high * 256 + low] for high, low in pairs]
    return "".join(said)


def _open(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
GLYPH = re.compile(r"<([0-9A-F]{4})> <([0-9A-F]{4})>")
SHOWN = re.compile(rb"/F(\d) [\d.]+ Tf|\(((?:[^\\)]|\\.)*)\) Tj", re.DOTALL)
MEANT = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def test_word_and_pdf_say_what_the_form_says(wet):
    filled = report_of(wet)
    word, printed = text_of_docx(situation.docx(filled)), text_of_pdf(situation.pdf(filled))

    for name, lines in filled.fields:
        for line in (name, *lines):
            assert line in word
            assert "".join(line.split()) in "".join(printed.split())


def test_the_alert_has_the_outline_latitude_first(wet):
    (one,) = of_today(wet).found
    sent = desk.disaster_alert(wet, one, at=NOON, public=True)
    assert_valid(sent)
    root = fromstring(sent)

    info = root.findall(f"{CAP}info")
    assert [each.findtext(f"{CAP}language") for each in info] == ["id", "en"]
    assert root.findtext(f"{CAP}scope") == "Public"
    pairs = info[0].findtext(f"{CAP}area/{CAP}polygon").split()
    corners = [tuple(map(float, reversed(pair.split(",")))) for pair in pairs]
    assert corners[0] == corners[-1]
    drawn = shapely.Polygon(corners)
    assert all(drawn.contains(shapely.Point(place)) for place in one.places)


def test_an_exercise_is_said_to_be_one(wet):
    (one,) = of_today(wet).found
    sent = desk.disaster_alert(wet, one, at=NOON, exercise=True)
    assert_valid(sent)
    root = fromstring(sent)

    assert root.findtext(f"{CAP}status") == "Exercise"
    assert root.findtext(f"{CAP}info/{CAP}headline").startswith("LATIHAN")


def test_a_disaster_is_drawn_with_its_name_and_a_mark_for_each_report(wet):
    (one,) = found = of_today(wet).found
    outline, *marks = disaster_files.on_map(found, one)

    assert (outline["name"], outline["label"]["says"]) == (one.cluster.name,) * 2
    assert outline["weight"] > disaster_files.on_map(found)[0]["weight"]
    assert [tuple(mark["geometry"]["coordinates"]) for mark in marks] == list(one.places)


def test_files_of_disasters_say_what_they_rest_on(wet):
    found = of_today(wet).found

    assert disaster_files.as_csv(found, "3 laporan").decode().rstrip().endswith("3 laporan")
    assert json.loads(disaster_files.as_geojson(found, "3 laporan"))["about"] == "3 laporan"


def test_closures_cost_nothing_where_nothing_is_closed(room):
    found = desk.closure_cost(room, "damkar", "fire_engine", [])

    assert (found.delayed, found.cut_off, found.added_min) == (0, 0, 0)
    assert len(found.posts) >= 4


def test_the_cost_is_asked_for_posts_and_vehicles_there_are(room):
    with pytest.raises(BadValue):
        desk.closure_cost(room, "nobody", "car", [])
    with pytest.raises(BadValue):
        desk.closure_cost(room, "damkar", "hovercraft", [])
