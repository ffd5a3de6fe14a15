"""Layers people bring are shown where they lie, or refused with a reason."""

import base64
import io
import json
import sqlite3

import geopandas
import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.transform import from_bounds
from shapely.geometry import Point, box, mapping

from dispatch import layers
from dispatch.analytics.work import Careful
from dispatch.errors import BadLayer
from geo.people import People

CENTRE = box(128.17, -3.71, 128.19, -3.69)


def geojson(*shapes, crs=None, **properties):
    features = [
        {"type": "Feature", "geometry": mapping(one), "properties": properties} for one in shapes
    ]
    said = {"type": "FeatureCollection", "features": features}
    if crs:
        said["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(said).encode()


def frame(*shapes, crs="EPSG:4326", to=None):
    made = geopandas.GeoDataFrame(geometry=list(shapes), crs=crs)
    return made.to_crs(to) if to else made


def gpkg(tmp_path, made):
    made.to_file(tmp_path / "one.gpkg", driver="GPKG")
    return (tmp_path / "one.gpkg").read_bytes()


def tiff(values, bounds=(128.17, -3.71, 128.19, -3.69), crs="EPSG:4326", **more):
    rows, columns = values.shape
    with rasterio.MemoryFile() as file:
        with file.open(
            driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs=crs,
            transform=from_bounds(*bounds, columns, rows), **more,
        ) as out:  # fmt: skip
            out.write(values.astype("float32"), 1)
        return file.read()


def close(shape, to=CENTRE):
    return shape.symmetric_difference(to).area / to.area < 0.01


def test_areas_are_read_from_geojson_in_degrees():
    found = layers.read_hazard("banjir.geojson", geojson(CENTRE))

    assert close(found.shape)
    assert found.features == 1


def test_areas_in_metres_are_brought_to_degrees(tmp_path):
    metres = frame(CENTRE, to="EPSG:32752").geometry.iloc[0]
    mercator = frame(CENTRE, to="EPSG:3857")

    assert close(layers.read_hazard("a", geojson(metres, crs="urn:ogc:def:crs:EPSG::32752")).shape)
    assert close(layers.read_hazard("b", gpkg(tmp_path, mercator)).shape)


def test_a_raster_in_metres_lies_where_it_should():
    values = np.zeros((40, 40))
    values[:, 20:] = 0.9  # the eastern half
    west, south, east, north = frame(CENTRE, to="EPSG:32752").total_bounds
    found = layers.read_hazard(
        "inarisk.tif", tiff(values, (west, south, east, north), "EPSG:32752")
    )

    east_of, west_of = found.at(np.array([128.187, 128.173, 100.0]), np.full(3, -3.70))[:2]
    assert (round(float(east_of), 3), float(west_of)) == (0.9, 0)
    assert np.isnan(found.at(np.array([100.0]), np.array([-3.7]))[0])
    assert found.is_index


def test_people_are_counted_by_class_and_nothing_is_no_hazard():
    values = np.array([[0.2, 0.5, 0.9, -9999]])
    found = layers.read_hazard("i.tif", tiff(values, nodata=-9999))
    lon = np.array([128.172, 128.178, 128.182, 128.188, 128.5])
    people = People(lon, np.full(5, -3.70), np.array([1.0, 2, 4, 8, 16]), np.full(5, "a"))

    assert layers.people_by_hazard(found, people) == {"high": 4, "medium": 2, "low": 1, "none": 24}


def test_a_raster_that_is_no_index_only_knows_some_and_none():
    found = layers.read_hazard("depth.tif", tiff(np.array([[0.0, 3.5]])))
    people = People(
        np.array([128.172, 128.188]), np.full(2, -3.7), np.array([1.0, 2.0]), np.full(2, "a")
    )

    assert layers.people_by_hazard(found, people) == {"some": 2, "none": 1}


def test_the_picture_of_a_raster_is_clear_where_there_is_nothing():
    found = layers.read_hazard("i.tif", tiff(np.array([[0.0, 1.0]])))

    head, data = layers.picture(found).split(",")
    seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert head == "data:image/png;base64"
    assert (seen[0, 0, 3], seen[0, -1, 3]) == (0, 200)


NOT_A_TIFF = b"II*\0" + b"\0" * 100
HUGE = geojson(*[Point(128.18, -3.7)] * 5001)
NAMES_ANOTHER_FILE = b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not_read"),
        (b"hello", "not_read"),
        (b"\xff\xfe{}", "not_read"),
        (b"[]", "not_read"),
        (b'{"type":"FeatureCollection","features":7}', "not_read"),
        (b'{"features":[{"geometry":{"type":"Polygon","coordinates":[[["a"]]]}}]}', "not_read"),
        (b'{"features":[{"geometry":{"type":"Point","coordinates":[1e999,1]}}]}', "empty"),
        (b'{"features":[]}', "empty"),
        (b'{"a":' * 100_000, "not_read"),
        (NAMES_ANOTHER_FILE, "not_read"),
        (NOT_A_TIFF, "not_read"),
        (b"SQLite format 3\0" + b"\0" * 100, "not_read"),
        (HUGE, "too_many"),
        (b" " * (layers.LONGEST + 1), "too_long"),
        (geojson(box(106.7, -6.3, 106.9, -6.1)), "elsewhere"),
        (geojson(CENTRE, crs="EPSG:99999"), "no_crs"),
    ],
)
def test_a_layer_that_cannot_be_used_is_refused_with_a_reason(content, reason):
    with pytest.raises(BadLayer) as refused:
        layers.read_hazard("berkas", content)

    assert refused.value.reason == reason


