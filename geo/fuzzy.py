"""Names one or two typing errors away, found through the letters that are left."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 5
"""Shorter keys must be typed right."""
FAR_SHORTEST = 9
"""Two errors are forgiven only in keys at least this long."""


class DeletionIndex:
    """
    Keys by all strings one deletion away (the symmetric-deletion method).

    Parameters
    ----------
    keys
        Strings of any length; those shorter than five letters are not indexed.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = [key for key in keys if len(key) >= SHORTEST]
        self._far = [key for key in self._keys if len(key) >= FAR_SHORTEST]
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for key in self._keys:
            for left in _deletions(key):
                self._by_deletion[left].append(key)

    def near(self, word: str) -> list[str]:
        """Return the keys one substitution, insertion, deletion or swap away, in order."""
        if len(word) < SHORTEST - 1:
            return []
        found: set[str] = set()
        for left in _deletions(word):
            found.update(self._by_deletion.get(left, ()))
        return sorted(key for key in found if _alike(key, word, 1))

    def far(self, word: str) -> list[str]:
        """Return the long keys exactly two errors away, nearest spelling first; a slow scan."""
        if len(word) < FAR_SHORTEST - 1:
            return []
        hits = process.extract(
            word, self._far, scorer=OSA.distance, score_cutoff=2, limit=8, processor=None
        )
        return sorted(key for key, _, _ in hits if _alike(key, word, 2))


def _deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _alike(key: str, word: str, errors: int) -> bool:
    """Letters may be mistyped; numbers are read as they stand."""
    if OSA.distance(key, word, score_cutoff=errors) > errors:
        return False
    return digits(key) == digits(word)


def digits(word: str) -> str:
    """Return the digits of a word."""
    return "".join(filter(str.isdigit, word))
