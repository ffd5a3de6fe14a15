"""Evidence -> scores per kelurahan, who rivals whom, and how sure to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.evidence import TWIN_SHARE, Evidence
from geo.gazetteer import IN_TOWN, Kind
from geo.words import Vocabulary

TOO_CLOSE = 0.7
"""Scores nearer than this leave the choice to the caller."""
STRONG = 2.0
"""Evidence this heavy contradicts when it speaks for another kelurahan."""
BASE = {
    Kind.KELURAHAN: 0.92,
    Kind.POINT: 0.9,
    Kind.KAMPUNG: 0.88,
    Kind.STREET: 0.8,
    Kind.DISTRICT: 0.6,
}
STATED = 0.97
MISSPELT = 0.85
NOT_SAID = 0.02
"""What evidence leaves to a kelurahan it does not speak for."""
OTHER_DISTRICT = 0.4
"""Callers name the wrong kecamatan this readily, against the right one."""
CAP_ONE_WORD_MISSPELT = 0.5
CAP_ORDINARY = 0.5
CAP_CONTRADICTED_STATED = 0.78
CAP_CONTRADICTED = 0.6
CAP_BY_DISTRICT = 0.75
CAP_ELSEWHERE = 0.5
CAP_TOWARD = 0.6
CAP_AMBIGUOUS = 0.6


@dataclass(frozen=True, slots=True)
class Weighed:
    """
    Scores per kelurahan code, best first, and the evidence behind them.

    `rivals` holds the codes too close to the best to choose among, the best first.
    """

    evidence: tuple[Evidence, ...]
    scores: dict[str, float]
    rivals: tuple[str, ...]

    def named(self) -> list[str]:
        """Return the codes that more than a kecamatan speaks for, best first."""
        telling = [e for e in self.evidence if e.kind is not Kind.DISTRICT]
        return [c for c in self.scores if any(e.shares.get(c, 0.0) >= 0.05 for e in telling)]

    def supporting(self, code: str) -> list[Evidence]:
        """Return the evidence that speaks for a kelurahan, heaviest first."""
        found = [e for e in self.evidence if e.shares.get(code, 0.0) > 0.0]
        return sorted(found, key=lambda e: -e.weight * e.shares[code])

    def against(self, code: str) -> list[Evidence]:
        """Return strong evidence that speaks for other kelurahan only."""
        return [
            e
            for e in self.evidence
            if e.weight >= STRONG and e.shares and e.shares.get(code, 0.0) < 0.4
        ]


def weigh(evidence: Sequence[Evidence]) -> Weighed:
    """Add up what each piece of evidence says for each kelurahan; ties keep the words' order."""
    kept = tuple(e for e in evidence if e.kind in IN_TOWN)
    scores: dict[str, float] = {}
    for piece in kept:
        for code, share in piece.shares.items():
            scores[code] = scores.get(code, 0.0) + piece.weight * share
    ordered = dict(sorted(scores.items(), key=lambda item: (-round(item[1], 6), item[0])))
    return Weighed(kept, ordered, _rivals(kept, ordered))


def _rivals(evidence: Sequence[Evidence], scores: dict[str, float]) -> tuple[str, ...]:
    if all(piece.kind is Kind.DISTRICT for piece in evidence):
        return ()
    best, *others = scores or {"": 0.0}
    rivals = [best] if best else []
    for code in others:
        told = any(
            piece.kind is not Kind.DISTRICT and piece.shares.get(code, 0.0) >= 0.5
            for piece in evidence
        )
        if told and scores[best] - scores[code] < TOO_CLOSE and _separate(evidence, best, code):
            rivals.append(code)
    return tuple(rivals)


def _separate(evidence: Sequence[Evidence], best: str, code: str) -> bool:
    """One street through two kelurahan is one place; two places of one name are two."""
    both = [e for e in evidence if best in e.shares and code in e.shares]
    only = [e for e in evidence if code in e.shares and best not in e.shares]
    if only or not both or any(e.kind is Kind.KELURAHAN for e in both):
        return True
    return any(
        sum(part.said and part.code in (best, code) for t in e.things for part in t.parts) > 1
        for e in both
    )


