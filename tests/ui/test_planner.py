"""The planner's page: true pictures, a filter that holds, and files to take along."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geo.files import DATA
from tests.ui.conftest import one_desk

REPORTS = list(
    csv.DictReader((DATA / "incidents/incidents.csv").read_text(encoding="utf-8").splitlines())
)
PLACED = [row for row in REPORTS if row["kelurahan_code"]]


@pytest.fixture
def planner(browser, address):
    """A planner's screen that shows public reports alone; other tests add the room's own."""
    with one_desk(browser, address, "planner", "planner", path="/planner") as desk:
        desk.page.set_default_timeout(60_000)
        sources = desk.page.get_by_role("toolbar", name="Asal data")
        expect(sources).to_be_visible(timeout=60_000)
        own = sources.get_by_role("button", name="ruang 112")
        if own.count():
            own.click()
        expect(about(desk)).to_contain_text("asal: laporan publik;", timeout=60_000)
        desk.settled()
        yield desk
        desk.assert_calm()


def about(desk):
    """The lines that say period, filter and count; of a part just left they stay for a while."""
    expect(desk.page.locator(".st-key-right")).to_have_count(1, timeout=60_000)
    return desk.page.locator(".st-key-right")


def choose_picture(desk, name: str) -> None:
    desk.pick("Gambar", name)


def saved(desk, ending: str) -> bytes:
    """What the button of a kind of file gives."""
    return Path(desk.taken(f"save_{ending}").path()).read_bytes()


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))


def test_the_first_picture_is_the_public_reports_by_kelurahan(planner):
    expect(about(planner)).to_contain_text(f"{len(PLACED)} dari 305 kejadian")
    expect(about(planner)).to_contain_text("52 tanpa kelurahan")
    planner.await_map()
    expect(planner.map.locator(".legend")).to_contain_text("per 1.000 penduduk")

    rows = rows_of(saved(planner, "csv"))

    counts = {row["code"]: int(row["incidents"]) for row in rows if row["incidents"] != "0"}
    truth = {row["kelurahan_code"] for row in PLACED}
    assert counts == {code: sum(row["kelurahan_code"] == code for row in PLACED) for code in truth}
    assert {row["small"] for row in rows if int(row["incidents"]) < 20} == {"True"}
    assert "305 kejadian" in rows[0]["about"]


def test_a_filter_changes_picture_count_and_files(planner):
    planner.pick("Jenis (kosong = semua)", "Tanah longsor")
    slides = [row for row in REPORTS if row["type"] == "landslide"]
    placed = sum(bool(row["kelurahan_code"]) for row in slides)

    expect(about(planner)).to_contain_text(f"{len(slides)} kejadian")
    expect(about(planner)).to_contain_text(f"{placed} dari {len(slides)}")

    whole = json.loads(saved(planner, "geojson"))
    assert len(whole["features"]) == 50
    assert sum(one["properties"]["incidents"] for one in whole["features"]) == placed
    assert "Tanah longsor" in whole["about"]


def test_reports_without_a_point_are_counted_and_never_given_one(planner):
    choose_picture(planner, "Jumlah per segi enam (H3)")

    expect(about(planner)).to_contain_text("0 dari 305 kejadian ada di gambar")
    expect(about(planner)).to_contain_text("305 tanpa titik")
    expect(planner.map.locator(".map-note")).to_contain_text("Tidak ada kejadian")


def test_hot_spots_say_of_every_kelurahan_whether_they_are_significant(planner):
    choose_picture(planner, "Titik panas per kelurahan (Gi*)")
    expect(about(planner)).to_contain_text("Benjamini-Hochberg")

    rows = rows_of(saved(planner, "csv"))

    assert len(rows) == 50
    assert all((float(row["q"]) <= 0.05) == (row["verdict"] != "none") for row in rows)


def test_a_film_runs_without_a_new_map(planner):
    planner.page.get_by_text("per bulan", exact=True).click()
    film = planner.map.locator(".film")
    expect(film).to_be_visible()
    frames = len(planner.page.frames)
    label = film.locator("output")
    first = label.inner_text()

    film.get_by_role("button", name="Putar").click()

    expect(label).not_to_have_text(first)
    film.get_by_role("button", name="Berhenti").click()
    film.get_by_role("slider").fill("3")
    expect(film.get_by_role("button", name="Putar")).to_be_visible()
    expect(film.get_by_role("slider")).to_have_value("3")
    assert len(planner.page.frames) == frames


def test_the_picture_is_saved_as_png(planner):
    assert saved(planner, "png").startswith(b"\x89PNG")


def test_trends_offer_a_forecast_only_with_its_error_or_say_why_not(planner):
    planner.page.get_by_text("Tren", exact=True).click()
    expect(planner.page.get_by_role("combobox", name="Gambar")).to_have_count(0, timeout=60_000)
    expect(about(planner)).to_contain_text("2017-07 sampai 2026-01")  # reports end in 2026-02
    planner.page.get_by_text("per kelurahan", exact=True).click()
    expect(about(planner)).to_contain_text("Tren per bulan, per kelurahan")

    rows = rows_of(saved(planner, "csv"))

    assert len(rows) == 50
    for row in rows:
        naive = min(float(row[f"error_{way}"]) for way in ("last_year", "last_12", "mean"))
        assert bool(row["expected_1"]) == (float(row["error_model"]) < naive)
    assert saved(planner, "png").startswith(b"\x89PNG")


def test_a_dispatcher_does_not_see_the_page(browser, address):
    with one_desk(browser, address, "only_dispatcher", "dispatcher") as desk:
        expect(desk.page.get_by_label("Di mana?")).to_be_visible()
        expect(desk.page.get_by_role("link", name="Perencanaan")).to_have_count(0)

        desk.open("/planner")

        expect(desk.page.locator("[data-testid=stAlert]")).to_be_visible()
        expect(desk.page.get_by_text("Peta sebaran")).to_have_count(0)
