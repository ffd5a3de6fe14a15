"""No two things on the map are told apart by a colour that some eyes do not see."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from dispatch.analytics import heat
from ui.agencies import STYLES
from ui.parts import reaching, roads
from ui.parts.heat import HOT_COLOURS
from ui.parts.picture import LOOKS

# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])
APART = 25  # CIE76; 2 is the least anybody sees side by side, 25 is plain at a glance
ALONE = {
    "reach": [colour for colour, _ in reaching.BANDS],
    "cut off and delayed": [roads.CUT_OFF, roads.DELAYED],
    "hot and cold": HOT_COLOURS,
}


def linear(colour: str):
    parts = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(colour: str, eyes: str):
    x, y, z = np.cbrt(XYZ @ np.clip(EYES[eyes] @ linear(colour), 1e-4, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_states_of_an_incident_differ_by_their_letter():
    assert len({letter for _, letter, _ in LOOKS.values()}) == len(LOOKS)


def test_agencies_differ_by_shape_and_by_letter():
    assert len({one.path for one in STYLES.values()}) == len(STYLES)
    assert len({one.letter for one in STYLES.values()}) == len(STYLES)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("what", ALONE)
def test_what_only_a_colour_tells_apart_is_apart_for_every_eye(what, eyes):
    for one, other in combinations(ALONE[what], 2):
        assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) > APART


@pytest.mark.parametrize("eyes", EYES)
def test_more_is_darker_on_the_heat_scale(eyes):
    light = [lab(colour, eyes)[0] for colour in heat.COLOURS]

    assert all(more < less - 4 for less, more in pairwise(light))
