"""A caller's words -> ranked places with their uncertainty, or the question to ask back."""

from collections.abc import Iterable
from pathlib import Path

from geo import say
from geo.answer import Answer, Candidate, Level, Status
from geo.coordinates import Fix, find_fix
from geo.evidence import Evidence, Reader
from geo.files import DATA, check_whole
from geo.gazetteer import Gazetteer, Kind, PlaceName, load_gazetteer, read_table
from geo.kelurahan import Boundaries
from geo.match import Match, Matcher
from geo.place import Spot, district_spot, doubted_m, spot_in
from geo.weigh import CAP_AMBIGUOUS, STRONG, Weighed, confidence, weigh
from geo.words import RtRw, Token, Vocabulary, load_vocabulary, take_rt_rw

__all__ = [
    "Answer",
    "Candidate",
    "Geocoder",
    "Level",
    "PlaceName",
    "Status",
    "load_geocoder",
]

LONGEST_TEXT = 2000
LONGEST_READ = 120
"""Words of a text that are read; a place is said within fewer."""
TOO_UNSURE = 0.2
MOST_CANDIDATES = 6


class Geocoder:
    """
    Reads location texts.

    Parameters
    ----------
    boundaries
        The kelurahan.
    folder
        The prepared places.
    names
        The admin's table, on top of the prepared names.
    """

    def __init__(
        self, boundaries: Boundaries, folder: Path, names: Iterable[PlaceName] = ()
    ) -> None:
        self._boundaries = boundaries
        self._folder = folder
        self.vocabulary: Vocabulary = load_vocabulary(folder / "words.toml")
        gazetteer: Gazetteer = load_gazetteer(boundaries, self.vocabulary, folder, names)
        self._matcher = Matcher(gazetteer)
        self._reader = Reader(gazetteer, self._matcher, boundaries)
        table = read_table(folder / "kelurahan_names.csv")
        self._hints = {row["code"]: row["hint"] for row in table if row["hint"]}

    def with_names(self, names: Iterable[PlaceName]) -> "Geocoder":
        """
        Return a geocoder with the admin's table on top of the prepared gazetteer.

        Rows of a name replace what the prepared gazetteer says of that name.
        """
        return Geocoder(self._boundaries, self._folder, names)

    def locate(self, text: str) -> Answer:
        """
        Find the place a text means.

        Parameters
        ----------
        text
            Anything a caller says or a screen pastes; more than 2000 characters are cut off,
            and the note says so.

        Returns
        -------
        answer
            Never an exception. `located`: the first candidate is the place, known to its level
            and radius. `ambiguous`: several candidates fit alike, and `question` tells them
            apart. `outside`: beyond the city. `unknown`: no place in the words.
        """
        cut = text[:LONGEST_TEXT]
        note = say.TRUNCATED if len(text) > LONGEST_TEXT else None
        if fix := find_fix(cut):
            return self._at_fix(fix, note)
        rt_rw, rest = take_rt_rw(cut)
        tokens = self.vocabulary.tokens(rest)[:LONGEST_READ]
        matches = self._matcher.matches(tokens)
        evidence = self._reader.read(tokens, matches)
        unexplained = self._unexplained(tokens, matches)
        return self._judge(evidence, rt_rw, unexplained, note)

    def _at_fix(self, fix: Fix, note: str | None) -> Answer:
        here = self._boundaries.at(fix.lon, fix.lat)
        notes = [n for n in (note, fix.note) if n]
        if here is None:
            spot = Candidate(
                None, None, None, fix.lon, fix.lat, Level.POINT, fix.radius_m, 0.95,
                fix.written, f"{fix.lat:.5f}, {fix.lon:.5f}", say.COORDINATES,
            )  # fmt: skip
            return Answer(Status.OUTSIDE, (spot,), note=" ".join([*notes, say.FIX_OUTSIDE]))
        kelurahan = here.kelurahan
        if here.offshore_m > 0:
            notes.append(say.offshore(kelurahan, here.offshore_m))
        candidate = Candidate(
            kelurahan.code, kelurahan.name, kelurahan.district, fix.lon, fix.lat, Level.POINT,
            fix.radius_m, 0.95, fix.written,
            f"{fix.lat:.5f}, {fix.lon:.5f}, {say.full_name(kelurahan)}", say.COORDINATES,
        )  # fmt: skip
        return Answer(Status.LOCATED, (candidate,), note=" ".join(notes) or None)

    def _unexplained(self, tokens: list[Token], matches: list[Match]) -> int:
        """Count the words that neither name a place nor speak of the emergency."""
        read = {i for match in matches for i in range(match.first, match.last)}
        return sum(
            token.text not in self.vocabulary.silent and not token.text.isdigit()
            for i, token in enumerate(tokens)
            if i not in read
        )

    def _judge(
        self, evidence: list[Evidence], rt_rw: list[RtRw], unexplained: int, note: str | None
    ) -> Answer:
        weighed = weigh(evidence)
        beyond = [
            e for e in evidence if e.kind in (Kind.NEIGHBOUR, Kind.FOREIGN_CITY, Kind.FOREIGN)
        ]
        if outside := self._outside(weighed, beyond, note):
            return outside
        named_elsewhere = [e for e in beyond if not e.toward and e.weight >= STRONG]
        candidates = [
            self._candidate(weighed, code, rt_rw, unexplained, bool(named_elsewhere))
            for code in weighed.named()[: MOST_CANDIDATES * 2]
        ]
        notes = [note, say.also_names(beyond)] if beyond else [note]
        remark = " ".join(filter(None, notes)) or None
        if len(weighed.rivals) > 1 or self._has_lost_namesake(weighed):
            return self._ambiguous(weighed, candidates, remark)
        if self._only_district(weighed):
            return self._in_district(weighed, unexplained, bool(named_elsewhere), remark)
        if not candidates or candidates[0].confidence < TOO_UNSURE:
            return self._unknown(evidence, rt_rw, remark)
        return Answer(Status.LOCATED, _runners_up(candidates), note=remark)

    def _outside(self, weighed: Weighed, beyond: list[Evidence], note: str | None) -> Answer | None:
        """A place beyond the city wins over lighter evidence, and over streets any city has."""
        if not beyond:
            return None
        heaviest = max(beyond, key=lambda e: e.weight)
        in_town = max(weighed.scores.values(), default=0.0)
        if heaviest.kind is Kind.NEIGHBOUR and heaviest.weight <= in_town:
            return None
        named = any(e.kind is Kind.KELURAHAN or e.stated for e in weighed.evidence)
        agreeing = sum(e.weight >= 2.5 for e in weighed.evidence) > 1
        if heaviest.kind is not Kind.NEIGHBOUR and (named or agreeing):
            return None
        if weighed.scores and (heaviest.kind is Kind.FOREIGN or heaviest.weight < STRONG):
            return None
        remark = " ".join(filter(None, [note, say.outside(heaviest.thing)]))
        if heaviest.kind is Kind.FOREIGN:
            return Answer(Status.UNKNOWN, question=say.WHERE, note=remark)
        return Answer(Status.OUTSIDE, note=remark)

    def _candidate(
        self, weighed: Weighed, code: str, rt_rw: list[RtRw], unexplained: int, elsewhere: bool
    ) -> Candidate:
        kelurahan = self._boundaries[code]
        spot = spot_in(weighed, code, self._boundaries.centres[code])
        name = spot.thing.name if spot.thing and spot.thing.kind is not Kind.KELURAHAN else None
        sure = confidence(weighed, code, self.vocabulary, unexplained, elsewhere)
        stated = any(e.stated for e in weighed.supporting(code))
        return Candidate(
            code, kelurahan.name, kelurahan.district, spot.lon, spot.lat, spot.level,
            spot.radius_m if stated else doubted_m(spot, sure), sure,
            spot.thing.name if spot.thing else kelurahan.name,
            say.label(rt_rw, name, kelurahan), say.why(weighed, code, self._boundaries),
        )  # fmt: skip

    def _ambiguous(self, weighed: Weighed, candidates: list[Candidate], note: str | None) -> Answer:
        by_code = {c.kelurahan_code: c for c in candidates}
        fits = [by_code[code] for code in weighed.rivals if code in by_code]
        share = CAP_AMBIGUOUS if len(fits) == 1 else min(CAP_AMBIGUOUS, 1.1 / len(fits))
        capped = tuple(say.with_confidence(c, min(c.confidence, share)) for c in fits)
        kelurahan = [self._boundaries[c.kelurahan_code or ""] for c in fits]
        return Answer(
            Status.AMBIGUOUS,
            capped[: MOST_CANDIDATES + 2],
            say.which_one(weighed, kelurahan, self._hints),
            note,
        )

    def _has_lost_namesake(self, weighed: Weighed) -> bool:
        """Whether all rests on one name that a second place, nobody knows where, bears too."""
        telling = [e for e in weighed.evidence if e.kind is not Kind.DISTRICT]
        return len(telling) == 1 and telling[0].elsewhere and bool(telling[0].shares)

    def _only_district(self, weighed: Weighed) -> bool:
        return bool(weighed.evidence) and all(
            e.kind is Kind.DISTRICT or (e.thing.district and not e.shares) for e in weighed.evidence
        )

    def _in_district(
        self, weighed: Weighed, unexplained: int, elsewhere: bool, note: str | None
    ) -> Answer:
        """Only the kecamatan is known: said outright, or of a name that nobody placed closer."""
        names = {e.thing.district: e.thing for e in weighed.evidence}
        found = []
        for name, thing in names.items():
            code = next(k.district_code for k in self._boundaries if k.district == name)
            spot = district_spot(thing, self._boundaries.centres[code])
            known = 0.6 if thing.kind is Kind.DISTRICT else 0.45
            sure = (known if len(names) == 1 else 0.3) * max(0.5, 1.0 - 0.06 * unexplained)
            found.append(self._district_candidate(name, spot, min(sure, 0.5 if elsewhere else 1)))
        status = Status.LOCATED if len(found) == 1 else Status.AMBIGUOUS
        return Answer(status, tuple(found), say.WHERE, note)

    def _district_candidate(self, name: str, spot: Spot, sure: float) -> Candidate:
        thing = spot.thing
        named = thing is not None and thing.kind is not Kind.DISTRICT
        label = f"{thing.name}, Kecamatan {name}" if thing and named else f"Kecamatan {name}"
        return Candidate(
            None, None, name, spot.lon, spot.lat, spot.level, spot.radius_m, round(sure, 3),
            thing.name if thing else name, label, say.DISTRICT_ONLY,
        )  # fmt: skip

    def _unknown(self, evidence: list[Evidence], rt_rw: list[RtRw], note: str | None) -> Answer:
        if note is None and evidence:
            note = say.unplaced(evidence[0].thing.name)
        question = say.which_kelurahan(rt_rw[0]) if rt_rw else say.WHERE
        return Answer(Status.UNKNOWN, question=question, note=note)


def _runners_up(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    best, *others = candidates
    rest = sorted((c for c in others if c.confidence >= 0.1), key=lambda c: -c.confidence)
    capped = [say.with_confidence(c, min(c.confidence, best.confidence)) for c in rest]
    return (best, *capped[: MOST_CANDIDATES - 1])


def load_geocoder(
    boundaries: Boundaries, folder: Path = DATA / "places", names: Iterable[PlaceName] = ()
) -> Geocoder:
    """
    Load the prepared gazetteer, the admin's names on top.

    Raises
    ------
    DataFileError
        A prepared file is missing or broken.
    """
    check_whole(folder)
    return Geocoder(boundaries, folder, names)
