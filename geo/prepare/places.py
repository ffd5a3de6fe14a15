"""Named places, street names and what people call them -> data/places."""

import csv
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from geo.files import DATA, DataFileError
from geo.gazetteer import DRAWN, fold_name
from geo.kelurahan import Boundaries, load_boundaries, metres_between
from geo.names import WHOLE, keys_of
from geo.prepare.kelurahan import copy_hand_kept
from geo.prepare.osm import read_ways
from geo.prepare.streets import middle, people_per_metre, street_rows, streets
from geo.words import Vocabulary, load_vocabulary

FOLDER = "places"
HAND_KEPT = (
    "SOURCE.md",
    "foreign.csv",
    "kelurahan_names.csv",
    "known_places.csv",
    "outside.csv",
    "place_variants.csv",
    "street_variants.csv",
    "words.toml",
)
PLACE_FIELDS = (
    "name", "variants", "kind", "kelurahan_code", "lon", "lat", "radius_m",
    "position_basis", "address", "source",
)  # fmt: skip
NAME_FIELDS = (
    "name", "variants", "kind", "kelurahan_code", "district", "share", "basis",
    "lon", "lat", "radius_m", "position_basis", "evidence_url", "note",
)  # fmt: skip
STREET_FIELDS = (
    "name", "variants", "kelurahan_code", "share", "lon", "lat", "length_m", "radius_m",
)  # fmt: skip
RADIUS_M = {"fair": 150.0, "estimate": 400.0, "landmark": 200.0, "street": 500.0}
AREAS = ("kelurahan", "negeri", "desa")
FROM_NAMES = "streets and addresses of that name"
NAMED_ALIKE_M = 800.0
"""How far a kampung reaches from a street or an address that carries its name."""
GENERAL = "general knowledge, unconfirmed"
RELATION = re.compile(r"^(depan|samping|lokasi|belakang|tempat putar mobil)\s", re.IGNORECASE)

Row = dict[str, str]


def prepare(source: Path, out: Path, progress: Callable[[str], None]) -> None:
    """
    Write data/places from the source folder; data/kelurahan must be prepared before.

    Parameters
    ----------
    source
        Holds places.csv, place_names.csv, stations.csv and roads.osm.gz.
    out
        The data folder.

    Raises
    ------
    DataFileError
        A source file is missing or broken.
    """
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copy_hand_kept(HAND_KEPT, DATA / FOLDER, folder)
    boundaries = load_boundaries(out / "kelurahan")
    words = load_vocabulary(folder / "words.toml")
    progress("Nama jalan / street names")
    street_table = _streets(source, folder, boundaries, words)
    progress("Sekolah, rumah sakit, pos / places")
    places = [*_places(source, boundaries), *_stations(source, boundaries)]
    _add_variants(places, folder / "place_variants.csv")
    progress("Nama yang dipakai orang / names people use")
    names = _place_names(source, folder)
    streets_said = _place_streets(names, street_table, words)
    places = _place_points(streets_said, places, boundaries, words)
    place_by_words(streets_said, street_table, places, boundaries, words)
    _write(folder / "streets.csv", STREET_FIELDS, street_table)
    _write(folder / "places.csv", PLACE_FIELDS, places)
    _write(folder / "place_names.csv", NAME_FIELDS, streets_said)


def _streets(source: Path, folder: Path, boundaries: Boundaries, words: Vocabulary) -> list[Row]:
    areas = {fold_name(k.name, words): k.code for k in boundaries}
    rows: list[Row] = []
    ways = list(read_ways(source / "roads.osm.gz"))
    people = people_per_metre(ways, boundaries)
    for street in streets(ways, words):
        named = {areas.get(key) for name in street.names for key in keys_of(name, words)} - {None}
        parts = street_rows(street, boundaries, people)
        # A line called after a kelurahan speaks for that kelurahan, wherever it was drawn.
        if not named or any(row["kelurahan_code"] in named for row in parts):
            rows += parts
    _add_variants(rows, folder / "street_variants.csv")
    return sorted(rows, key=lambda row: (row["name"], -float(row["share"])))


