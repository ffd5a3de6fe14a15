"""Incident types and run cards as the room wants them: edited, added, retired, taken back."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.catalogue import Catalogue, Edit, EditKind, plain
from dispatch.desk.checks import choice, optional_words, words, writing
from dispatch.errors import (
    BadValue,
    NobodyAnswers,
    NobodyBrings,
    UnknownRow,
    UnknownType,
    WordTaken,
)
from dispatch.incident_type import IncidentType, Line, card_row, type_row
from dispatch.person import By
from dispatch.room import Room
from dispatch.scripts import rests_on
from dispatch.store import Transaction, catalogue_edits, events
from dispatch.store.catalogue_edits import EditRow

LONGEST = 60  # characters in a name or an alias
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")

Content = Mapping[str, Any]
Rows = Mapping[tuple[EditKind, str], EditRow]


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """
    A type with its run card as the room uses them now.

    `shipped` whether the program has it too; `edits` what the room ever edited of it, by kind.
    """

    kind: IncidentType
    shipped: bool
    edits: Mapping[EditKind, EditRow]

    def version(self, kind: EditKind) -> int:
        """Return the version seen, 0 when nobody edited it yet."""
        return self.edits[kind].version if kind in self.edits else 0

    def edited(self, kind: EditKind) -> EditRow | None:
        """Return the room's own row, None where the shipped one stands."""
        held = self.edits.get(kind)
        return held if held and held.content is not None else None


@dataclass(frozen=True, slots=True)
class CatalogueChange:
    """
    One edit of a row: its place in the row's history from 1, when, by whom, what it made of it.

    `before` and `after` are the row as the files write it; where the shipped row stood, as it is
    shipped now, and None before a row the room added.
    """

    number: int
    at: datetime
    by: str
    before: Content | None
    after: Content | None


def catalogue_rows(room: Room) -> list[CatalogueRow]:
    """Return every type with its run card, in the order of the lists, retired ones too."""
    with room.store.reading() as tx:
        held = _held(tx)
    catalogue = _with(room, held)
    return [
        CatalogueRow(
            kind,
            code in catalogue.shipped,
            {what: held[what, code] for what in EditKind if (what, code) in held},
        )
        for code, kind in catalogue.types.items()
    ]


def edit_type(
    room: Room,
    code: str,
    *,
    name_id: str,
    name_en: str,
    lead: str,
    severity: str,
    by: By,
    at: datetime,
    version: int,
    support: Iterable[str] = (),
    aliases: Iterable[str] = (),
    active: bool = True,
) -> None:
    """
    Change a type; an inactive one leaves the intake list, and its open incidents go on.

    Parameters
    ----------
    version
        The one the person saw (`CatalogueRow.version`).

    Raises
    ------
    EmptyText, TextTooLong, BadValue
        The field that cannot be.
    WordTaken
        Another type is already called this.
    NobodyAnswers
        The run card has no line for these agencies.
    UnknownType
        No such type.
    Stale
        Somebody changed it since.
    """
    with _editing(room, by=by, at=at) as bench:
        bench.type(code)
        content = {
            "name_id": words("name_id", name_id, LONGEST),
            "name_en": words("name_en", name_en, LONGEST),
            "lead": lead,
            "support": [one for one in dict.fromkeys(support) if one != lead],
            "severity": severity,
            "aliases": _aliases(aliases),
            "active": active,
        }
        bench.lay(Edit(EditKind.TYPE, code, content), version=version)
        bench.check(code)


def edit_run_card(
    room: Room, code: str, card: Sequence[Line], *, by: By, at: datetime, version: int
) -> None:
    """
    Change what a type asks for.

    Parameters
    ----------
    card
        Lead lines first: when units run short, earlier lines are filled first.
    version
        The one the person saw (`CatalogueRow.version`).

    Raises
    ------
    EmptyText, BadValue
        The field that cannot be; no line, or a severity at which nobody is asked for.
    NobodyAnswers
        No line for the type's lead or support.
    NobodyBrings
        A line is missing that the type's questions rest on.
    UnknownType
        No such type.
    Stale
        Somebody changed it since.
    """
    with _editing(room, by=by, at=at) as bench:
        bench.type(code)
        bench.lay(Edit(EditKind.RUN_CARD, code, card_row(card)), version=version)
        bench.check(code)


def add_type(room: Room, *, name_id: str, name_en: str, like: str, by: By, at: datetime) -> str:
    """
    Add a type that begins as another one is: its agencies, its severity, its run card.

    Returns
    -------
    code
        Made of the English name; no questions are asked about the type.

    Raises
    ------
    EmptyText, TextTooLong, BadValue
        A name that cannot be.
    WordTaken
        Another type is already called this.
    UnknownType
        No such type to begin with.
    """
    with _editing(room, by=by, at=at) as bench:
        names = {
            "name_id": words("name_id", name_id, LONGEST),
            "name_en": words("name_en", name_en, LONGEST),
        }
        code = _code(names["name_en"])
        if code in bench.catalogue.types:
            raise WordTaken(names["name_en"], bench.catalogue.types[code].name_id)
        model = bench.type(like)
        made = {**type_row(model), **names, "aliases": [], "active": True}
        bench.lay(Edit(EditKind.TYPE, code, made), version=0)
        bench.lay(Edit(EditKind.RUN_CARD, code, card_row(model.card)), version=0)
        bench.check(code)
    return code


