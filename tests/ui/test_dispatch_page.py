"""The dispatch page in a real browser, as a dispatcher uses it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import room_of

TAKING = """SELECT opened_at - received_at AS took
              FROM incident JOIN call ON incident_id = incident.id WHERE code = %s"""
WORDS = "RT 004/RW 003 Batu Merah Dalam"
NASTY = '<img src=x onerror="parent.pwned=1;window.pwned=1">`${parent.pwned=1}`</script><b>'


def test_from_the_callers_words_to_the_closed_incident_and_nothing_is_lost(desk):
    desk.say_where(WORDS)
    desk.choose_place()
    expect(desk.left()).to_contain_text("Batu Merah")
    desk.choose_type("Kebakaran bangunan")
    unit = desk.send()
    expect(desk.left()).to_contain_text("ditangani")

    for step in ("Diterima", "Berangkat", "Tiba", "Mulai menangani", "Selesai"):
        desk.press(step)
    desk.press("Terkendali")
    expect(desk.left()).to_contain_text("terkendali")
    code = re.search(r"\d{4}-\d{6}", desk.left().inner_text())[0]
    desk.press("Tutup…")
    desk.page.get_by_text("Tertangani", exact=True).click()
    expect(desk.left()).to_contain_text("Laporan")

    desk.page.reload()
    desk.await_map()
    desk.board().get_by_text("Baru ditutup").click()
    expect(desk.board()).to_contain_text(code)
    expect(desk.board()).to_contain_text("ditutup")
    assert unit.startswith("DAMKAR")
    with room_of(desk.address) as room, room.store.reading() as tx:
        took = tx.execute(TAKING, [code]).fetchone()["took"]
    assert timedelta(0) < took < timedelta(minutes=2)  # the phone was answered before


def test_an_open_incident_and_its_units_are_there_after_a_reload(desk):
    desk.say_where("Kebun Cengkeh")
    desk.choose_place()
    desk.choose_type("Pohon tumbang")
    unit = desk.send()
    expect(desk.board()).to_contain_text(unit)

    desk.page.reload()

    expect(desk.board()).to_contain_text(unit)


def test_a_double_click_sends_one_unit(desk):
    desk.say_where("Waihaong")
    desk.choose_place()
    desk.choose_type("Hewan penular rabies")
    first = desk.offered()[0]

    desk.page.locator(f".st-key-send_{first} button").first.dblclick()

    expect(desk.left()).to_contain_text(first)
    desk.page.wait_for_timeout(1500)
    sent = desk.page.locator(".st-key-left .unit b").all_inner_texts()
    assert sent == [first]


def test_a_click_on_the_map_is_the_place_and_ranks_at_once(desk):
    desk.choose_type("Kebakaran bangunan")
    desk.click_map(0.62, 0.75)
    first = desk.page.locator(".asked")
    expect(first).to_be_visible()
    before = first.get_attribute("data-lon")

    desk.click_map(0.40, 0.30)

    expect(first).not_to_have_attribute("data-lon", before)
    assert len(desk.offered()) > 1


def test_the_map_is_never_mounted_anew(desk):
    desk.choose_type("Kebakaran bangunan")
    desk.await_map()
    frame = next(one for one in desk.page.frames if "streamlit_folium" in one.url)
    frame.evaluate("window.sameMap = true")

    desk.click_map(0.6, 0.7)
    desk.offered()
    desk.page.get_by_text("EN", exact=True).click()
    expect(desk.page.get_by_text("Open incidents")).to_be_visible()

    assert frame.evaluate("window.sameMap") is True


def test_units_are_ranked_by_the_road(desk):
    desk.say_where(WORDS)
    desk.choose_place()
    desk.choose_type("Kebakaran bangunan")

    desk.offered()
    times = desk.page.locator(".option .time").all_inner_texts()
    seconds = [int(m) * 60 + int(s) for m, s in (re.findall(r"\d+", one)[:2] for one in times)]

    assert seconds == sorted(seconds)


def test_each_unit_passed_over_has_its_reason(desk):
    desk.choose_type("Kebakaran bangunan")
    desk.click_map(0.6, 0.7)
    desk.offered()
    desk.page.get_by_text("Tidak ditawarkan").click()

    reasons = desk.page.locator(".st-key-right .passed li")
    expect(reasons.first).to_be_visible()

    assert all(len(one.split(maxsplit=1)) == 2 for one in reasons.all_inner_texts())


def test_a_line_of_the_card_can_be_changed_and_taken_back(desk):
    desk.choose_type("Kebakaran bangunan")
    desk.click_map(0.6, 0.7)
    desk.offered()
    card = desk.page.locator(".st-key-card table")
    first = card.locator("tr").first.inner_text().split()[-1].strip(",")
    desk.page.get_by_role("button", name="Ubah kartu").click()
    desk.page.get_by_role("button", name=f"Remove {first}").first.click()
    expect(card.locator("tr").first).not_to_contain_text(first)

    desk.page.get_by_role("button", name="Kembalikan usulan").click()

    expect(card.locator("tr").first).to_contain_text(first)


@pytest.mark.parametrize("button", ["Senyap", "Iseng", "Info"])
def test_a_call_that_is_none_is_closed_with_one_press(desk, button):
    desk.await_map()
    desk.press(button)

    expect(desk.page.get_by_text("Panggilan dicatat dan ditutup")).to_be_visible()
    expect(desk.left()).to_contain_text("Laporan")


@pytest.mark.parametrize(
    "words",
    ["x" * 10_000, "🔥🔥🔥", "'; DROP TABLE incident; --", NASTY, "\u202e\u0000\ufffd", "   "],
    ids=["10,000 characters", "emoji", "SQL", "HTML", "control characters", "blank"],
)
def test_odd_words_get_a_sentence_and_no_traceback(desk, words):
    desk.say_where(words)
    desk.choose_type("Kebakaran bangunan")

    expect(desk.left()).to_contain_text(re.compile("tidak dikenal|Ketik kata|Pilih tempat"))
    assert desk.page.evaluate("window.pwned") is None


def test_typed_words_never_run_anywhere(desk):
    desk.say_where(NASTY)
    desk.page.get_by_label("Catatan").fill(NASTY)
    desk.page.get_by_label("Nama penelepon").fill(NASTY[:90])
    desk.choose_type("Kebakaran bangunan")
    desk.click_map(0.6, 0.7)
    desk.send()
    expect(desk.board()).to_contain_text("onerror")
    for marker in desk.map.locator(".leaflet-interactive").all():
        marker.dispatch_event("mouseover")

    assert desk.page.evaluate("window.pwned") is None
    assert all(frame.evaluate("window.pwned") is None for frame in desk.page.frames)


def test_the_language_is_switched_and_kept(desk):
    desk.page.get_by_text("EN", exact=True).click()
    expect(desk.left()).to_contain_text("What happened?")

    desk.page.reload()

    expect(desk.left()).to_contain_text("What happened?")


def test_nothing_typed_or_chosen_is_lost_with_the_language(desk):
    desk.say_where(WORDS)
    desk.choose_type("Banjir")
    desk.page.get_by_label("Catatan").fill("air selutut")
    desk.page.get_by_text("Berat", exact=True).click()
    desk.page.get_by_text("EN", exact=True).click()

    expect(desk.page.get_by_label("Where?")).to_have_value(WORDS)
    expect(desk.page.get_by_label("Note")).to_have_value("air selutut")
    expect(desk.page.locator(".asked")).to_have_text("Flood · High")


def test_two_places_of_one_name_are_asked_about_and_chosen_on_the_map(desk):
    desk.say_where("Kampung Kolam")
    expect(desk.left()).to_contain_text("Lebih dari satu tempat.")
    desk.choose_type("Banjir")
    expect(desk.page.locator(".option")).to_have_count(0)

    desk.map.locator(".candidate").nth(1).click()

    expect(desk.page.locator(".place")).to_be_visible()
    assert desk.offered()


def test_the_first_field_has_the_focus(desk):
    desk.await_map()

    expect(desk.page.get_by_label("Di mana?")).to_be_focused()


def test_the_source_of_the_map_is_always_named(desk):
    expect(desk.map.get_by_text("© OpenStreetMap contributors, ODbL")).to_be_visible()


def test_everything_of_the_main_path_is_on_one_screen(desk):
    desk.say_where(WORDS)
    desk.choose_place()
    desk.choose_type("Kebakaran bangunan")
    desk.offered()

    scrolls = desk.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")

    assert scrolls <= 768
    send = desk.page.locator("[class*=st-key-send_] button").first.bounding_box()
    assert send["y"] + send["height"] < 768


@pytest.mark.parametrize("keys", ["Control+F8", "Control+F9", "Control+F10", "Control+F2"])
def test_the_keys_work_while_words_are_being_typed(desk, keys):
    desk.say_where("Waihaong")
    expect(desk.left()).to_contain_text("Pilih tempat")

    desk.page.get_by_label("Di mana?").press(keys)

    expect(desk.left()).not_to_contain_text("Pilih tempat")
    expect(desk.page.get_by_label("Di mana?")).to_have_count(1)
    expect(desk.page.get_by_label("Di mana?")).to_have_value("")
    expect(desk.page.get_by_label("Di mana?")).to_be_focused()


def test_by_keyboard_from_the_ringing_phone_to_the_first_unit_in_five_actions(desk):
    desk.await_map()
    keys, words = desk.page.keyboard, desk.page.get_by_label("Di mana?")
    expect(words).to_be_focused()

    keys.type("Lorong PMI, Kudamati, Kelurahan Benteng")  # one
    expect(desk.left()).to_contain_text("Pilih tempat")
    keys.press("Tab")  # two: past the candidates, the first is taken already
    keys.press("Tab")  # three
    expect(desk.page.get_by_role("combobox", name="Apa yang terjadi?")).to_be_focused()
    keys.type("kebakaran bang")  # four
    keys.press("Enter")
    first = desk.offered()[0]
    keys.press("Control+Enter")  # five

    expect(desk.board()).to_contain_text(first)
    expect(desk.left()).to_contain_text("ditangani")
