"""A real server on its own embedded database, and a real browser that may go nowhere else."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN = {"width": 1366, "height": 768}
HERE = "127.0.0.1"


@contextmanager
def serving(state: Path, **environment: str) -> Iterator[str]:
    """Run the pages on a free port with their own state; yields the address."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    known = {name: value for name, value in os.environ.items() if not name.startswith("AMBON112_")}
    log = (state / "server.log").open("ab")
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**known, "AMBON112_STATE_DIR": str(state), **environment},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _await_health(f"http://{HERE}:{port}", running)
        yield f"http://{HERE}:{port}"
    finally:
        running.terminate()
        running.wait(20)
        log.close()


def _await_health(address: str, running: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not come up; see server.log")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with browsing() as started:
        yield started


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A room that every test shares; each test works on incidents of its own."""
    with serving(tmp_path_factory.mktemp("room")) as at:
        yield at


class Desk:
    """One dispatcher's screen, in the words of the room."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.broken: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.set_default_timeout(20_000)
        self.open()

    def open(self, path: str = "/") -> "Desk":
        self.page.goto(self.address + path)
        return self

    @property
    def map(self):
        return self.page.frame_locator("iframe[title^='streamlit_folium']")

    def await_map(self) -> None:
        self.map.locator("body[data-ready=yes]").wait_for()

    def say_where(self, words: str) -> None:
        self.page.get_by_label("Di mana?").fill(words)
        self.page.get_by_label("Di mana?").press("Enter")

    def choose_place(self, number: int = 0) -> None:
        self.page.get_by_role("radiogroup", name="Pilih tempat").locator("label").nth(
            number
        ).click()

    def choose_type(self, name: str = "Kebakaran bangunan") -> None:
        self.page.get_by_role("combobox", name="Apa yang terjadi?").click()
        self.page.get_by_role("option", name=name).click()

    def click_map(self, right: float = 0.5, down: float = 0.5) -> None:
        self.await_map()
        box = self.page.locator("iframe[title^='streamlit_folium']").bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * down)

    def offered(self) -> list[str]:
        """Call signs on offer, best first."""
        expect(self.page.locator(".option").first).to_be_visible()
        return self.page.locator(".option .who b").all_inner_texts()

    def send(self, number: int = 0) -> str:
        unit = self.offered()[number]
        self.page.locator(f".st-key-send_{unit} button").first.click()
        return unit

    def left(self):
        return self.page.locator(".st-key-left")

    def board(self):
        return self.page.locator(".st-key-board")

    def press(self, name: str, within: str = ".st-key-left") -> None:
        buttons = self.page.locator(within)
        buttons.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def assert_calm(self) -> None:
        """No traceback, no exception box, no broken script, nothing asked of another machine."""
        assert not re.search(r"Traceback|Error:|File \"", self.text())
        assert self.page.locator("[data-testid=stException]").count() == 0
        assert self.broken == []
        assert [url for url in self.asked if not _ours(url)] == []


def _ours(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == HERE


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Desk]:
    with one_desk(browser, address) as opened:
        yield opened
        opened.assert_calm()


@contextmanager
def one_desk(browser: Browser, address: str) -> Iterator[Desk]:
    """Open a browser of its own, as another dispatcher would."""
    context = browser.new_context(viewport=SCREEN, locale="id-ID", timezone_id="Asia/Jayapura")
    try:
        yield Desk(context.new_page(), address)
    finally:
        context.close()
