"""A room to work in: a database of its own on the real ground, and programs that it tells."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from click.testing import Result
from typer.testing import CliRunner

from dispatch import desk
from dispatch.api import make_api
from dispatch.cli import app
from dispatch.config import Settings, load_settings
from dispatch.ground import load_ground
from dispatch.room import Room
from dispatch.store import open_store
from tests.conftest import as_app
from tests.dispatch.webhook_receiver import NOON, Receiver


@pytest.fixture
def settings(seeded_dsn: str, tmp_path: Path) -> Settings:
    """Lend the settings of a room on a fresh database."""
    environment = {
        "AMBON112_DATABASE_URL": as_app(seeded_dsn),
        "AMBON112_OWNER_URL": seeded_dsn,
        "AMBON112_STATE_DIR": str(tmp_path),
        "AMBON112_API_RATE": "1000000",  # tests of the limit set their own
    }
    return load_settings(environment)


@pytest.fixture
def room(settings: Settings) -> Iterator[Room]:
    """Lend a room with its stations, its roster and its history."""
    opened = Room(settings, open_store(settings), load_ground())
    yield opened
    opened.close()


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on the room's database."""
    monkeypatch.setenv("AMBON112_DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("AMBON112_OWNER_URL", settings.owner_url or "")
    monkeypatch.setenv("AMBON112_STATE_DIR", str(settings.state_dir))

    def ran(*arguments: object, given: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(one) for one in arguments], input=given)

    return ran


@pytest.fixture
def serve() -> Callable[[Room], AbstractContextManager[httpx.Client]]:
    """Serve a room's endpoint on a free port, and talk to it over HTTP without a key."""

    @contextmanager
    def served(room: Room) -> Iterator[httpx.Client]:
        server = uvicorn.Server(
            uvicorn.Config(make_api(room), port=0, log_level="error", ws="none")
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        server.should_exit = True
        thread.join()

    return served


@pytest.fixture
def receive() -> Iterator[Callable[[], Receiver]]:
    """Start other programs that are told."""
    started = []

    def start() -> Receiver:
        server = Receiver()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.open.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver(receive: Callable[[], Receiver]) -> Receiver:
    """Start one other program that is told."""
    return receive()


@pytest.fixture
def tell(room: Room) -> Callable[..., tuple[int, str]]:
    """Have an address told."""

    def add(receiver: Receiver, **how: Any) -> tuple[int, str]:
        return desk.add_webhook(room, receiver.url, by="test", at=NOON, **how)

    return add
