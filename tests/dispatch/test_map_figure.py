"""Pictures to take along: what the map was told is on the paper, with a true scale."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from dispatch.analytics import charts, sheet
from dispatch.analytics.map_figure import LAYERS, Ground, map_png, unpack
from dispatch.analytics.svg_mark import MIDDLE, vertices
from ui.agencies import STYLES
from ui.parts.legend import SQUARE

RED = "#ff0000"
LAND = {"type": "Polygon", "coordinates": [[[128.1, -3.8], [128.3, -3.8], [128.3, -3.6]]]}
STREET = np.array([[128.1, -3.75], [128.25, -3.7]])
GROUND = Ground([LAND], [(0.3, STREET)], [("Soya", [128.2, -3.7], 9)])
BOX = {"type": "Polygon", "coordinates": [[[128.2, -3.7], [128.25, -3.7], [128.25, -3.65]]]}
MARK = {"lon": 128.22, "lat": -3.7, "path": SQUARE, "colour": RED, "confirmed": True, "free": 2}
FLAT = [12820000, -370000, 5000, 0, 0, 5000]
PARTS = {
    "areas": {"shapes": [BOX], "frames": ["0"], "colours": [RED]},
    "reached": [{"colour": RED, "width": 9, "lines": [FLAT]}],
    "spots": [{"colour": RED, "at": FLAT}],
    "shapes": [
        {"geometry": BOX, "colour": RED, "label": {"at": [128.2, -3.7], "says": "$x_1$"}},
        {"lon": 128.2, "lat": -3.7, "radius_m": 2000.0, "colour": RED, "dash": "6 5", "fill": 0.0},
        {"geometry": {"type": "Point", "coordinates": [128.2, -3.7]}, "colour": RED, "fill": 1},
    ],
    "scene": {"lon": 128.22, "lat": -3.7, "radius_m": 900.0},
    "stations": [MARK],
    "units": [MARK | {"letter": "D"}],
    "incidents": [MARK | {"letter": "!", "ink": "#111"}],
}


def pixels(png):
    return imread(BytesIO(png))[..., :3]


def some_red(png) -> int:
    seen = pixels(png)
    return int((seen[..., 0] - seen[..., 1:].max(axis=-1) > 0.4).sum())


def drawn(words=("Judul",), **parts):
    return map_png(parts, GROUND, words)


@pytest.mark.parametrize("part", PARTS)
def test_what_the_map_was_told_is_on_the_paper(part):
    assert some_red(drawn()) == 0
    assert some_red(drawn(**{part: PARTS[part]})) > 20


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("closures", [{"geometry": BOX}]),
        ("closures", [{"geometry": {"type": "Point", "coordinates": [128.2, -3.7]}}]),
        ("closures", [{"geometry": {"type": "LineString", "coordinates": STREET.tolist()}}]),
        ("circles", [{"lon": 128.2, "lat": -3.7, "radius_m": 7500.0}]),
        ("candidates", [{"lon": 128.2, "lat": -3.7, "number": 1}]),
        ("sketch", [[128.2, -3.7], [128.25, -3.7]]),
    ],
)  # fmt: skip
def test_marks_of_their_own_colour_are_on_the_paper(part, said):
    assert not np.array_equal(pixels(drawn()), pixels(drawn(**{part: said})))


def test_every_part_of_the_pages_is_tried():
    images = {"raster", "heat"}  # seen through the pages' own buttons
    assert set(LAYERS) - images == {*PARTS, "closures", "circles", "candidates", "sketch"}


def test_an_area_without_a_class_has_no_colour():
    told = PARTS["areas"] | {"frames": ["."]}

    assert some_red(drawn(areas=told)) == 0


def test_a_picture_looks_where_the_map_looks():
    near = {"n": 1, "points": [[128.22, -3.69], [128.23, -3.68]], "zoom": 15}

    whole, close = drawn(areas=PARTS["areas"]), drawn(areas=PARTS["areas"], view=near)

    assert some_red(close) > 3 * some_red(whole)


def test_the_legend_shows_every_row():
    rows = [{"path": SQUARE, "fill": RED, "line": "#fff", "says": "dua $ribu jiwa"}]
    words = {"legend": {"title": "Keterangan", "rows": rows}, "note": "tidak ada"}

    assert some_red(map_png({"words": words}, GROUND, ["Judul"])) > 50


def test_words_are_no_formulas():
    assert drawn(words=["$\\frac{1}{", "sampai $5 & <b>"])


def test_lines_come_as_steps():
    assert unpack(FLAT).tolist() == [[128.2, -3.7], [128.25, -3.7], [128.25, -3.65]]


@pytest.mark.parametrize(("most", "metres"), [(4999, 2000), (5000, 5000), (19, 10), (1, 1)])
def test_a_scale_bar_has_a_round_length(most, metres):
    assert sheet.round_metres(most) == metres


@pytest.mark.parametrize("agency", STYLES)
def test_every_agencys_mark_is_drawn_around_its_middle(agency):
    corners = vertices(STYLES[agency].path)

    assert np.array_equal(corners[0], corners[-1])
    assert (np.abs(corners) <= MIDDLE + 0.5).all()
    low, high = corners.min(axis=0), corners.max(axis=0)
    assert (high - low > MIDDLE).all()
    assert (np.abs(low + high) < 4).all()


def test_curves_and_bars_are_drawn_beside_each_other():
    curves = {"dulu": [0.0, 50.0, 90.0], "lain": [0.0, 70.0, 100.0]}
    lines = charts.steps_png(range(3), curves, ("Menit", "%"), ["Judul", "n = 3"])
    bars = charts.bars_png(
        ["a $", "b"], {"median": [3.0, None], "p90": [9.0, None]}, 15, ("Menit", ""), ["Judul"]
    )

    for png in (lines, bars):
        for colour in charts.COLOURS:
            assert (np.abs(pixels(png) - to_rgb(colour)).max(axis=-1) < 0.05).sum() > 100
