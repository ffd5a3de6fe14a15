"""
Where there is more, or less, than chance would heap up: Getis-Ord Gi* (pure).

Gi* compares the sum over an area and its neighbours with what that many areas would hold if the
same values lay anywhere (Getis and Ord, Geographical Analysis 24, 1992; Ord and Getis, ibid. 27,
1995), neighbours and the area itself weighing 1. Counts of incidents are skewed, so p does not
come from the normal curve but from 9,999 rearrangements of the other areas' values (conditional
permutation: Anselin, ibid. 27, 1995), two-sided. Hundreds of areas are tested at once: q is p
after Benjamini and Hochberg (J. R. Stat. Soc. B 57, 1995), and an area is significant when
q <= 0.05: of those called so, about one in twenty is called so by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FALSE_DISCOVERIES = 0.05
ARRANGEMENTS = 9_999
SEED = 112  # the same picture every time it is asked for

Floats = NDArray[np.float64]
Neighbours = Sequence[NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class HotSpots:
    """
    Per area, all (n,): `z` (Gi*, 0 where nothing can be said), `p`, `q`, and `significant`.

    A significant area with z > 0 is a hot spot, with z < 0 a cold one.
    """

    z: Floats
    p: Floats
    q: Floats
    significant: NDArray[np.bool_]


def hot_spots(
    values: Floats, neighbours: Neighbours, *, arrangements: int = ARRANGEMENTS, seed: int = SEED
) -> HotSpots:
    """
    Find areas where high or low values meet.

    Parameters
    ----------
    values
        (n,) a count or a rate for each area.
    neighbours
        For each area the places of its neighbours in `values`, itself not among them.
    arrangements
        How many rearrangements p comes from; its least value is 2 / (arrangements + 1).
    """
    z = gi_star(values, neighbours)
    p = permuted(values, neighbours, arrangements=arrangements, seed=seed)
    q = benjamini_hochberg(p)
    return HotSpots(z, p, q, (q <= FALSE_DISCOVERIES) & (z != 0))


def gi_star(values: Floats, neighbours: Neighbours) -> Floats:
    """
    Return Gi* of each area (n,) as a standard score; 0 where all values are alike or all counted.
    """
    n, own = len(values), _sums(values, neighbours)
    many = np.array([len(near) + 1 for near in neighbours], float)
    spread = np.sqrt(max(float((values**2).mean() - values.mean() ** 2), 0.0))
    scale = spread * np.sqrt(many * (n - many) / max(n - 1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(scale > 0, (own - many * values.mean()) / scale, 0.0)


def permuted(values: Floats, neighbours: Neighbours, *, arrangements: int, seed: int) -> Floats:
    """
    Return the two-sided pseudo p (n,) of each area's sum among rearrangements of the others.

    Every area keeps its own value and is given other areas' values as neighbours, drawn without
    return; areas with as many neighbours share the draws.
    """
    random = np.random.default_rng(seed)
    many = np.array([len(near) for near in neighbours])
    around = _sums(values, neighbours) - values
    p = np.ones(len(values))
    for size in np.unique(many[many > 0]).tolist():
        draws = _draws(random, len(values) - 1, size, arrangements)
        for area in np.flatnonzero(many == size).tolist():
            others = np.delete(values, area)
            p[area] = _two_sided(sum(others[one] for one in draws), around[area])
    return p


def _two_sided(drawn: Floats, seen: float) -> float:
    """Return twice the share of sums as far out as the one seen, itself among them, at most 1."""
    slack = 1e-9 * max(abs(seen), 1.0)  # the same values, summed in another order
    above = np.count_nonzero(drawn >= seen - slack)
    below = np.count_nonzero(drawn <= seen + slack)
    return min(1.0, 2 * (min(above, below) + 1) / (len(drawn) + 1))


def _draws(random: np.random.Generator, n: int, size: int, times: int) -> NDArray[np.int64]:
    """Return places (size, times) out of n: in each column no place twice."""
    if size > n // 4:
        return np.argsort(random.random((n, times)), axis=0)[:size]
    picked = random.integers(n, size=(size, times))
    while True:
        ordered = np.sort(picked, axis=0)
        again = np.flatnonzero((ordered[1:] == ordered[:-1]).any(axis=0))
        if not len(again):
            return picked
        picked[:, again] = random.integers(n, size=(size, len(again)))


def _sums(values: Floats, neighbours: Neighbours) -> Floats:
    """Return each area's value with its neighbours' (n,)."""
    return np.array([values[n] + values[near].sum() for n, near in enumerate(neighbours)])


def benjamini_hochberg(p: Floats) -> Floats:
    """Return q (n,): the least share of false discoveries at which each test is called one."""
    n = len(p)
    order = np.argsort(p)[::-1]
    scaled = p[order] * n / np.arange(n, 0, -1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return q


def touching(shapes: Sequence[object]) -> list[NDArray[np.int64]]:
    """
    Return for each polygon the places of those it touches or overlaps, itself not among them.

    Simplified neighbours may leave slivers between them: polygons within 30 m count as touching.
    """
    from shapely import STRtree  # noqa: PLC0415 - loads GEOS

    near = STRtree(shapes).query(shapes, predicate="dwithin", distance=30 / 111_000)
    pairs = near[:, near[0] != near[1]]
    return [np.sort(pairs[1, pairs[0] == n]) for n in range(len(shapes))]
