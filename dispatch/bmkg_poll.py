"""
Asks BMKG now and then, and keeps its last words on disk for when there is no internet.

Off unless `AMBON112_BMKG=1`: nothing leaves the machine before somebody switches it on. Only what
can be read replaces what is kept; the page reads the kept documents, never the network.
"""

import json
import logging
import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from threading import Event, Thread
from typing import Any, Generic, TypeVar
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import (
    AbstractHTTPHandler,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
)

from dispatch import bmkg
from dispatch.config import Settings
from dispatch.errors import BadFeed
from dispatch.hanging import left_after

QUAKES = ("autogempa", "gempaterkini", "gempadirasakan")
NOWCAST = "nowcast"
EVERY_S = 60.0
LONGEST_WAIT_S = 1800.0
TIMEOUT_S = 10.0  # without a word
SLOWEST_S = 30.0  # for a whole document
AGENT = "ambon112"

log = logging.getLogger("ambon112.bmkg")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """
    What is known of one address.

    `fetched_at` when its document came, `asked_at` when it was last asked with an answer; ISO
    8601 UTC, empty for never. `problem` of the last try, empty when it went well.
    """

    etag: str = ""
    modified: str = ""
    fetched_at: str = ""
    asked_at: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Last(Generic[T]):
    """The last readable words of a feed: when they came, when it last answered, what is wrong."""

    told: T | None
    fetched_at: datetime | None
    asked_at: datetime | None
    problem: str


class Poller:
    """
    Fetches the feeds into a folder.

    Parameters
    ----------
    folder
        Where documents and what is known of them are kept.
    quakes_url, warnings_url
        Folder of the three TEWS files; the RSS list of CAP warnings. Both https, or http for tests.
    """

    def __init__(self, folder: Path, quakes_url: str, warnings_url: str) -> None:
        self.folder = folder
        self._quakes_url = quakes_url
        self._warnings_url = warnings_url
        self._failures = 0
        self._opener = build_opener(_NoRedirect, _Http, _Https)

    def round(self, now: datetime) -> bool:
        """Ask every feed once; False when any could not be had or read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        went = [self._quakes(name, now) for name in QUAKES]
        went.append(self._warnings(now))
        self._failures = 0 if all(went) else self._failures + 1
        return all(went)

    def wait_s(self) -> float:
        """Return how long to wait: a minute, twice as long after each failure, half an hour."""
        wait: float = min(LONGEST_WAIT_S, EVERY_S * 2 ** min(self._failures, 10))
        return wait * random.uniform(0.9, 1.1)  # noqa: S311 - rooms shall not ask all at once

    def run(self, stopped: Event) -> None:
        """Ask until told to stop."""
        while not stopped.is_set():
            try:
                self.round(datetime.now(UTC))
            except Exception:  # the thread lives as long as the program
                self._failures += 1
                log.exception("a round of BMKG failed")
            stopped.wait(self.wait_s())

    def _quakes(self, name: str, now: datetime) -> bool:
        url = urljoin(self._quakes_url, f"{name}.json")
        return self._fetch(f"{name}.json", url, lambda found: bmkg.quakes(found, name), now)

    def _warnings(self, now: datetime) -> bool:
        """Fetch the list and what it names; warnings it names no more are dropped."""
        host = urljoin(self._warnings_url, "/")
        name = f"{NOWCAST}.xml"
        if not self._fetch(name, self._warnings_url, lambda one: bmkg.links(one, host), now):
            return False
        links = bmkg.links((self.folder / name).read_bytes(), host)
        named = {_file_of(one): one for one in links}
        for old in set(self.folder.glob("cap-*.xml")) - {self.folder / one for one in named}:
            old.unlink()
            _about(old).unlink(missing_ok=True)
        went = [self._fetch(file, url, bmkg.warning, now) for file, url in named.items()]
        return all(went)

    def _fetch(self, name: str, url: str, read: Callable[[bytes], object], now: datetime) -> bool:
        """Ask one address; keep its document if it is new and can be read."""
        path = self.folder / name
        known = kept(path)
        before = asdict(known)
        try:
            answer = self._ask(url, known if _readable(path, read) else Kept())
            if answer is not None:
                document, fresh = answer
                read(document)
                _write(path, document)
                before |= {**fresh, "fetched_at": now.isoformat()}
            before |= {"asked_at": now.isoformat(), "problem": ""}
        except BadFeed as error:
            before["problem"] = error.reason
        except (OSError, HTTPException, ValueError) as error:
            before["problem"] = "away"
            log.info("%s: %s", name, error)
        _write(_about(path), json.dumps(before).encode())
        return not before["problem"]

    def _ask(self, url: str, known: Kept) -> tuple[bytes, dict[str, str]] | None:
        """Return a document with what to ask for next time; None when it has not changed."""
        if not url.startswith(("https://", "http://")):
            raise BadFeed(url, "address")
        headers = {"User-Agent": AGENT}
        headers |= {"If-None-Match": known.etag} if known.etag else {}
        headers |= {"If-Modified-Since": known.modified} if known.modified else {}
        request = Request(url, headers=headers)  # noqa: S310 - only http(s) comes this far
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                document = _whole(answer, url)
                fresh = {
                    "etag": str(answer.headers.get("ETag") or ""),
                    "modified": str(answer.headers.get("Last-Modified") or ""),
                }
        except HTTPError as error:
            if error.code == 304:
                return None
            raise
        return document, fresh


class _NoRedirect(HTTPRedirectHandler):
    """Goes nowhere it was not sent to."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class _Patient(AbstractHTTPHandler):
    """Leaves a server that says its headers a byte now and then."""

    def do_open(self, http_class: Any, req: Request, **about: Any) -> HTTPResponse:
        """Return an answer whose headers came in time; of a cut line they would seem to end."""
        answer: HTTPResponse | None = None
        try:
            with ExitStack() as waiting:

                def made(*where: Any, **how: Any) -> HTTPConnection:
                    connection: HTTPConnection = http_class(*where, **how)
                    waiting.enter_context(left_after(SLOWEST_S, connection))
                    return connection

                answer = super().do_open(made, req, **about)
        except TimeoutError:
            if answer is not None:
                answer.close()
            raise
        return answer


