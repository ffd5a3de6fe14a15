"""Who has an incident open, and a crew that declines."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from dispatch import desk as room_desk
from tests.ui.conftest import one_desk, room_of


def test_an_incident_somebody_has_open_shows_who(browser, address, desk):
    desk.say_where("Waihaong")
    desk.choose_place()
    desk.choose_type("Gangguan listrik")
    desk.page.get_by_role("button", name="Catat tanpa kirim").click()
    expect(desk.left()).to_contain_text("menunggu unit")
    with one_desk(browser, address) as other:
        row = other.board().locator("[class*='st-key-row_']", has_text="Gangguan listrik")
        expect(row).to_contain_text("dibuka operator")

        desk.page.keyboard.press("Control+F2")

        expect(row).not_to_contain_text("dibuka operator")


def test_a_crew_that_declines_is_followed_by_the_next_in_one_press(desk):
    desk.say_where("Halong")
    desk.choose_place()
    desk.choose_type("Hewan penular rabies")
    unit = desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    desk.left().get_by_role("button", name="⋯").click()
    desk.page.get_by_text("Ditolak", exact=True).click()
    expect(desk.page.locator(".st-key-right")).to_contain_text(f"{unit} menolak")

    desk.page.locator(".st-key-right [class*='st-key-next_'] button").click()

    expect(desk.page.locator(".st-key-right")).not_to_contain_text("menolak")
    expect(desk.left()).to_contain_text("ditugaskan")


def test_a_call_nobody_has_sent_to_turns_amber_after_a_minute_and_red_after_a_minute_and_a_half(
    address, desk
):
    place = {"lon": 128.19, "lat": -3.69, "level": "point", "radius_m": 0, "text": "uji"}
    taken = {}
    with room_of(address) as room:
        for tone, seconds in (("red", 95), ("amber", 62), ("urgent", 1)):
            at = datetime.now(UTC) - timedelta(seconds=seconds)
            taken[tone] = room_desk.take_call(room, type_code="flood", by="uji", at=at, **place)
    for tone, incident in taken.items():
        clock = desk.board().locator(f".st-key-row_off_{incident.id} .since")
        expect(clock).to_have_class(re.compile(rf"\b{tone}\b"))
        expect(clock).to_have_text(re.compile(r"^0[0-2]:\d\d$"))
