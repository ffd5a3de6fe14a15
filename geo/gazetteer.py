"""The gazetteer: the names people use, their keys, and what each name points to."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from geo.files import DataFileError
from geo.kelurahan import Boundaries
from geo.names import keys_of
from geo.words import Vocabulary, fold

ADMIN = "corrected in the room"
DRAWN = "street geometry"
"""Nobody said where the street lies: its kelurahan is where the line has most people."""


class Kind(StrEnum):
    """What a name names; decides how much it proves and how precise it is."""

    KELURAHAN = "kelurahan"
    DISTRICT = "district"
    POINT = "point"
    STREET = "street"
    KAMPUNG = "kampung"
    NEIGHBOUR = "neighbour"
    FOREIGN_CITY = "foreign city"
    FOREIGN = "foreign"


IN_TOWN = frozenset({Kind.KELURAHAN, Kind.DISTRICT, Kind.POINT, Kind.STREET, Kind.KAMPUNG})

_POINT_KINDS = """
    bridge hospital landmark market port puskesmas school shop fire_post police_hq police_post
    civil_police_post disaster_post environment_office military_post ambulance_post kantor
    sekolah masjid gereja pasar terminal jembatan spbu kampus simpang pelabuhan rumah_sakit
"""
POINT_KINDS = frozenset(_POINT_KINDS.split())


@dataclass(frozen=True, slots=True)
class Part:
    """Where a name lies, or one of the places it lies in; no position means nobody said."""

    code: str | None
    share: float
    said: bool
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """
    One named thing.

    `trust` in 0..1 says how well its kelurahan is known; `district` is set where only that is.
    """

    name: str
    kind: Kind
    parts: tuple[Part, ...]
    trust: float = 1.0
    district: str = ""

    @property
    def asks_back(self) -> bool:
        """Whether people use the name in more than one kelurahan."""
        return sum(part.said for part in self.parts) > 1


@dataclass(frozen=True, slots=True)
class PlaceName:
    """
    A name of the admin's table.

    Give `kelurahan_code`, or `lon` and `lat`, or both. Rows of one name replace whatever the
    prepared gazetteer says of it; several rows with different codes make it ask back.
    """

    name: str
    variants: tuple[str, ...] = ()
    kind: str = "kawasan"
    kelurahan_code: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None


TRUST = {
    "stated": 1.0,
    "inferred": 0.9,
    DRAWN: 0.85,
    "general knowledge, unconfirmed": 0.75,
    ADMIN: 1.0,
}


class Gazetteer:
    """
    All things under all their keys (see `geo.names.keys_of`).

    Attributes
    ----------
    split
        Key -> the folded words it joins, for comparing word by word.
    vocabulary
        Every folded word of every name.
    """

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._things: dict[str, dict[Thing, float]] = {}
        self.split: dict[str, tuple[str, ...]] = {}
        self.vocabulary: set[str] = set()

    def add(self, thing: Thing, names: Iterable[str]) -> None:
        """Put a thing under every key of its names."""
        for name in names:
            self.vocabulary.update(self.words.words(name))
            keys = keys_of(name, self.words)
            if thing.kind in (Kind.FOREIGN, Kind.FOREIGN_CITY):
                keys = {k: key for k, key in keys.items() if k == fold_name(name, self.words)}
            for written, key in keys.items():
                held = self._things.setdefault(written, {})
                held[thing] = max(held.get(thing, 0.0), key.strength)
                self.split.setdefault(written, key.tokens)

    def find(self, key: str) -> dict[Thing, float]:
        """Return the things a key stands for with their strengths; empty if none."""
        return self._things.get(key, {})

    def __contains__(self, key: object) -> bool:
        return key in self._things

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)


def load_gazetteer(
    boundaries: Boundaries, words: Vocabulary, folder: Path, names: Iterable[PlaceName] = ()
) -> Gazetteer:
    """
    Read the prepared names and put the admin's on top.

    Raises
    ------
    DataFileError
        A table is missing, is not CSV, or lacks a column or a number.
    """
    admin = list(names)
    corrected: dict[str, list[str]] = {fold_name(row.name, words): [] for row in admin}
    gazetteer = Gazetteer(words)
    try:
        for thing, spoken in _things(boundaries, words, folder):
            key = fold_name(thing.name, words)
            if key in corrected and thing.kind not in (Kind.KELURAHAN, Kind.DISTRICT):
                corrected[key] += spoken
            else:
                gazetteer.add(thing, spoken)
        for thing, spoken in _admin_things(admin, boundaries):
            gazetteer.add(thing, spoken + corrected[fold_name(thing.name, words)])
    except (KeyError, ValueError) as broken:
        raise DataFileError(folder, f"not the names it should hold ({broken!r})") from broken
    return gazetteer


def fold_name(name: str, words: Vocabulary) -> str:
    """Fold a whole name to one key; two spellings of a name fold to the same."""
    return "".join(words.words(name))


Named = tuple[Thing, list[str]]


def _things(boundaries: Boundaries, words: Vocabulary, folder: Path) -> Iterator[Named]:
    yield from _areas(boundaries, folder / "kelurahan_names.csv")
    streets = _streets(folder / "streets.csv", words)
    people = _people_names(folder / "place_names.csv")
    yield from _merged_streets(streets, people, words)
    for row in read_table(folder / "places.csv"):
        part = Part(row["kelurahan_code"] or None, 1.0, True, *_position(row))
        yield Thing(row["name"], Kind.POINT, (part,), 0.95), _spoken(row)
    for row in read_table(folder / "outside.csv"):
        where = row["district"] or row["name"]
        yield Thing(row["name"], Kind.NEIGHBOUR, (), district=where), _spoken(row)
    for row in read_table(folder / "foreign.csv"):
        kind = Kind.FOREIGN_CITY if row["kind"] == "city" else Kind.FOREIGN
        yield Thing(row["name"], kind, ()), [row["name"]]


def _areas(boundaries: Boundaries, path: Path) -> Iterator[Named]:
    more: dict[str, list[str]] = defaultdict(list)
    for row in read_table(path):
        more[row["code"]] += [v for v in row["variants"].split("|") if v]
    districts: dict[str, str] = {}
    for kelurahan in boundaries:
        districts[kelurahan.district_code] = kelurahan.district
        part = Part(kelurahan.code, 1.0, True)
        spoken = [kelurahan.name, *kelurahan.name.split("/"), *more[kelurahan.code]]
        yield Thing(kelurahan.name, Kind.KELURAHAN, (part,)), spoken
    for code, name in districts.items():
        codes = [k.code for k in boundaries if k.district_code == code]
        parts = tuple(Part(c, 1.0, False) for c in codes)
        yield Thing(name, Kind.DISTRICT, parts, district=name), [name, *more[code]]


def _streets(path: Path, words: Vocabulary) -> list[Named]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_table(path):
        rows[row["name"]].append(row)
    streets = []
    for name, parts in rows.items():
        placed = tuple(
            Part(p["kelurahan_code"], float(p["share"]), False, *_position(p)) for p in parts
        )
        spoken = [s if fold("jalan") in words.words(s) else f"Jalan {s}" for s in _spoken(parts[0])]
        streets.append((Thing(name, Kind.STREET, placed, 0.9), spoken))
    return streets


def _people_names(path: Path) -> list[Named]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_table(path):
        rows[row["name"]].append(row)
    named = []
    for name, same in rows.items():
        kind = _kind(same[0]["kind"])
        trust = min(TRUST.get(row["basis"], 0.6) for row in same)
        parts = tuple(
            Part(
                row["kelurahan_code"] or None,
                _share(row, len(same)),
                row["basis"] != DRAWN,
                *_position(row),
            )
            for row in same
        )
        district = same[0]["district"] if not same[0]["kelurahan_code"] else ""
        spoken = [name, *dict.fromkeys(v for row in same for v in row["variants"].split("|") if v)]
        named += _by_variant(Thing(name, kind, parts, trust, district), spoken, same)
    return named


def _by_variant(thing: Thing, spoken: list[str], same: list[dict[str, str]]) -> list[Named]:
    """Split off variants that only some rows of a same-named thing carry (`Halong Air Besar`)."""
    if len(same) == 1:
        return [(thing, spoken)]
    named = []
    shared = [s for s in spoken if s == thing.name or all(s in _spoken(row) for row in same)]
    named.append((thing, shared))
    for row, part in zip(same, thing.parts, strict=True):
        own = [s for s in _spoken(row)[1:] if s not in shared]
        if own:
            named.append((replace(thing, name=own[0], parts=(part,)), own))
    return named


def _share(row: dict[str, str], count: int) -> float:
    return float(row["share"]) if row["share"] else 1.0 / count


def _kind(written: str) -> Kind:
    if written == "jalan":
        return Kind.STREET
    return Kind.POINT if written.replace(" ", "_") in POINT_KINDS else Kind.KAMPUNG


def _merged_streets(
    streets: list[Named], people: list[Named], words: Vocabulary
) -> Iterator[Named]:
    """Make one thing of a street people name and the OSM line of that name."""
    by_key: dict[str, int] = {}
    for i, (_, spoken) in enumerate(streets):
        for key in _street_keys(spoken, words):
            by_key.setdefault(key, i)
    merged: dict[int, Named] = {}
    for thing, spoken in people:
        found = next((by_key[k] for k in _street_keys(spoken, words) if k in by_key), None)
        if thing.kind is not Kind.STREET or found is None or found in merged:
            yield thing, spoken
            continue
        line, spellings = streets[found]
        said = tuple(part for part in thing.parts if part.said)
        codes = {part.code for part in said}
        rest = tuple(part for part in line.parts if part.code not in codes)
        merged[found] = (replace(thing, parts=said + rest), spoken + spellings)
    for i, named in enumerate(streets):
        yield merged.get(i, named)


def _street_keys(spoken: list[str], words: Vocabulary) -> list[str]:
    return [key for name in spoken for key in keys_of(name, words) if key.startswith("jalan")]


def _admin_things(admin: list[PlaceName], boundaries: Boundaries) -> Iterator[Named]:
    rows: dict[tuple[str, Kind], list[PlaceName]] = defaultdict(list)
    for row in admin:
        rows[row.name, _kind(row.kind)].append(row)
    for (name, kind), same in rows.items():
        parts = tuple(_admin_part(row, boundaries, 1.0 / len(same)) for row in same)
        spoken = [name, *dict.fromkeys(v for row in same for v in row.variants)]
        if any(part.code or part.lon is not None for part in parts):
            yield Thing(name, kind, parts, TRUST[ADMIN]), spoken


def _admin_part(row: PlaceName, boundaries: Boundaries, share: float) -> Part:
    code = row.kelurahan_code if row.kelurahan_code in boundaries else None
    if row.lon is None or row.lat is None:
        return Part(code, share, True)
    here = boundaries.at(row.lon, row.lat)
    code = code or (here.kelurahan.code if here else None)
    return Part(code, share, True, row.lon, row.lat, row.radius_m or 150.0)


def _spoken(row: dict[str, str]) -> list[str]:
    return [row["name"], *(v for v in row["variants"].split("|") if v)]


def _position(row: dict[str, str]) -> tuple[float | None, float | None, float | None]:
    if not row["lon"]:
        return None, None, None
    return float(row["lon"]), float(row["lat"]), float(row["radius_m"])


def read_table(path: Path) -> list[dict[str, str]]:
    """
    Read a prepared CSV table.

    Raises
    ------
    DataFileError
        It is missing, not UTF-8 CSV, or a row has too few fields.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError as missing:
        raise DataFileError(path, "missing") from missing
    except (OSError, UnicodeDecodeError, csv.Error) as broken:
        raise DataFileError(path, f"not a CSV table ({broken!r})") from broken
    if any(None in row or None in row.values() for row in rows):
        raise DataFileError(path, "a row has the wrong number of fields")
    return rows
