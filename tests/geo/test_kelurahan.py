"""A point lies in exactly one kelurahan, near the shore too, never beyond the land border."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from shapely import Point

from geo.files import DATA, DataFileError
from geo.kelurahan import CITY_BBOX, Boundaries, load_boundaries, metres_between
from tests.geo.tables import table


def test_there_are_20_kelurahan_22_negeri_and_8_desa(boundaries: Boundaries):
    kinds = [k.kind for k in boundaries]

    assert (kinds.count("kelurahan"), kinds.count("negeri"), kinds.count("desa")) == (20, 22, 8)


def test_the_middle_of_each_polygon_lies_in_it(boundaries: Boundaries):
    for kelurahan in boundaries:
        inside = boundaries.polygon(kelurahan.code).representative_point()

        here = boundaries.at(inside.x, inside.y)

        assert here is not None
        assert here.offshore_m == 0.0
        assert boundaries.polygon(here.kelurahan.code).covers(inside)


def test_a_point_on_a_seam_gets_one_answer_whatever_the_order_of_the_file(boundaries: Boundaries):
    features = json.loads((DATA / "kelurahan/kelurahan.geojson").read_text())["features"]
    turned = Boundaries(features[::-1], [(128.0, -3.0), (128.1, -3.0)], {})
    corners = [c for f in features for c in f["geometry"]["coordinates"][0][0]][::7]

    for lon, lat in corners:
        here, there = boundaries.at(lon, lat), turned.at(lon, lat)

        assert here is not None
        assert there is not None
        assert here.kelurahan == there.kelurahan


def test_pasar_mardika_off_the_simplified_shore_is_in_rijali(boundaries: Boundaries):
    market = boundaries.at(128.183862, -3.687262)

    assert market is not None
    assert market.kelurahan.name == "Rijali"
    assert 0 < market.offshore_m < 300


def test_off_shore_distance_is_that_to_the_nearest_polygon(boundaries: Boundaries):
    here = boundaries.at(128.193423, -3.669329)

    assert here is not None
    outline = boundaries.polygon(here.kelurahan.code).boundary
    nearest = outline.interpolate(outline.project(Point(128.193423, -3.669329)))
    away_m = metres_between((128.193423, -3.669329), (nearest.x, nearest.y))
    assert here.offshore_m == pytest.approx(away_m, abs=2.0)


def test_beyond_500_m_of_sea_there_is_no_kelurahan(boundaries: Boundaries):
    assert boundaries.at(128.16, -3.68) is None


@pytest.mark.parametrize("row", table("kelurahan/neighbours.csv"), ids=lambda row: row["name"])
def test_settlements_of_leihitu_and_salahutu_are_outside(row: dict[str, str], boundaries):
    assert boundaries.at(float(row["lon"]), float(row["lat"])) is None


def test_a_step_over_the_land_border_is_outside(boundaries: Boundaries):
    border = json.loads((DATA / "kelurahan/land_border.geojson").read_text())
    line = border["features"][0]["geometry"]["coordinates"][1:-1]

    over = 0
    for lon, lat in line[20:-20:10]:
        if not any(boundaries.polygon(k.code).covers(Point(lon, lat + 0.002)) for k in boundaries):
            over += 1
            assert boundaries.at(lon, lat + 0.002) is None

    assert over > 30


def test_every_point_of_the_city_is_answered_and_only_those(boundaries: Boundaries):
    west, south, east, north = CITY_BBOX
    rng = np.random.default_rng(5)

    for lon, lat in rng.uniform((west, south), (east, north), (2000, 2)):
        here = boundaries.at(lon, lat)
        covering = [k for k in boundaries if boundaries.polygon(k.code).covers(Point(lon, lat))]

        if covering:
            assert here is not None
            assert here.kelurahan.code == min(k.code for k in covering)
        elif here is not None:
            assert here.offshore_m <= 500


@pytest.mark.parametrize("lon, lat", [(float("nan"), -3.7), (1e9, -3.7), (-3.69, 128.18)])
def test_numbers_that_are_no_place_nearby_are_outside(lon: float, lat: float, boundaries):
    assert boundaries.at(lon, lat) is None


@pytest.mark.parametrize(
    "file, content",
    [
        ("kelurahan.geojson", "not json"),
        ("kelurahan.geojson", '{"features": []}'),
        ("kelurahan.geojson", '{"features": [{"properties": {}}]}'),
        ("land_border.geojson", "{}"),
        ("centres.csv", "code,lon\n1,x\n"),
        ("centres.csv", None),
    ],
)
def test_a_broken_file_is_named(file: str, content: str | None, tmp_path: Path):
    folder = tmp_path / "kelurahan"
    shutil.copytree(DATA / "kelurahan", folder)
    (folder / file).unlink() if content is None else (folder / file).write_text(content)

    with pytest.raises(DataFileError):
        load_boundaries(folder)
