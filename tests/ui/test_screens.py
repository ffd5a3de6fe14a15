"""The pages by night, by keyboard alone, and on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.ui.busy_room import EVERYTHING, fill
from tests.ui.conftest import one_desk, room_of, serving

SHEETS = "document.querySelectorAll('.paper img').length"
NUMBER = "0812-0000-0042"


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("screens")) as at:
        with room_of(at) as room:
            fill(room)
        yield at


@pytest.fixture
def everyone(browser, busy):
    with one_desk(browser, busy, "semua", *EVERYTHING) as desk:
        yield desk
        desk.page.set_viewport_size({"width": 1366, "height": 768})
        desk.page.evaluate("localStorage.clear()")
        desk.assert_calm()


def open_fire(desk) -> None:
    row = desk.board().locator("[class*=st-key-line_]").filter(has_text="Kebakaran bangunan")
    row.get_by_role("button", name="Buka").first.click()
    expect(desk.left()).to_contain_text("Cetak")
    desk.settled()


def test_night_is_chosen_once_for_every_page_and_for_the_map(everyone):
    everyone.await_map()
    everyone.page.get_by_role("button", name="semua").click()
    everyone.page.get_by_role("button", name="Malam", exact=True).click()
    expect(everyone.page.locator("html[data-night]")).to_have_count(1)
    expect(everyone.map.locator("html[data-night]")).to_have_count(1)

    everyone.open("/closures")

    expect(everyone.page.locator("html[data-night]")).to_have_count(1)
    expect(everyone.map.locator("html[data-night]")).to_have_count(1)


def test_who_chose_nothing_sees_what_the_device_wants(everyone):
    everyone.await_map()
    expect(everyone.page.locator("html[data-night]")).to_have_count(0)

    everyone.page.emulate_media(color_scheme="dark")

    expect(everyone.page.locator("html[data-night]")).to_have_count(1)
    expect(everyone.map.locator("html[data-night]")).to_have_count(1)


def test_a_press_prints_the_incident_alone_and_no_caller(everyone):
    page = everyone.page
    page.evaluate(f"window.print = () => {{ window.printed = {SHEETS}; }}")
    open_fire(everyone)
    page.get_by_role("button", name="Cetak").click()
    page.wait_for_function("window.printed === 1")

    page.emulate_media(media="print", color_scheme="dark")

    sheet = page.locator(".paper")
    expect(sheet.get_by_role("img")).to_be_visible()
    expect(sheet).to_contain_text("Hidran di depan masjid")
    expect(sheet).to_contain_text("DAMKAR-MAKO-1")
    expect(sheet).not_to_contain_text(NUMBER)
    expect(page.locator(".st-key-line")).to_be_hidden()
    expect(page.locator(".st-key-board")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf())) == 1
    page.emulate_media(media="screen", color_scheme="light")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Laporan baru").click()
    expect(page.locator(".paper")).to_have_count(0)


def test_the_map_is_pressed_with_the_keyboard_alone(everyone):
    everyone.await_map()
    everyone.choose_type("Kebakaran bangunan")
    box = everyone.map.locator("#map_div")
    box.focus()
    everyone.page.keyboard.press("ArrowDown")
    everyone.page.keyboard.press("Enter")

    expect(everyone.page.locator(".place, .asked").first).to_be_visible()

    everyone.map.locator("[data-id^=incident-]").first.focus()
    everyone.page.keyboard.press("Enter")

    expect(everyone.left()).to_contain_text("Laporan baru")


def test_a_menu_opens_and_closes_with_keys_and_lists_them(everyone):
    everyone.await_map()
    everyone.settled()
    everyone.page.get_by_role("button", name="semua").focus()
    everyone.page.keyboard.press("Enter")
    expect(everyone.page.locator(".keys")).to_contain_text("Ctrl+F2")

    everyone.page.keyboard.press("Escape")

    expect(everyone.page.locator(".keys")).to_be_hidden()
