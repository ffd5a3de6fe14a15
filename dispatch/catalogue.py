"""Incident types, run cards, agencies, capabilities: `data/catalogue`, read and checked."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from dispatch.errors import BadDataFile, BadValue, UnknownType
from dispatch.incident import Severity
from geo.files import DATA

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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run card: a capability, from whom, how many at each severity."""

    need: str
    agencies: tuple[str, ...]
    counts: Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class IncidentType:
    """A kind of incident; `severity` is what it is taken to be until someone says."""

    code: str
    name_id: str
    name_en: str
    lead: str
    support: tuple[str, ...]
    severity: Severity
    card: tuple[Line, ...]
    aliases: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """Lead and support, in that order."""
        return (self.lead, *self.support)


@dataclass(frozen=True)
class Catalogue:
    """Everything in `data/catalogue`, keyed by code."""

    types: Mapping[str, IncidentType]
    agencies: Mapping[str, Agency]
    capabilities: Mapping[str, Capability]
    agency_words: Mapping[str, str]
    capability_words: Mapping[str, frozenset[str]]
    profile_words: Mapping[str, str]
    defaults: Mapping[str, Mapping[str, frozenset[str]]]

    @cached_property
    def _type_words(self) -> Mapping[str, str]:
        """Every word for a type, plain, to its code; codes win over names, names over aliases."""
        words: dict[str, str] = {}
        for pick in (
            lambda kind: (kind.code,),
            lambda kind: (kind.name_id, kind.name_en),
            lambda kind: kind.aliases,
        ):
            for kind in self.types.values():
                for word in pick(kind):
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
        raise UnknownType(word, tuple(codes or self.types))

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
    raw = {name: read_toml(folder / f"{name}.toml") for name in names}
    try:
        catalogue = _catalogue(raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadDataFile(str(folder), f"{type(error).__name__}: {error}") from error
    _check(catalogue, folder)
    return catalogue


def _catalogue(raw: Mapping[str, Any]) -> Catalogue:
    """Put the files together."""
    capabilities = raw["capabilities"]
    known = {code: _known_words(code, said) for code, said in capabilities.items()}
    agencies = raw["agencies"]
    return Catalogue(
        types={code: _type(code, said, raw["run_cards"]) for code, said in raw["types"].items()},
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


def _type(code: str, said: Mapping[str, Any], cards: Mapping[str, Any]) -> IncidentType:
    """Read one type with its run card."""
    return IncidentType(
        code=code,
        name_id=said["name_id"],
        name_en=said["name_en"],
        lead=said["lead"],
        support=tuple(said.get("support", ())),
        severity=Severity(said["severity"]),
        card=tuple(
            Line(line["need"], tuple(line["agencies"]), {one: int(line[one]) for one in Severity})
            for line in cards[code]
        ),
        aliases=tuple(said.get("aliases", ())),
    )


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


def _check(catalogue: Catalogue, folder: Path) -> None:
    """Refuse a type or card that names an agency or capability no file holds."""
    for kind in catalogue.types.values():
        agencies = {*kind.agencies, *chain.from_iterable(line.agencies for line in kind.card)}
        check_known(agencies, catalogue.agencies, folder, kind.code)
        check_known((line.need for line in kind.card), catalogue.capabilities, folder, kind.code)


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
