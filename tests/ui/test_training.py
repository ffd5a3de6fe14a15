"""The training room on the screen: marked on every page, and calls that come in are taken."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from dispatch.desk import receive_call
from tests.ui.conftest import Desk, one_desk, room_of, serving

STRIP = "LATIHAN / TRAINING"


@pytest.fixture(scope="module")
def training_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A training room that the tests here share."""
    with serving(tmp_path_factory.mktemp("training"), AMBON112_TRAINING="1") as at:
        yield at


@pytest.fixture
def desk(browser, training_address) -> Iterator[Desk]:
    with one_desk(browser, training_address) as opened:
        opened.page.locator(".st-key-line").wait_for()
        yield opened
        opened.assert_calm()


def ring(address: str, words: str, note: str = "") -> None:
    """Have somebody call."""
    with room_of(address) as room:
        receive_call(room, words, note=note, by="latihan", at=datetime.now(UTC))


def waiting(desk: Desk, words: str):
    return desk.board().locator("[class*='st-key-waiting_']", has_text=words)


def words(desk: Desk):
    """The field of the present call; that of the last one goes once the page is drawn."""
    return desk.page.get_by_label("Di mana?").first


@pytest.mark.parametrize("path", ["/", "/closures", "/units", "/places", "/history"])
def test_every_page_says_that_it_is_training(desk, path):
    desk.open(path)

    strip = desk.page.locator(".training")
    expect(strip).to_contain_text(STRIP)
    expect(desk.page.locator(".st-key-line").get_by_role("link").first).to_be_visible()
    assert strip.bounding_box()["width"] == desk.page.viewport_size["width"]
    assert strip.bounding_box()["y"] == 0
    line = desk.page.locator(".st-key-line").bounding_box()
    assert line["y"] >= strip.bounding_box()["height"], "it hides nothing"
    assert desk.page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")


def test_it_is_said_before_anybody_signs_in(browser, training_address):
    with one_desk(browser, training_address, None) as desk:
        expect(desk.page.get_by_label("Nama akun")).to_be_visible()
        expect(desk.page.locator(".training")).to_contain_text(STRIP)
        desk.assert_calm()


def test_the_real_room_does_not_say_so(browser, address):
    with one_desk(browser, address) as desk:
        desk.await_map()
        expect(desk.page.locator(".training")).to_have_count(0)
        desk.assert_calm()


def test_a_call_that_comes_in_is_taken_into_the_form_and_becomes_an_incident(
    desk, training_address
):
    ring(training_address, "Waihaong", "api di dapur")
    expect(waiting(desk, "Waihaong")).to_contain_text("Panggilan menunggu")
    expect(waiting(desk, "Waihaong")).to_contain_text("api di dapur")

    waiting(desk, "Waihaong").get_by_role("button", name="Ambil").click()

    expect(words(desk)).to_have_value("Waihaong")
    expect(desk.page.get_by_label("Catatan").first).to_have_value("api di dapur")
    desk.choose_place()
    desk.choose_type()
    desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    expect(desk.left()).to_contain_text("LATIHAN-")
    expect(waiting(desk, "Waihaong")).to_have_count(0)


def test_a_call_being_taken_is_not_wiped_out_by_another(desk, training_address):
    ring(training_address, "Halong Atas")
    button = waiting(desk, "Halong Atas").get_by_role("button", name="Ambil")
    expect(button).to_be_enabled()

    desk.say_where("Lateri")

    expect(button).to_be_disabled()
    desk.page.keyboard.press("Control+F2")
    expect(button).to_be_enabled()
    button.click()
    expect(words(desk)).to_have_value("Halong Atas")


def test_a_call_that_comes_in_as_a_prank_is_closed_as_one(desk, training_address):
    ring(training_address, "halo halo")
    waiting(desk, "halo halo").get_by_role("button", name="Ambil").click()
    expect(words(desk)).to_have_value("halo halo")

    desk.page.keyboard.press("Control+F9")

    expect(waiting(desk, "halo halo")).to_have_count(0)
    expect(words(desk)).to_have_value("")


def test_a_call_that_comes_in_about_an_open_incident_adds_to_it(desk, training_address):
    desk.say_where("RT 005/RW 002 Kampung Kolam Nania")
    desk.choose_place()
    desk.choose_type("Banjir")
    desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    ring(training_address, "kampung kolam rt 5 rw 2 nania, air naik")
    desk.page.keyboard.press("Control+F2")

    waiting(desk, "air naik").get_by_role("button", name="Ambil").click()
    desk.choose_place()
    desk.choose_type("Banjir")
    expect(desk.left()).to_contain_text("Mungkin sama dengan LATIHAN-")
    desk.page.keyboard.press("Control+F7")

    expect(waiting(desk, "air naik")).to_have_count(0)
    expect(desk.board()).to_contain_text("2 laporan")


def test_a_long_queue_is_counted_and_comes_up_as_calls_are_taken(browser, tmp_path):
    with serving(tmp_path, AMBON112_TRAINING="1") as address:
        for n in range(8):
            ring(address, f"panggilan {n}")
        with one_desk(browser, address) as desk:
            desk.await_map()
            expect(desk.board()).to_contain_text("dan 2 panggilan lagi menunggu")
            expect(waiting(desk, "panggilan 6")).to_have_count(0)

            waiting(desk, "panggilan 0").get_by_role("button", name="Ambil").click()
            expect(words(desk)).to_have_value("panggilan 0")
            desk.page.keyboard.press("Control+F9")

            expect(waiting(desk, "panggilan 6")).to_be_visible()
            desk.assert_calm()
