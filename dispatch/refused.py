"""A refusal written down, to be told again later in anybody's language."""

import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from dispatch import errors
from dispatch.errors import DispatchError


def told(refusal: DispatchError) -> dict[str, Any]:
    """Return a refusal as JSON holds it."""
    said = {one.name: _plain(getattr(refusal, one.name)) for one in _fields(type(refusal))}
    return {"type": type(refusal).__name__, "fields": said}


def retold(kept: Mapping[str, Any]) -> DispatchError:
    """Return the refusal that was written down; a plain one when this program does not know it."""
    kind = getattr(errors, str(kept.get("type")), None)
    if not isinstance(kind, type) or not issubclass(kind, DispatchError):
        return DispatchError()
    said = dict(kept.get("fields") or {})
    try:
        return kind(**{one.name: _as(one.type, said[one.name]) for one in _fields(kind)})
    except (KeyError, TypeError, ValueError):
        return DispatchError()


def _fields(kind: type[DispatchError]) -> tuple[Any, ...]:
    return fields(kind) if is_dataclass(kind) else ()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, int | float | bool | None):
        return value
    return "".join(one for one in str(value) if unicodedata.category(one) not in {"Cc", "Cs"})


def _as(kind: Any, value: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
