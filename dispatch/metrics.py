"""
Figures for Prometheus: how the room stands, how the machine stands, how requests go.

Counts and states only: no figure names a caller, a place, an incident or a person.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from fastapi import Request
from prometheus_client import CollectorRegistry, Histogram, Metric, ProcessCollector
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.registry import Collector

from dispatch import desk, journal
from dispatch.checkup import Finding, State, What, examine
from dispatch.desk.outage import folder_of
from dispatch.errors import DatabaseDown
from dispatch.room import Room
from dispatch.store import upkeep
from dispatch.unit import UnitStatus

NO_ROUTE = "-"  # nothing that is served, or nobody let in
BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Requests:
    """How many requests each route answered with which status, and in what time."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "ambon112_http_request_seconds",
            "Seconds until a request was answered.",
            ("route", "status"),
            buckets=BUCKETS_S,
            registry=registry,
        )

    def answered(self, request: Request, status: int, seconds: float) -> None:
        """Count a request under its route as it is described, never under what was asked for."""
        route = getattr(request.scope.get("route"), "path", NO_ROUTE)
        self._seconds.labels(route, status).observe(seconds)


class RoomCollector(Collector):
    """Asks room and machine anew each time the figures are fetched."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def collect(self) -> Iterator[Metric]:
        """Return what can be told; what only the database knows is left out while it is away."""
        room = self._room
        for finding in examine(room.settings, room.store):
            yield from _of_machine(finding)
        entries = journal.count(folder_of(room.settings))
        yield _gauge("journal_entries", "Entries in journals here that have not come in.", entries)
        try:
            yield from _of_room(room)
        except DatabaseDown:
            return


def registry_of(room: Room) -> CollectorRegistry:
    """Return what is told of a room and of this process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RoomCollector(room))
    ProcessCollector(registry=registry)
    return registry


def _of_machine(found: Finding) -> Iterator[Metric]:
    """Return the figures of one finding; none where it is unknown."""
    ok = float(found.state is State.OK)
    match found.what:
        case What.DATABASE:
            yield _gauge("database_up", "1 when the database answers.", ok)
        case What.SCHEMA if found.state is not State.UNKNOWN:
            yield _gauge("schema_current", "1 when the schema is this program's.", ok)
        case What.DISK | What.DATABASE_DISK if found.value is not None:
            yield _gauge(f"{found.what}_free_ratio", "Share of the disk that is free.", found.value)
            yield _gauge(f"{found.what}_free_bytes", "Bytes that are free.", found.free_bytes or 0)
        case What.CLOCK if found.value is not None:
            words = "Seconds the database's clock is ahead of this machine's."
            yield _gauge("clock_offset_seconds", words, found.value)
        case What.CLOCK_SYNCHRONISED if found.state is not State.UNKNOWN:
            yield _gauge("clock_synchronised", "1 when the kernel's clock is.", ok)


def _of_room(room: Room) -> Iterator[Metric]:
    """Return the figures of the room's work and of the database's copies."""
    now = desk.standing(room, datetime.now(UTC))
    yield _gauge("open_incidents", "Incidents the room has work on.", len(now.incidents))
    yield _gauge("waiting_calls", "Calls nobody has taken yet.", len(now.waiting))
    yield _gauge("journal_conflicts", "Conflicts nobody has seen to.", len(now.conflicts))
    units = Gauge("ambon112_units", "Units by status.", labels=["status"])
    counted = Counter(one.status for one in now.units)
    for status in UnitStatus:
        units.add_metric([status], counted[status])
    yield units
    with room.store.reading() as tx:
        copies = upkeep.copies(tx)
    if copies.standbys is not None:
        yield _gauge("standbys", "Standbys that follow the database.", copies.standbys)
    words = "1 when the last file of the database's log could not be archived."
    yield _gauge("archive_failing", words, copies.archive_failing)


def _gauge(name: str, words: str, value: float) -> Metric:
    return Gauge(f"ambon112_{name}", words, value)
