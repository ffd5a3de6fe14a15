"""
Where the next posts should stand, solved to proven optimality (spopt, PuLP's CBC).

MCLP (Church & ReVelle 1974): the k places that bring most people within the minutes. p-median
(Hakimi 1964): the k places that make the sum of everybody's minutes least. Posts that stand, stay.
"""

import csv
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.scenario import Change, compare
from dispatch.coverage import LIMIT_S
from dispatch.errors import BadDataFile
from geo.crs import to_utm

if TYPE_CHECKING:
    from geo.kelurahan import Boundaries
    from geo.people import People
    from geo.roads import RoadNetwork
    from geo.travel import Travel

APART_M = 400.0  # candidates nearer to one another than this say the same
SQUARE_M = 750.0  # people are put together in squares for the p-median
LONGEST_S = 600  # seconds the solver may take to prove its answer
NO_ROAD_S = 7_200.0  # what the p-median takes for "no road"
THROUGH = frozenset({"trunk", "primary", "secondary", "tertiary"})
PUBLIC_KINDS = frozenset({"school", "puskesmas", "hospital", "police_post"})
Floats = NDArray[np.float64]


class Goal(StrEnum):
    """What the next posts are to do."""

    PEOPLE = "people"  # MCLP
    MINUTES = "minutes"  # p-median


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    A place where a post could stand.

    `name` of the public place, or of the kelurahan whose people have their middle there; "" at a
    junction.
    """

    name: str
    lon: float
    lat: float
    kelurahan_code: str


@dataclass(frozen=True, slots=True)
class Task:
    """
    What to solve, small enough to hand to another process.

    `cost` (demands, 1 + candidates) seconds, the posts that stand in the first column; `weight`
    (demands,) people; `k` how many more.
    """

    goal: Goal
    cost: Floats
    weight: Floats
    k: int
    limit_s: float = LIMIT_S


@dataclass(frozen=True, slots=True)
class Siting:
    """The places chosen and what they change for every cell of people; nothing is sampled."""

    chosen: tuple[Candidate, ...]
    change: Change
    after_s: Floats


def candidates(
    people: "People", boundaries: "Boundaries", network: "RoadNetwork", places: Path
) -> list[Candidate]:
    """
    Return places where a post could stand, `APART_M` from one another, the first named winning.

    First the middle of each kelurahan's people (their weighted mean, moved to the nearest place
    somebody lives), then schools, puskesmas, hospitals and police posts with a known point, then
    junctions of through roads inside the city.

    Raises
    ------
    BadDataFile
        The places cannot be read.
    """
    every = [*_middles(people, boundaries), *_public(places), *_junctions(network)]
    x, y = to_utm(np.array([one.lon for one in every]), np.array([one.lat for one in every]))
    kept: list[int] = []
    for n in range(len(every)):
        if not kept or np.hypot(x[kept] - x[n], y[kept] - y[n]).min() >= APART_M:
            kept.append(n)
    inside = ((every[n], boundaries.at(every[n].lon, every[n].lat)) for n in kept)
    return [replace(one, kelurahan_code=at.kelurahan.code) for one, at in inside if at is not None]


def drives(
    travel: "Travel", some: Sequence[Candidate], profile: str, *, before_s: float = 0.0
) -> Iterator[Floats]:
    """Yield for each candidate (cells,) seconds to where people live, one at a time."""
    for one in some:
        row: Floats = travel.reach([(one.lon, one.lat)], profile)[0] + before_s
        yield row


def task(
    goal: Goal,
    people: "People",
    now_s: Floats,
    drives_s: Floats,
    *,
    k: int,
    limit_s: float = LIMIT_S,
) -> Task:
    """
    Make the task small without changing its answer (MCLP), or hardly (p-median).

    For MCLP the cells within the limit now are left out and cells that the same candidates reach
    are put together: the optimum is the same. For the p-median cells are put together in squares
    of `SQUARE_M`, each with the mean of its drives, weighted by people; no road counts `NO_ROAD_S`.

    Parameters
    ----------
    now_s
        (cells,) seconds from the posts that stand.
    drives_s
        (candidates, cells) seconds from each candidate.
    """
    cost = np.vstack([now_s, drives_s]).T
    if goal is Goal.PEOPLE:
        open_cells = (cost[:, 0] > limit_s) & (cost[:, 1:] <= limit_s).any(axis=1)
        rows, of = np.unique(cost[open_cells] <= limit_s, axis=0, return_inverse=True)
        weight = _sums(of, people.people[open_cells], len(rows))
        return Task(goal, np.where(rows, 0.0, 2 * limit_s), weight, k, limit_s)
    x, y = to_utm(people.lon, people.lat)
    squares = np.column_stack([x // SQUARE_M, y // SQUARE_M]).astype(np.int64)
    rows, of = np.unique(squares, axis=0, return_inverse=True)
    weight = _sums(of, people.people, len(rows))
    finite = np.minimum(cost, NO_ROAD_S)
    sums = [_sums(of, people.people * column, len(rows)) for column in finite.T]
    return Task(goal, np.column_stack(sums) / weight[:, None], weight, k, limit_s)


def solve(wanted: Task) -> tuple[int, ...]:
    """
    Return the numbers of the chosen candidates, from 0, rising; none when none can help.

    Raises
    ------
    RuntimeError
        The solver did not prove an optimum within `LONGEST_S`.
    """
    n_candidates = wanted.cost.shape[1] - 1
    if not len(wanted.weight) or not n_candidates:
        return ()
    standing = np.zeros(1 + n_candidates, np.int64)
    standing[0] = 1
    p = 1 + min(wanted.k, n_candidates)
    with _quiet() as (locate, pulp):
        if wanted.goal is Goal.PEOPLE:
            model = locate.MCLP.from_cost_matrix(
                wanted.cost, wanted.weight, wanted.limit_s, p, predefined_facilities_arr=standing
            )
        else:
            model = locate.PMedian.from_cost_matrix(
                wanted.cost, wanted.weight, p, predefined_facilities_arr=standing
            )
        model.solve(
            pulp.PULP_CBC_CMD(msg=False, threads=1, gapRel=0.0, gapAbs=0.0, timeLimit=LONGEST_S),
            results=False,
        )
        if model.problem.sol_status != pulp.constants.LpSolutionOptimal:
            raise RuntimeError(f"no proven optimum ({pulp.LpStatus[model.problem.status]})")
        chosen = [n for n, one in enumerate(model.fac_vars[1:]) if one.value() > 0.5]
    return tuple(chosen)


def siting(
    people: "People",
    now_s: Floats,
    drives_s: Floats,
    some: Sequence[Candidate],
    chosen: Sequence[int],
    *,
    limit_s: float = LIMIT_S,
) -> Siting:
    """Say what the chosen candidates change, counted over every cell of people."""
    after: Floats = np.vstack([now_s, *(drives_s[n] for n in chosen)]).min(axis=0)
    change = compare(people.people, now_s, after, limit_s)
    return Siting(tuple(some[n] for n in chosen), change, after)


def _sums(of: NDArray[Any], weight: Floats, count: int) -> Floats:
    return np.bincount(of.reshape(-1), weight, count).astype(np.float64)


@contextmanager
def _quiet() -> Iterator[tuple[Any, Any]]:
    """Lend spopt.locate and pulp; spopt still makes variables in a way PuLP 4 will drop."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import pulp  # noqa: PLC0415 - two seconds to import, and only planners wait for them
        from spopt import locate  # noqa: PLC0415

        yield locate, pulp


