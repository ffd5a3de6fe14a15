"""BPBD's page after a night of rain: disasters, cut roads, BMKG's last words, files."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from playwright.sync_api import expect
from rasterio.transform import from_bounds
from shapely.geometry import mapping

from dispatch import desk as room_desk
from geo.crs import to_utm, to_wgs84
from tests.ui.busy_room import BRIDGE, keep_bmkg
from tests.ui.conftest import one_desk, room_of, serving

NEAR = to_utm(128.1936, -3.6891)
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [128.18, -3.70]},
            "properties": {"nama": "Lapangan <b>uji</b>"},
        }
    ],
}


@pytest.fixture(scope="module")
def storm(tmp_path_factory):
    """A room in which it has rained: three floods, a closed bridge, BMKG heard of once."""
    state = tmp_path_factory.mktemp("storm")
    with serving(state) as at:
        with room_of(at) as room:
            now = datetime.now(UTC)
            for n in range(3):
                lon, lat = to_wgs84(NEAR[0] + 200 * n, NEAR[1])
                room_desk.take_call(
                    room, text="rumah Pak Fulan <i>", type_code="flood", lon=lon, lat=lat,
                    level="point", radius_m=0.0, by="test", at=now - timedelta(hours=3 - n),
                )  # fmt: skip
            room_desk.close_road(room, BRIDGE, reason="Retak <b>uji</b>", by="test", at=now)
        keep_bmkg(state / "bmkg", now)
        yield at


@pytest.fixture
def bpbd(browser, storm):
    with one_desk(browser, storm, "bpbd-satu", "bpbd", path="/bpbd") as opened:
        opened.page.locator(".st-key-left .place").first.wait_for()
        yield opened
        opened.assert_calm()


def part(desk, name):
    desk.page.get_by_role("radio", name=name).or_(
        desk.page.get_by_test_id("stBaseButton-segmented_control").filter(has_text=name)
    ).first.click()


def saved(desk, key):
    return Path(desk.taken(key).path()).read_bytes()


def test_three_floods_are_one_disaster_on_page_and_map(bpbd):
    row = bpbd.page.locator("[class*='st-key-row_'] .incident")

    expect(row).to_contain_text(re.compile(r"BANJIR-\d{4}-\d\d-\d\d-01 Banjir\s+3 laporan"))
    expect(row).to_contain_text("jiwa di dalam garis luar")
    expect(bpbd.left()).to_contain_text("1 bencana dari 3 laporan; 0 laporan sendiri-sendiri.")
    bpbd.await_map()
    expect(bpbd.map.locator("path.leaflet-interactive").first).to_be_attached()


def test_the_report_is_one_press_and_names_no_caller(bpbd):
    bpbd.press("Lihat")
    expect(bpbd.left()).to_contain_text("Pertumbuhan")

    for name, head in (("(DOCX)", b"PK"), ("(PDF)", b"%PDF"), ("Peringatan CAP", b"<?xml")):
        bpbd.settled()
        with bpbd.page.expect_download() as got:
            bpbd.page.get_by_role("button", name=re.compile(re.escape(name))).click()
        content = Path(got.value.path()).read_bytes()
        assert content.startswith(head)
        assert b"Fulan" not in content


def test_disasters_can_be_taken_along(bpbd):
    for name, head in (("csv", "\ufeffname,".encode()), ("geojson", b"{"), ("png", b"\x89PNG")):
        assert saved(bpbd, f"{name}_bpbd").startswith(head)
    assert "1 bencana dari 3 laporan" in saved(bpbd, "csv_bpbd").decode()

    bpbd.press("Lihat")
    expect(bpbd.left()).to_contain_text("Pertumbuhan")
    assert saved(bpbd, "png_growth").startswith(b"\x89PNG")
    assert saved(bpbd, "csv_growth").decode("utf-8-sig").count("\r\n") == 1 + 3


def test_an_earlier_moment_shows_less(bpbd):
    expect(bpbd.left()).to_contain_text("1 bencana dari 3 laporan")
    slider = bpbd.page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")

    expect(bpbd.left()).to_contain_text("0 bencana dari 2 laporan")


def test_a_closed_bridge_has_its_price(bpbd):
    part(bpbd, "Jalan putus")

    expect(bpbd.left()).to_contain_text("1 penutupan berlaku", timeout=60_000)
    expect(bpbd.left()).to_contain_text("Tiap penutupan, seandainya sendirian", timeout=60_000)
    expect(bpbd.page.get_by_role("link", name="Gambar atau buka penutupan")).to_be_visible()
    for key, head in (
        ("png_bpbd", b"\x89PNG"), ("csv_bpbd", "\ufeffcode,kelurahan,people".encode()),
        ("geojson_bpbd", b"{"), ("csv_posts", "\ufeffPos,".encode()),
        ("csv_each", "\ufeffAlasan,".encode()),
    ):  # fmt: skip
        assert saved(bpbd, key).startswith(head)
    expect(bpbd.map.locator("svg[aria-label^='Damkar Mako']")).to_be_attached()


def test_without_internet_bmkgs_last_words_and_their_age_are_shown(bpbd):
    part(bpbd, "BMKG")

    expect(bpbd.left()).to_contain_text("BMKG tidak ditanya")
    expect(bpbd.left()).to_contain_text(re.compile(r"autogempa: dijawab .* 4\d menit yang lalu"))
    expect(bpbd.left()).to_contain_text("Dirasakan (menurut BMKG): IV-V Kota Contoh")
    expect(bpbd.left()).to_contain_text("Perkiraan guncangan di Ambon")
    expect(bpbd.left()).to_contain_text("Hujan Lebat disertai Petir di Maluku")
    expect(bpbd.map.locator(".legend")).to_contain_text("Perkiraan guncangan (MMI)")
    expect(bpbd.map.get_by_text("VI", exact=True)).to_be_attached()
    assert saved(bpbd, "png_bpbd").startswith(b"\x89PNG")
    assert saved(bpbd, "csv_bpbd").decode("utf-8-sig").startswith("at,magnitude,depth_km")


def test_a_damaged_feed_does_not_take_the_page_down(bpbd, tmp_path_factory):
    folder = next(tmp_path_factory.getbasetemp().glob("storm*")) / "bmkg"
    kept = (folder / "gempadirasakan.json").read_bytes()
    (folder / "gempadirasakan.json").write_bytes(b'{"Infogempa":' * 50_000)
    part(bpbd, "BMKG")

    expect(bpbd.left()).to_contain_text("Perkiraan guncangan di Ambon")
    (folder / "gempadirasakan.json").write_bytes(kept)


def hazard_file(tmp_path):
    here = from_bounds(128.1, -3.75, 128.25, -3.62, 20, 20)
    values = np.linspace(0, 1, 400, dtype="float32").reshape(20, 20)
    with rasterio.open(
        tmp_path / "banjir.tif", "w", driver="GTiff", width=20, height=20, count=1,
        dtype="float32", crs="EPSG:4326", transform=here,
    ) as out:  # fmt: skip
        out.write(values, 1)
    return tmp_path / "banjir.tif"


def test_a_hazard_and_evacuation_points_are_brought_and_counted(bpbd, tmp_path):
    part(bpbd, "Bahaya")
    inputs = bpbd.page.locator("input[type=file]")
    inputs.nth(0).set_input_files(hazard_file(tmp_path))
    expect(bpbd.left()).to_contain_text("3 dari 3 kejadian terbuka", timeout=30_000)

    (tmp_path / "titik.geojson").write_text(json.dumps(POINTS))
    inputs.nth(1).set_input_files(tmp_path / "titik.geojson")

    expect(bpbd.left()).to_contain_text("1 titik:", timeout=60_000)
    expect(bpbd.map.locator("img.leaflet-image-layer")).to_be_attached()
    expect(bpbd.map.locator(".legend")).to_contain_text("banjir.tif: 1,00")
    assert saved(bpbd, "png_bpbd").startswith(b"\x89PNG")
    assert "tinggi" in saved(bpbd, "csv_hazard").decode("utf-8-sig")
    assert json.loads(saved(bpbd, "geojson_points"))["features"][0]["geometry"]["type"] == "Point"


def test_a_large_hazard_is_read_beside_the_page(bpbd, tmp_path):
    part(bpbd, "Bahaya")
    zones = [
        shapely.Point(128.13 + 0.002 * (n % 60), -3.72 + 0.002 * (n // 60)) for n in range(600)
    ]
    features = [
        {"type": "Feature", "properties": {}, "geometry": mapping(one.buffer(9e-4, quad_segs=16))}
        for one in zones
    ]
    file = tmp_path / "zona.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert file.stat().st_size > 1_000_000

    bpbd.page.locator("input[type=file]").nth(0).set_input_files(file)

    expect(bpbd.left()).to_contain_text("600 wilayah", timeout=60_000)


def test_a_file_that_is_no_layer_is_refused_in_a_sentence(bpbd, tmp_path):
    (tmp_path / "rusak.geojson").write_text("<html>")
    part(bpbd, "Bahaya")
    bpbd.page.locator("input[type=file]").nth(0).set_input_files(tmp_path / "rusak.geojson")

    expect(
        bpbd.page.get_by_text("bukan GeoJSON, GeoPackage atau GeoTIFF yang utuh")
    ).to_be_visible()


def test_a_dispatcher_does_not_see_the_page(browser, storm):
    with one_desk(browser, storm, "operator-satu", "dispatcher") as desk:
        expect(desk.page.get_by_role("link", name="Riwayat")).to_be_visible()
        expect(desk.page.get_by_role("link", name="BPBD")).to_have_count(0)
        desk.assert_calm()
