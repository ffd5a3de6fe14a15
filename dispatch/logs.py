"""
What the long-running programs write down about themselves, on standard error: nobody's data.

An error is told by its type and where it happened: its words may quote a row, and with it a caller.
Of libraries' records the words are left out for the same reason; where they come from says which
they are. `AMBON112_LOG=json` makes each record one line of JSON.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

KNOWN = ("ambon112", "dispatch", "uvicorn.error")
"""Loggers whose words are known to hold nobody's data: our own, and how the HTTP server starts."""

log = logging.getLogger("ambon112")


class Json(logging.Formatter):
    """One line of JSON a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as its line."""
        return json.dumps(_told(record), ensure_ascii=False)


class Text(logging.Formatter):
    """A line a record, and under it where an error happened."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as its lines."""
        told = _told(record)
        words = " ".join(str(told.get("message", told.get("where", ""))).split())
        lines = [f"{told['at']} {told['level']} {told['logger']}: {words}"]
        for error in told.get("errors", ()):
            lines += [f"  {error['type']}", *(f"    {frame}" for frame in error["frames"])]
        return "\n".join(lines)


def set_up(how: str) -> None:
    """Have every record of this process written as `how` says, and errors nobody caught, too."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if how == "json" else Text())
    handler.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda last: _uncaught(
        last.exc_type, last.exc_value or last.exc_type(), last.exc_traceback
    )


def _told(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be told of a record."""
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
    }
    if any(record.name == one or record.name.startswith(f"{one}.") for one in KNOWN):
        told["message"] = record.getMessage().strip()
    else:
        told["where"] = f"{record.filename}:{record.lineno} {record.funcName}"
    if record.exc_info and record.exc_info[1]:
        told["errors"] = list(_errors(record.exc_info[1]))
    return told


def _errors(error: BaseException | None) -> Iterator[dict[str, Any]]:
    """Return an error and those that led to it, the last one first: types and places."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:  # an error may be said to lead to itself
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        yield {
            "type": type(error).__qualname__,
            "frames": [f"{one.filename}:{one.lineno} {one.name}" for one in frames],
        }
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
        return
    log.critical("uncaught", exc_info=(kind, error, where))