def _middles(people: "People", boundaries: "Boundaries") -> list[Candidate]:
    """Return where each kelurahan's people have their middle, by code."""
    x, y = to_utm(people.lon, people.lat)
    found = []
    for code in np.unique(people.kelurahan_code):
        mine = np.flatnonzero(people.kelurahan_code == code)
        weight = people.people[mine]
        if not weight.any():
            continue
        middle = np.average(x[mine], weights=weight), np.average(y[mine], weights=weight)
        n = mine[np.hypot(x[mine] - middle[0], y[mine] - middle[1]).argmin()]
        name = boundaries[str(code)].name
        found.append(Candidate(name, float(people.lon[n]), float(people.lat[n]), str(code)))
    return found


def _public(places: Path) -> list[Candidate]:
    """Return public places with a point, as listed."""
    path = places / "places.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [
                Candidate(row["name"], float(row["lon"]), float(row["lat"]), row["kelurahan_code"])
                for row in csv.DictReader(file)
                if row["kind"] in PUBLIC_KINDS and row["lon"]
            ]
    except (OSError, UnicodeError, csv.Error, KeyError, ValueError) as error:
        raise BadDataFile(str(path), str(error)) from error


def _junctions(network: "RoadNetwork") -> list[Candidate]:
    """Return where at least three through roads meet, by node."""
    through = np.array([one in THROUGH for one in network.road_class])[network.kind]
    ends = np.concatenate([network.tail[through], network.head[through]])
    nodes = np.flatnonzero(np.bincount(ends, minlength=network.n_nodes) >= 3)
    return [
        Candidate("", float(network.node_lon[n]), float(network.node_lat[n]), "") for n in nodes
    ]
