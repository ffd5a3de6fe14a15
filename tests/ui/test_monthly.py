"""The planner's third part: a month's report, seen and taken along."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import Desk, one_desk

SOON_MS = 60_000


@pytest.fixture
def planner(browser, address):
    """A planner's screen with the report of the last month."""
    with one_desk(browser, address, "planner", "planner", path="/planner") as desk:
        desk.page.set_default_timeout(SOON_MS)
        part = desk.page.locator(".st-key-planner_part")
        part.get_by_text("Laporan bulanan", exact=True).click()
        expect(desk.page.get_by_text("semua angka cocok")).to_be_visible(timeout=SOON_MS)
        yield desk
        desk.assert_calm()


def choose(planner: Desk, month: str) -> None:
    planner.pick("Bulan", month, written=month)
    title = planner.page.get_by_role("heading", name=f"Laporan bulanan 112 – {month}")
    expect(title).to_be_visible(timeout=SOON_MS)


def saved(planner: Desk, ending: str) -> tuple[str, bytes]:
    """The name and the content of what a button gives."""
    came = planner.taken(f"save_{ending}")
    return came.suggested_filename, Path(came.path()).read_bytes()


def test_a_planner_takes_a_month_along_as_pdf_and_xlsx(planner):
    choose(planner, "Juni 2025")
    expect(planner.page.locator(".st-key-right")).to_contain_text("24 laporan publik")

    pdf, xlsx = saved(planner, "pdf"), saved(planner, "xlsx")

    assert pdf[0] == "laporan-2025-06.pdf"
    assert pdf[1].startswith(b"%PDF-")
    assert len(pdf[1]) > 50_000  # the map is in it
    assert xlsx[0] == "laporan-2025-06.xlsx"
    with ZipFile(BytesIO(xlsx[1])) as package:
        assert package.testzip() is None
        assert b"Rekonsiliasi" in package.read("xl/workbook.xml")


def test_a_running_month_says_that_it_is_not_over(planner):
    planner.pick("Bulan", "(berjalan)", whole=False)

    expect(planner.page.get_by_text("Sementara, sampai").first).to_be_visible(timeout=SOON_MS)
    expect(planner.page.get_by_text("semua angka cocok")).to_be_visible(timeout=SOON_MS)


def test_the_other_parts_keep_their_filter(planner):
    part = planner.page.locator(".st-key-planner_part")
    expect(planner.page.get_by_text("Periode (hari di Ambon)")).to_have_count(0)

    part.get_by_text("Tren", exact=True).click()

    expect(planner.page.get_by_text("Periode (hari di Ambon)")).to_be_visible(timeout=SOON_MS)
