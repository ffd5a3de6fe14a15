"""Matched names -> evidence: how much each speaks for which kelurahan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from geo.gazetteer import IN_TOWN, Gazetteer, Kind, Thing, fold_name
from geo.kelurahan import Boundaries
from geo.match import Match, Matcher
from geo.words import Token

WEIGHT = {
    Kind.KELURAHAN: 4.0,
    Kind.POINT: 3.6,
    Kind.KAMPUNG: 3.5,
    Kind.STREET: 2.6,
    Kind.DISTRICT: 1.0,
    Kind.NEIGHBOUR: 4.0,
    Kind.FOREIGN_CITY: 3.0,
    Kind.FOREIGN: 2.0,
}
STATED_WEIGHT = 6.5
"""A name with `kelurahan`, `desa` or `negeri` before it."""
ERROR_COST = 0.15
KEEP_WITHIN = 0.31
"""Things a key stands for this much more weakly than for another are not meant."""
SAME_NAME_FLOOR = 0.9
"""Same-named places weigh nearly alike: how often each is in the news must not decide."""
DRAWN_LONG, DRAWN_SHARE = 0.15, 0.7
"""A street surely runs where its line is drawn, even if the news name another kelurahan."""
TWIN_SHARE = 0.55
AREA_ROLES = frozenset({"kelurahan", "desa", "negeri"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    One name in the words and the kelurahan it speaks for.

    `shares` maps code -> 0..1; `elsewhere` says that a namesake lies nobody knows where.
    """

    match: Match
    things: tuple[Thing, ...]
    kind: Kind
    weight: float
    shares: dict[str, float]
    stated: bool
    role: str | None
    near: bool
    toward: bool
    elsewhere: bool

    @property
    def thing(self) -> Thing:
        """The thing that is meant first."""
        return self.things[0]

    @property
    def asks_back(self) -> bool:
        """Whether the name alone leaves several kelurahan."""
        best = max(self.shares.values(), default=0.0)
        return sum(share >= best - 0.15 for share in self.shares.values()) > 1 and (
            self.kind is not Kind.DISTRICT
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What stands before a name: its area word, a relation, a person, a signboard."""

    role: str | None
    near: bool
    toward: bool
    person: bool
    business: bool


class Reader:
    """
    Reads matches in their context.

    Parameters
    ----------
    gazetteer, matcher, boundaries
        The names, what finds them, and the kelurahan they lie in.
    """

    def __init__(self, gazetteer: Gazetteer, matcher: Matcher, boundaries: Boundaries) -> None:
        self._gazetteer = gazetteer
        self._words = gazetteer.words
        self._matcher = matcher
        self._boundaries = boundaries
        self._near_namesakes = _near_namesakes(boundaries)

    def read(self, tokens: Sequence[Token], matches: Sequence[Match]) -> list[Evidence]:
        """Return evidence in the order of the words; a repeated name counts once, at its best."""
        best: dict[str, Evidence] = {}
        for match in matches:
            evidence = self._evidence(match, self._context(tokens, match.first))
            held = best.get(match.key)
            if evidence and (held is None or evidence.weight > held.weight):
                best[match.key] = evidence
        found = list(best.values())
        return [self._as_district(piece, found) for piece in found]

    def _as_district(self, evidence: Evidence, all_of_it: list[Evidence]) -> Evidence:
        """
        Read a kelurahan's name as the kecamatan of that name, where the rest asks for it.

        `Kudamati, Nusaniwe` names the kecamatan; `Benteng Atas, Nusaniwe` may name either.
        """
        district = next((t for t in evidence.things if t.kind is Kind.DISTRICT), None)
        if district is None or evidence.kind is not Kind.KELURAHAN or evidence.stated:
            return evidence
        twins = {part.code for t in evidence.things if t is not district for part in t.parts}
        codes = {part.code for part in district.parts}
        others = [e for e in all_of_it if e is not evidence and e.kind is not Kind.DISTRICT]
        inside = [e for e in others if codes & set(e.shares) and not twins & set(e.shares)]
        if not inside:
            return evidence
        return replace(
            evidence,
            things=(district,),
            kind=Kind.DISTRICT,
            weight=WEIGHT[Kind.DISTRICT],
            shares=dict.fromkeys(sorted(filter(None, codes)), 1.0),
        )

    def _context(self, tokens: Sequence[Token], first: int) -> Context:
        words = self._words
        before: list[str] = []
        for i in range(first - 1, max(-1, first - 5), -1):
            if tokens[i + 1].breaks:
                break
            before.append(tokens[i].text)
        while (
            len(before) > 1 and before[0] in words.titles and not self._matcher.area_of(before[0])
        ):
            del before[0]  # `Jalan Dr. Haulussy`: the street word governs the name
        last = before[0] if before else ""
        person = last in words.person or before[:2] in (
            ["kelurahan", "ruma"],
            ["kelurahan", "milik"],
        )
        role = None if person or not before else self._matcher.area_of(last)
        head = self._relation(before)
        return Context(
            role,
            near=head in words.near,
            toward=head in words.toward,
            person=person,
            business=last in words.business,
        )

    def _relation(self, before: list[str]) -> str:
        """Return the relation word that governs a name, past area words and small words."""
        for word in before:
            if word in self._words.near or word in self._words.toward:
                return word
            if self._matcher.area_of(word) is None and word not in self._words.noise:
                break
        return ""

    def _evidence(self, match: Match, context: Context) -> Evidence | None:
        things = self._meant(match, context)
        if not things:
            return None
        kind = things[0][0].kind
        stated = kind is Kind.KELURAHAN and context.role in AREA_ROLES
        weight = STATED_WEIGHT if stated else WEIGHT[kind]
        if kind is Kind.NEIGHBOUR and context.role in AREA_ROLES | {"district"}:
            weight = STATED_WEIGHT
        weight *= max(min(thing.trust, 1.0) * strength for thing, strength in things)
        weight *= (1.0 - ERROR_COST * match.errors) * self._doubt(context, kind)
        return Evidence(
            match,
            tuple(thing for thing, _ in things),
            kind,
            weight,
            self._shares(things, match, context),
            stated,
            context.role,
            context.near,
            context.toward,
            any(part.code is None and not t.district for t, _ in things for part in t.parts),
        )

    def _doubt(self, context: Context, kind: Kind) -> float:
        doubt = 1.0
        if context.toward:
            doubt *= 0.35
        elif context.near and kind in (Kind.KELURAHAN, Kind.KAMPUNG):
            doubt *= 0.9
        if context.person:
            doubt *= 0.4
        if context.business and kind is not Kind.POINT:
            doubt *= 0.4
        if context.role in ("street", "lane") and kind in (Kind.KELURAHAN, Kind.POINT):
            doubt *= 0.6
        return doubt

    def _meant(self, match: Match, context: Context) -> list[tuple[Thing, float]]:
        """Choose among the things of a key by the area word before it."""
        things = list(match.things)
        top = max(strength for _, strength in things)
        things = [(t, s) for t, s in things if s >= top - KEEP_WITHIN]
        in_town = [(t, s) for t, s in things if t.kind in IN_TOWN]
        things = in_town or things
        kinds = {thing.kind for thing, _ in things}
        if context.role == "district" and Kind.DISTRICT in kinds:
            return [(t, s) for t, s in things if t.kind is Kind.DISTRICT]
        if Kind.KELURAHAN in kinds:
            return [(t, s) for t, s in things if t.kind is Kind.KELURAHAN] + [
                (t, s) for t, s in things if t.kind is Kind.DISTRICT
            ]
        if context.role == "street" and Kind.STREET in kinds:
            return [(t, s) for t, s in things if t.kind is Kind.STREET]
        if Kind.DISTRICT in kinds:
            return [(t, s) for t, s in things if t.kind is Kind.DISTRICT]
        return sorted(things, key=lambda pair: (-pair[1], list(WEIGHT).index(pair[0].kind)))

    def _shares(
        self, things: list[tuple[Thing, float]], match: Match, context: Context
    ) -> dict[str, float]:
        top = max(strength for _, strength in things)
        own = [t for t, _ in things if fold_name(t.name, self._words) == match.key]
        shares: dict[str, float] = {}
        twins = sum(thing.kind is Kind.KELURAHAN for thing, _ in things) > 1
        for thing, strength in things:
            scale = strength / top
            if own and thing not in own and thing.asks_back:
                scale *= 0.5  # `Arbes` is a name of its own before it is short for `Air Besar`
            if thing.kind is Kind.DISTRICT and len(things) > 1:
                scale *= 0.25
            for code, share in self._own_shares(thing, context, twins).items():
                shares[code] = max(shares.get(code, 0.0), share * scale)
        return shares

    def _own_shares(self, thing: Thing, context: Context, twins: bool) -> dict[str, float]:
        if thing.kind is Kind.KELURAHAN and context.role in AREA_ROLES:
            return self._stated_shares(thing.parts[0].code or "", context.role, twins)
        said = [part for part in thing.parts if part.said]
        shares: dict[str, float] = {}
        for part in thing.parts:
            if part.code is None:
                continue
            if thing.kind is Kind.DISTRICT or (part.said and len(said) == 1):
                shares[part.code] = 1.0
            elif part.said:
                shares[part.code] = SAME_NAME_FLOOR + (1 - SAME_NAME_FLOOR) * part.share
            else:
                drawn = part.share if part.share < DRAWN_LONG else max(part.share, DRAWN_SHARE)
                shares[part.code] = min(drawn, DRAWN_SHARE) if said else part.share
        return shares

    def _stated_shares(self, code: str, role: str | None, twins: bool) -> dict[str, float]:
        """
        Let the area word decide between namesakes, and doubt it between near namesakes.

        Callers swap `kelurahan`, `desa` and `negeri`, so the word counts for nothing else; but
        `Negeri Silale` may well be Negeri Seilale.
        """
        is_kelurahan = self._boundaries[code].kind == "kelurahan"
        if (role == "kelurahan") == is_kelurahan:
            return {code: 1.0}
        if twins:
            return {code: TWIN_SHARE}
        return {code: 1.0, **dict.fromkeys(self._near_namesakes.get(code, ()), 0.95)}


def _near_namesakes(boundaries: Boundaries) -> dict[str, list[str]]:
    """Return, per code, kelurahan of the other kind whose name is one letter off."""
    near: dict[str, list[str]] = {}
    for one in boundaries:
        for other in boundaries:
            apart = (one.kind == "kelurahan") != (other.kind == "kelurahan")
            if apart and OSA.distance(one.name, other.name, score_cutoff=1) == 1:
                near.setdefault(one.code, []).append(other.code)
    return near
