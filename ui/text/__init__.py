"""The sentences of the pages: Indonesian first, English second, one file each."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("id", "en")


class Words:
    """Sentences of one language by dotted key: `words("dispatch.send", unit="DAMKAR-1")`."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.sentences = sentences

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence with its fields filled in."""
        return self.sentences[key].format(**fields) if fields else self.sentences[key]

    def known(self, key: str, otherwise: str) -> str:
        """Return the sentence, or `otherwise` where there is none (a code added to the data)."""
        return self.sentences.get(key, otherwise)

    def of(self, said: object) -> str:
        """Return the sentence of a thing that speaks both languages (fields `id` and `en`)."""
        return str(getattr(said, self.language))

    def name(self, thing: object) -> str:
        """Return what a thing with two names is called (fields `name_id` and `name_en`)."""
        return str(getattr(thing, f"name_{self.language}"))

    def half(self, both: str) -> str:
        """Return this language's half of "Indonesian / English"; the whole when it is not two."""
        halves = both.split(" / ")
        return halves[LANGUAGES.index(self.language)] if len(halves) == 2 else both

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the marks of the language."""
        written = f"{value:,.{decimals}f}"
        return written.translate(str.maketrans(",.", ".,")) if self.language == "id" else written


@cache
def load(language: str) -> Words:
    """Read a language's file; an unknown language is read as Indonesian."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    with Path(__file__).with_name(f"{chosen}.toml").open("rb") as file:
        return Words(chosen, dict(_flat(tomllib.load(file))))


def _flat(table: Mapping[str, object], before: str = "") -> list[tuple[str, str]]:
    """Return the dotted keys of nested tables with their sentences."""
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            pairs += _flat(value, f"{name}.")
        else:
            pairs.append((name, str(value)))
    return pairs