def test_rasters_without_reference_or_elsewhere_or_empty_are_refused(tmp_path):
    some = np.ones((4, 4))
    with pytest.warns(UserWarning, match="crs"):
        unreferenced = gpkg(tmp_path, frame(CENTRE, crs=None))
    for content, reason in (
        (tiff(some, crs=None), "no_crs"),
        (tiff(some, (106.7, -6.3, 106.9, -6.1)), "elsewhere"),
        (tiff(some * -1, nodata=-1), "empty"),
        (unreferenced, "no_crs"),
    ):
        with pytest.raises(BadLayer) as refused:
            layers.read_hazard("berkas", content)
        assert refused.value.reason == reason


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_half_a_file_is_refused_or_read(tmp_path, cut):
    for whole in (gpkg(tmp_path, frame(CENTRE)), tiff(np.random.rand(200, 200)), geojson(CENTRE)):
        try:
            layers.read_hazard("berkas", whole[: int(len(whole) * cut)])
        except BadLayer as refused:
            assert refused.reason


def test_evacuation_points_have_names_and_places():
    found = layers.read_points(
        "titik.geojson", geojson(Point(128.18, -3.70), CENTRE, nama="Lapangan")
    )

    assert [one.name for one in found] == ["Lapangan", "Lapangan"]
    assert (found[0].lon, found[0].lat) == (128.18, -3.70)
    assert CENTRE.contains(Point(found[1].lon, found[1].lat))


def test_points_elsewhere_or_too_many_are_refused():
    for content, reason in (
        (geojson(Point(106.8, -6.2)), "elsewhere"),
        (geojson(*[Point(128.18, -3.7)] * 201), "too_many"),
    ):
        with pytest.raises(BadLayer) as refused:
            layers.read_points("titik", content)
        assert refused.value.reason == reason


def star(corners):
    """A closed line that crosses itself as often as it can."""
    turn = 2 * np.pi * np.arange(corners + 1) * (corners // 2) / corners
    return np.column_stack([128.18 + 0.01 * np.cos(turn), -3.70 + 0.01 * np.sin(turn)]).tolist()


def endless(tmp_path):
    """A GeoPackage whose layer is a view that never ends."""
    frame(CENTRE).to_file(tmp_path / "endless.gpkg", driver="GPKG", layer="area")
    with sqlite3.connect(tmp_path / "endless.gpkg") as file:
        triggers = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            file.execute(f'DROP TRIGGER "{name}"')
        file.execute("DELETE FROM gpkg_extensions")
        file.execute("DELETE FROM gpkg_ogr_contents")
        file.execute("DROP TABLE rtree_area_geom")
        file.execute("ALTER TABLE area RENAME TO one")
        file.execute(
            "CREATE VIEW area AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i AS fid, (SELECT geom FROM one) AS geom FROM n"
        )
    file.close()
    return (tmp_path / "endless.gpkg").read_bytes()


def test_a_file_that_would_take_hours_or_all_memory_is_ended_and_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(Careful, "within_s", 4.0)
    tangled = {"type": "Polygon", "coordinates": [star(3_001)]}
    bombs = {
        "endless.gpkg": endless(tmp_path),
        "star.geojson": json.dumps({"type": "Feature", "geometry": tangled}).encode(),
    }

    for work in [layers.hazard_work(name, bomb) for name, bomb in bombs.items()]:
        with pytest.raises(BadLayer) as refused:
            work.result()
        assert refused.value.reason == "too_heavy"


def test_a_file_in_good_order_is_read_beside_the_page():
    assert close(layers.hazard_work("a.geojson", geojson(CENTRE)).result().shape)
    assert len(layers.points_work("b.geojson", geojson(Point(128.18, -3.7))).result()) == 1


@pytest.mark.parametrize("content", [
    b"[" * 5_000_000,
    b'{"type":"Feature","geometry":{"type":"Polygon","coordinates":' + b"[" * 900 + b"]" * 900,
    b'{"features":[1,"x",null]}',
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1e999,' + b"9" * 5_000 + b"]}}",
    b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1' + b"0" * 400 + b",1]}}",
    b"SQLite format 3\0" + b"x" * 500,
    b"II*\0" + b"x" * 500,
], ids=["brackets", "deep", "no features", "long", "large", "sqlite", "tiff"])  # fmt: skip
def test_what_only_looks_like_a_layer_is_refused_at_once(content):
    with pytest.raises(BadLayer):
        layers.read_hazard("x", content)


def test_a_raster_may_not_hide_its_size_in_bands():
    bands = rasterio.MemoryFile()
    with bands.open(driver="GTiff", width=2_000, height=2_000, count=20, dtype="uint8",
                           crs="EPSG:4326", transform=from_bounds(128, -4, 129, -3, 2_000, 2_000),
                           SPARSE_OK=True):  # fmt: skip
        pass
    with pytest.raises(BadLayer) as refused:
        layers.read_hazard("x.tif", bands.read())

    assert refused.value.reason == "too_many"


def test_the_name_of_a_point_is_what_can_be_shown_of_it():
    said = (
        b'{"type":"Feature","geometry":{"type":"Point","coordinates":[128.18,-3.7]},"properties":'
    )

    assert (
        layers.read_points("x", said + b'{"name":"\\ud800\\u0000\\u202eSD 1"}}')[0].name == "SD 1"
    )
    assert layers.read_points("x", said + b'"words"}')[0].name == "Titik 1"
