"""BMKG is asked politely, and its last words stay when it does not answer."""

import socket
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dispatch import bmkg_poll
from dispatch.bmkg_poll import Poller, last_quakes, last_warnings
from dispatch.config import load_settings
from dispatch.errors import BadSetting

DATA = Path(__file__).parents[1] / "data" / "bmkg"
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Bmkg:
    """Plays BMKG on this machine: `answers` by path, what was asked with which headers."""

    def __init__(self):
        self.asked, self.answers, self.release = [], {}, threading.Event()
        play = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                play.asked.append((self.path, dict(self.headers)))
                play.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        for path in DATA.glob("*.json"):
            self.answers[f"/TEWS/{path.name}"] = path.read_bytes()
        rss = (DATA / "nowcast.xml").read_bytes().replace(b"HOST", self.host.encode())
        self.answers["/alerts/nowcast/id"] = rss
        name = "CMA20261124001_alert.xml"
        self.answers[f"/alerts/nowcast/id/{name}"] = (DATA / name).read_bytes()

    def answer(self, request):
        said = self.answers.get(request.path, 404)
        if said == "hang":
            self.release.wait(20)
            return
        if isinstance(said, int):
            request.send_response(said)
            if said == 302:
                request.send_header("Location", "/TEWS/gempaterkini.json")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        etag = f'"{hash(said)}"'
        if request.headers.get("If-None-Match") == etag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("ETag", etag)
        request.send_header("Content-Length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    def paths(self):
        return [path for path, _ in self.asked]


@pytest.fixture
def play():
    started = Bmkg()
    yield started
    started.release.set()
    started.server.shutdown()
    started.server.server_close()


@pytest.fixture
def poller(play, tmp_path):
    return Poller(tmp_path / "bmkg", f"{play.host}/TEWS/", f"{play.host}/alerts/nowcast/id")


def test_what_bmkg_says_is_kept_and_read_from_disk(play, poller):
    assert poller.round(NOON)

    told = last_quakes(poller.folder, "autogempa")
    assert [one.magnitude for one in told.told] == [5.4]
    assert (told.fetched_at, told.problem) == (NOON, "")
    (warning,) = last_warnings(poller.folder, NOON)
    assert warning.event == "Hujan Lebat dan Petir"
    assert last_warnings(poller.folder, NOON + timedelta(hours=4)) == []  # no longer in force
    assert all(path.startswith(("/TEWS/", "/alerts/")) for path in play.paths())


def test_what_has_not_changed_is_not_sent_again(play, poller):
    poller.round(NOON)
    poller.round(NOON + MINUTE)

    again = [headers for path, headers in play.asked if path == "/TEWS/autogempa.json"][1]
    assert again["If-None-Match"]
    told = last_quakes(poller.folder, "autogempa")
    assert (told.fetched_at, told.asked_at) == (NOON, NOON + MINUTE)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (500, "away"),
        (404, "away"),
        (302, "away"),
        (b"<html>maintenance</html>", "json"),
        (b"\xff\xfe\x00", "encoding"),
        (b"x" * 2_100_000, "too_long"),
        (b'{"Infogempa":{"gempa":[{"Magnitude":"5"}]}}', "quake"),
    ],
)
def test_a_bad_answer_leaves_the_last_words_and_says_why(play, poller, answer, problem):
    poller.round(NOON)
    play.answers["/TEWS/autogempa.json"] = answer

    assert not poller.round(NOON + MINUTE)

    told = last_quakes(poller.folder, "autogempa")
    assert [one.magnitude for one in told.told] == [5.4]
    assert (told.fetched_at, told.asked_at, told.problem) == (NOON, NOON, problem)
    assert last_quakes(poller.folder, "gempaterkini").problem == ""


def test_a_server_that_hangs_is_left(play, poller, monkeypatch):
    monkeypatch.setattr(bmkg_poll, "TIMEOUT_S", 0.2)
    play.answers["/TEWS/autogempa.json"] = "hang"

    assert not poller.round(NOON)

    assert last_quakes(poller.folder, "autogempa").problem == "away"
    assert last_quakes(poller.folder, "gempadirasakan").told


