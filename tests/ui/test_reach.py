"""The planner's parts: how soon, how far, what if."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dispatch import desk as room_desk
from tests.ui.conftest import Desk, one_desk, room_of

SOON_MS = 30_000
NUMBER = re.compile(r"[\d.]+")


@pytest.fixture
def planner(browser, address):
    with one_desk(browser, address, "planner", "planner", path="/reach") as opened:
        opened.page.set_default_timeout(60_000)  # the first to come waits for the roads
        opened.await_map()
        yield opened
        opened.assert_calm()


def part(planner: Desk, name: str) -> None:
    planner.page.locator(".st-key-reach_part").get_by_text(name, exact=True).click()
    gone = planner.page.locator(".st-key-reach_circle")  # of the part that was there
    expect(gone).to_have_count(0, timeout=SOON_MS)
    maps = planner.page.locator("iframe[title^='streamlit_folium']")
    expect(maps).to_have_count(0 if name == "Waktu tanggap" else 1, timeout=SOON_MS)


def unchanged(planner: Desk) -> None:
    expect(planner.left()).to_contain_text("Belum ada yang berubah", timeout=SOON_MS)
    expect(planner.left()).to_contain_text("Putar ulang", timeout=SOON_MS)


def changed(planner: Desk) -> None:
    expect(planner.page.locator(".st-key-csv_what_if")).to_be_visible(timeout=SOON_MS)
    expect(planner.left()).not_to_contain_text("Belum ada yang berubah", timeout=SOON_MS)


def metric(planner: Desk, name: str) -> int:
    shown = planner.page.locator("[data-testid=stMetric]").filter(has_text=name).first
    said = shown.locator("[data-testid=stMetricValue]").inner_text()
    return int(said.replace(".", ""))


def taken(planner: Desk, key: str) -> bytes:
    return Path(planner.taken(key).path()).read_bytes()


def saved(planner: Desk, key: str) -> str:
    return taken(planner, key).decode("utf-8-sig")


def is_picture(content: bytes) -> bool:
    return content.startswith(b"\x89PNG") and len(content) > 30_000


def station(planner: Desk, name: str):
    """The mark of a post on the map, and its middle on the screen."""
    mark = planner.map.locator(f".leaflet-marker-icon svg[aria-label^='{name}']")
    for _ in range(50):  # while the map is drawn anew it is nowhere
        box = mark.bounding_box(timeout=SOON_MS)
        if box is not None:
            break
        planner.page.wait_for_timeout(100)
    assert box is not None
    return mark, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def work_an_incident(address: str) -> None:
    """Take a call, send the first unit, have it arrive after ten minutes and leave."""
    at = datetime.now(UTC) - timedelta(hours=2)
    place = {"lon": 128.19, "lat": -3.69, "type_code": "fire_building"}
    with room_of(address) as room:
        best = room_desk.options(room, **place, by="uji", at=at).options[0]
        incident = room_desk.take_call(
            room, text="uji", level="point", radius_m=0, by="uji", at=at, **place
        )
        sent = room_desk.assign(
            room, incident.id, best.call_sign, predicted_travel_s=best.travel_s, by="uji", at=at
        )
        for minutes, step in ((1, "accepted"), (2, "en_route"), (10, "on_scene"), (60, "cleared")):
            moment = at + timedelta(minutes=minutes)
            room_desk.move_assignment(room, sent.id, step, by="uji", at=moment)


def test_a_planner_sees_how_far_engines_come_and_takes_it_along(planner):
    expect(planner.left()).to_contain_text("Dalam lingkaran 7,5 km", timeout=SOON_MS)
    within, beyond = metric(planner, "≤ 15 menit"), metric(planner, "> 15 menit")
    assert within + beyond == pytest.approx(359_661, abs=2)

    rows = list(csv.DictReader(io.StringIO(saved(planner, "csv_reach"))))
    streets = json.loads(saved(planner, "geojson_reach"))

    assert is_picture(taken(planner, "png_reach"))
    assert len(rows) == 50
    assert "Damkar, mobil pemadam" in rows[0]["about"] == streets["about"]
    assert sum(int(row["beyond"]) for row in rows) == pytest.approx(beyond, abs=50)
    assert [one["properties"]["within_s"] for one in streets["features"]] == [300, 600, 900]


def test_a_post_clicked_on_the_map_gains_people(planner):
    part(planner, "Bagaimana jika")
    unchanged(planner)
    before = metric(planner, "≤ 15 menit")

    planner.click_map(0.66, 0.59)  # Batu Merah's slopes
    changed(planner)

    assert metric(planner, "≤ 15 menit") > before
    assert metric(planner, "masuk 15 menit") == metric(planner, "≤ 15 menit") - before
    assert metric(planner, "keluar 15 menit") == 0
    scenario = json.loads(saved(planner, "geojson_what_if"))
    assert [one["properties"].get("post") for one in scenario["features"]][-1] == "POS-BARU-1"
    rows = list(csv.DictReader(io.StringIO(saved(planner, "csv_what_if"))))
    assert sum(int(row["change"]) for row in rows) > 0
    assert "1 pos baru" in rows[0]["about"]
    assert is_picture(taken(planner, "png_what_if"))

    planner.press("Urungkan")
    unchanged(planner)


def test_a_post_clicked_to_close_is_gone_until_clicked_again(planner):
    part(planner, "Bagaimana jika")
    unchanged(planner)
    planner.page.get_by_text("Tutup pos", exact=True).click()
    expect(planner.left()).to_contain_text("Klik pos yang ditutup", timeout=SOON_MS)
    _, middle = station(planner, "Damkar Mako")

    planner.page.mouse.click(*middle)
    expect(planner.left()).to_contain_text("Skenario: 1 pos ditutup.", timeout=SOON_MS)
    changed(planner)
    assert metric(planner, "keluar 15 menit") > 0
    closed, _ = station(planner, "Damkar Mako")
    expect(closed).to_contain_text("×")

    planner.page.mouse.click(*middle)
    unchanged(planner)


def test_a_post_is_dragged_to_where_it_would_stand(planner):
    part(planner, "Bagaimana jika")
    unchanged(planner)
    planner.page.get_by_text("Pindahkan pos", exact=True).click()
    expect(planner.left()).to_contain_text("Seret pos", timeout=SOON_MS)
    planner.await_map()
    mark, (x, y) = station(planner, "Damkar Mako")
    expect(planner.map.locator(".leaflet-marker-draggable").first).to_be_attached(timeout=SOON_MS)
    _, (x, y) = station(planner, "Damkar Mako")

    planner.page.mouse.move(x, y)
    planner.page.mouse.down()
    planner.page.mouse.move(x + 12, y - 12, steps=4)
    planner.page.mouse.move(x + 24, y - 24, steps=4)  # still among the city's streets
    planner.page.mouse.up()

    expect(planner.left()).to_contain_text("Skenario: 1 pos dipindahkan.", timeout=SOON_MS)
    expect(mark).to_contain_text("→")
    planner.press("Kosongkan")
    unchanged(planner)


def test_a_post_in_the_bay_is_refused_in_a_sentence(planner):
    part(planner, "Bagaimana jika")
    unchanged(planner)

    planner.click_map(0.30, 0.62)

    expect(planner.page.get_by_text("Tidak ada jalan dalam 200 m")).to_be_visible(timeout=SOON_MS)
    unchanged(planner)


def test_with_the_bridge_cut_the_people_who_lose_are_shown(planner):
    part(planner, "Bagaimana jika")
    planner.page.get_by_text("Jalan putus, pos tutup").click()
    planner.pick("Jalan putus", "Jembatan Merah Putih", whole=False)

    changed(planner)
    assert metric(planner, "masuk 15 menit") == 0


def test_the_best_place_is_found_and_used(planner):
    part(planner, "Bagaimana jika")
    planner.press("Cari tempat terbaik")
    found = planner.page.locator("#sited")
    expect(found).to_be_visible(timeout=90_000)
    gained = int(NUMBER.search(found.inner_text())[0].replace(".", ""))

    (place,) = csv.DictReader(io.StringIO(saved(planner, "csv_siting")))
    assert "MCLP" in place["about"]
    assert is_picture(taken(planner, "png_siting"))
    (point,) = json.loads(saved(planner, "geojson_siting"))["features"]
    assert point["geometry"]["coordinates"] == [float(place["lon"]), float(place["lat"])]

    planner.press("Pakai dalam skenario")

    changed(planner)
    assert metric(planner, "masuk 15 menit") == gained > 0


def test_incidents_are_replayed_and_taken_along(planner, address):
    work_an_incident(address)
    part(planner, "Bagaimana jika")
    planner.press("Putar ulang")

    told = planner.page.locator("#replayed")
    expect(told).to_be_visible(timeout=90_000)
    assert re.search(r"[1-9]\d* kejadian diputar ulang", told.inner_text())
    assert is_picture(taken(planner, "png_replay"))
    rows = list(csv.DictReader(io.StringIO(saved(planner, "csv_replay"))))
    mine = [row for row in rows if row["recorded_unit"] == row["before_unit"]]
    assert any(
        float(row["recorded_drive_s"]) == pytest.approx(float(row["before_drive_s"]))
        for row in mine
    )


def test_response_times_say_what_they_rest_on(planner, address):
    work_an_incident(address)
    part(planner, "Waktu tanggap")
    planner.page.get_by_text("Jenis", exact=True).click()
    expect(planner.page.locator(".st-key-response_behind_type")).to_be_visible(timeout=SOON_MS)
    expect(planner.page.get_by_text("Hanya kejadian dari ruang 112")).to_be_visible(timeout=SOON_MS)

    rows = list(csv.DictReader(io.StringIO(saved(planner, "csv_response"))))
    fires = next(row for row in rows if row["part"] == "Kebakaran bangunan")
    assert is_picture(taken(planner, "png_response"))
    assert "Hanya kejadian dari ruang 112" in fires["about"]
    assert int(fires["n_used"]) >= 1
    assert float(fires["median_min"]) == pytest.approx(10, abs=5)

    planner.pick("Kejadian di balik angka", "Kebakaran bangunan")
    expect(planner.page.get_by_text(re.compile(r"\d+ dari \d+ kejadian"))).to_be_visible(
        timeout=SOON_MS
    )
    listed = list(csv.DictReader(io.StringIO(saved(planner, "csv_behind"))))
    assert {row["type"] for row in listed} == {"Kebakaran bangunan"}


def test_a_dispatcher_does_not_see_the_page(browser, address):
    with one_desk(browser, address, "plain_dispatcher", "dispatcher") as desk:
        expect(desk.page.get_by_text("Tanggap darurat").first).to_be_visible(timeout=SOON_MS)
        assert desk.page.get_by_text("Jangkauan", exact=True).count() == 0
