"""
A room whose database goes away and comes back, without stopping the server others use.

Run as a program it takes in the journals of a folder, to be killed at any moment.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from dispatch.config import Settings
from dispatch.desk.outage import Outage, folder_of
from dispatch.desk.replaying import look, take_in_left_behind, tend
from dispatch.journal import Entry, Journal
from dispatch.room import Room
from tests.dispatch.room_at_work import room_on

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PLACE = {"lon": 128.19, "lat": -3.69, "level": "point", "radius_m": 0.0}
FIRE = {"text": "uji", "type_code": "fire_building", **PLACE}
UNIT, OTHER = "DAMKAR-MAKO-1", "DAMKAR-MAKO-2"


def carried(room: Room) -> Outage:
    """Have a room go on without its database, with the test as its keeper."""
    room.outage = room.outage or Outage(room)
    look(room, NOON)
    return room.outage


@contextmanager
def away(room: Room) -> Iterator[None]:
    """Let nobody into the room's database."""
    dsn = room.settings.owner_url or room.settings.database_url or ""
    name = Identifier(str(conninfo_to_dict(dsn)["dbname"]))
    with psycopg.connect(make_conninfo(dsn, dbname="postgres"), autocommit=True) as admin:
        admin.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            [name.as_string().strip('"')],
        )
        try:
            yield
        finally:
            admin.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


@contextmanager
def without_database(room: Room) -> Iterator[Outage]:
    """Let the room work without its database, then take in what it noted."""
    outage = carried(room)
    with away(room):
        outage.begin()
        yield outage
    tend(room)
    assert outage.since is None


def entry(action: str, *, by: str = "ani", at: datetime = NOON, **said: object) -> Entry:
    """Return an entry as a process that was killed may have left it."""
    return Entry(uuid4(), action, at, by, "", said)


def of(one: Entry) -> dict[str, str]:
    """Return a reference to what an entry makes."""
    return {"entry": str(one.id)}


def leave_behind(settings: Settings, *entries: Entry) -> Path:
    """Write a journal whose process has ended."""
    own = Journal(folder_of(settings))
    for one in entries:
        own.append(one)
    assert own.path is not None
    left = own.path.with_name(f"left-{UUID(int=len(entries))}.jsonl")
    left.write_bytes(own.path.read_bytes())
    own.erase()
    return left


@contextmanager
def another(room: Room) -> Iterator[Room]:
    """Lend the room as another app has it: with a folder of its own, and its database at hand."""
    opened = room_on(room.settings.database_url, room.settings.state_dir / "other")
    yield opened
    opened.close()


if __name__ == "__main__":
    here = room_on(sys.argv[1], Path(sys.argv[2]))
    print("begins", flush=True)
    take_in_left_behind(here)
    here.close()
