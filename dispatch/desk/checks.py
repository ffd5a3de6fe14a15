"""What a person typed, made safe to keep; refused when it is no use."""

import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from dispatch.errors import BadTime, BadValue, EmptyText, TextTooLong
from dispatch.person import By, Person, Role
from dispatch.room import Room
from dispatch.store import Transaction, people, units

WORDS = 2000  # characters in what a caller says, a note, a reason
NAME = 200  # characters in a name or a number

S = TypeVar("S", bound=StrEnum)


@contextmanager
def writing(
    room: Room, *, by: By, at: datetime, action: str, source: str = "desk"
) -> Iterator[Transaction]:
    """
    Lend a connection that records its changes as `by`'s: the one way to change the room.

    What a program does with its key comes from `api`, whatever `source` says.

    Raises
    ------
    NotAllowed
        No role of theirs allows the action, as their account stands now.
    SignedOut
        Their session has ended.
    EmptyText, TextTooLong, BadTime
        A name or a time that cannot be recorded.
    DatabaseDown
        The database does not answer; nothing was written.
    """
    who = words("by", str(by), NAME)
    whence = "api" if isinstance(by, Person) and not by.session else source
    with room.store.writing(by=who, at=zoned(at), action=action, source=whence) as tx:
        check_right(tx, by, at=at, action=action)
        yield tx


def check_right(tx: Transaction, by: By, *, at: datetime, action: str) -> None:
    """
    Let nobody do, or look at, what no role of theirs allows.

    Raises
    ------
    NotAllowed
        No role of theirs allows the action, as their account stands now.
    SignedOut
        Their session has ended.
    """
    if isinstance(by, Person):
        _now(tx, by, zoned(at)).check(action)


def check_agency(tx: Transaction, by: By, call_sign: str, *, at: datetime, action: str) -> None:
    """
    Let nobody touch another agency's unit who is here for one agency only.

    Raises
    ------
    NotAllowed
        The unit is another agency's.
    UnknownUnit
        No such unit.
    """
    if isinstance(by, Person) and (person := _now(tx, by, at)).agency is not None:
        person.check_agency(units.agency_of(tx, call_sign), action)


def _now(tx: Transaction, person: Person, at: datetime) -> Person:
    """Return somebody as their account stands now; a program is what its key says."""
    return people.present(tx, person, at) if person.session else person


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


def known_roles(roles: Collection[str]) -> frozenset[Role]:
    """Return the roles that words name, at least one; BadValue when a word names none."""
    if not roles:
        raise BadValue("role", "", tuple(Role))
    return frozenset(choice("role", Role, role) for role in roles)


def known_agency(room: Room, agency: str | None) -> str | None:
    """Return the code of an agency, None for all; BadValue when it is none of the catalogue."""
    if agency and agency not in room.catalogue.agencies:
        raise BadValue("agency", agency, tuple(room.catalogue.agencies))
    return agency or None


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
