"""Runs of words -> names of the gazetteer: exact first, then misspelt, never overlapping."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.fuzzy import SHORTEST, DeletionIndex
from geo.gazetteer import Gazetteer, Kind, Thing
from geo.names import KIND_WORDS
from geo.words import Token

LONGEST = 6
LONGEST_KEY = 45
NEEDS_EXACT = frozenset({Kind.FOREIGN, Kind.FOREIGN_CITY})
NEIGHBOUR_SHORTEST = 6
"""A shorter name beyond the city, or one of several words, must be typed right."""
TIED = 0.9
"""Strength of a name as near to what was typed as the one read first."""
STATED_ROLES = frozenset({"kelurahan", "desa", "negeri"})
WORTH = (1.0, 0.8, 0.6)
"""What a match with 0, 1, 2 errors is worth against an exact one of equal length."""


@dataclass(frozen=True, slots=True)
class Match:
    """
    Words `first` up to, not with, `last`, read as the things of `key`; `errors` letters off.

    `telling` counts the words of the key that do more than say what kind of place it is.
    """

    first: int
    last: int
    key: str
    errors: int
    things: tuple[tuple[Thing, float], ...]
    telling: int

    @property
    def worth(self) -> float:
        """Long names beat the short ones they contain; a right spelling beats a guess."""
        return float(len(self.key) ** 1.6 * WORTH[self.errors])


class Matcher:
    """
    Finds names in a text.

    Parameters
    ----------
    gazetteer
        The names.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._words = gazetteer.words
        self._index = DeletionIndex(gazetteer)
        self._right = gazetteer.vocabulary | self._words.known
        self._area_index = DeletionIndex(self._words.area)
        self._cache: dict[str, tuple[str, ...]] = {}
        things = {thing for key in gazetteer for thing in gazetteer.find(key)}
        self._typed = sorted(
            {
                part.lower().replace(" ", "")
                for thing in things
                if thing.kind is Kind.KELURAHAN
                for part in thing.name.split("/")
            }
        )

    def area_of(self, token: str) -> str | None:
        """Return the role of an area word, also misspelt (`Keluraham`); None for other words."""
        role = self._words.area.get(token)
        if role is None and token not in self._right and len(token) >= 5:
            near = self._area_index.near(token)
            role = self._words.area[near[0]] if near else None
        return role

    def matches(self, tokens: Sequence[Token]) -> list[Match]:
        """Return the best non-overlapping matches of a text, in its order."""
        found = [*self._exact(tokens)]
        found += self._stated(tokens, found)
        found += self._misspelt(tokens, found)
        if not found:
            found = [*self._badly_misspelt(tokens)]
        return _best_cover(found, len(tokens))

    def _exact(self, tokens: Sequence[Token]) -> Iterator[Match]:
        for first, last, key in windows(tokens):
            if things := self._gazetteer.find(key):
                yield self._match(first, last, key, 0, things.items())

    def _stated(self, tokens: Sequence[Token], exact: list[Match]) -> Iterator[Match]:
        """
        Read misspelt kelurahan as they were typed, not as they sound.

        After `kelurahan`, `desa` or `negeri` one is expected: read up to three words freely.
        """
        begun = {m.first for m in exact if any(t.kind is Kind.KELURAHAN for t, _ in m.things)}
        for first in range(len(tokens)):
            before = tokens[first - 1].text if first and not tokens[first].breaks else ""
            expected = bool(before) and self.area_of(before) in STATED_ROLES
            if first in begun or not (expected or len(tokens[first].raw) >= SHORTEST - 1):
                continue
            if match := self._nearest_kelurahan(tokens, first, 3 if expected else 1):
                yield match

    def _nearest_kelurahan(self, tokens: Sequence[Token], first: int, longest: int) -> Match | None:
        tried: list[tuple[int, int, str]] = []
        for last in range(first + 1, min(first + longest, len(tokens)) + 1):
            if last > first + 1 and tokens[last - 1].breaks:
                break
            if all(token.text in self._right for token in tokens[first:last]):
                continue
            raw = "".join(token.raw for token in tokens[first:last])
            errors = 1 if len(raw) <= 6 or longest == 1 else 2
            near = self._typed_alike(raw, errors)
            if len(near) == 1 or (len(near) > 1 and near[0][0] < near[1][0]):
                tried.append((near[0][0], last, near[0][1]))
        if not tried:
            return None
        off, last, name = min(tried)
        key = "".join(self._words.words(name))
        things = [(t, s) for t, s in self._gazetteer.find(key).items() if t.kind is Kind.KELURAHAN]
        return self._match(first, last, key, max(1, off), things) if things else None

    def _typed_alike(self, raw: str, errors: int) -> list[tuple[int, str]]:
        hits = process.extract(
            raw, self._typed, scorer=OSA.distance, score_cutoff=errors, limit=2, processor=None
        )
        return [(int(off), name) for name, off, _ in hits]

    def _misspelt(self, tokens: Sequence[Token], exact: list[Match]) -> Iterator[Match]:
        odd = [i for i, token in enumerate(tokens) if token.text not in self._right]
        if not odd:
            return
        whole = [m for m in exact if m.last - m.first > 1]
        for first, last, key in windows(tokens):
            if not any(first <= i < last for i in odd) or key in self._gazetteer:
                continue
            if any(m.first <= first and last <= m.last for m in whole):
                continue
            yield from self._read(tokens, first, last, key, 1)

    def _badly_misspelt(self, tokens: Sequence[Token]) -> Iterator[Match]:
        if len(tokens) > 12:
            return
        for first, last, key in windows(tokens):
            if any(token.text not in self._right for token in tokens[first:last]):
                yield from self._read(tokens, first, last, key, 2)

    def _read(
        self, tokens: Sequence[Token], first: int, last: int, key: str, errors: int
    ) -> Iterator[Match]:
        typed = [token.text for token in tokens[first:last]]
        near = [k for k in self._near(key, errors) if self._may_mean(typed, k, errors)]
        if not near:
            return
        likeness = {k: (k[0] != key[0], abs(len(k) - len(key))) for k in near}
        best = min(near, key=lambda k: (likeness[k], k))
        alike = [best, *(k for k in near if k != best and likeness[k] == likeness[best])]
        things = [
            (thing, strength * (1.0 if k == best else TIED))
            for k in alike
            for thing, strength in self._gazetteer.find(k).items()
            if thing.kind not in NEEDS_EXACT
            and (thing.kind is not Kind.NEIGHBOUR or self._one_long_word(best))
        ]
        if things:
            yield self._match(first, last, best, errors, things)

    def _match(
        self, first: int, last: int, key: str, errors: int, things: Iterable[tuple[Thing, float]]
    ) -> Match:
        telling = sum(word not in KIND_WORDS for word in self._gazetteer.split[key])
        return Match(first, last, key, errors, tuple(things), telling)

    def _one_long_word(self, key: str) -> bool:
        return len(key) >= NEIGHBOUR_SHORTEST and len(self._gazetteer.split[key]) == 1

    def _near(self, key: str, errors: int) -> tuple[str, ...]:
        cached = f"{errors}{key}"
        if cached not in self._cache:
            if len(self._cache) > 50_000:
                self._cache.clear()
            search = self._index.near if errors == 1 else self._index.far
            self._cache[cached] = tuple(search(key))
        return self._cache[cached]

    def _may_mean(self, typed: list[str], key: str, errors: int) -> bool:
        """Only words that are no word may be misspelt ones; the rest must stand as they are."""
        meant = self._gazetteer.split[key]
        if len(meant) != len(typed):
            return not any(t in self._words.silent or t in self._gazetteer for t in typed)
        for has, wants in zip(typed, meant, strict=True):
            if has == wants:
                continue
            if has in self._words.known or len(wants) < 4:
                return False
            if has in self._gazetteer.vocabulary and len(typed) > 1 and len(has) < 5:
                return False
            if OSA.distance(has, wants) > (errors if len(wants) >= SHORTEST else 1):
                return False
        return True


def windows(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield first, last and joined key of each run of up to six words without a break inside."""
    for first in range(len(tokens)):
        key = ""
        for last in range(first, min(first + LONGEST, len(tokens))):
            after_street = last == first + 1 and tokens[first].text == "jalan"
            if last > first and tokens[last].breaks and not after_street:
                break
            key += tokens[last].text
            if len(key) > LONGEST_KEY:
                break
            if len(key) >= 3:
                yield first, last + 1, key


def _best_cover(found: list[Match], count: int) -> list[Match]:
    """Choose matches that do not overlap and are worth most together."""
    ending: dict[int, list[Match]] = {}
    for match in found:
        ending.setdefault(match.last, []).append(match)
    best: list[tuple[float, Match | None]] = [(0.0, None)]
    for end in range(1, count + 1):
        choice: tuple[float, Match | None] = (best[end - 1][0], None)
        for match in ending.get(end, ()):
            worth = best[match.first][0] + match.worth
            if worth > choice[0]:
                choice = (worth, match)
        best.append(choice)
    chosen: list[Match] = []
    end = count
    while end > 0:
        match_here = best[end][1]
        if match_here is None:
            end -= 1
        else:
            chosen.append(match_here)
            end = match_here.first
    return chosen[::-1]
