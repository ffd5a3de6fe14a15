"""
Who reaches an evacuation point on foot, and in what time.

Seconds are by the profile `foot` over mapped ways, from each point to each place people live; on
foot every way is open both ways, so they are also the seconds there. Nobody's pace is everybody's:
the profile walks 4 to 5 km/h, and old people and children are slower.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MINUTES = (5, 10, 15, 30)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Walk:
    """
    A point: the people for whom it is the nearest, by minutes on foot.

    `within` people within each of `MINUTES`, counted up (those within 5 are within 10).
    """

    name: str
    within: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """All points together: people within each of `MINUTES` of any; `beyond` the others."""

    points: tuple[Walk, ...]
    within: tuple[float, ...]
    beyond: float


def within_walk(seconds: Floats, names: Sequence[str], people: Floats) -> Reach:
    """
    Count people within walking time.

    Parameters
    ----------
    seconds
        (points, places) on foot; inf where no way leads.
    names
        (points,).
    people
        (places,) how many live there.

    Returns
    -------
    reach
        Everybody is counted at the nearest point; of equally near ones at the first.
    """
    nearest_s = seconds.min(axis=0, initial=np.inf)
    nearest = seconds.argmin(axis=0) if len(seconds) else np.full(len(people), -1)
    counted = [
        Walk(name, tuple(_within(nearest_s[nearest == n], people[nearest == n])))
        for n, name in enumerate(names)
    ]
    whole = _within(nearest_s, people)
    return Reach(tuple(counted), tuple(whole), float(people.sum()) - whole[-1])


def _within(seconds: Floats, people: Floats) -> list[float]:
    return [float(people[seconds <= minutes * 60].sum()) for minutes in MINUTES]
