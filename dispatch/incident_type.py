"""An incident type and its run card; read from a row as the files write them, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.errors import BadValue, EmptyText
from dispatch.incident import Severity

MOST_UNITS = 20  # of one capability on a run card


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run card: a capability, from whom, how many at each severity."""

    need: str
    agencies: tuple[str, ...]
    counts: Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class IncidentType:
    """
    A kind of incident; `severity` is what it is taken to be until someone says.

    `active` until it is retired: it then leaves the lists, and its incidents go on.
    """

    code: str
    name_id: str
    name_en: str
    lead: str
    support: tuple[str, ...]
    severity: Severity
    card: tuple[Line, ...]
    aliases: tuple[str, ...] = ()
    active: bool = True

    @property
    def agencies(self) -> tuple[str, ...]:
        """Lead and support, in that order."""
        return (self.lead, *self.support)


def read_type(
    code: str, said: Mapping[str, Any], agencies: Iterable[str], card: tuple[Line, ...]
) -> IncidentType:
    """
    Read one type as types.toml writes it; its run card is given.

    Raises
    ------
    EmptyText, BadValue
        The field that cannot be, and what it may be.
    """
    for name in ("name_id", "name_en"):
        if not said[name].strip():
            raise EmptyText(name)
    lead = _one_of("lead", said["lead"], agencies)
    support = tuple(_one_of("support", one, agencies) for one in said.get("support", ()))
    if len({lead, *support}) <= len(support):
        raise BadValue("support", ", ".join(support))
    return IncidentType(
        code=code,
        name_id=said["name_id"],
        name_en=said["name_en"],
        lead=lead,
        support=support,
        severity=Severity(_one_of("severity", said["severity"], Severity)),
        card=card,
        aliases=tuple(said.get("aliases", ())),
        active=bool(said.get("active", True)),
    )


def read_card(
    lines: Iterable[Mapping[str, Any]], agencies: Iterable[str], capabilities: Iterable[str]
) -> tuple[Line, ...]:
    """
    Read one run card as run_cards.toml writes it.

    Raises
    ------
    EmptyText, BadValue
        The field that cannot be; a severity at which nobody at all is asked for.
    """
    card = tuple(_line(one, agencies, capabilities) for one in lines)
    if not card:
        raise EmptyText("card")
    for severity in Severity:
        if not any(line.counts[severity] for line in card):
            raise EmptyText(severity.value)
    return card


def _line(said: Mapping[str, Any], agencies: Iterable[str], capabilities: Iterable[str]) -> Line:
    """Read one line of a run card."""
    need = _one_of("need", said["need"], capabilities)
    whom = tuple(_one_of("agencies", one, agencies) for one in said["agencies"])
    if not whom:
        raise EmptyText("agencies")
    if len(set(whom)) < len(whom):
        raise BadValue("agencies", ", ".join(whom))
    for severity in Severity:
        count = said[severity]
        if type(count) is not int or not 0 <= count <= MOST_UNITS:
            raise BadValue(severity.value, str(count))
    return Line(need, whom, {severity: said[severity] for severity in Severity})


def _one_of(field: str, said: str, known: Iterable[str]) -> str:
    """Return a word that is one of the known ones."""
    if not said:
        raise EmptyText(field)
    if said not in (words := tuple(known)):
        raise BadValue(field, said, words)
    return said


def type_row(kind: IncidentType) -> dict[str, Any]:
    """Return a type as types.toml writes it; `read_type` reads it back."""
    return {
        "name_id": kind.name_id,
        "name_en": kind.name_en,
        "lead": kind.lead,
        "support": list(kind.support),
        "severity": kind.severity.value,
        "aliases": list(kind.aliases),
        "active": kind.active,
    }


def card_row(card: Iterable[Line]) -> dict[str, Any]:
    """Return a run card as run_cards.toml writes it, under "lines"."""
    return {
        "lines": [
            {
                "need": line.need,
                "agencies": list(line.agencies),
                **{severity.value: line.counts[severity] for severity in Severity},
            }
            for line in card
        ]
    }
