"""A call is taken on a tablet with a finger: nothing waits for a mouse that hovers."""

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import one_desk

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
IDS = "marks => marks.map((one) => one.dataset.id)"


@pytest.fixture
def tablet(browser, address):
    with one_desk(browser, address, "tablet", **TABLET) as desk:
        desk.await_map()
        yield desk
        desk.assert_calm()


def test_from_the_callers_words_to_a_unit_on_its_way(tablet):
    page = tablet.page
    page.get_by_label("Di mana?").tap()
    page.keyboard.type("Batu Merah Dalam")
    page.keyboard.press("Enter")
    page.get_by_role("radiogroup", name="Pilih tempat").locator("label").first.tap()
    page.get_by_role("combobox", name="Apa yang terjadi?").tap()
    page.get_by_role("option", name="Kebakaran bangunan", exact=True).tap()
    unit = tablet.offered()[0]
    page.locator(f".st-key-send_{unit} button").first.tap()

    expect(tablet.left()).to_contain_text("ditangani")
    expect(tablet.board()).to_contain_text(unit)


def test_a_tap_on_the_map_is_the_place(tablet):
    page = tablet.page
    page.get_by_role("combobox", name="Apa yang terjadi?").tap()
    page.get_by_role("option", name="Banjir", exact=True).tap()
    tablet.settled()
    box = page.locator("iframe[title^='streamlit_folium']").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)

    expect(page.locator(".place, .asked").first).to_be_visible()
    expect(page.locator(".option").first).to_be_visible()


def test_a_tap_on_a_mark_opens_its_incident(tablet):
    page = tablet.page
    page.get_by_label("Di mana?").fill("Passo")
    page.get_by_label("Di mana?").press("Enter")
    tablet.choose_place()
    tablet.choose_type("Banjir")
    tablet.send()
    expect(tablet.left()).to_contain_text("ditangani")
    page.get_by_role("button", name="Laporan baru").tap()
    tablet.settled()
    marks = tablet.map.locator("[data-id^=incident-]").evaluate_all(IDS)
    newest = max(marks, key=lambda mark: int(mark.split("-")[1]))
    tablet.map.locator(f"[data-id={newest}]").tap()

    expect(page.get_by_role("button", name="Laporan baru")).to_be_visible()
    expect(tablet.left()).to_contain_text("Passo")
