"""Which open incident a new call may belong to, and why (pure): place, time, type, words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from geo.kelurahan import Boundaries, metres_between
from geo.words import RtRw, Vocabulary, take_rt_rw

SHOWN_FROM = 0.5
"""Incidents less likely to be the same are not shown."""
ALIKE = 85.0
"""Of 100: one word, but for a slip of the hand."""
CALLED_BACK = timedelta(hours=12)
"""A number that calls again within this time calls about the same thing."""
LONG = timedelta(days=21)
LASTS = {
    "flood": LONG,
    "landslide": LONG,
    "communal_conflict": timedelta(days=3),
    "earthquake": timedelta(days=3),
    "fallen_tree": timedelta(days=3),
    "fire_land": timedelta(days=3),
}
"""How long after the last call another may still be about it; a day for every other type."""
KIN = (
    frozenset({"fire_building", "fire_land", "fire_vehicle"}),
    frozenset({"flood", "landslide", "fallen_tree"}),
    frozenset({"traffic_accident", "medical", "rescue"}),
)
"""Types that callers take for each other, or that one event brings."""

SAME_RT_RW, SAME_NAMES = 0.95, 0.85
NOTHING_AGAINST, OTHER_NAMES, OTHER_RT_RW = 0.65, 0.25, 0.15
OTHER_AREA = 0.5
"""Times this where the kelurahan differ."""
CLOSE_M = 300.0
"""Points this close, each known at least this well, lie together whatever the kelurahan."""
KIN_TYPE = 0.7
BACK_AGAIN = 0.9
HALVED_AFTER = timedelta(days=7)
"""Where nothing but the area speaks for it, a week halves the chance."""


class Reason(StrEnum):
    """What speaks for it being the same."""

    PHONE = "phone"
    RT_RW = "rt_rw"
    NAMES = "names"
    KELURAHAN = "kelurahan"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Report:
    """
    What was reported: when, what, where (WGS84, metres), in which words.

    `texts` of all calls about it so far, `phones` the numbers that called, `at` the last of them.
    """

    at: datetime
    type_code: str
    lon: float
    lat: float
    radius_m: float
    kelurahan_code: str | None
    texts: tuple[str, ...]
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Suspect:
    """An incident that may be the same: how likely (0..1), how far off, how long ago, why."""

    id: int
    score: float
    away_m: float
    ago: timedelta
    reasons: tuple[Reason, ...]
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What texts say of a place: neighbourhood numbers, and names besides those of areas."""

    rt_rw: frozenset[RtRw]
    names: frozenset[str]


class Comparison:
    """
    Compares reports.

    Parameters
    ----------
    vocabulary
        Words that are not names.
    boundaries
        The kelurahan: their names tell areas, not places.
    """

    def __init__(self, vocabulary: Vocabulary, boundaries: Boundaries) -> None:
        self._vocabulary = vocabulary
        areas = {name for one in boundaries for name in (one.name, one.district)}
        self._areas = {word for name in areas for word in vocabulary.words(name)}
        self._said = lru_cache(maxsize=4_000)(self._read)

    def suspects(self, new: Report, known: Mapping[int, Report]) -> list[Suspect]:
        """Return those of the incidents `known` by id that `new` may be, likeliest first."""
        found = [self._compare(new, number, old) for number, old in known.items()]
        shown = [one for one in found if one and one.score >= SHOWN_FROM]
        return sorted(shown, key=lambda one: (-one.score, one.away_m, one.id))

    def _compare(self, new: Report, number: int, old: Report) -> Suspect | None:
        away_m = metres_between((new.lon, new.lat), (old.lon, old.lat))
        ago = abs(new.at - old.at)
        back = bool(new.phones & old.phones) and ago <= CALLED_BACK
        kind = _kinship(new.type_code, old.type_code)
        same_area = new.kelurahan_code is not None and new.kelurahan_code == old.kelurahan_code
        near = away_m <= new.radius_m + old.radius_m
        if not back and not (kind and (near or same_area) and ago <= _lasts(old.type_code)):
            return None
        mine, theirs = self._of(new.texts), self._of(old.texts)
        score, reasons, shared = _places(mine, theirs, ago, same_area=same_area)
        if not (shared or same_area or max(away_m, new.radius_m, old.radius_m) <= CLOSE_M):
            score *= OTHER_AREA
        reasons += [Reason.KELURAHAN] if same_area else [Reason.NEAR] if near else []
        if back:
            score, reasons = max(score, BACK_AGAIN), [Reason.PHONE, *reasons]
        else:
            score *= kind
        return Suspect(number, round(score, 3), away_m, ago, tuple(reasons), shared)

    def _of(self, texts: Iterable[str]) -> _Said:
        parts = [self._said(text) for text in texts]
        return _Said(
            frozenset().union(*(part.rt_rw for part in parts)),
            frozenset().union(*(part.names for part in parts)),
        )

    def _read(self, text: str) -> _Said:
        numbers, rest = take_rt_rw(text)
        words = {token.text for token in self._vocabulary.tokens(rest)}
        names = {one for one in words - self._vocabulary.known - self._areas if len(one) > 2}
        return _Said(frozenset(numbers), frozenset(one for one in names if not one.isdigit()))


def _places(
    mine: _Said, theirs: _Said, ago: timedelta, *, same_area: bool
) -> tuple[float, list[Reason], tuple[str, ...]]:
    """Return how likely the words mean one place, and what speaks for it."""
    shared = tuple(sorted(one for one in mine.names if _in(one, theirs.names)))
    numbers = _numbers(mine.rt_rw, theirs.rt_rw)
    if numbers and (shared or same_area):
        return SAME_RT_RW, [Reason.RT_RW, *([Reason.NAMES] if shared else [])], shared
    if shared:
        return SAME_NAMES if numbers is None else SHOWN_FROM, [Reason.NAMES], shared
    if numbers is False:
        return OTHER_RT_RW, [], ()
    if mine.names and theirs.names:
        return OTHER_NAMES, [], ()
    return NOTHING_AGAINST * 0.5 ** (ago / HALVED_AFTER), [], ()


def _numbers(mine: frozenset[RtRw], theirs: frozenset[RtRw]) -> bool | None:
    """Return whether two sets of RT/RW agree; None where one of them says nothing."""
    if not mine or not theirs:
        return None
    return any(
        one.rt == other.rt if None in (one.rw, other.rw) else one == other
        for one in mine
        for other in theirs
    )


def _in(word: str, words: Iterable[str]) -> bool:
    """Return whether a word is among others but for a slip, or written together with another."""
    return any(
        fuzz.ratio(word, other) >= ALIKE
        or (len(word) > 4 and word in other)
        or (len(other) > 4 and other in word)
        for other in words
    )


def _kinship(one: str, other: str) -> float:
    """Return how well two types go together: 1 the same, 0 not at all."""
    if one == other:
        return 1.0
    return KIN_TYPE if any({one, other} <= kin for kin in KIN) else 0.0


def _lasts(type_code: str) -> timedelta:
    return LASTS.get(type_code, timedelta(days=1))