def _places(source: Path, boundaries: Boundaries) -> list[Row]:
    """Schools, hospitals and the like; a place in the sea takes the kelurahan of its shore."""
    places = []
    for row in _read(source / "places.csv"):
        here = boundaries.at(float(row["lon"]), float(row["lat"]))
        places.append(
            {
                "name": row["name"],
                "variants": "",
                "kind": row["kind"],
                "kelurahan_code": row["kelurahan_code"] or (here.kelurahan.code if here else ""),
                "lon": row["lon"],
                "lat": row["lat"],
                "radius_m": f"{RADIUS_M.get(row['quality'], 300.0):.0f}",
                "position_basis": row["quality"] or "unknown",
                "address": " ".join(row["address"].split()),
                "source": row["source"],
            }
        )
    return places


def _stations(source: Path, boundaries: Boundaries) -> list[Row]:
    """Posts and hospitals of the source's stations.csv; their positions are approximate."""
    stations = []
    for row in _read(source / "stations.csv"):
        here = boundaries.at(float(row["lon"]), float(row["lat"]))
        code = here.kelurahan.code if here else ""
        wide_m = boundaries.centres[code].radius_m if code else 1000.0
        stations.append(
            {
                "name": row["name"],
                "variants": "",
                "kind": row["kind"],
                "kelurahan_code": code,
                "lon": row["lon"],
                "lat": row["lat"],
                "radius_m": f"{RADIUS_M.get(row['position_basis'], wide_m):.0f}",
                "position_basis": row["position_basis"],
                "address": row["address"],
                "source": "compiled from public news, facts only",
            }
        )
    return stations


def _add_variants(rows: Iterable[Row], path: Path) -> None:
    more = {row["name"]: row["variants"] for row in _read(path)}
    for row in rows:
        listed = [v for v in f"{row['variants']}|{more.get(row['name'], '')}".split("|") if v]
        row["variants"] = "|".join(dict.fromkeys(listed))


def _place_names(source: Path, folder: Path) -> list[Row]:
    """Merge the names of the source with what is known besides; codes said in the news win."""
    names = []
    for row in _read(source / "place_names.csv"):
        if row["kind"] in AREAS:
            continue  # a kelurahan itself: its variants stand in kelurahan_names.csv
        names.append(
            {
                "name": row["name"],
                "variants": "",
                "kind": row["kind"],
                "kelurahan_code": row["kelurahan_code"],
                "district": row["kecamatan"],
                "share": row["share"],
                "basis": row["code_basis"],
                "evidence_url": row["evidence_url"],
                "note": row["note"],
                "listed": row["variants"],
                "kelurahan": row["kelurahan_name"],
            }
        )
    for row in _read(folder / "known_places.csv"):
        _add_known(names, row)
    for row in names:
        row["variants"] = _own_variants(row, names)
    return names


def _add_known(names: list[Row], known: Row) -> None:
    same = [row for row in names if row["name"] == known["name"]]
    unplaced = [row for row in same if not row["kelurahan_code"]]
    for row in unplaced:
        row["kelurahan_code"] = known["kelurahan_code"]
        row["basis"] = GENERAL
    agreeing = [row for row in same if row["kelurahan_code"] == known["kelurahan_code"]]
    for row in agreeing:
        row["listed"] = "|".join(filter(None, (row["listed"], known["variants"])))
    if not agreeing:
        fields = dict.fromkeys(("district", "evidence_url", "note", "kelurahan"), "")
        names.append({**fields, **known, "listed": known["variants"], "basis": GENERAL})


def _own_variants(row: Row, names: list[Row]) -> str:
    """
    Keep the variants that belong to this row.

    `Halong Air Besar`, listed for all three places called Air Besar, belongs to the one in
    Halong; `depan Cokro` is a relation to a place, not a name of it.
    """
    others = {
        other["kelurahan"]
        for other in names
        if other["name"] == row["name"] and other["kelurahan_code"] != row["kelurahan_code"]
    }
    kept = []
    for variant in filter(None, (v.strip() for v in row["listed"].split("|"))):
        plain = RELATION.sub("", variant) if not RELATION.match(row["name"]) else variant
        of_another = any(kelurahan and kelurahan in plain for kelurahan in others)
        if plain != row["name"] and not of_another:
            kept.append(plain)
    return "|".join(dict.fromkeys(kept))