class _Http(_Patient, HTTPHandler):
    pass


class _Https(_Patient, HTTPSHandler):
    pass


def start(settings: Settings) -> Event | None:
    """Begin to ask in a thread, if that is switched on; setting the event ends it."""
    if not settings.bmkg:
        return None
    poller = Poller(folder(settings), settings.bmkg_quakes_url, settings.bmkg_warnings_url)
    stopped = Event()
    Thread(target=poller.run, args=(stopped,), name="bmkg", daemon=True).start()
    return stopped


def folder(settings: Settings) -> Path:
    """Return where BMKG's last words are kept."""
    return settings.state_dir / "bmkg"


def last_quakes(folder: Path, name: str) -> Last[list[bmkg.Quake]]:
    """Return the earthquakes of a feed as last told; a kept file that is damaged is a problem."""
    return _last(folder / f"{name}.json", lambda found: bmkg.quakes(found, name))


def last_warnings(folder: Path, now: datetime) -> list[bmkg.WeatherWarning]:
    """Return the readable warnings that are in force, or were when last asked, newest first."""
    paths = sorted(folder.glob("cap-*.xml"))
    told = [one.told for one in (_last(path, bmkg.warning) for path in paths) if one.told]
    standing = [one for one in told if not one.cancelled and one.until_at > now]
    return sorted(standing, key=lambda one: one.sent, reverse=True)


def kept(path: Path) -> Kept:
    """Return what is known of a document; nothing when that is damaged."""
    try:
        said = json.loads(_about(path).read_text("utf-8"))
        return Kept(**{name: str(said[name]) for name in Kept.__slots__})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Kept()


def _last(path: Path, read: Callable[[bytes], T]) -> Last[T]:
    about = kept(path)
    told, problem = None, about.problem
    try:
        told = read(path.read_bytes())
    except BadFeed as error:
        problem = error.reason
    except OSError:
        pass  # nothing has come yet
    return Last(told, _at(about.fetched_at), _at(about.asked_at), problem)


def _at(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return None


def _about(path: Path) -> Path:
    return path.with_name(f"{path.name}.about")


def _file_of(url: str) -> str:
    """Return the file a warning is kept in: its own last name, without anything that could lead."""
    plain = "".join(one for one in url.rsplit("/", 1)[-1] if one.isascii() and one.isalnum())
    return f"cap-{plain[-80:]}.xml"


def _whole(answer: HTTPResponse, url: str) -> bytes:
    """Return what an answer holds; a server that sends too much or too slowly is left."""
    until = time.monotonic() + SLOWEST_S
    document = bytearray()
    while part := answer.read1(65_536):
        document += part
        if len(document) > bmkg.LONGEST:
            raise BadFeed(url, "too_long")
        if time.monotonic() > until:
            raise TimeoutError(url)
    return bytes(document)


def _readable(path: Path, read: Callable[[bytes], object]) -> bool:
    try:
        read(path.read_bytes())
    except (OSError, BadFeed):
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    """Replace a file whole: nobody ever reads half of it."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
