"""Several screens, other pages, and what happens when something is missing."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import AT_THE_DESK, ROOT, one_desk, serving


def test_another_screen_sees_a_new_incident_by_itself(browser, address, desk):
    with one_desk(browser, address) as other:
        other.await_map()
        desk.say_where("Passo")
        desk.choose_place()
        desk.choose_type("Banjir")
        unit = desk.send()

        expect(other.board()).to_contain_text(unit, timeout=5000)


def test_the_second_to_send_a_unit_is_told_who_was_first(browser, address, desk):
    with one_desk(browser, address, **AT_THE_DESK) as other:
        for screen in (desk, other):
            screen.say_where("Rumah Tiga")
            screen.choose_place()
            screen.choose_type("Kecelakaan lalu lintas")
            screen.offered()
        other.page.route("**/version.txt", lambda route: route.abort())  # it does not hear of it
        unit = desk.send()
        expect(desk.board()).to_contain_text(unit)

        other.page.locator(f".st-key-send_{unit} button").first.click()

        expect(other.page.get_by_text("sudah dikirim")).to_be_visible()


def test_a_road_is_closed_on_the_map_and_opened_again(desk):
    desk.open("/closures")
    desk.page.get_by_label("Alasan").fill("Longsor <b>uji</b>")
    desk.page.get_by_label("Alasan").press("Tab")
    desk.click_map(0.5, 0.5)
    desk.click_map(0.55, 0.55)
    desk.press("Tutup jalan ini")
    expect(desk.left()).to_contain_text("Longsor <b>uji</b>")

    desk.press("Buka lagi")

    expect(desk.left()).to_contain_text("Tidak ada jalan yang ditutup.")


def test_a_closure_with_too_few_points_is_refused_in_a_sentence(desk):
    desk.open("/closures")
    desk.press("Tutup jalan ini")

    expect(desk.page.get_by_text("Titik belum cukup untuk bentuk ini.")).to_be_visible()


def test_a_corrected_place_becomes_a_name_the_room_can_find(desk):
    desk.say_where("Pohon Besar Uji Coba")
    desk.choose_type("Pohon tumbang")
    desk.click_map(0.3, 0.2)
    desk.press("Catat tanpa kirim")
    expect(desk.left()).to_contain_text("menunggu unit")
    desk.page.get_by_text("Pindahkan lokasi").click()
    expect(desk.map.get_by_text("Klik tempat yang benar")).to_be_visible()
    desk.click_map(0.35, 0.25)
    expect(desk.map.get_by_text("Klik tempat yang benar")).to_be_hidden()

    desk.open("/places")
    expect(desk.left()).to_contain_text("Pohon Besar Uji Coba")
    desk.press("Pakai")
    expect(desk.left()).to_contain_text("Belum ada usulan.")
    desk.page.get_by_label("Coba cari").fill("Pohon Besar Uji Coba")

    expect(desk.page.locator(".st-key-right .passed")).to_contain_text("Pohon Besar Uji Coba")


def test_a_click_does_not_move_an_incident_unless_asked_to(desk):
    desk.say_where("Galala")
    desk.choose_place()
    desk.choose_type("Pohon tumbang")
    desk.press("Catat tanpa kirim")
    expect(desk.left()).to_contain_text("menunggu unit")

    desk.click_map(0.2, 0.2)

    expect(desk.page.get_by_text("Lokasi kejadian tidak berubah.")).to_be_visible()


@pytest.mark.parametrize("path", ["/units", "/places", "/closures"])
def test_every_page_opens_calmly(desk, path):
    desk.open(path)
    desk.await_map()


def test_a_database_that_is_down_is_said_in_one_sentence(browser, tmp_path):
    nobody = "postgresql://nobody@127.0.0.1:1/none"
    with serving(tmp_path, AMBON112_DATABASE_URL=nobody) as at, one_desk(browser, at, None) as desk:
        expect(desk.page.get_by_text("Basis data tidak menjawab")).to_be_visible()
        desk.assert_calm()


def test_a_corrupt_data_file_is_said_in_one_sentence_until_it_is_restored(browser, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data)
    for file in (data / "kelurahan").iterdir():
        file.write_bytes(b"\x00 not what it should be")
    with (
        serving(tmp_path, AMBON112_DATA_DIR=str(data)) as at,
        one_desk(browser, at) as desk,
    ):
        desk.say_where("Batu Merah")
        expect(desk.page.get_by_text("Berkas data rusak atau hilang").first).to_be_visible()
        desk.assert_calm()

        shutil.copytree(ROOT / "data", data, dirs_exist_ok=True)
        desk.say_where("Waihaong")
        desk.choose_place()
        desk.assert_calm()
