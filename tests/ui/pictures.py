"""
Take the pictures of the documentation: `make pictures`.

A room of its own runs with invented calls, and a real browser looks at it as four people do.
"""

import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect

from tests.ui.busy_room import fill, keep_bmkg
from tests.ui.conftest import ROOT, Desk, browsing, one_desk, room_of, serving

FOLDER = ROOT / "docs" / "pictures"
COLOURS = 256  # of a picture: small files, and nobody sees the difference


def take(desk: Desk, name: str, *, map_too: bool = True) -> None:
    """Keep what is on the screen, once nothing moves any more."""
    if map_too:
        desk.await_map()
    desk.settled()
    desk.page.mouse.move(2, 2)
    desk.page.wait_for_timeout(700)  # a tooltip or a fading list
    shot = Image.open(BytesIO(desk.page.screenshot())).convert("RGB")
    small = shot.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


def part(desk: Desk, name: str) -> None:
    """Choose a part of a page."""
    desk.page.get_by_role("radio", name=name).click()
    expect(desk.page.get_by_role("radio", name=name)).to_be_checked()


def next_call(desk: Desk, words: str, place: str) -> None:
    """Begin with the next caller's words, and take the first place they may mean."""
    desk.page.keyboard.press("Control+F2")
    expect(desk.page.get_by_label("Di mana?")).to_have_count(1)
    expect(desk.page.get_by_label("Di mana?")).to_have_value("")
    expect(desk.left()).not_to_contain_text("Pilih tempat")
    desk.say_where(words)
    expect(desk.left()).to_contain_text(place)
    desk.choose_place()
    desk.choose_type("Kebakaran lahan")


def of_dispatcher(desk: Desk) -> None:
    desk.await_map()
    desk.say_where("Kampung Kolam")
    expect(desk.left()).to_contain_text("Lebih dari satu tempat.")
    take(desk, "operator-tempat")
    next_call(desk, "RT 004/RW 003 Batu Merah Dalam", "1. RT 004/RW 003, Batu Merah")
    desk.offered()
    take(desk, "dispatch")
    desk.send()
    expect(desk.left()).to_contain_text("ditangani")
    take(desk, "operator-kejadian")
    next_call(desk, "batu merah dalam rt 4 rw 3, api besar", "1. RT 004/RW 003, Batu Merah")
    expect(desk.left()).to_contain_text("Mungkin sama")
    take(desk, "operator-sama")
    desk.page.keyboard.press("Control+F2")
    row = desk.board().locator("[class*=st-key-line_]").filter(has_text="Kebakaran bangunan")
    row.get_by_role("button", name="Buka").first.click()
    desk.page.evaluate("window.print = () => { window.printed = true; }")
    desk.page.get_by_role("button", name="Cetak").click()
    desk.page.wait_for_function("window.printed")
    desk.page.emulate_media(media="print")
    desk.page.set_viewport_size({"width": 703, "height": 994})  # A4 within its margins
    take(desk, "cetak", map_too=False)
    desk.page.set_viewport_size({"width": 1366, "height": 768})
    desk.page.emulate_media(media="screen", color_scheme="dark")
    desk.page.get_by_role("button", name="operator-1").click()
    expect(desk.page.locator(".keys")).to_be_visible()
    take(desk, "malam")
    desk.page.keyboard.press("Escape")
    desk.page.emulate_media(color_scheme="light")
    desk.open("/shift")
    take(desk, "shift")


def of_planner(desk: Desk) -> None:
    desk.page.set_default_timeout(120_000)
    desk.open("/planner")
    expect(desk.page.locator(".st-key-right")).to_contain_text("kejadian", timeout=120_000)
    take(desk, "planner")
    part(desk, "Tren")
    expect(desk.page.locator(".st-key-right")).to_contain_text("Prakiraan", timeout=120_000)
    take(desk, "perencana-tren", map_too=False)
    part(desk, "Laporan bulanan")
    expect(desk.page.get_by_text("angka cocok")).to_be_visible(timeout=120_000)
    take(desk, "perencana-laporan", map_too=False)
    desk.open("/reach")
    expect(desk.left()).to_contain_text("menit", timeout=120_000)
    take(desk, "reach")
    part(desk, "Bagaimana jika")
    expect(desk.left()).to_contain_text("Klik pada peta", timeout=120_000)
    desk.settled()
    desk.click_map(0.66, 0.59)  # Batu Merah's slopes
    expect(desk.left()).to_contain_text("1 pos baru", timeout=120_000)
    take(desk, "perencana-bagaimana-jika")


def of_bpbd(desk: Desk) -> None:
    desk.page.set_default_timeout(120_000)
    desk.open("/bpbd")
    desk.press("Lihat")
    expect(desk.left()).to_contain_text("Pertumbuhan")
    take(desk, "bpbd")
    for name, words, kept in (
        ("Jalan putus", "Tiap penutupan, seandainya sendirian", "bpbd-jalan"),
        ("BMKG", "Perkiraan guncangan di Ambon", "bpbd-bmkg"),
    ):
        part(desk, name)
        expect(desk.left()).to_contain_text(words, timeout=120_000)
        take(desk, kept)
    desk.open("/closures")
    expect(desk.left()).to_contain_text("Longsor menutup jalan")
    take(desk, "closures")


def of_admin(desk: Desk) -> None:
    for name, has_map in (
        ("units", True), ("places", True), ("catalogue", False), ("history", False),
        ("people", False),
    ):  # fmt: skip
        desk.open(f"/{name}")
        expect(desk.page.locator("[data-testid=stDataFrame]").first).to_be_visible()
        take(desk, name, map_too=has_map)


def take_all(browser: Browser, at: str) -> None:
    with one_desk(browser, at, None) as nobody:
        expect(nobody.page.get_by_label("Kata sandi")).to_be_visible()
        take(nobody, "masuk", map_too=False)
    for login, roles, look in (
        ("operator-1", ("supervisor",), of_dispatcher),
        ("perencana-1", ("planner",), of_planner),
        ("pusdalops-1", ("bpbd",), of_bpbd),
        ("penyelia-1", ("supervisor", "admin"), of_admin),
    ):
        with one_desk(browser, at, login, *roles) as desk:
            look(desk)
            desk.assert_calm()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as at:
        with room_of(at) as room:
            fill(room)
        keep_bmkg(Path(folder) / "bmkg", datetime.now(UTC))
        with browsing() as browser:
            take_all(browser, at)


if __name__ == "__main__":
    main()
