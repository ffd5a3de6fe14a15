"""A real server on its own embedded database, and a real browser that may go nowhere else."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    Download,
    Error,
    Page,
    TimeoutError,
    expect,
    sync_playwright,
)

from dispatch.config import load_settings
from dispatch.desk import add_account, choose_password, sign_in
from dispatch.ground import load_ground
from dispatch.room import Room
from dispatch.store import open_store

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
PASSWORD = "kata sandi untuk uji"  # noqa: S105
ROOMS: dict[str, dict[str, str]] = {}  # the settings of each room that is being served
RUNNING: dict[str, "subprocess.Popen[bytes]"] = {}
COOKIES: dict[tuple[str, str], str] = {}
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
SCREEN = {"width": 1366, "height": 768}
AT_THE_DESK = {"viewport": SCREEN, "locale": "id-ID", "timezone_id": "Asia/Jayapura"}
SPARE: dict[Browser, list[Page]] = defaultdict(list)
"""Windows nobody uses now, each with a profile of its own: they have read the program's scripts."""
HERE = "127.0.0.1"


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(state: Path, **environment: str) -> Iterator[str]:
    """Run the pages on a free port with their own state; yields the address."""
    port = int(environment.pop("port", "0")) or free_port()
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
    address = f"http://{HERE}:{port}"
    try:
        _await_health(address, running)
        RUNNING[address] = running
        ROOMS[address] = {"AMBON112_STATE_DIR": str(state), **environment}
        yield address
    finally:
        running.terminate()
        running.wait(20)
        log.close()


@contextmanager
def room_of(address: str) -> Iterator[Room]:
    """Open the room that is being served, beside the program that serves it."""
    settings = load_settings(ROOMS[address])
    room = Room(settings, open_store(settings), load_ground())
    try:
        room.store.migrate()
        yield room
    finally:
        room.close()


def cookie_of(address: str, login: str, *roles: str, agency: str | None = None) -> str:
    """Return what the browser of somebody signed in holds; the account is made when needed."""
    key = (address, login)
    if key not in COOKIES:
        at = datetime.now(UTC)
        with room_of(address) as room:
            first = add_account(room, login, roles, agency=agency, by="test", at=at)
            begun = sign_in(room, login, first, at=at)
            choose_password(room, begun.token, PASSWORD, at=at)
        COOKIES[key] = begun.token
    return COOKIES[key]


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


UNCHOSEN = ":not([aria-selected=true])"
AT_REST = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const still = app?.getAttribute("data-test-script-state") === "notRunning";
  const now = performance.now();
  window.stillSince = still ? window.stillSince ?? now : undefined;
  return still && now - window.stillSince > 200;
}"""
"""Whether no run is going on and none has been for a while: the map asks for one when it is up."""


class Desk:
    """One dispatcher's screen, in the words of the room."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.broken: list[str] = []
        self.heard = {
            "request": lambda request: self.asked.append(request.url),
            "pageerror": lambda error: self.broken.append(str(error)),
        }
        for what, noted in self.heard.items():
            page.on(what, noted)
        page.set_default_timeout(20_000)

    def seen(self) -> str:
        """Return what stands on the page, for a test that failed; a picture goes to build/."""
        try:
            pictures = ROOT / "build/screens"
            pictures.mkdir(parents=True, exist_ok=True)
            at = pictures / f"{datetime.now(UTC):%H%M%S.%f}.png"
            self.page.screenshot(path=at)
            return f"{self.page.url} ({at.relative_to(ROOT)})\n{self.text()}"
        except Error as error:
            return f"{self.page.url}: {error.message}"

    def open(self, path: str = "/") -> "Desk":
        self.page.goto(self.address + path)
        return self

    def leave(self) -> None:
        """Give the window back as it was before."""
        for what, noted in self.heard.items():
            self.page.remove_listener(what, noted)
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        self.page.goto("about:blank")
        self.page.mouse.move(0, 0)
        if self.page.viewport_size != SCREEN:
            self.page.set_viewport_size(SCREEN)
        self.page.context.clear_cookies()

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
        self.pick("Apa yang terjadi?", name)

    def pick(
        self, label: str, option: str, *, written: str | None = None, whole: bool = True
    ) -> None:
        """Choose from a list; a busy browser's has opened before it takes a press: press again."""
        box = self.page.get_by_role("combobox", name=label)
        wanted = self.page.get_by_role("option", name=option, exact=whole).first
        for _ in range(5):
            if not wanted.is_visible():  # a page that is being drawn anew closes its lists
                self.settled()
                box.click()
                if written is not None:
                    box.fill(written)
            try:
                wanted.click(timeout=4_000)
                expect(wanted.and_(self.page.locator(UNCHOSEN))).to_have_count(0, timeout=2_000)
            except (AssertionError, TimeoutError):
                continue
            return
        raise AssertionError(f"{option} cannot be chosen")

    def settled(self) -> None:
        """Wait until the page is as the last action made it."""
        self.page.evaluate("window.stillSince = undefined")
        self.page.wait_for_function(AT_REST)

    def taken(self, key: str) -> Download:
        """Press a button that gives a file; return what comes."""
        self.settled()
        button = self.page.locator(f".st-key-{key} button")
        expect(button).to_have_count(1)  # of what was there before it stays for a while
        with self.page.expect_download() as begun:
            button.click()
        return begun.value

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
        assert re.findall(r".*(?:Traceback|Error:|File \").*", self.text()) == []
        assert self.page.locator("[data-testid=stException]").count() == 0
        assert self.broken == []
        assert [url for url in self.asked if not _ours(url)] == []


OPEN: list[Desk] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - hooks are called by these names
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with a test that failed what its windows showed."""
    report = yield
    if call.when == "call" and report.failed:
        report.sections += [("on the page", desk.seen()) for desk in OPEN]
    return report


def _ours(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob"} or parts.hostname == HERE


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Desk]:
    with one_desk(browser, address) as opened:
        yield opened
        opened.assert_calm()


@contextmanager
def one_desk(
    browser: Browser,
    address: str,
    login: str | None = "operator",
    *roles: str,
    path: str = "/",
    **device: Any,
) -> Iterator[Desk]:
    """
    Open a browser of its own, as another dispatcher would; nobody is signed in without login.

    A window a test is done with is the next one's. What changes a window for good, a device or a
    test that stands between it and the server, says what `device` it wants and gets a new one.
    """
    spare = SPARE[browser] if not device else []
    page = spare.pop() if spare else browser.new_context(**AT_THE_DESK | device).new_page()
    context = page.context
    if login:
        token = cookie_of(address, login, *(roles or ("supervisor",)))
        name = f"ambon112_{urlsplit(address).port}"
        context.add_cookies([{"name": name, "value": token, "url": address}])
    desk = Desk(page, address)
    OPEN.append(desk)
    try:
        yield desk.open(path)
    except BaseException:
        print(desk.seen())
        context.close()
        raise
    finally:
        OPEN.remove(desk)
    if device:
        page.unroute_all(behavior="ignoreErrors")  # an answer under way would fail the next test
        context.close()
    else:
        desk.leave()
        SPARE[browser].append(page)