@pytest.mark.parametrize("how", ["silent", "header", "drips", "endless"])
def test_a_server_that_answers_and_never_ends_is_left(poller, play, monkeypatch, how):
    monkeypatch.setattr(bmkg_poll, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(bmkg_poll, "SLOWEST_S", 0.5)
    assert poller.round(NOON)
    with never_ending(how) as host:
        stuck = Poller(poller.folder, f"{host}/TEWS/", f"{play.host}/alerts/nowcast/id")

        assert not stuck.round(NOON + MINUTE)

    told = last_quakes(poller.folder, "autogempa")
    assert ([one.magnitude for one in told.told], told.asked_at) == ([5.4], NOON)
    assert told.problem == ("too_long" if how == "endless" else "away")
    assert last_warnings(poller.folder, NOON), "the other feed was asked all the same"


@contextmanager
def never_ending(how):
    """Play a server that accepts and says nothing, a byte now and then, or more and more."""
    said = {"silent": b"", "header": b"HTTP/1.0 200 OK\r\nX-A: "}.get(
        how, b"HTTP/1.0 200 OK\r\n\r\n"
    )
    more = {"silent": b"", "endless": b"x" * 65_536}.get(how, b"x")
    done = threading.Event()

    def answer(line):
        with line, suppress(OSError):
            line.sendall(said)
            while not done.wait(0 if how == "endless" else 0.05):
                line.sendall(more)

    def accept():
        with suppress(OSError):
            while not done.is_set():
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()


def test_without_a_network_nothing_is_known_and_nothing_breaks(tmp_path):
    alone = Poller(tmp_path / "bmkg", "http://127.0.0.1:1/", "http://127.0.0.1:1/rss")

    assert not alone.round(NOON)

    told = last_quakes(alone.folder, "autogempa")
    assert (told.told, told.problem) == (None, "away")
    assert last_warnings(alone.folder, NOON) == []


def test_a_kept_file_that_is_damaged_is_asked_for_again(poller):
    poller.round(NOON)
    (poller.folder / "autogempa.json").write_bytes(b"{")
    (poller.folder / "gempaterkini.json.about").write_bytes(b"\xff")
    assert last_quakes(poller.folder, "autogempa").problem == "json"

    assert poller.round(NOON + MINUTE)

    assert last_quakes(poller.folder, "autogempa").told


def test_a_warning_that_is_listed_no_more_is_dropped(play, poller):
    poller.round(NOON)
    play.answers["/alerts/nowcast/id"] = b"<rss><channel></channel></rss>"

    poller.round(NOON + MINUTE)

    assert last_warnings(poller.folder, NOON) == []


def test_each_failure_doubles_the_wait_up_to_half_an_hour(play, poller):
    assert 54 <= poller.wait_s() <= 66
    play.answers.clear()
    waits = []
    for _ in range(7):
        poller.round(NOON)
        waits.append(poller.wait_s())

    assert 108 <= waits[0] <= 132
    assert 1620 <= waits[-1] <= 1980


def test_files_on_this_machine_are_never_read(tmp_path):
    (tmp_path / "autogempa.json").write_bytes((DATA / "autogempa.json").read_bytes())
    curious = Poller(tmp_path / "bmkg", tmp_path.as_uri() + "/", tmp_path.as_uri())

    assert not curious.round(NOON)
    assert last_quakes(curious.folder, "autogempa").told is None


def test_nobody_is_asked_before_it_is_switched_on(tmp_path):
    quiet = load_settings({"AMBON112_STATE_DIR": str(tmp_path)})

    assert not quiet.bmkg
    assert bmkg_poll.start(quiet) is None
    with pytest.raises(BadSetting):
        load_settings({"AMBON112_BMKG": "ya"})


def test_switched_on_it_asks_until_it_is_stopped(play, tmp_path):
    settings = load_settings(
        {
            "AMBON112_STATE_DIR": str(tmp_path),
            "AMBON112_BMKG": "1",
            "AMBON112_BMKG_QUAKES_URL": f"{play.host}/TEWS/",
            "AMBON112_BMKG_WARNINGS_URL": f"{play.host}/alerts/nowcast/id",
        }
    )
    stopped = bmkg_poll.start(settings)
    for _ in range(200):
        if last_warnings(bmkg_poll.folder(settings), NOON):
            break
        stopped.wait(0.05)
    stopped.set()

    assert last_quakes(bmkg_poll.folder(settings), "gempadirasakan").told
