"""Sending a unit leaves people behind: how many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dispatch.coverage import LIMIT_S, left_behind

NEAR, FAR = 600.0, 1200.0
PEOPLE = np.array([1000.0, 200.0, 30.0])


def test_people_only_one_unit_can_reach_are_lost_when_it_goes() -> None:
    seconds = np.array([[NEAR, FAR, FAR], [NEAR, NEAR, FAR]])

    first, second = left_behind(seconds, PEOPLE)

    assert (first.people_left, first.people_lost) == (30, 0)
    assert (second.people_left, second.people_lost) == (230, 200)


def test_a_unit_with_a_twin_beside_it_costs_nothing() -> None:
    seconds = np.array([[NEAR, NEAR, FAR]] * 2)

    assert [cost.people_lost for cost in left_behind(seconds, PEOPLE)] == [0, 0]


def test_the_last_unit_takes_all_cover_with_it() -> None:
    (only,) = left_behind(np.array([[NEAR, NEAR, np.inf]]), PEOPLE)

    assert only.people_left == 1230
    assert only.people_lost == 1200


def test_fifteen_minutes_to_the_second_is_still_covered() -> None:
    (only,) = left_behind(np.array([[LIMIT_S]]), np.array([7.0]))

    assert only.people_lost == 7


@given(st.integers(0, 2**32 - 1))
def test_it_is_what_counting_without_the_unit_gives(seed: int) -> None:
    draw = np.random.default_rng(seed)
    seconds = draw.uniform(0, 2 * LIMIT_S, (draw.integers(1, 6), 20))
    people = draw.integers(0, 500, 20).astype(float)

    for unit, cost in enumerate(left_behind(seconds, people)):
        others = np.delete(seconds, unit, axis=0)
        nearest = others.min(axis=0, initial=np.inf)
        assert cost.people_left == people[nearest > LIMIT_S].sum()