def confidence(
    weighed: Weighed, code: str, words: Vocabulary, unexplained: int, elsewhere: bool
) -> float:
    """
    Say how sure the kelurahan is, 0..1.

    Parameters
    ----------
    weighed
        Scores and evidence.
    code
        The kelurahan to judge.
    words
        Knows ordinary words and names every city has.
    unexplained
        Words of the text that neither name a place nor speak of the emergency.
    elsewhere
        Whether the words also name a place beyond the city.
    """
    supporting = weighed.supporting(code)
    if not supporting:
        return 0.0
    sure = 0.0
    for i, piece in enumerate(supporting):
        one = _quality(piece) * (1.0 if i == 0 else 0.3)
        sure = one if i == 0 else 1.0 - (1.0 - sure) * (1.0 - one)
    sure *= _share_of(weighed, supporting, code)
    stated = any(p.stated and p.shares[code] >= 1.0 and p.match.errors == 0 for p in supporting)
    if not stated:
        sure *= max(0.5, 1.0 - 0.06 * unexplained)
    caps = [_cap(weighed, code, stated, elsewhere), _cap_of_names(supporting, words, unexplained)]
    return round(min(0.98, sure, *caps), 3)


def _quality(piece: Evidence) -> float:
    base = STATED if piece.stated else BASE[piece.kind]
    return base * min(1.0, piece.thing.trust) * (MISSPELT if piece.match.errors else 1.0)


def _share_of(weighed: Weighed, supporting: Sequence[Evidence], code: str) -> float:
    """
    Say how much of what the supporting evidence allows falls to this kelurahan.

    Two names that each leave three kelurahan, but only one in common, settle it.
    """
    allowed = dict.fromkeys([code, *weighed.named()], 1.0)
    for piece in supporting:
        for other in allowed:
            allowed[other] *= _allows(piece, other)
    return allowed[code] / sum(allowed.values())


def _allows(piece: Evidence, code: str) -> float:
    share = piece.shares.get(code, 0.0)
    if piece.kind is Kind.DISTRICT:
        return 1.0 if share else OTHER_DISTRICT
    if piece.kind is Kind.STREET or share >= TWIN_SHARE:
        return max(share, NOT_SAID)
    return NOT_SAID


def _cap(weighed: Weighed, code: str, stated: bool, elsewhere: bool) -> float:
    cap = 1.0
    if weighed.against(code):
        cap = CAP_CONTRADICTED_STATED if stated else CAP_CONTRADICTED
    supporting = weighed.supporting(code)
    telling = [e for e in supporting if e.kind is not Kind.DISTRICT and not e.asks_back]
    if not telling:
        cap = min(cap, CAP_BY_DISTRICT)
    if elsewhere:
        cap = min(cap, CAP_ELSEWHERE)
    if all(e.toward for e in supporting):
        cap = min(cap, CAP_TOWARD)
    return cap


def _cap_of_names(supporting: Sequence[Evidence], words: Vocabulary, unexplained: int) -> float:
    """Bound what one weak name can prove; two names that agree are no accident."""
    names = [e for e in supporting if e.kind is not Kind.DISTRICT]
    if len(names) != 1 or names[0].stated:
        return 1.0
    name = names[0]
    one_word = name.match.last - name.match.first == 1
    if name.match.errors and name.match.telling <= 1:
        return CAP_ONE_WORD_MISSPELT
    ordinary = one_word and name.match.key in words.ordinary and not name.role
    nationwide = name.kind is Kind.STREET and any(w in name.match.key for w in words.nationwide)
    street_of_place = name.role == "street" and name.kind is Kind.POINT
    lost = name.match.errors > 0 and unexplained > 1
    return CAP_ORDINARY if ordinary or nationwide or street_of_place or lost else 1.0