def restore(
    room: Room, kind: str, code: str, to: int | None, *, by: By, at: datetime, version: int
) -> None:
    """
    Take an edit back; that too is an edit, and can be taken back.

    Parameters
    ----------
    kind
        "type" or "run_card".
    to
        What the row was after this change (`CatalogueChange.number`); None for the shipped row.
    version
        The one the person saw (`CatalogueRow.version`).

    Raises
    ------
    UnknownRow
        No such change, or nothing is shipped for this code.
    EmptyText, BadValue, WordTaken, NobodyAnswers, NobodyBrings
        As it was then, it no longer fits the rest of the catalogue.
    Stale
        Somebody changed it since.
    """
    with _editing(room, by=by, at=at) as bench:
        what = choice("kind", EditKind, kind)
        then = None if to is None else _as_of(bench.tx, what, code, to)
        stands = _shipped(room, what, code) if then is None else then
        if stands is None:
            raise UnknownRow(f"shipped_{what.value}", code)
        bench.lay(Edit(what, code, stands), version=version, shipped=then is None)
        bench.check(code)


def catalogue_history(room: Room, kind: str, code: str) -> list[CatalogueChange]:
    """Return what was done to a row, last change first."""
    what = choice("kind", EditKind, kind)
    shipped = _shipped(room, what, code)
    with room.store.reading() as tx:
        found = events.of_subject(tx, "catalogue_edit", f"{what.value}:{code}")

    def row(said: Content | None) -> Content | None:
        content: Content | None = said["content"] if said else None
        return shipped if content is None else content

    return [
        CatalogueChange(number, one.at, one.actor, row(one.before), row(one.after))
        for number, one in enumerate(found, 1)
    ][::-1]


@dataclass
class _Bench:
    """The catalogue while somebody edits it: nobody else can; all of it is kept, or nothing."""

    tx: Transaction
    room: Room
    catalogue: Catalogue
    held: Rows
    by: By
    at: datetime

    def type(self, code: str) -> IncidentType:
        """Return the type with this code; UnknownType when there is none."""
        if code not in self.catalogue.types:
            raise UnknownType(code, tuple(self.catalogue.types))
        return self.catalogue.types[code]

    def lay(self, edit: Edit, *, version: int, shipped: bool = False) -> None:
        """Write a row unless it is so already; `shipped`: it is the program's and stays so."""
        row, content = self.held.get((edit.kind, edit.code)), None if shipped else edit.content
        if content != (row.content if row else None):
            who, where = str(self.by), (edit.kind, edit.code)
            catalogue_edits.save(self.tx, *where, content, version=version, by=who, at=self.at)
        self.catalogue = self.catalogue.with_edit(edit)

    def check(self, code: str) -> None:
        """Refuse a type that does not fit the others, or whose own parts do not fit each other."""
        kind = self.catalogue.types[code]
        if kind.active:
            _check_words(kind, (one for one in self.catalogue.types.values() if one is not kind))
        if not any(set(line.agencies) & set(kind.agencies) for line in kind.card):
            raise NobodyAnswers(kind.name_id)
        script = self.room.shipped_scripts.get(code)
        for need in sorted(rests_on(script) if script else ()):
            if all(line.need != need for line in kind.card):
                raise NobodyBrings(kind.name_id, self.catalogue.capabilities[need].name_id)


@contextmanager
def _editing(room: Room, *, by: By, at: datetime) -> Iterator[_Bench]:
    """Lend the catalogue to edit; the room then looks at it again."""
    with writing(room, by=by, at=at, action="edit_catalogue") as tx:
        catalogue_edits.one_at_a_time(tx)
        held = _held(tx)
        yield _Bench(tx, room, _with(room, held), held, by, at)
    room.look_again()


def _held(tx: Transaction) -> Rows:
    """Return the room's own rows."""
    return {(row.kind, row.code): row for row in catalogue_edits.rows(tx)}


def _with(room: Room, held: Rows) -> Catalogue:
    """Return the catalogue with these rows, as the room uses it."""
    return room.shipped.edited(row.edit for row in held.values() if row.edit)


def _check_words(kind: IncidentType, others: Iterable[IncidentType]) -> None:
    """Refuse a word that would mean two types; retired ones keep nothing but their code."""
    taken = {
        plain(word): other.name_id
        for other in others
        for word in (
            other.code,
            *((other.name_id, other.name_en, *other.aliases) if other.active else ()),
        )
    }
    for word in (kind.name_id, kind.name_en, *kind.aliases, kind.code):
        if plain(word) in taken:
            raise WordTaken(word, taken[plain(word)])


def _shipped(room: Room, kind: EditKind, code: str) -> Content | None:
    """Return a row as the program ships it, None for one the room added."""
    held = room.shipped.shipped.get(code)
    if held is None:
        return None
    return type_row(held) if kind is EditKind.TYPE else card_row(held.card)


def _as_of(tx: Transaction, kind: EditKind, code: str, number: int) -> Content | None:
    """Return a row as it was after a change, None where the shipped one stood."""
    found = events.of_subject(tx, "catalogue_edit", f"{kind.value}:{code}")
    if not 1 <= number <= len(found):
        raise UnknownRow("catalogue_edit", number)
    content: Content | None = (found[number - 1].after or {}).get("content")
    return content


def _aliases(said: Iterable[str]) -> list[str]:
    """Return other names, each once."""
    found = {plain(word): word for one in said if (word := optional_words("aliases", one, LONGEST))}
    return list(found.values())


def _code(name: str) -> str:
    """Make a code of an English name."""
    latin = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    code = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")
    if not CODE.fullmatch(code):
        raise BadValue("name_en", name)
    return code
