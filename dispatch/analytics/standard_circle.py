"""
The fire service's planning circle beside the road: who is inside 7.5 km and not within 15 minutes.

WMK (wilayah manajemen kebakaran): a fire post for every 7.5 km radius, 15 minutes (Permendagri
114/2018, Kepmen PU 11/KPTS/2000). A circle crosses the bay; an engine does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage import LIMIT_S
from geo.crs import to_utm

if TYPE_CHECKING:
    from geo.people import People

RADIUS_M = 7_500.0
LonLat = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beside:
    """
    People by circle and by road; the four add up to everybody of `code` ("" the city).

    `promised` live inside the circle of a post and not within the minutes by road; `beyond_circle`
    within the minutes and outside every circle.
    """

    code: str
    both: float
    promised: float
    beyond_circle: float
    neither: float

    @property
    def in_circle(self) -> float:
        """People inside the circle of some post."""
        return self.both + self.promised

    @property
    def in_reach(self) -> float:
        """People within the minutes by road."""
        return self.both + self.beyond_circle


def in_circle(
    people: "People", places: Sequence[LonLat], radius_m: float = RADIUS_M
) -> NDArray[np.bool_]:
    """Return (cells,) whether any post is within straight metres (EPSG:32752)."""
    x, y = to_utm(people.lon, people.lat)
    inside = np.zeros(len(people.lon), np.bool_)
    for lon, lat in places:
        post_x, post_y = to_utm(lon, lat)
        inside |= np.hypot(x - post_x, y - post_y) <= radius_m
    return inside


def beside(
    people: "People", circle: NDArray[np.bool_], seconds: Floats, limit_s: float = LIMIT_S
) -> list[Beside]:
    """
    Count people by circle and by road.

    Parameters
    ----------
    circle
        (cells,) as `in_circle` gives it.
    seconds
        (cells,) until the nearest unit is there, from the same posts.

    Returns
    -------
    counts
        The city first, then each kelurahan by code.
    """
    codes, of = np.unique(people.kelurahan_code, return_inverse=True)
    reach = seconds <= limit_s
    kinds = (circle & reach, circle & ~reach, ~circle & reach, ~circle & ~reach)
    rows = np.array([np.bincount(of, people.people * one, len(codes)) for one in kinds])
    whole = Beside("", *(float(one) for one in rows.sum(axis=1)))
    parts = [
        Beside(str(code), *(float(one) for one in row))
        for code, row in zip(codes, rows.T, strict=True)
    ]
    return [whole, *parts]
