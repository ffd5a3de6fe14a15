"""A month's report through the real desk, on both servers, and as files."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring

from dispatch import desk
from dispatch.errors import BadMonth, NotAllowed
from dispatch.monthly import notes
from dispatch.monthly.files import files
from dispatch.monthly.material import Report
from dispatch.monthly.month import month_at
from dispatch.person import Person, Role
from dispatch.store import monthly
from tests.dispatch.month_at_work import BEGINS, ENDS, SECRETS, work_a_month

LATER = ENDS + timedelta(days=5)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def made(room, month: str = "2026-11", at: datetime = LATER) -> Report:
    return desk.monthly_report(room, month, by="uji", at=at)


def cells(report: Report, key: str) -> dict[str, tuple]:
    table = report.tables[key]
    return {row[0]: row[1:] for row in (*table.rows, *([table.total] if table.total else []))}


def sheets(content: bytes) -> dict[str, list[list[str | float]]]:
    """The sheets of a workbook: words as str, numbers as float, and no formula anywhere."""
    with ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        shared = [
            "".join(part.text or "" for part in one.iter(f"{MAIN}t"))
            for one in fromstring(package.read("xl/sharedStrings.xml"))
        ]
        book = fromstring(package.read("xl/workbook.xml"))
        found = {}
        for n, sheet in enumerate(book.iter(f"{MAIN}sheet"), start=1):
            whole = fromstring(package.read(f"xl/worksheets/sheet{n}.xml"))
            assert not list(whole.iter(f"{MAIN}f"))
            found[sheet.get("name")] = [
                [_cell(one, shared) for one in row if one.find(f"{MAIN}v") is not None]
                for row in whole.iter(f"{MAIN}row")
            ]
    return found


def _cell(cell, shared: list[str]) -> str | float:
    value = cell.find(f"{MAIN}v").text
    return shared[int(value)] if cell.get("t") == "s" else float(value)


@pytest.fixture
def worked(room):
    """A room that worked through November 2026."""
    work_a_month(room, 30)
    return room


def test_a_month_of_work_is_counted_as_the_database_counts_it(worked):
    report = made(worked)

    with worked.store.reading() as tx:
        (row,) = tx.execute(
            "SELECT (SELECT count(*) FROM call WHERE received_at >= %(a)s AND received_at < %(b)s)"
            " AS calls, count(*) FILTER (WHERE disposition IS DISTINCT FROM 'duplicate') AS own,"
            " count(*) FILTER (WHERE disposition = 'duplicate') AS duplicates,"
            " count(*) FILTER (WHERE kelurahan_code IS NULL"
            "   AND disposition IS DISTINCT FROM 'duplicate') AS outside"
            " FROM incident WHERE source = 'desk' AND opened_at >= %(a)s AND opened_at < %(b)s",
            {"a": BEGINS, "b": ENDS},
        ).fetchall()
        kinds = tx.execute(
            "SELECT type_code, count(*) AS n FROM incident WHERE source = 'desk'"
            " AND disposition IS DISTINCT FROM 'duplicate' AND opened_at >= %s AND opened_at < %s"
            " GROUP BY type_code",
            [BEGINS, ENDS],
        ).fetchall()
    now = report.material.now
    assert (now.calls, now.own.n, now.bridge.duplicates) == (
        row["calls"], row["own"], row["duplicates"]
    )  # fmt: skip
    assert cells(report, "places")["Di luar Kota Ambon"][0] == row["outside"]
    types = worked.catalogue.types
    told = {code: cells(report, "types")[types[code].name_id][0] for code in types}
    assert {code: n for code, n in told.items() if n} == {
        row["type_code"]: row["n"] for row in kinds
    }
    assert all(one.holds for one in report.checks)


def test_the_edges_of_the_month_are_ambons_midnights(worked):
    bridge = made(worked).material.now.bridge

    assert bridge.before == 1  # its call came two seconds before midnight
    assert bridge.elsewhere == 1  # its incident was opened when the month was over
    assert bridge.without == 1  # its call opened another one since
    before = made(worked, "2026-10").material.now
    assert (before.calls, before.own.n) == (2, 1)


def test_closures_and_disasters_of_the_month_are_in_it(worked):
    report = made(worked)

    closed = report.material.now.closures
    assert (closed.before, closed.new, closed.ended, closed.standing) == (1, 2, 2, 1)
    assert [row[2] for row in report.tables["disasters"].rows if row[1] == "Banjir"] == [3]


def test_public_reports_of_a_month_before_the_room_began(worked):
    report = made(worked, "2025-06")

    assert cells(report, "types")["Jumlah"] == (None, None, None, 24, 9, 0)
    assert cells(report, "summary")["Panggilan masuk"] == (None,) * 5
    assert any("belum mencatat" in one for one in notes.warnings(report.material))
    assert cells(report, "places")["Kelurahan tidak disebut (Sirimau)"] == (None, 2)


def test_an_empty_month_makes_a_report_that_says_so(worked):
    report = made(worked, "2024-09")

    assert report.material.now.empty
    assert "Tidak ada panggilan" in notes.warnings(report.material)[0]
    for name, content in files(report, worked.ground).items():
        assert content.startswith(b"%PDF-" if name.endswith("pdf") else b"PK")


def test_a_running_month_says_until_when(worked):
    half = BEGINS + timedelta(days=14)

    report = made(worked, at=half)

    assert notes.status(report.material) == "Sementara, sampai 15-11-2026 00:00 WIT"
    assert 0 < report.material.now.own.n < made(worked).material.now.own.n


@pytest.mark.parametrize("month", ["2025-13", "2027-01", "kemarin"])
def test_a_month_that_cannot_be_reported_is_refused(room, month):
    with pytest.raises(BadMonth):
        made(room, month)


def test_what_happens_while_it_is_read_is_not_half_in_it(worked):
    """Between two readings a call comes in: both see the room before it."""
    with worked.store.reading() as tx:
        monthly.one_picture(tx)
        asked = made(worked).material.now.period
        before = monthly.totals(tx, asked)
        desk.receive_call(worked, "", by="uji", at=ENDS - timedelta(seconds=1))
        after = monthly.totals(tx, asked)

    assert after == before


@pytest.mark.parametrize("role", Role)
def test_only_who_plans_is_given_it(room, role):
    who = Person("budi", frozenset({role}))
    if role in (Role.PLANNER, Role.SUPERVISOR):
        desk.monthly_report(room, "2025-06", by=who, at=LATER)
        assert desk.months_to_report(room, by=who, at=LATER)
        return
    with pytest.raises(NotAllowed):
        desk.monthly_report(room, "2025-06", by=who, at=LATER)
    with pytest.raises(NotAllowed):
        desk.months_to_report(room, by=who, at=LATER)


def test_the_months_go_back_to_the_first_record(room):
    months = desk.months_to_report(room, by="uji", at=LATER)

    assert (str(months[0]), str(months[-1])) == ("2026-12", "2017-06")
    assert len(months) == len(set(months))


def test_the_files_hold_every_table_and_nothing_about_callers(worked):
    report = made(worked)
    content = files(report, worked.ground)
    pdf, xlsx = content["laporan-2026-11.pdf"], content["laporan-2026-11.xlsx"]

    found = sheets(xlsx)
    assert next(iter(found)) == "Keterangan"
    assert set(found) >= {one.sheet for one in report.tables.values()}
    totals = report.tables["types"].total
    (line,) = [row for row in found["Jenis"] if row and row[0] == "Jumlah"]
    assert line[1:] == [one for one in totals[1:] if one is not None]
    assert {row[-1] for row in found["Rekonsiliasi"][1:]} == {"cocok"}
    said = " ".join(str(cell) for rows in found.values() for row in rows for cell in row)
    assert not [word for word in SECRETS if word in said or word.encode() in pdf]
    assert pdf.startswith(b"%PDF-") and pdf.count(b"/Type /Page\n") >= 5
    assert files(report, worked.ground) == content  # the same report, the same bytes


def test_a_name_a_spreadsheet_would_run_stays_words(room):
    known = {"by": "uji", "at": BEGINS}
    desk.add_type(room, name_id="=1+1", name_en="Sum", like="flood", **known)
    code = next(code for code, one in room.catalogue.types.items() if one.name_id == "=1+1")
    desk.take_call(
        room, text="", type_code=code, lon=128.19, lat=-3.69, level="point", radius_m=0, **known
    )

    found = sheets(files(made(room), room.ground)["laporan-2026-11.xlsx"])

    assert next(row[:2] for row in found["Jenis"] if row[0] == "=1+1") == ["=1+1", 1.0]


def test_the_command_writes_both_files_and_says_where(run, tmp_path):
    done = run("report", "--month", "2025-10", "--out", tmp_path / "baru")

    paths = [tmp_path / "baru" / f"laporan-2025-10.{one}" for one in ("pdf", "xlsx")]
    assert (done.exit_code, done.stdout.split()) == (0, [str(one) for one in paths])
    assert paths[0].read_bytes().startswith(b"%PDF-")
    assert sheets(paths[1].read_bytes())["Kecamatan"][-1][0] == "Jumlah"


def test_the_command_reports_the_last_month_when_none_is_said(run, tmp_path):
    done = run("report", "--out", tmp_path)

    last = month_at(datetime.now(UTC)).later(-1)
    assert (done.exit_code, (tmp_path / f"laporan-{last}.pdf").exists()) == (0, True)


@pytest.mark.parametrize("month", ["2025-13", "9999-12", "", "2025-1"])
def test_the_command_refuses_what_is_no_month_or_has_not_begun(run, tmp_path, month):
    done = run("report", "--month", month, "--out", tmp_path)

    assert (done.exit_code, done.stdout, list(tmp_path.glob("laporan*"))) == (2, "", [])
    assert "month" in done.stderr


def test_a_folder_that_cannot_be_written_is_a_sentence(run, tmp_path):
    (tmp_path / "berkas").write_text("")

    done = run("report", "--month", "2025-10", "--out", tmp_path / "berkas")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "Tidak dapat menulis" in done.stderr
