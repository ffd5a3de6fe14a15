"""Any page, with everything there is on it: nothing serious for axe-core by day or night, and it
fits every screen."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.ui.busy_room import EVERYTHING, fill, keep_bmkg
from tests.ui.conftest import Desk, one_desk, room_of, serving
from ui.frame import PAGES
from ui.session import now

AXE = (Path(axe_playwright_python.__file__).with_name("axe.min.js")).read_text(encoding="utf-8")
GRAVE = {"serious", "critical"}
BY_DAY: dict = {"resultTypes": ["violations"]}
BY_NIGHT = BY_DAY | {"runOnly": ["color-contrast"]}
EXCUSED: dict[str, tuple[str, ...]] = {}
"""What Streamlit draws and nobody outside can change, by rule: see docs/decisions.md."""
SCREENS = ((1920, 1080), (1024, 768), (820, 1180), (1366, 768))
FITS = """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
  .every((one) => one.scrollWidth === one.clientWidth)"""  # once tables and maps have followed
OUTSIDE = """() => [...document.querySelectorAll(".stMain button, .stMain a, .stMain input")]
  .filter((one) => one.checkVisibility() && !one.closest("[data-testid=stDataFrame]"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.innerText || one.ariaLabel)"""
PARTS = [  # of the pages that show one part at a time, the others
    ("planner", "Tren"), ("planner", "Laporan bulanan"),
    ("reach", "Waktu tanggap"), ("reach", "Bagaimana jika"),
    ("bpbd", "Jalan putus"), ("bpbd", "BMKG"), ("bpbd", "Bahaya & evakuasi"),
]  # fmt: skip


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    state = tmp_path_factory.mktemp("busy")
    with serving(state) as at:
        with room_of(at) as room:
            fill(room)
        keep_bmkg(state / "bmkg", now())
        yield at


@pytest.fixture(scope="module")
def everyone(browser, busy):
    with one_desk(browser, busy, "semua", *EVERYTHING) as desk:
        yield desk


def found(page: Page, options: dict = BY_DAY) -> list[str]:
    """What axe finds grave in the page and in the frames within it."""
    for frame in page.frames:
        frame.evaluate(AXE)
    told = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in told["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
        if not any(part in str(node["target"]) for part in EXCUSED.get(one["id"], ()))
    ]


def by_day_and_night(desk: Desk) -> list[str]:
    """What is grave in the page as it stands, in either dress."""
    desk.settled()  # the map of the part before stays for a while
    if desk.page.locator("iframe[title^='streamlit_folium']").count():
        desk.await_map()  # which asks for a run when it is up
    desk.settled()
    grave = found(desk.page)
    desk.page.emulate_media(color_scheme="dark")
    expect(desk.page.locator("html[data-night]")).to_have_count(1)
    grave += found(desk.page, BY_NIGHT)
    desk.page.emulate_media(color_scheme="light")
    expect(desk.page.locator("html[data-night]")).to_have_count(0)
    return grave


def assert_fits(page: Page) -> None:
    """Hold that nothing scrolls sideways or lies outside, on any screen there is."""
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(FITS)
        assert page.evaluate(OUTSIDE) == [], width


def open_page(desk: Desk, name: str) -> None:
    """Open a page and wait until it is drawn."""
    desk.open("/" if name == "dispatch" else f"/{name}")
    expect(desk.page.locator(".st-key-left, .st-key-right, .stMain h3").first).to_be_visible()


def test_axe_looks_into_the_maps_frame_too(everyone):
    open_page(everyone, "units")
    everyone.map.locator("body").evaluate("body => body.append(document.createElement('button'))")

    assert [one for one in found(everyone.page) if one.startswith("button-name")] != []


@pytest.mark.parametrize("name", PAGES)
def test_a_page(everyone, name):
    everyone.open(f"/{name}")
    expect(
        everyone.page.locator(".st-key-left, .st-key-right, .st-key-people").first
    ).to_be_visible()

    assert by_day_and_night(everyone) == []
    assert_fits(everyone.page)


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_another_part_of_a_page(everyone, name, part):
    open_page(everyone, name)
    everyone.page.get_by_role("radio", name=part).click()
    expect(everyone.page.get_by_role("radio", name=part)).to_be_checked()

    assert by_day_and_night(everyone) == []
    assert_fits(everyone.page)


def test_a_call_being_taken_with_its_units_and_menus(everyone):
    everyone.open()
    everyone.await_map()
    everyone.say_where("Kampung Kolam")
    expect(everyone.left()).to_contain_text("Lebih dari satu tempat.")
    everyone.choose_place()
    everyone.choose_type("Kebakaran bangunan")
    everyone.offered()
    everyone.page.get_by_text("Tidak ditawarkan").click()
    everyone.page.get_by_role("button", name="Ubah kartu").click()
    expect(everyone.page.get_by_role("button", name="Kembalikan usulan")).to_be_visible()

    assert by_day_and_night(everyone) == []


def test_an_incident_before_the_dispatcher_with_the_menus_open(everyone):
    everyone.open()
    everyone.board().get_by_role("button", name="Buka").first.click()
    expect(everyone.left()).to_contain_text("Cetak")
    everyone.page.get_by_role("button", name="semua").click()
    expect(everyone.page.locator(".keys")).to_be_visible()

    assert by_day_and_night(everyone) == []


def test_the_form_to_sign_in(browser, busy):
    with one_desk(browser, busy, None) as nobody:
        expect(nobody.page.get_by_label("Kata sandi")).to_be_visible()

        assert by_day_and_night(nobody) == []
