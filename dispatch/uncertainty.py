"""When a place is an area, not a point: does it change who goes, and what settles it (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SETTLED_SHARE = 0.95  # below this share the best unit is said to change within the area
_FIRST_SHARE = 0.02  # a unit that is best for fewer people than this is not asked about


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place the caller may know, at WGS84 degrees."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the people for whom a unit is first, 0 to 1."""

    call_sign: str
    share: float


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask the caller; `right` is the share of people for whom the answer sends the best."""

    id: str
    en: str
    right: float


@dataclass(frozen=True, slots=True)
class AreaAnswer:
    """
    Who is best over an area.

    `share` is the part of the people there for whom the unit best at the point itself is as good
    as any; `changes` when that is less than 95 %. `first_s` are its seconds: least, half of the
    people, most. `cut_off` is the part with no road at all.
    """

    radius_m: float
    people: int
    places: int
    shares: tuple[Share, ...]
    share: float
    changes: bool
    first_s: tuple[float, float, float] | None
    cut_off: float
    question: Question | None


@dataclass(frozen=True, slots=True)
class Area:
    """
    The places people live within a radius.

    `points` (n, 2) lon, lat; `people` (n,); `parts` the kelurahan of each, by name.
    """

    radius_m: float
    points: NDArray[np.float64]
    people: NDArray[np.float64]
    parts: Sequence[str]
    landmarks: Sequence[Landmark] = ()


def over_area(
    area: Area, seconds: NDArray[np.float64], call_signs: Sequence[str], first: str
) -> AreaAnswer:
    """
    Say for which share of the people in the area each unit is the best.

    Parameters
    ----------
    seconds
        (points, units): drive of each unit to each point, inf where there is no road. Equal
        times: the unit that stands first in `call_signs`, so give them sorted.
    first
        The unit that is best at the point itself.
    """
    reached = np.isfinite(seconds).any(axis=1)
    winner = np.where(reached, seconds.argmin(axis=1), -1)
    total = float(area.people.sum())
    won = [float(area.people[winner == unit].sum()) / total for unit in range(len(call_signs))]
    shares = sorted(
        (Share(call, part) for call, part in zip(call_signs, won, strict=True) if part > 0),
        key=lambda one: (-one.share, one.call_sign),
    )
    mine = call_signs.index(first)
    as_good = reached & (seconds[:, mine] <= seconds.min(axis=1))
    share = float(area.people[as_good].sum()) / total
    changes = share < SETTLED_SHARE * float(area.people[reached].sum()) / total
    return AreaAnswer(
        radius_m=area.radius_m,
        people=round(total),
        places=len(area.points),
        shares=tuple(shares),
        share=share,
        changes=changes,
        first_s=_spread(seconds[:, mine], area.people),
        cut_off=1 - float(area.people[reached].sum()) / total,
        question=_question(area, winner, shares, call_signs) if changes else None,
    )


def _spread(
    seconds: NDArray[np.float64], people: NDArray[np.float64]
) -> tuple[float, float, float] | None:
    """Return the least, the median by people and the most seconds, of those with a road."""
    there = np.isfinite(seconds)
    if not there.any():
        return None
    order = np.argsort(seconds[there], kind="stable")
    times, weight = seconds[there][order], np.cumsum(people[there][order])
    middle = times[np.searchsorted(weight, weight[-1] / 2)]
    return float(times[0]), float(middle), float(times[-1])


def _question(
    area: Area, winner: NDArray[np.int64], shares: Sequence[Share], call_signs: Sequence[str]
) -> Question | None:
    """Return the question whose answer sends the best unit to most people, if any helps."""
    rivals = [one for one in shares if one.share >= _FIRST_SHARE]
    if len(rivals) < 2:
        return None
    pair = tuple(call_signs.index(one.call_sign) for one in rivals[:2])
    asked = [_by_kelurahan(area, winner), _by_landmark(area, winner, pair), _by_side(area, winner)]
    best = max((one for one in asked if one), key=lambda one: one.right, default=None)
    return best if best and best.right > rivals[0].share + 0.05 else None


def _right(
    answers: NDArray[np.int64], winner: NDArray[np.int64], people: NDArray[np.float64]
) -> float:
    """Return the share of people whose best unit is the commonest one among the same answer."""
    right = 0.0
    for answer in np.unique(answers):
        same = (answers == answer) & (winner >= 0)
        if same.any():
            right += float(np.bincount(winner[same], people[same]).max())
    return right / float(people.sum())


def _by_kelurahan(area: Area, winner: NDArray[np.int64]) -> Question | None:
    """Ask which kelurahan."""
    names, answers = np.unique(np.asarray(area.parts), return_inverse=True)
    if len(names) < 2:
        return None
    most = np.argsort(-np.bincount(answers, area.people), kind="stable")[:3]
    named = ", ".join(str(names[one]) for one in most)
    return Question(
        f"Di kelurahan atau negeri mana: {named}?",
        f"In which kelurahan or negeri: {named}?",
        _right(answers, winner, area.people),
    )


def _by_landmark(area: Area, winner: NDArray[np.int64], pair: tuple[int, ...]) -> Question | None:
    """Ask which of two known places is nearer, each within the part of one of the two units."""
    if not area.landmarks:
        return None
    best: Question | None = None
    known = np.array([[one.lon, one.lat] for one in area.landmarks])
    near = _squares(known, area.points)
    side = winner[near.argmin(axis=1)]
    for one in _few(np.flatnonzero(side == pair[0])):
        for other in _few(np.flatnonzero(side == pair[1])):
            answers = near[[one, other]].argmin(axis=0)
            right = _right(answers, winner, area.people)
            if best is None or right > best.right:
                a, b = area.landmarks[one].name, area.landmarks[other].name
                best = Question(f"Lebih dekat ke {a} atau {b}?", f"Nearer to {a} or {b}?", right)
    return best


def _few(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return at most a dozen of them, so that asking stays quick."""
    return found[:12]


def _squares(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return squared degrees between points; at 4 degrees south a degree is the same both ways."""
    gap = a[:, None, :] - b[None, :, :]
    return np.asarray((gap**2).sum(axis=2))


def _by_side(area: Area, winner: NDArray[np.int64]) -> Question | None:
    """Ask which side of the middle, by compass."""
    middle = np.average(area.points, axis=0, weights=area.people)
    east, north = (area.points > middle).astype(np.int64).T
    sides = (
        (north, "utara atau selatan", "north or south"),
        (east, "timur atau barat", "east or west"),
    )
    asked = [
        Question(
            f"Di sebelah mana: {words_id}?",
            f"On which side: {words_en}?",
            _right(answers, winner, area.people),
        )
        for answers, words_id, words_en in sides
    ]
    return max(asked, key=lambda one: one.right)
