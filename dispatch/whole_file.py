"""A file is written whole or not at all: what was there before stays until the new one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def instead_of(path: Path) -> Iterator[Path]:
    """
    Lend a path to write to, in place of a file that is replaced when the block ends well.

    What is no file (a pipe, /dev/stdout) is lent itself.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    place = path.resolve()
    fresh = place.with_stem(f"{place.stem}.new")
    try:
        yield fresh
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
