"""Another program that is told of what happens, and what tests say of it."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

from dispatch import desk
from dispatch.delivery import Round, deliver_next
from dispatch.room import Room

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ENGINE = "DAMKAR-MAKO-1"
SOON_S = 60  # for what comes from another thread or program


class Receiver(ThreadingHTTPServer):
    """
    Another program: keeps what it is told and answers `status`.

    `reached` has an item for each POST; while `open` is not set, nobody is answered.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, Any]] = []
        self.headers_told: list[tuple[str, Any, bytes]] = []
        self.reached: Queue[int] = Queue()
        self.status = 204
        self.location: str | None = None
        self.open = threading.Event()
        self.open.set()

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://127.0.0.1:{self.server_port}/events?from=ambon"

    @property
    def kinds(self) -> list[str]:
        """Return what kinds of events it was told of, in order."""
        return [one["kind"] for one in self.told]


class Handler(BaseHTTPRequestHandler):
    """Hears one POST."""

    server: Receiver

    def do_POST(self) -> None:
        """Keep it, and answer as the receiver says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(json.loads(body))
        self.server.headers_told.append((self.path, self.headers, body))
        self.server.reached.put(len(self.server.told))
        self.server.open.wait(SOON_S)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def deliver(room: Room, now: Callable[[], datetime] = lambda: NOON) -> Round:
    """Deliver until nothing more can be; returns how many events arrived and how many did not."""
    total = Round()
    while (done := deliver_next(room, now)) != Round():
        total = Round(total.delivered + done.delivered, total.failed + done.failed)
    return total


def duty(room: Room, status: str, call_sign: str = ENGINE) -> None:
    """Change the duty of a unit, which is an event."""
    desk.set_unit_status(room, call_sign, status, note="mogok", by="test", at=NOON)


def statuses(receiver: Receiver) -> list[str]:
    """Return what duty of units it was told of, in order."""
    return [one["after"]["status"] for one in receiver.told]


def unit_of(room: Room, agency: str) -> str:
    """Return the call sign of a unit of an agency."""
    return next(one.call_sign for one in desk.units(room, NOON) if one.agency == agency)
