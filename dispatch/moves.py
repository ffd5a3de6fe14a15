"""How statuses may change: a table per kind, checked here and again by the database."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from dispatch.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)

Moves = Mapping[S, frozenset[S]]


def check_move(kind: str, moves: Moves[S], old: S, new: S) -> None:
    """
    Refuse a step that the table does not hold.

    Raises
    ------
    IllegalMove
        `new` cannot follow `old`.
    """
    if new not in moves[old]:
        raise IllegalMove(kind, old.value, new.value)
