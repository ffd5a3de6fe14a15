"""
What closed roads cost: minutes from the nearest post to where people live, before and after.

Seconds are by road from each post to each place people live (`geo.travel.Travel.reach`), as the
nearest post drives them; people are the estimate of `geo.people`. Turnout is not in them: it is
the same with and without the closures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geo.closures import Closure
    from geo.people import People
    from geo.travel import LonLat, Travel

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KelurahanCost:
    """
    One kelurahan, people-weighted.

    `people` a post reached before; `before_min` and `after_min` mean minutes of those reached both
    before and after (nan when there are none); `cut_off` people no post reaches any more; `delayed`
    people who wait longer than before or are cut off.
    """

    code: str
    people: float
    before_min: float
    after_min: float
    cut_off: float
    delayed: float

    @property
    def added_min(self) -> float:
        """Mean minutes added for those still reached; nan when nobody is."""
        return self.after_min - self.before_min


@dataclass(frozen=True, slots=True)
class PostReach:
    """A post: people it reached before and still reaches, whoever is nearer."""

    name: str
    before: float
    after: float
    kelurahan_lost: tuple[str, ...]
    """Kelurahan of which it reached somebody before and nobody now."""


@dataclass(frozen=True, slots=True)
class Cost:
    """
    What closures cost the whole city; `never` people no post reached even before.

    `kelurahan` those in which somebody is delayed or cut off, most cut off first, then most
    delayed; `added_min` mean minutes added over everybody still reached.
    """

    kelurahan: tuple[KelurahanCost, ...]
    posts: tuple[PostReach, ...]
    people: float
    delayed: float
    cut_off: float
    never: float
    added_min: float


def cost(before: Floats, after: Floats, names: Sequence[str], people: "People") -> Cost:
    """
    Compare two tables of seconds.

    Parameters
    ----------
    before, after
        (posts, places): by road with nothing closed, and with the closures; inf without a road.
    names
        (posts,) what the posts are called.
    people
        Where people live: the places of the tables.
    """
    open_s, shut_s = before.min(axis=0, initial=np.inf), after.min(axis=0, initial=np.inf)
    reached = np.isfinite(open_s)
    codes = people.kelurahan_code
    rows = [_kelurahan(str(code), codes == code, open_s, shut_s, people) for code in set(codes)]
    rows = sorted((one for one in rows if one.delayed > 0), key=_worst_first)
    still = reached & np.isfinite(shut_s)
    return Cost(
        kelurahan=tuple(rows),
        posts=tuple(
            _post(name, could_s, can_s, people)
            for name, could_s, can_s in zip(names, before, after, strict=True)
        ),
        people=float(people.people[reached].sum()),
        delayed=sum(one.delayed for one in rows),
        cut_off=sum(one.cut_off for one in rows),
        never=float(people.people[~reached].sum()),
        added_min=_mean(shut_s[still], people.people[still])
        - _mean(open_s[still], people.people[still]),
    )


def measure(
    travel: "Travel",
    posts: Sequence[tuple[str, "LonLat"]],
    profile: str,
    closures: Sequence["Closure"],
) -> Cost:
    """
    Drive from every post to every place people live, with and without closures, and compare.

    Parameters
    ----------
    travel
        On the whole network, whatever it has closed; it must know where people live.
    posts
        Name and position of each post.
    profile
        The vehicle that drives.
    """
    if travel.people is None:
        raise ValueError("the cost of closures needs to know where people live")
    origins = [at for _, at in posts]
    before = travel.with_closures(()).reach(origins, profile)
    after = travel.with_closures(closures).reach(origins, profile)
    return cost(before, after, [name for name, _ in posts], travel.people)


def _kelurahan(
    code: str, mine: NDArray[np.bool_], open_s: Floats, shut_s: Floats, people: "People"
) -> KelurahanCost:
    reached = mine & np.isfinite(open_s)
    still = reached & np.isfinite(shut_s)
    longer = reached & (shut_s > open_s)
    count = people.people
    return KelurahanCost(
        code=code,
        people=float(count[reached].sum()),
        before_min=_mean(open_s[still], count[still]),
        after_min=_mean(shut_s[still], count[still]),
        cut_off=float(count[reached & ~still].sum()),
        delayed=float(count[longer].sum()),
    )


def _post(name: str, before: Floats, after: Floats, people: "People") -> PostReach:
    could, can = np.isfinite(before), np.isfinite(after)
    lost = set(people.kelurahan_code[could]) - set(people.kelurahan_code[can])
    return PostReach(
        name,
        float(people.people[could].sum()),
        float(people.people[can].sum()),
        tuple(sorted(str(code) for code in lost)),
    )


def _mean(seconds: Floats, weights: Floats) -> float:
    """Return the weighted mean in minutes; nan when there is nobody."""
    return float(np.average(seconds, weights=weights)) / 60 if weights.sum() > 0 else float("nan")


def _worst_first(one: KelurahanCost) -> tuple[float, float, str]:
    return -one.cut_off, -one.delayed, one.code
