"""Stations and units put elsewhere by dragging, asked before and undone after; the roster."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from dispatch import desk as rules
from tests.ui.conftest import one_desk, room_of

STATION = "Polsek Teluk Ambon"


@pytest.fixture
def units_page(browser, address):
    with one_desk(browser, address, path="/units") as desk:
        desk.await_map()
        desk.map.locator("body").evaluate("body => { body.dataset.mounted = 'once'; }")
        yield desk
        expect(desk.map.locator("body[data-mounted=once]")).to_have_count(1)
        desk.assert_calm()


def mark(desk, name: str):
    return desk.map.locator(f".leaflet-marker-icon:has([aria-label^='{name}'])")


def middle(desk, name: str) -> tuple[float, float]:
    box = mark(desk, name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(desk, name: str, right: float, down: float) -> None:
    x, y = middle(desk, name)
    mouse = desk.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + right / 2, y + down / 2, steps=4)
    mouse.move(x + right, y + down, steps=4)
    mouse.up()


def station(address: str):
    with room_of(address) as room:
        return next(one for one in rules.stations(room) if one.name == STATION)


def test_a_station_dragged_by_accident_goes_back_and_stays_approximate(units_page, address):
    before, place = station(address), middle(units_page, STATION)

    drag(units_page, STATION, -40, 20)
    expect(units_page.page.locator(".st-key-placing")).to_contain_text(f"Pindahkan pos {STATION}")
    units_page.press("Batal", within=".st-key-placing")

    expect(units_page.page.locator(".st-key-placing")).to_have_count(0)
    assert middle(units_page, STATION) == pytest.approx(place, abs=1)
    assert station(address) == before


def test_a_station_dragged_is_confirmed_there_and_put_back_in_one_press(units_page, address):
    before, (x, y) = station(address), middle(units_page, STATION)
    assert not before.position_confirmed

    drag(units_page, STATION, -40, 20)
    expect(units_page.page.locator(".st-key-placing")).to_be_visible()
    assert middle(units_page, STATION) == pytest.approx((x - 40, y + 20), abs=2)
    units_page.press("Ya", within=".st-key-placing")
    history = units_page.page.locator("[class*='st-key-line_change_']").first
    expect(history).to_contain_text("posisi pos dipastikan")
    moved = station(address)
    assert moved.position_confirmed
    assert moved.lon < before.lon

    history.get_by_role("button", name="Kembalikan").click()

    expect(history).to_contain_text("dikembalikan: posisi pos dipastikan")
    assert station(address) == before
    assert middle(units_page, STATION) == pytest.approx((x, y), abs=1)


def test_a_station_chosen_in_the_list_and_a_click_are_asked_about_too(units_page, address):
    before = station(address)
    units_page.pick("Pilih unit", STATION, written=STATION)
    expect(units_page.page.get_by_text("Riwayat", exact=True).last).to_be_visible()

    units_page.click_map(0.3, 0.6)

    expect(units_page.page.locator(".st-key-placing")).to_contain_text("Posisinya menjadi pasti")
    assert station(address) == before


def test_a_unit_on_the_road_is_dragged_to_where_it_says_it_is(units_page, address):
    unit, now = "SATPOL-5", datetime.now(UTC)
    with room_of(address) as room:
        rules.record_fix(room, unit, 128.165, -3.685, by="test", at=now)
    expect(mark(units_page, unit)).to_be_visible()

    drag(units_page, unit, 30, -30)
    expect(units_page.page.locator(".st-key-placing")).to_contain_text(f"Catat posisi {unit}")
    units_page.press("Ya", within=".st-key-placing")

    expect(units_page.page.locator(".st-key-placing")).to_have_count(0)
    with room_of(address) as room:
        lon, lat = rules.unit(room, unit).position
    assert lon > 128.165
    assert lat > -3.685


def test_a_dispatcher_drags_no_station(browser, address):
    with one_desk(browser, address, "tanpa-pos", "dispatcher", path="/units") as desk:
        desk.await_map()
        expect(mark(desk, STATION)).to_be_visible()
        expect(desk.map.locator(".leaflet-marker-draggable", has=desk.map.locator(
            f"[aria-label^='{STATION}']"))).to_have_count(0)  # fmt: skip
        expect(desk.page.get_by_text("Tambah unit")).to_have_count(0)
        desk.assert_calm()


def test_on_the_dispatch_page_nothing_can_be_dragged(desk):
    desk.await_map()
    expect(mark(desk, STATION)).to_be_visible()

    expect(desk.map.locator(".leaflet-marker-draggable")).to_have_count(0)


def test_a_unit_is_added_at_a_click_moved_home_retired_and_brought_back(units_page, address):
    page = units_page.page
    units_page.click_map(0.3, 0.6)
    page.get_by_text("Tambah unit").click()
    page.get_by_label("Unit", exact=True).fill("UJI-7")
    units_page.settled()  # what the click on the map adds above moves the button down
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(page.get_by_text("UJI-7 ditambahkan")).to_be_visible()

    drag(units_page, "UJI-7", 40, 0)
    expect(page.locator(".st-key-placing")).to_contain_text("Pindahkan rumah UJI-7")
    units_page.press("Ya", within=".st-key-placing")
    last = page.locator("[class*='st-key-line_change_']").first
    expect(last).to_contain_text("rumah unit dipindah")

    page.get_by_role("button", name="Pensiunkan unit").click()
    expect(mark(units_page, "UJI-7")).to_have_count(0)
    expect(last).to_contain_text("unit dipensiunkan")
    expect(page.get_by_text("Riwayat UJI-7 (pensiun)")).to_be_visible()
    with room_of(address) as room:
        assert "UJI-7" in rules.retired_units(room)
    last.get_by_role("button", name="Kembalikan").click()

    expect(mark(units_page, "UJI-7")).to_be_visible()


def test_the_crew_is_changed_in_the_table(units_page, address):
    page = units_page.page
    page.locator(".st-key-units_agency").get_by_text("Kodim").click()
    expect(page.get_by_role("radio", name="Kodim")).to_be_checked()
    grid = page.locator("[data-testid=stDataFrame]").first
    expect(grid).to_be_visible()
    page.wait_for_timeout(500)  # until the table of one agency has taken the other's place
    box = grid.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 30, box["y"] + 52)  # the first line
    for key in (*["ArrowRight"] * 5, "Enter"):
        page.wait_for_timeout(200)  # the table is a picture: nothing else says it took the key
        page.keyboard.press(key)
    page.locator("#portal input").fill("9")
    page.locator("#portal input").press("Enter")
    page.wait_for_timeout(500)  # nor that it told the page
    units_page.press("Simpan perubahan")

    expect(page.get_by_text("Disimpan: 1 unit")).to_be_visible()
    with room_of(address) as room:
        assert rules.unit(room, "KODIM-1").crew == 9
