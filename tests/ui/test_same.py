"""One event, many calls: offered while the call is taken, taken apart again when it was wrong."""

import re

from playwright.sync_api import expect

WORDS = "RT 005/RW 002 Kampung Kolam Nania"


def test_a_second_call_is_offered_the_open_incident_and_adds_to_it(desk):
    desk.say_where(WORDS)
    desk.choose_place()
    desk.choose_type("Banjir")
    desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    code = re.search(r"\d{4}-\d{6}", desk.left().inner_text())[0]
    desk.page.keyboard.press("Control+F2")

    desk.say_where("kampung kolam rt 5 rw 2 nania, air naik")
    desk.choose_place()
    desk.choose_type("Banjir")
    expect(desk.left()).to_contain_text(f"Mungkin sama dengan {code}")
    expect(desk.left()).to_contain_text("RT/RW sama")
    desk.page.keyboard.press("Control+F7")

    expect(desk.left()).to_contain_text("air naik")
    expect(desk.board()).to_contain_text("2 laporan")

    desk.left().get_by_role("button", name="Lepas").last.click()

    expect(desk.board()).to_contain_text("Laporan lepas")
    expect(desk.left()).not_to_contain_text("air naik")
