"""What a town is left with when a unit goes: people too far from the next one (pure)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LIMIT_S = 15 * 60  # SPM: 15 minutes
PEOPLE_PER_MINUTE = 10_000  # the room's exchange rate when it ranks by both


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    The cost of sending one unit, in people (2010 census scaled to 359,661).

    `people_left` live more than 15 minutes by road from every other suitable available unit;
    `people_lost` of them are within 15 minutes now and would not be if this one goes.
    """

    people_left: int
    people_lost: int

    @property
    def minutes(self) -> float:
        """The loss as minutes, at the room's exchange rate."""
        return self.people_lost / PEOPLE_PER_MINUTE


def left_behind(
    seconds: NDArray[np.float64], people: NDArray[np.float64], limit_s: float = LIMIT_S
) -> list[Coverage]:
    """
    Count for each unit the people left too far from the next one if it alone goes.

    Parameters
    ----------
    seconds
        (units, places): drive from each suitable available unit to each place people live;
        inf where there is no road. Turnout is not in it.
    people
        (places,): how many live there.

    Returns
    -------
    costs
        One for each unit, in the order given.
    """
    within = seconds <= limit_s
    others = within.sum(axis=0)
    already = float(people[others == 0].sum())
    lost = (within & (others == 1)) @ people
    return [Coverage(round(already + float(one)), round(float(one))) for one in lost]
