"""Named SQL: `sql/<subject>.sql` holds statements under `-- name:` headers."""

import re
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent / "sql"
HEADER = re.compile(r"^-- name: *([a-z_]+) *$", re.MULTILINE)

Queries = MappingProxyType[str, bytes]


@cache
def queries(subject: str) -> Queries:
    """
    Return the statements of one subject by name.

    Raises
    ------
    ValueError
        A name is given twice, or text stands before the first header.
    """
    head, *parts = HEADER.split((FOLDER / f"{subject}.sql").read_text("utf-8"))
    if any(line.strip() and not line.startswith("--") for line in head.splitlines()):
        raise ValueError(f"{subject}.sql: a statement without a name")
    named: dict[str, bytes] = {}
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        if name in named:
            raise ValueError(f"{subject}.sql: {name} is given twice")
        named[name] = text.strip().encode()
    return MappingProxyType(named)


def subjects() -> list[str]:
    """Return every subject that has statements."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))
