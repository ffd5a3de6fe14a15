"""A room to work in: a database of its own on the real ground."""

import pytest

from dispatch.config import Settings
from dispatch.ground import load_ground
from dispatch.room import Room
from dispatch.store import Store


@pytest.fixture
def room(store: Store, settings: Settings) -> Room:
    """Lend a room with no units and no incidents."""
    return Room(settings, store, load_ground())
