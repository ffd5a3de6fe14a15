"""The room's own rows of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.catalogue import Edit, EditKind
from dispatch.errors import Stale
from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("catalogue_edit")


@dataclass(frozen=True, slots=True)
class EditRow:
    """What the room has for a row; `content` None once the shipped row was taken back."""

    kind: EditKind
    code: str
    content: Mapping[str, Any] | None
    version: int
    edited_at: datetime
    edited_by: str

    @property
    def edit(self) -> Edit | None:
        """The row that is laid over the shipped one, None when the shipped one stands."""
        return None if self.content is None else Edit(self.kind, self.code, self.content)


def rows(tx: Transaction) -> list[EditRow]:
    """Return every row the room ever edited."""
    return [EditRow(EditKind(row.pop("kind")), **row) for row in tx.execute(SQL["rows"])]


def one_at_a_time(tx: Transaction) -> None:
    """Have edits wait for each other until this transaction ends."""
    tx.execute(SQL["one_at_a_time"])


def save(
    tx: Transaction,
    kind: EditKind,
    code: str,
    content: Mapping[str, Any] | None,
    *,
    version: int,
    by: str,
    at: datetime,
) -> None:
    """
    Write a row over the version that was seen, 0 for a row nobody had edited.

    Raises
    ------
    Stale
        Somebody edited it since.
    """
    body = None if content is None else Jsonb(dict(content))
    values = {"kind": kind.value, "code": code, "content": body, "version": version}
    if tx.execute(SQL["save"], {**values, "by": by, "at": at}).fetchone() is None:
        raise Stale("catalogue", code)
