"""deploy/nginx/ambon112.conf, really proxying: who goes where, and what comes with it."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.deploy.nginx import API, PAGES, PLAIN, TLS, free_ports, proxying


class Echo(BaseHTTPRequestHandler):
    """Says which process answers, and what it was asked."""

    def do_GET(self) -> None:
        told = {
            "port": self.server.server_address[1],
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_GET  # noqa: N815 - http.server calls it so

    def log_message(self, *_: object) -> None:
        """Be quiet."""


class Behind:
    """The programs behind the proxy, by the port the configuration knows them under."""

    def __init__(self) -> None:
        self.ports = free_ports()
        self.trusting = ssl.create_default_context()
        self._running: dict[int, ThreadingHTTPServer] = {}

    def start(self, known_as: int) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", self.ports[known_as]), Echo)
        self._running[known_as] = server
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self, known_as: int) -> None:
        server = self._running.pop(known_as, None)
        if server is not None:
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="module")
def proxied() -> Iterator[Behind]:
    """Run nginx before two page processes and an endpoint."""
    behind = Behind()
    for one in (*PAGES, API):
        behind.start(one)
    try:
        with proxying(behind.ports) as behind.trusting:
            yield behind
    finally:
        for one in (*PAGES, API):
            behind.stop(one)


@pytest.fixture
def browser(proxied: Behind) -> Iterator[httpx.Client]:
    """Lend a browser that was never here."""
    address = f"https://127.0.0.1:{proxied.ports[TLS]}"
    with httpx.Client(base_url=address, verify=proxied.trusting) as opened:
        yield opened


def test_a_browser_stays_where_it_was_and_new_ones_are_spread(proxied, browser):
    stayed = {browser.get("/").json()["port"] for _ in range(8)}
    came = set()
    for _ in range(8):
        browser.cookies.clear()
        came.add(browser.get("/").json()["port"])

    assert len(stayed) == 1
    assert came == {proxied.ports[one] for one in PAGES}


def test_who_is_taken_over_stays_with_the_next_one(proxied, browser):
    first = browser.get("/").json()["port"]
    known_as = next(one for one in PAGES if proxied.ports[one] == first)
    proxied.stop(known_as)
    try:
        taken_over = browser.get("/_stcore/stream").json()["port"]
        uploaded = browser.put("/_stcore/upload_file/x", content=b"12").json()["port"]
    finally:
        proxied.start(known_as)
    again = {browser.get("/").json()["port"] for _ in range(4)}

    assert {taken_over, uploaded} == again == {proxied.ports[one] for one in PAGES} - {first}


@pytest.mark.parametrize("said", ["8112", "22", "127.0.0.1:22", "x y", "../.."])
def test_a_cookie_leads_to_pages_and_to_nothing_else(proxied, browser, said):
    answer = browser.get("/", headers={"Cookie": f"ambon112_node={said}"})

    assert answer.json()["port"] in {proxied.ports[one] for one in PAGES}
    assert said not in answer.headers["set-cookie"]


def test_a_websocket_is_asked_for_as_the_browser_did(browser):
    asked = {"Connection": "keep-alive, Upgrade", "Upgrade": "websocket", "Origin": "https://x"}

    there = browser.get("/_stcore/stream", headers=asked).json()["headers"]
    plain = browser.get("/").json()["headers"]

    assert (there["upgrade"], there["connection"]) == ("websocket", "upgrade")
    assert there["host"] == browser.base_url.netloc.decode()
    assert "upgrade" not in plain


def test_every_answer_carries_the_headers(browser):
    for path in ("/", "/api/incidents", "/api/metrics"):
        headers = browser.get(path).headers

        assert "max-age" in headers["strict-transport-security"], path
        assert "frame-ancestors 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["server"] == "nginx", path


def test_other_programs_reach_the_endpoint_and_never_its_figures(proxied, browser):
    lied = {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
    there = browser.get("/api/incidents?limit=2", headers=lied).json()

    assert (there["port"], there["path"]) == (proxied.ports[API], "/incidents?limit=2")
    assert there["headers"]["x-forwarded-for"] == "127.0.0.1"
    for path in ("/api/metrics", "/api//metrics", "/api/./metrics", "/api/%6detrics"):
        assert browser.get(path).status_code == 404, path

    proxied.stop(API)
    try:
        away = browser.get("/api/incidents")
    finally:
        proxied.start(API)
    assert (away.status_code, away.json().keys()) == (503, {"error"})


def test_without_tls_it_only_says_where_to_go(proxied):
    answer = httpx.get(f"http://127.0.0.1:{proxied.ports[PLAIN]}/x?y=1")

    assert (answer.status_code, answer.headers["location"]) == (301, "https://127.0.0.1/x?y=1")
