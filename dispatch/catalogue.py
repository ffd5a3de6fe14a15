"""
Incident types, run cards, agencies, capabilities: `data/catalogue`, and the room's own rows.

One reading checks both: what the files may not say, the room may not say either.
"""

import logging
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from dispatch.errors import BadDataFile, BadInput, BadValue, UnknownType
from dispatch.incident import Severity
from dispatch.incident_type import IncidentType, Line, read_card, read_type
from geo.files import DATA, DataFileError, check_whole

__all__ = ["Agency", "Capability", "Catalogue", "Edit", "EditKind", "IncidentType", "Line"]
__all__ += ["check_known", "load_catalogue", "plain", "read_toml"]

log = logging.getLogger(__name__)

_UNREADABLE = (BadInput, KeyError, TypeError, ValueError, AttributeError)

_SEVERITY_WORDS = {
    "ringan": Severity.LOW,
    "sedang": Severity.MEDIUM,
    "berat": Severity.HIGH,
    "rendah": Severity.LOW,
    "tinggi": Severity.HIGH,
}


@dataclass(frozen=True, slots=True)
class Agency:
    """Who answers; `turnout_s` seconds from being told to the wheels turning.

    `phone_only`: keeps no unit in this room and is told by telephone.
    """

    code: str
    name_id: str
    name_en: str
    short: str
    turnout_s: float
    turnout_basis: str
    phone: str | None = None
    phone_only: bool = False


@dataclass(frozen=True, slots=True)
class Capability:
    """What a unit can do."""

    code: str
    name_id: str
    name_en: str


class EditKind(StrEnum):
    """What the room may have rows of its own for."""

    TYPE = "type"
    RUN_CARD = "run_card"


@dataclass(frozen=True, slots=True)
class Edit:
    """The room's own row for a type or its run card; `content` as `type_row` and `card_row` say."""

    kind: EditKind
    code: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Catalogue:
    """
    Everything in `data/catalogue`, keyed by code, with the room's own rows.

    `shipped` the types as the files have them; `types` those with `edits` over them.
    """

    types: Mapping[str, IncidentType]
    shipped: Mapping[str, IncidentType]
    agencies: Mapping[str, Agency]
    capabilities: Mapping[str, Capability]
    agency_words: Mapping[str, str]
    capability_words: Mapping[str, frozenset[str]]
    profile_words: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, frozenset[str]]]
    edits: tuple[Edit, ...] = ()

    def edited(self, edits: Iterable[Edit]) -> "Catalogue":
        """
        Return the shipped catalogue with these rows over it, instead of those it has now.

        A row that the program's own rows no longer allow (an update took its agency away) is set
        aside: the room goes on with the shipped one.
        """
        made = replace(self, types=self.shipped, edits=())
        for edit in sorted(edits, key=lambda one: (one.kind is EditKind.RUN_CARD, one.code)):
            try:
                made = made.with_edit(edit)
            except _UNREADABLE as error:
                log.warning("%s %s set aside: %s", edit.kind.value, edit.code, error)
        return made

    def with_edit(self, edit: Edit) -> "Catalogue":
        """
        Return the catalogue with one more row.

        Raises
        ------
        EmptyText, BadValue
            A field that the files could not have either.
        UnknownType
            A run card for a type that is not there.
        """
        held = self.types.get(edit.code)
        if edit.kind is EditKind.TYPE:
            card = held.card if held else ()
            made = read_type(edit.code, edit.content, self.agencies, card)
        elif held is None:
            raise UnknownType(edit.code)
        else:
            lines = edit.content["lines"]
            made = replace(held, card=read_card(lines, self.agencies, self.capabilities))
        return replace(self, types={**self.types, edit.code: made}, edits=(*self.edits, edit))

    @property
    def offered(self) -> dict[str, IncidentType]:
        """The types that are not retired, in the order of the lists."""
        return {code: kind for code, kind in self.types.items() if kind.active}

    @cached_property
    def _type_words(self) -> Mapping[str, str]:
        """
        Every word for a type, plain, to its code.

        Codes win over names, names over aliases; a retired type keeps what no active one is called.
        """
        active = self.offered.values()
        retired = [kind for kind in self.types.values() if not kind.active]
        words = {plain(code): code for code in self.types}
        for kinds in (active, retired):
            for kind in kinds:
                for word in (kind.name_id, kind.name_en):
                    words.setdefault(plain(word), kind.code)
            for kind in kinds:
                for word in kind.aliases:
                    words.setdefault(plain(word), kind.code)
        return words

    def type(self, word: str) -> IncidentType:
        """
        Return the type with this code, name or alias; case, "-", "_" and spaces do not matter.

        Raises
        ------
        UnknownType
            Nothing is called this; `known` holds the closest codes, or all of them.
        """
        code = self._type_words.get(plain(word))
        if code is not None:
            return self.types[code]
        close = get_close_matches(plain(word), self._type_words, n=5, cutoff=0.7)
        codes = dict.fromkeys(self._type_words[match] for match in close)
        raise UnknownType(word, tuple(codes or self.offered))

    def severity(self, word: str | None, kind: IncidentType) -> Severity:
        """
        Return the severity said, in Indonesian or English; the type's own where nothing was said.

        Raises
        ------
        BadValue
            Not a severity.
        """
        if word is None or not word.strip():
            return kind.severity
        said = plain(word)
        if said in _SEVERITY_WORDS:
            return _SEVERITY_WORDS[said]
        try:
            return Severity(said)
        except ValueError as error:
            raise BadValue("severity", word, tuple(Severity)) from error

    def agency_called(self, word: str) -> str | None:
        """Return the code of the agency called this, None when no agency is."""
        return self.agency_words.get(plain(word))

    def capabilities_called(self, word: str) -> frozenset[str]:
        """Return the codes this word stands for; empty when it is none of ours."""
        return self.capability_words.get(plain(word), frozenset())

    def default_capabilities(self, agency: str, profile: str) -> frozenset[str]:
        """Return what a unit of this agency and profile is taken to be able to do."""
        by_profile = self.defaults.get(agency, {})
        return by_profile.get(profile, by_profile.get("any", frozenset()))

    def turnout_s(self, agency: str) -> float:
        """Return the agency's turnout in seconds; 0 for an agency the catalogue does not hold."""
        return self.agencies[agency].turnout_s if agency in self.agencies else 0.0


