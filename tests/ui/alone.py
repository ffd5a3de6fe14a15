"""Opens every page where there is no network; run as a program by tools/loopback."""

import re
import socket
import sys
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.dispatch.test_bmkg_poll import DATA as BMKG
from tests.ui.conftest import browsing, one_desk, serving
from ui.frame import PAGES

ROLES = ("admin", "supervisor", "planner", "bpbd")


def nobody_is_there() -> None:
    """Make sure that this machine reaches no other."""
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=2).close()
    except OSError:
        return
    raise AssertionError("there is a network here")


def keep_what_bmkg_said(state: Path) -> None:
    """Have a document of BMKG's that came before the network was gone."""
    folder = state / "bmkg"
    folder.mkdir(parents=True)
    (folder / "autogempa.json").write_bytes((BMKG / "autogempa.json").read_bytes())
    said = '{"etag": "", "modified": "", "fetched_at": "AT", "asked_at": "AT", "problem": ""}'
    about = said.replace("AT", "2026-11-24T03:00:00+00:00")
    (folder / "autogempa.json.about").write_text(about)


def open_all(browser: Browser, state: Path, bmkg: str) -> None:
    """Open every page of a room and look for what is said on it."""
    with (
        serving(state, AMBON112_BMKG=bmkg) as address,
        one_desk(browser, address, f"petugas-{bmkg}", *ROLES) as desk,
    ):
        for name in PAGES:
            path = "/" if name == next(iter(PAGES)) else f"/{name}"
            desk.open(path)
            expect(desk.page.locator(".st-key-line")).to_contain_text("petugas")
            expect(desk.page).to_have_url(re.compile(rf"{path}\?lang=id$"))
            expect(
                desk.page.locator(".st-key-left, .stButton:visible, .stDateInput, h2:visible").first
            ).to_be_visible()
            desk.settled()
            desk.assert_calm()
            print(bmkg, name, flush=True)
        desk.open("/bpbd")
        desk.page.get_by_text("BMKG", exact=True).first.click()
        left = desk.left()
        expect(left).to_contain_text("dijawab 24-11-2026 12:00 WIT")
        if bmkg == "1":
            expect(left).to_contain_text("Percobaan terakhir gagal", timeout=60_000)
        else:
            expect(left).to_contain_text("BMKG tidak ditanya")
        desk.assert_calm()


if __name__ == "__main__":
    nobody_is_there()
    home = Path(sys.argv[1])
    keep_what_bmkg_said(home)
    with browsing() as chromium:
        for switch in ("0", "1"):
            open_all(chromium, home, switch)
