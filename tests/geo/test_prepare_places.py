"""Source files become the gazetteer: streets gathered, names placed, hand-kept tables carried."""

import csv
import gzip
import shutil
from pathlib import Path

import pytest

from geo.files import DATA, DataFileError
from geo.geocode import Level, load_geocoder
from geo.kelurahan import load_boundaries, metres_between
from geo.prepare import kelurahan, places
from geo.prepare.osm import Way, read_ways
from geo.prepare.streets import street_rows, streets
from geo.words import load_vocabulary

WORDS = load_vocabulary(DATA / "places/words.toml")
HEAD = {
    "places.csv": "name,kind,lon,lat,kelurahan_code,address,source,quality",
    "place_names.csv": "name,variants,kind,kelurahan_code,kelurahan_name,kecamatan,code_basis,"
    "share,evidence_url,evidence_count,note",
    "stations.csv": "name,agency,kind,address,lon,lat,position_basis,position_confirmed,"
    "strength_reported,hotline",
}


def way(name: str, *points: tuple[float, float]) -> Way:
    return Way({"highway": "residential", "name": name}, points)


def test_spellings_of_a_street_become_one_street():
    ways = [
        way("Jl. Dr. J. Leimena", (128.10, -3.69), (128.11, -3.69)),
        way("Jalan Dokter Johannes Leimena", (128.11, -3.69), (128.12, -3.69)),
        way("Jalan Gamalama I", (128.16, -3.66), (128.161, -3.66)),
        way("Jalan Gamalama II", (128.16, -3.661), (128.161, -3.661)),
    ]

    found = streets(ways, WORDS)

    assert sorted(len(street.names) for street in found) == [1, 1, 2]


def test_a_street_is_cut_at_the_kelurahan_with_the_length_of_each_part(boundaries):
    (street,) = streets([way("Jalan Uji", (128.170, -3.7072), (128.180, -3.7042))], WORDS)

    rows = street_rows(street, boundaries, dict.fromkeys((one.code for one in boundaries), 0.1))

    total_m = sum(float(row["length_m"]) for row in rows)
    assert len(rows) > 1
    assert total_m == pytest.approx(metres_between((128.170, -3.7072), (128.180, -3.7042)), rel=0.1)
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1.0, abs=0.02)


def source(folder: Path, **rows: list[str]) -> Path:
    """A source folder with the real boundaries, one road, and the rows given."""
    folder.mkdir()
    shutil.copyfile(DATA / "kelurahan/kelurahan.geojson", folder / "kelurahan.geojson")
    with gzip.open(folder / "roads.osm.gz", "wt") as file:
        file.write(
            '<osm><node id="1" lon="128.1990" lat="-3.6820"/><node id="2" lon="128.2000" '
            'lat="-3.6825"/><way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" '
            'v="residential"/><tag k="name" v="Jalan Bukit Uji"/></way></osm>'
        )
    for file, head in HEAD.items():
        lines = [head, *rows.get(file.removesuffix(".csv"), [])]
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def prepared(given: Path, out: Path) -> Path:
    kelurahan.prepare(given, out, lambda _: None)
    places.prepare(given, out, lambda _: None)
    return out


def test_a_fresh_data_folder_finds_places_by_itself(tmp_path: Path):
    given = source(
        tmp_path / "source",
        places=["Puskesmas Uji,puskesmas,128.2040,-3.6830,,Jl. Bukit Uji,somewhere,fair"],
        place_names=[
            "Bukit Uji,,kampung,81.71.02.2003,Batu Merah,Sirimau,stated,1.00,,1,",
            "Air Uji,Halong Air Uji,dusun,81.71.02.2003,Batu Merah,Sirimau,stated,0.5,,1,",
            "Air Uji,Halong Air Uji,dusun,81.71.03.2002,Halong,Baguala,stated,0.5,,1,",
        ],
        stations=["Damkar Uji,damkar,fire_post,Passo,128.254,-3.62,kelurahan,no,,"],
    )

    out = prepared(given, tmp_path / "data")

    geocoder = load_geocoder(load_boundaries(out / "kelurahan"), out / "places")
    post = geocoder.locate("Puskesmas Uji").candidates[0]
    assert (post.level, post.kelurahan) == (Level.POINT, "Batu Merah")
    kampung = geocoder.locate("Bukit Uji").candidates[0]
    assert metres_between((kampung.lon, kampung.lat), (128.1995, -3.68225)) < kampung.radius_m
    assert geocoder.locate("Halong Air Uji").candidates[0].kelurahan == "Halong"
    for name in ("kelurahan", "places"):
        assert (out / name / "SOURCE.md").is_file()


def test_a_name_called_after_its_street_is_placed_there(tmp_path: Path):
    given = source(
        tmp_path / "source",
        place_names=["Bukit Uji,,kampung,81.71.02.2003,Batu Merah,Sirimau,stated,1.00,,1,"],
    )

    out = prepared(given, tmp_path / "data")

    with (out / "places/place_names.csv").open(encoding="utf-8") as file:
        row = next(r for r in csv.DictReader(file) if r["name"] == "Bukit Uji")
    assert row["position_basis"] == places.FROM_NAMES
    there = (float(row["lon"]), float(row["lat"]))
    assert metres_between(there, (128.1995, -3.68225)) < 100


def test_a_broken_source_is_named(tmp_path: Path):
    broken = tmp_path / "roads.osm.gz"
    broken.write_bytes(b"not gzip")

    with pytest.raises(DataFileError, match=r"roads\.osm\.gz"):
        read_ways(broken)