def plain(word: str) -> str:
    """Return a word as it is compared: lower case, one space where "-", "_" or spaces stood."""
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """
    Read the catalogue.

    Parameters
    ----------
    folder
        Holds types.toml, run_cards.toml, agencies.toml, capabilities.toml and vehicles.toml;
        None for the project's own.

    Raises
    ------
    BadDataFile
        A file is missing, is not TOML, lacks a field, or names something no other file holds.
    """
    folder = folder or DATA / "catalogue"
    names = ("types", "run_cards", "agencies", "capabilities", "vehicles")
    try:
        check_whole(folder)
        raw = {name: read_toml(folder / f"{name}.toml") for name in names}
        return _catalogue(raw)
    except DataFileError as error:
        raise BadDataFile(str(error.path), error.reason) from error
    except _UNREADABLE as error:
        raise BadDataFile(str(folder), f"{type(error).__name__}: {error}") from error


def _catalogue(raw: Mapping[str, Any]) -> Catalogue:
    """Put the files together."""
    capabilities = raw["capabilities"]
    known = {code: _known_words(code, said) for code, said in capabilities.items()}
    agencies = raw["agencies"]
    types = _types(raw)
    return Catalogue(
        types=types,
        shipped=types,
        agencies={code: _agency(code, said) for code, said in agencies.items()},
        capabilities={
            code: Capability(code, said["name_id"], said["name_en"])
            for code, said in capabilities.items()
        },
        agency_words={
            word: code for code, said in agencies.items() for word in _known_words(code, said)
        },
        capability_words={
            word: frozenset(code for code, words in known.items() if word in words)
            for word in chain.from_iterable(known.values())
        },
        profile_words={
            plain(word): code
            for code, words in raw["vehicles"]["aliases"].items()
            for word in (code, *words)
        },
        defaults={
            agency: {profile: frozenset(codes) for profile, codes in said.items()}
            for agency, said in raw["vehicles"]["defaults"].items()
        },
    )


def _types(raw: Mapping[str, Any]) -> dict[str, IncidentType]:
    """Read every type with its run card; what cannot be is said with the type it is about."""
    agencies, types = raw["agencies"], {}
    for code, said in raw["types"].items():
        try:
            card = read_card(raw["run_cards"][code], agencies, raw["capabilities"])
            types[code] = read_type(code, said, agencies, card)
        except BadInput as error:
            raise ValueError(f"{code}: {error}") from error
    return types


def _agency(code: str, said: Mapping[str, Any]) -> Agency:
    """Read one agency."""
    return Agency(
        code=code,
        name_id=said["name_id"],
        name_en=said["name_en"],
        short=said["short"],
        turnout_s=float(said["turnout_s"]),
        turnout_basis=said["turnout_basis"],
        phone=said.get("phone"),
        phone_only=bool(said.get("phone_only", False)),
    )


def _known_words(code: str, said: Mapping[str, Any]) -> frozenset[str]:
    """Every way to write a code, plain."""
    return frozenset(plain(w) for w in (code, said["name_id"], said["name_en"], *said["aliases"]))


def check_known(words: Iterable[str], among: Iterable[str], path: Path, where: str) -> None:
    """
    Refuse a word that is not among the known ones.

    Raises
    ------
    BadDataFile
        Names the words nobody knows, and `where` in the file they stand.
    """
    strangers = sorted(set(words) - set(among))
    if strangers:
        raise BadDataFile(str(path), f"{where}: {', '.join(strangers)} is not in the catalogue")


def read_toml(path: Path) -> dict[str, Any]:
    """
    Read a TOML file.

    Raises
    ------
    BadDataFile
        It is missing, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadDataFile(str(path), str(error)) from error
