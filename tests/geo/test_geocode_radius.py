"""The radius holds the true position: measured on places held out of the gazetteer."""

import csv
import shutil
from pathlib import Path

import pytest

from geo.answer import Status
from geo.files import DATA
from geo.geocode import Geocoder, load_geocoder
from geo.kelurahan import Boundaries, metres_between
from geo.prepare.places import FROM_NAMES, NAME_FIELDS, place_by_words
from geo.words import load_vocabulary
from tests.geo.tables import table

FOLDS = 4
STATED = ["{area}", "dekat {name}, {area}", "{address}, {area}"]
UNSTATED = ["{address}", "{address}, Kecamatan {district}"]
KIND = {"kelurahan": "Kelurahan", "negeri": "Negeri", "desa": "Desa"}
Row = dict[str, str]


def without(held: list[Row], folder: Path, boundaries: Boundaries) -> Geocoder:
    """A geocoder that never saw the places held out, nor positions derived from them."""
    shutil.copytree(DATA / "places", folder)
    kept = [row for row in table("places/places.csv") if row not in held]
    write(folder / "places.csv", tuple(kept[0]), kept)
    names = table("places/place_names.csv")
    for row in names:
        if row["position_basis"] == FROM_NAMES:
            row["lon"] = row["lat"] = row["radius_m"] = row["position_basis"] = ""
    words = load_vocabulary(folder / "words.toml")
    place_by_words(names, table("places/streets.csv"), kept, boundaries, words)
    write(folder / "place_names.csv", NAME_FIELDS, names)
    return load_geocoder(boundaries, folder)


def write(path: Path, fields: tuple[str, ...], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def answers(boundaries: Boundaries, tmp_path_factory) -> list[tuple[str, bool]]:
    """Form and whether the true point lay within the radius, of answers given, all folds."""
    known = [r for r in table("places/places.csv") if r["position_basis"] in ("fair", "unknown")]
    found = []
    for fold in range(FOLDS):
        held = known[fold::FOLDS]
        geocoder = without(held, tmp_path_factory.mktemp("fold") / "places", boundaries)
        for row in held:
            point = (float(row["lon"]), float(row["lat"]))
            here = boundaries.at(*point)
            assert here is not None
            area = f"{KIND[here.kelurahan.kind]} {here.kelurahan.name}"
            for form in STATED + UNSTATED:
                text = form.format(
                    area=area,
                    name=row["name"],
                    address=row["address"],
                    district=here.kelurahan.district,
                )
                answer = geocoder.locate(text)
                if answer.status is not Status.LOCATED and form in UNSTATED:
                    continue
                best = answer.candidates[0]
                away_m = metres_between((best.lon, best.lat), point)
                found.append((form, away_m <= best.radius_m))
    return found


@pytest.mark.parametrize("forms", [*([form] for form in STATED), UNSTATED], ids=" | ".join)
def test_nine_of_ten_true_points_lie_within_the_radius(forms: list[str], answers):
    within = [inside for form, inside in answers if form in forms]

    assert len(within) > 150
    assert sum(within) >= 0.9 * len(within)
