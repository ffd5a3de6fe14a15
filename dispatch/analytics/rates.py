"""
Incidents per 1,000 people by kelurahan, with what chance alone could make of them (pure).

Population: the census of 2010 scaled to the city's 359,661 people. The interval is the exact
Poisson one (Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28, 1936). A rate
is marked as resting on small numbers below 20 incidents, where its standard error exceeds 22 % of
it (the rule of the US National Center for Health Statistics), or below 1,000 people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_INCIDENTS = 20
LEAST_PEOPLE = 1000.0
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Rates:
    """
    Per area, all (areas,): `counts` incidents, `people`, and incidents per 1,000 people over the
    period with its exact 95 % interval `low` to `high`; `small` marks small numbers. NaN without
    people.
    """

    counts: NDArray[np.int64]
    people: NDArray[np.float64]
    per_1000: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    small: NDArray[np.bool_]


def counted(area: NDArray[np.int16], areas: int) -> NDArray[np.int64]:
    """Return the incidents of each area (areas,); a negative index is no area and not counted."""
    return np.bincount(area[area >= 0], minlength=areas).astype(np.int64)


def rates(counts: NDArray[np.int64], people: NDArray[np.float64]) -> Rates:
    """Return the rate of each area from its incidents and its people, both (areas,)."""
    low, high = poisson_interval(counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        share: NDArray[np.float64] = np.where(people > 0, 1000.0 / people, np.nan)
        return Rates(
            counts=counts,
            people=people,
            per_1000=counts.astype(float) * share,
            low=low * share,
            high=high * share,
            small=(counts < LEAST_INCIDENTS) | (people < LEAST_PEOPLE),
        )


def poisson_interval(
    counts: NDArray[np.int64], level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the exact interval of the mean of a Poisson count, lower and upper ends."""
    from scipy.special import gammaincinv  # noqa: PLC0415 - no other page needs it

    tail = (1 - level) / 2
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1), tail), 0.0)
    return low, gammaincinv(counts + 1, 1 - tail)
