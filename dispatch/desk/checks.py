"""What a person typed, made safe to keep; refused when it is no use."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from dispatch.errors import BadTime, BadValue, EmptyText, TextTooLong

WORDS = 2000  # characters in what a caller says, a note, a reason
NAME = 200  # characters in a name or a number

S = TypeVar("S", bound=StrEnum)


def words(field: str, text: str, limit: int = WORDS) -> str:
    """
    Return text without control characters and outer blanks.

    Raises
    ------
    EmptyText, TextTooLong
        Nothing is left, or more than `limit` characters.
    """
    clean = optional_words(field, text, limit)
    if not clean:
        raise EmptyText(field)
    return clean


def optional_words(field: str, text: str | None, limit: int = WORDS) -> str:
    """Return text as `words` does; empty is fine."""
    clean = "".join(one for one in text or "" if one in "\n\t" or _shown(one)).strip()
    if len(clean) > limit:
        raise TextTooLong(field, len(clean), limit)
    return clean


def _shown(character: str) -> bool:
    """Tell characters a person can mean from controls and halves of pairs no database keeps."""
    return unicodedata.category(character) not in {"Cc", "Cs"}


def zoned(at: datetime) -> datetime:
    """Return a time that has a zone; BadTime when it has none."""
    if at.utcoffset() is None:
        raise BadTime(at.isoformat())
    return at


def choice(field: str, kind: type[S], value: str) -> S:
    """Return the member a word names; BadValue with the known ones when it names none."""
    try:
        return kind(value)
    except ValueError:
        raise BadValue(field, str(value), tuple(member.value for member in kind)) from None
