"""Names: the keys under which a name can be found, however a caller joins or shortens it."""

from dataclasses import dataclass

from geo.words import ROMAN, Vocabulary

WHOLE, STREET_ONLY, SHORT = 1.0, 0.7, 0.6
"""Strength of a key: the whole name, a street without its `Jalan`, a name without its kind."""

LONGEST_NAME = 7
NUMERALS = ROMAN - {"i", "v", "x"}


@dataclass(frozen=True, slots=True)
class Key:
    """How strongly a key stands for its name, and the folded words it joins."""

    strength: float
    tokens: tuple[str, ...]


def keys_of(name: str, words: Vocabulary) -> dict[str, Key]:
    """
    List the keys of a name and how strongly each stands for it.

    Parameters
    ----------
    name
        As written, e.g. `Jalan Dokter Kayadoe`.

    Returns
    -------
    keys
        Joined folded words -> strength in 0..1 and the words; e.g. `jalandokterkaiadu`,
        `jalankaiadu` (1.0) and `kaiadu` (0.7).
    """
    tokens = words.words(name)
    keys: dict[str, Key] = {}
    for form in _forms(tokens, words):
        if form == tokens or not KIND_WORDS.issuperset(form):
            _add(keys, form, WHOLE)
        for short, strength in _shortened(form, words):
            if not KIND_WORDS.issuperset(short):
                _add(keys, short, strength)
    return keys


def _add(keys: dict[str, Key], tokens: list[str], strength: float) -> None:
    if not tokens or len(tokens) > LONGEST_NAME:
        return
    key = "".join(tokens)
    if len(key) < 3 or key.isdigit():
        return
    if key not in keys or keys[key].strength < strength:
        keys[key] = Key(strength, tuple(tokens))


_KIND_WORDS = """
    jalan lorong gang kampung dusun kompleks perumahan btn masjid gereja pasar jembatan
    puskesmas rs spbu kantor kali pantai pelabuhan museum sd smp sma smk negeri batu gunung
    besar kecil atas bawah dalam baru sampai raya desa kelurahan
"""
KIND_WORDS = frozenset(_KIND_WORDS.split())
"""Words that every second name holds: alone or together they are no key."""


def _forms(tokens: list[str], words: Vocabulary) -> list[list[str]]:
    """Return the name as written, without titles, without initials, first names as initials."""
    told = [title for title in dict.fromkeys(tokens) if title in words.titles]
    forms = [tokens]
    for dropped in [*({title} for title in told), set(told)]:
        left = [token for token in tokens if token not in dropped]
        # `Negeri Lama` is no `Lama`, `Teluk Ambon` no `Teluk`.
        enough = 1 if dropped and not dropped & words.fillers else 2
        if len(left) >= enough and (len(left) > 1 or left[0] not in words.known):
            forms.append(left)
    plain = forms[-1]
    last = len(plain) - 1
    full = [token for i, token in enumerate(plain) if len(token) > 1 or i == last]
    if len(full) > 1:
        forms.append(full)
    if len(plain) >= 3 and plain[0] == "jalan" and _is_person(plain[1:], words):
        given, surname = plain[1:-1], plain[-1]
        initials = [*(name[0] for name in given), surname]
        forms += [["jalan", *initials], ["jalan", *told, *initials], ["jalan", surname]]
    return forms


def _is_person(tokens: list[str], words: Vocabulary) -> bool:
    """Tell `Martinus Putuhena` from `Puncak Bogor`: a person's names are no everyday words."""
    if tokens[-1] in ROMAN:
        return False
    return not any(t in words.known or t in KIND_WORDS or t in NUMERALS for t in tokens)


def _shortened(tokens: list[str], words: Vocabulary) -> list[tuple[list[str], float]]:
    """Return the name without the leading word of its kind, where the rest still names it."""
    rest = tokens[1:]
    if not rest:
        return []
    if tokens[0] == "jalan":
        return [(rest, STREET_ONLY)]
    if tokens[0] in words.droppable:
        if len(rest) == 1 and rest[0] in words.known:
            return []  # `Negeri Lama` is not `lama`, old
        return [(rest, WHOLE)] if len("".join(rest)) > 3 else [(rest, SHORT)]
    if tokens[0] in words.droppable_before_name:
        telling = [t for t in rest if t not in words.known and len(t) >= 5 and not t.isdigit()]
        return [(rest, SHORT)] if telling else []
    return []
