"""A room to work in: a database of its own on the real ground."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.config import Settings, load_settings
from dispatch.ground import load_ground
from dispatch.room import Room
from dispatch.store import open_store


@pytest.fixture
def settings(seeded_dsn: str, tmp_path: Path) -> Settings:
    """Lend the settings of a room on a fresh database."""
    environment = {"AMBON112_DATABASE_URL": seeded_dsn, "AMBON112_STATE_DIR": str(tmp_path)}
    return load_settings(environment)


@pytest.fixture
def room(settings: Settings) -> Iterator[Room]:
    """Lend a room with its stations, its roster and its history."""
    opened = Room(settings, open_store(settings), load_ground())
    yield opened
    opened.close()
