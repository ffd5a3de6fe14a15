"""
What was done while the database was away: a file that only grows, one line an entry (pure files).

An entry is written once it lies on the disk: appended, flushed, fsynced. Each process writes a file
of its own and holds a lock on it as long as it lives; what a process left behind is read by who
gets that lock. Every line carries a checksum: one that was torn by a crash is set aside beside the
journal for a person to look at, and the others stand. The files hold callers' data: nobody but
their owner may read them, and they are erased as soon as the database has everything.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from dispatch.errors import JournalFailed

ENDING = ".jsonl"
SET_ASIDE = ".damaged"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One thing somebody did: `said` are the words of the action, `at` is UTC.

    `session` is the key (a hash) of the session it came from, empty for the program itself.
    """

    id: UUID
    action: str
    at: datetime
    login: str
    session: str
    said: Mapping[str, Any]

    def line(self) -> bytes:
        """Return the entry as its line, with the checksum and the end of the line."""
        body = {
            "id": str(self.id),
            "action": self.action,
            "at": self.at.isoformat(),
            "login": self.login,
            "session": self.session,
            "said": dict(self.said),
        }
        return _json({**body, "sum": _sum(body)}) + b"\n"


@dataclass(frozen=True, slots=True)
class Read:
    """What a journal holds: the entries that stand, in order, and the pieces that do not."""

    entries: tuple[Entry, ...]
    damaged: tuple[bytes, ...]


def read(content: bytes) -> Read:
    """Return what a journal holds; a piece that is no whole line with its checksum is damaged."""
    entries, damaged = [], []
    for piece in BytesIO(content):  # lines end with \n and nothing else
        entry = _entry(piece)
        if entry is not None:
            entries.append(entry)
        elif piece.strip():
            damaged.append(piece)
    return Read(tuple(entries), tuple(damaged))


class Journal:
    """
    The journal of this process in a folder; the file is made with its first entry.

    Raises
    ------
    JournalFailed
        From `append`: the entry does not lie on the disk (full, read-only), and is not in the file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path: Path | None = None
        self._file = -1
        self._size = 0

    def append(self, entry: Entry) -> None:
        """Write an entry; it lies on the disk when this returns."""
        line = entry.line()
        try:
            if self.path is None:
                self._begin()
            os.ftruncate(self._file, self._size)  # what an append that failed may have left
            _write_all(self._file, line)
            os.fsync(self._file)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._size)
            raise JournalFailed(error.strerror or str(error)) from error
        self._size += len(line)

    def erase(self) -> None:
        """Remove the file: the database has everything that was in it."""
        if self.path is not None:
            _remove(self.path)
            os.close(self._file)
            self.path, self._file, self._size = None, -1, 0

    def _begin(self) -> None:
        """Make the file under a name nobody reads, lock it, and only then give it its own."""
        _make_private(self.folder)
        new = self.folder / f"{uuid4()}.new"
        path = new.with_suffix(ENDING)
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            new.rename(path)
            _sync_folder(self.folder)
        except OSError:
            os.close(file)
            raise
        self.path, self._file, self._size = path, file, 0


@contextlib.contextmanager
def left_behind(folder: Path) -> Iterator[list[tuple[Path, Read]]]:
    """
    Lend the journals whose process has ended; nobody else gets them meanwhile.

    What is damaged in them has been set aside, and lies on the disk, before they are lent.
    """
    with contextlib.ExitStack() as held:
        found = []
        for path in sorted(folder.glob(f"*{ENDING}")):
            content = held.enter_context(_alone(path))
            if content is not None:
                known = read(content)
                if known.damaged:
                    set_aside(path, known.damaged)
                found.append((path, known))
        yield found


def count(folder: Path) -> int:
    """Return how many entries lie in the journals of a folder, whoever writes them."""
    entries = 0
    for path in folder.glob(f"*{ENDING}"):
        with contextlib.suppress(FileNotFoundError):  # it has just come in
            entries += len(read(path.read_bytes()).entries)
    return entries


def erase(path: Path) -> None:
    """Remove a journal that was left behind: the database has everything that was in it."""
    _remove(path)


def set_aside(path: Path, damaged: tuple[bytes, ...]) -> None:
    """Keep what is damaged beside its journal; doing it again changes nothing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    file = os.open(path.with_suffix(SET_ASIDE), flags, 0o600)
    try:
        _write_all(file, b"".join(damaged))
        os.fsync(file)
    finally:
        os.close(file)
    _sync_folder(path.parent)


def erase_set_aside(folder: Path, *, before: datetime, dry_run: bool = False) -> int:
    """Remove what was set aside before a moment; returns how many files."""
    old = [
        path for path in folder.glob(f"*{SET_ASIDE}") if path.stat().st_mtime < before.timestamp()
    ]
    for path in [] if dry_run else old:
        _remove(path)
    return len(old)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[bytes | None]:
    """Lend what a file holds while its lock is ours; None when somebody lives who writes it."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        yield path.read_bytes() if _lock(file) and _still(path, file) else None
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    """Take the lock of a file, for as long as it is open; False when somebody has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still(path: Path, file: int) -> bool:
    """Whether a path leads to the file we opened: who had the lock before may have erased it."""
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def _entry(piece: bytes) -> Entry | None:
    """Return the entry of a line, None when it is not one, whole and as it was written."""
    if not piece.endswith(b"\n"):
        return None
    try:
        body = json.loads(piece)
        if body.pop("sum") != _sum(body):
            return None
        return Entry(
            UUID(body["id"]),
            str(body["action"]),
            datetime.fromisoformat(body["at"]),
            str(body["login"]),
            str(body["session"]),
            dict(body["said"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _json(body: Mapping[str, Any]) -> bytes:
    """Return JSON that is the same whenever it says the same, in ASCII and on one line."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _sum(body: Mapping[str, Any]) -> str:
    return sha256(_json(body)).hexdigest()[:32]


def _write_all(file: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def _make_private(folder: Path) -> None:
    """Make the folder, which outlives a crash from now on."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Have the names in a folder lie on the disk."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
