"""
Whether the machine and what the room stands on are in order: database, schema, files, disk, clock.

`ambon112 check`, GET /health and GET /metrics ask here. A finding names no address, folder or
secret except in `about`, which only the command says.
"""

import ctypes
import shutil
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dispatch.config import Settings
from dispatch.errors import BadDataFile, DatabaseDown
from dispatch.ground import Ground
from dispatch.store import Store, Transaction, upkeep

LOW, FULL = 0.15, 0.05  # of a disk that is free
OFF_S, FAR_OFF_S = 2.0, 60.0  # our clock beside the database's
UNSURE_US = 16_000_000  # the kernel's own bound of error; from here on systemd says unsynchronised


class State(StrEnum):
    """How something stands; `unknown` where it cannot be told from here."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"


class What(StrEnum):
    """What is looked at."""

    DATABASE = "database"
    SCHEMA = "schema"
    FILES = "files"
    DISK = "disk"
    DATABASE_DISK = "database_disk"
    CLOCK = "clock"
    CLOCK_SYNCHRONISED = "clock_synchronised"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What was found of one thing.

    `value` is the share of a disk that is free, or seconds the database's clock is ahead of ours;
    `free_bytes` of a disk; `about` what to look at: a reason, a folder, names of steps.
    """

    what: What
    state: State
    about: str = ""
    value: float | None = None
    free_bytes: int | None = None


def examine(settings: Settings, store: Store) -> list[Finding]:
    """Look at everything that costs no more than a few milliseconds; never raises."""
    return [
        *_database(store),
        disk(What.DISK, settings.state_dir),
        clock_synchronised(),
    ]


def files(ground: Ground, others: Iterable[Callable[[], object]] = ()) -> Finding:
    """Read every prepared file as the room does, and whatever else `others` read."""
    try:
        ground.preload()
        _ = ground.people
        for read in others:
            read()
    except BadDataFile as broken:
        return Finding(What.FILES, State.FAILED, f"{broken.path}: {broken.reason}")
    return Finding(What.FILES, State.OK, str(ground.data))


def worst(found: Iterable[Finding]) -> State:
    """Return the worst state among findings; what is unknown is no fault."""
    states = {one.state for one in found}
    return next((one for one in (State.FAILED, State.WARNING) if one in states), State.OK)


def disk(what: What, folder: Path) -> Finding:
    """Return how much of the disk of a folder, or of where it will be, is free."""
    try:
        there = next(one for one in (folder, *folder.parents) if one.exists())
        usage = shutil.disk_usage(there)
    except OSError:
        return Finding(what, State.UNKNOWN, str(folder))
    share = usage.free / (usage.used + usage.free)
    state = _state(failed=share < FULL, warning=share < LOW)
    return Finding(what, state, str(folder), share, usage.free)


def clock_synchronised() -> Finding:
    """Return whether the kernel knows this machine's clock to be right."""
    error_us = _clock_error_us()
    if error_us is None:
        return Finding(What.CLOCK_SYNCHRONISED, State.UNKNOWN)
    state = State.OK if error_us < UNSURE_US else State.WARNING
    return Finding(What.CLOCK_SYNCHRONISED, state)


def _database(store: Store) -> list[Finding]:
    """Look at what the database can be asked; when it does not answer, the rest is unknown."""
    try:
        with store.reading() as tx:
            return [Finding(What.DATABASE, State.OK), _schema(tx), _offset(tx), _data_disk(tx)]
    except DatabaseDown as down:
        unknown = (What.SCHEMA, What.CLOCK, What.DATABASE_DISK)
        return [
            Finding(What.DATABASE, State.FAILED, down.reason),
            *(Finding(one, State.UNKNOWN) for one in unknown),
        ]


def _schema(tx: Transaction) -> Finding:
    differs = upkeep.schema(tx)
    if differs.missing:
        return Finding(What.SCHEMA, State.FAILED, f"- {', '.join(differs.missing)}")
    if differs.ahead:
        return Finding(What.SCHEMA, State.FAILED, f"+ {', '.join(differs.ahead)}")
    return Finding(What.SCHEMA, State.OK)


def _offset(tx: Transaction) -> Finding:
    offset_s = upkeep.clock_offset(tx).total_seconds()
    state = _state(failed=abs(offset_s) > FAR_OFF_S, warning=abs(offset_s) > OFF_S)
    return Finding(What.CLOCK, state, value=offset_s)


def _data_disk(tx: Transaction) -> Finding:
    folder = upkeep.data_folder(tx)
    if folder is None:
        return Finding(What.DATABASE_DISK, State.UNKNOWN)
    return disk(What.DATABASE_DISK, folder)


def _state(*, failed: bool, warning: bool) -> State:
    return State.FAILED if failed else State.WARNING if warning else State.OK


def _clock_error_us() -> int | None:
    """Return the kernel's bound of its clock's error (adjtimex); None where it does not tell."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    told = ctypes.create_string_buffer(512)  # struct timex; modes = 0 only reads
    if adjtimex(told) < 0:
        return None
    _modes, _offset, _frequency, error_us = struct.unpack_from("@Illl", told)
    return int(error_us)
