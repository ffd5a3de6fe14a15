"""Words: spelling folded, abbreviations read out, RT/RW taken out, sentences cut into tokens."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.files import DataFileError

# Old and careless spellings of the same sound, in this order.
SOUNDS = (
    ("oe", "u"), ("tj", "c"), ("dj", "j"), ("kh", "k"), ("th", "t"), ("dh", "d"), ("sy", "s"),
    ("ph", "p"), ("ch", "c"), ("ck", "k"), ("ae", "ai"), ("ij", "i"), ("v", "w"), ("f", "p"),
    ("z", "s"), ("q", "k"), ("y", "i"),
)  # fmt: skip
DOUBLED = re.compile(r"([a-z])\1+")
LAST_H = re.compile(r"(?<=[a-z]{3})h$")
TOKEN = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
TWICE = re.compile(r"\b([^\W\d_]{3,})2\b")
BREAK = re.compile(r"[,;:()\[\]{}\n\r|!?\"“”]|(?<=[^\W\d_]{4})\.\s|\s[-–—]\s")
ROMAN = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"})

NUMBER = r"[0-9oO]{1,4}"
GAP = r"[\s.:]{0,3}"
JOIN = r"\s{0,2}(?:/|\\|-|,|\.|dan|&)?\s{0,2}"
RT_RW = re.compile(
    rf"\bRT{GAP}/{GAP}RW{GAP}(?P<rt0>{NUMBER}){GAP}[/.\-]?{GAP}(?P<rw0>{NUMBER})(?![0-9])"
    rf"|\bRT{GAP}(?P<rt1>{NUMBER}){JOIN}RW{GAP}(?P<rw1>{NUMBER})(?![0-9])"
    rf"|\bRW{GAP}(?P<rw2>{NUMBER}){JOIN}RT{GAP}(?P<rt2>{NUMBER})(?![0-9])"
    rf"|\bRT{GAP}(?P<rt3>{NUMBER})\s{{0,2}}[/.\-]\s{{0,2}}(?P<rw3>[0-9]{{1,4}})(?![0-9])"
    rf"|\bRT{GAP}(?P<rt4>{NUMBER})(?![0-9])"
    rf"|\bRW{GAP}(?P<rw4>{NUMBER})(?![0-9])",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RtRw:
    """A neighbourhood number pair as callers give it; either may be missing."""

    rt: int | None
    rw: int | None

    def __str__(self) -> str:
        parts = [("RT", self.rt), ("RW", self.rw)]
        return "/".join(f"{name} {number:03d}" for name, number in parts if number is not None)


@dataclass(frozen=True, slots=True)
class Token:
    """
    One folded word of a text.

    `breaks` says that a comma or bracket stands before it, `raw` is how it was typed, lower case.
    """

    text: str
    breaks: bool
    raw: str


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """
    Fold a word to how it sounds: `Urimessing`, `urimesing` -> `urimesing`; `Passo` -> `paso`.

    Letters lose accents, case, doubling and old spelling; digits lose leading zeros.
    """
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    if plain.isdigit():
        return plain.lstrip("0") or "0"
    if plain in ROMAN:
        return plain
    for written, sound in SOUNDS:
        if written in plain:
            plain = plain.replace(written, sound)
    if len(plain) > 3:  # `ACC` is no `AC`
        plain = DOUBLED.sub(r"\1", plain)
    return LAST_H.sub("", plain)


def take_rt_rw(text: str) -> tuple[list[RtRw], str]:
    """
    Take every RT/RW out of a text.

    Returns
    -------
    found, rest
        Numbers as integers (`RW 0073` is capped to 7, `O2` is 2), and the text without them.
    """
    found: list[RtRw] = []

    def keep(match: re.Match[str]) -> str:
        groups = match.groupdict()
        rt = next((v for k, v in groups.items() if k.startswith("rt") and v), None)
        rw = next((v for k, v in groups.items() if k.startswith("rw") and v), None)
        found.append(RtRw(_number(rt), _number(rw)))
        return " , "

    return found, RT_RW.sub(keep, text)


def _number(digits: str | None) -> int | None:
    if digits is None:
        return None
    plain = digits.lower().replace("o", "0")
    return int(plain[:3]) if plain else None


class Vocabulary:
    """
    The words that are not names, from words.toml.

    Parameters
    ----------
    words
        Its parsed content.
    """

    def __init__(self, words: dict[str, Any]) -> None:
        self.same = {fold(k): tuple(map(fold, v.split())) for k, v in words["same"].items()}
        pairs = [(k.split(), v.split()) for k, v in words["phrases"].items()]
        self._phrases = {tuple(map(fold, k)): tuple(map(fold, v)) for k, v in pairs}
        area = words["area"]
        self.area = {fold(word): role for role, listed in area.items() for word in listed}
        self.droppable = _folded(words["droppable"]["always"])
        self.droppable_before_name = _folded(words["droppable"]["if_rest_is_a_name"])
        self.fillers = _folded(words["droppable"]["fillers"])
        self.titles = _folded(words["droppable"]["titles"]) | self.fillers
        self.near = _folded(words["relation"]["near"])
        self.toward = _folded(words["relation"]["toward"])
        self.person = _folded(words["person"]["words"])
        self.business = _folded(words["business"]["words"])
        self.noise = _folded(words["noise"]["words"].split())
        self.common = _folded(words["noise"]["common"].split())
        self.ordinary = _folded(words["ordinary"]["words"].split())
        self.nationwide = _folded(words["nationwide"]["streets"].split())
        self.city = _folded(words["city"]["words"])
        self.silent = (
            self.noise | self.near | self.toward | self.person | self.city | set(self.area)
        )
        self.known = self.silent | self.common | self.business | self.droppable_before_name

    def tokens(self, text: str) -> list[Token]:
        """Cut a text into folded tokens, abbreviations read out (`Jl. Dr.` -> jalan dokter)."""
        tokens: list[Token] = []
        end = 0
        text = TWICE.sub(r"\1 \1", text)
        for match in TOKEN.finditer(text):
            breaks = end > 0 and BREAK.search(text, end, match.start() + 1) is not None
            end = match.end()
            raw = match.group().lower()
            word = fold(raw)
            for i, part in enumerate(self.same.get(word, (word,))):
                tokens.append(Token(part, breaks and i == 0, raw if part == word else part))
        return self._join_phrases(tokens)

    def _join_phrases(self, tokens: list[Token]) -> list[Token]:
        joined: list[Token] = []
        i = 0
        while i < len(tokens):
            for size in (3, 2):
                words = tuple(token.text for token in tokens[i : i + size])
                if len(words) == size and words in self._phrases:
                    first = tokens[i].breaks
                    parts = self._phrases[words]
                    joined += [Token(p, first and n == 0, p) for n, p in enumerate(parts)]
                    i += size
                    break
            else:
                joined.append(tokens[i])
                i += 1
        return joined

    def words(self, text: str) -> list[str]:
        """Return the folded words of a name."""
        return [token.text for token in self.tokens(text)]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def load_vocabulary(path: Path) -> Vocabulary:
    """
    Read words.toml.

    Raises
    ------
    DataFileError
        The file is missing, not TOML, or lacks a section.
    """
    try:
        with path.open("rb") as file:
            return Vocabulary(tomllib.load(file))
    except FileNotFoundError as missing:
        raise DataFileError(path, "missing") from missing
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as broken:
        raise DataFileError(path, f"not the word lists it should hold ({broken!r})") from broken