def _place_streets(names: list[Row], street_table: list[Row], words: Vocabulary) -> list[Row]:
    """Give streets that people name the OSM geometry of the same street."""
    by_key: dict[str, list[Row]] = {}
    for street in street_table:
        for name in (street["name"], *filter(None, street["variants"].split("|"))):
            for key in keys_of(name, words):
                if key.startswith("jalan"):
                    by_key.setdefault(key, []).append(street)
    for row in names:
        if row["kind"] != "jalan":
            continue
        spoken = [row["name"], *filter(None, row["variants"].split("|"))]
        keys = [key for name in spoken for key in keys_of(name, words) if key.startswith("jalan")]
        found = next((by_key[key] for key in keys if key in by_key), [])
        if found:
            _take_street(row, found)
    return names


def _take_street(row: Row, parts: list[Row]) -> None:
    part = next((p for p in parts if p["kelurahan_code"] == row["kelurahan_code"]), None)
    if part is None and row["kelurahan_code"]:
        return  # said of a kelurahan that the OSM line does not touch: no position from it
    if part is None:
        part = parts[0]
        row["kelurahan_code"], row["basis"] = part["kelurahan_code"], DRAWN
    row["lon"], row["lat"], row["radius_m"] = part["lon"], part["lat"], part["radius_m"]
    row["position_basis"] = "street"


def _place_points(
    names: list[Row], places: list[Row], boundaries: Boundaries, words: Vocabulary
) -> list[Row]:
    """
    Give names the coordinates of the place of the same name, and drop that place's own row.

    A kelurahan stated in the news stands; one merely inferred gives way to the coordinates.
    """
    by_key: dict[str, list[Row]] = {}
    for place in places:
        for key in _keys(place, words):
            by_key.setdefault(key, []).append(place)
    taken: set[int] = set()
    for row in names:
        if row.get("lon") or row["kind"] == "jalan":
            continue
        same = next((by_key[key] for key in _keys(row, words) if key in by_key), [])
        if not same:
            continue
        place = same[0]
        here = boundaries.at(float(place["lon"]), float(place["lat"]))
        sure = here is not None and here.offshore_m == 0.0 and place["position_basis"] == "fair"
        if here and sure and row["basis"] not in ("stated", ""):
            row["kelurahan_code"] = here.kelurahan.code
        row["kelurahan_code"] = row["kelurahan_code"] or place["kelurahan_code"]
        for name in ("lon", "lat", "radius_m", "position_basis"):
            row[name] = place[name]
        extra = [v for p in same for v in (p["name"], *p["variants"].split("|"))]
        extra += row["variants"].split("|")
        row["variants"] = "|".join(dict.fromkeys(v for v in extra if v and v != row["name"]))
        taken.update(map(id, same))
    return [place for place in places if id(place) not in taken]


def _keys(row: Row, words: Vocabulary) -> list[str]:
    spoken = [row["name"], *filter(None, row["variants"].split("|"))]
    return [
        k for name in spoken for k, key in keys_of(name, words).items() if key.strength == WHOLE
    ]


def place_by_words(
    names: list[Row],
    street_table: list[Row],
    places: list[Row],
    boundaries: Boundaries,
    words: Vocabulary,
) -> None:
    """Place names without a position where streets and addresses in their kelurahan carry them."""
    told = [(_text(row, words), row) for row in [*street_table, *places]]
    for row in names:
        if row.get("lon") or not row["kelurahan_code"]:
            continue
        keys = {key for key in _keys(row, words) if len(key) >= 6}
        found = [
            (float(other["lon"]), float(other["lat"]))
            for text, other in told
            if other["kelurahan_code"] == row["kelurahan_code"] and any(k in text for k in keys)
        ]
        if not found:
            continue
        lon, lat, reach_m = middle(found)
        row["lon"], row["lat"] = f"{lon:.6f}", f"{lat:.6f}"
        centre = boundaries.centres[row["kelurahan_code"]]
        away_m = metres_between((lon, lat), (centre.lon, centre.lat))
        row["radius_m"] = f"{min(reach_m + NAMED_ALIKE_M, away_m + centre.radius_m):.0f}"
        row["position_basis"] = FROM_NAMES


def _text(row: Row, words: Vocabulary) -> str:
    return "".join(words.words(f"{row['name']} {row.get('address', '')}"))


def _read(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as broken:
        raise DataFileError(path, f"not a CSV table ({broken!r})") from broken


def _write(path: Path, fields: tuple[str, ...], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, fields, restval="", extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
