"""Speeds that learn from the room's own drives."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.speeds import MIN_DRIVES, Drive, learn

RUSH = datetime(2025, 11, 3, 8, 30, tzinfo=UTC)  # 17:30 in Ambon
CALM = datetime(2025, 11, 3, 2, 30, tzinfo=UTC)  # 11:30 in Ambon


def drives(
    count: int, factors: dict[str, float], at: datetime = RUSH, seed: int = 1
) -> list[Drive]:
    """Drives that took exactly these factors, over varied mixtures of roads."""
    draw = random.Random(seed)
    made = []
    for day in range(count):
        by_class = {name: draw.uniform(30, 400) for name in factors}
        took = sum(by_class[name] * factors[name] for name in factors)
        made.append(Drive("fire_engine", by_class, took, at + timedelta(days=day)))
    return made


def test_it_finds_that_main_roads_are_slower_at_rush_hour_and_lanes_are_not() -> None:
    learnt = learn(drives(200, {"primary": 1.8, "residential": 1.0}))

    rush = learnt.correct("fire_engine", {"primary": 100.0, "residential": 100.0}, RUSH)

    assert rush is not None
    assert rush.corrected_s == pytest.approx(280, rel=0.05)
    factors = learnt.factors["fire_engine", "17"]
    assert factors["primary"].factor == pytest.approx(1.8, abs=0.1)
    assert factors["residential"].factor == pytest.approx(1.0, abs=0.1)
    assert factors["primary"].drives == 200


def test_too_few_drives_teach_nothing() -> None:
    learnt = learn(drives(MIN_DRIVES - 1, {"primary": 2.0}))

    assert learnt.correct("fire_engine", {"primary": 100.0}, RUSH) is None


def test_an_hour_with_too_few_drives_borrows_from_the_day() -> None:
    learnt = learn(drives(100, {"primary": 1.5}, at=CALM))

    rush = learnt.correct("fire_engine", {"primary": 100.0}, RUSH)

    assert rush is not None
    assert rush.corrected_s == pytest.approx(150, rel=0.05)


def test_each_profile_learns_for_itself() -> None:
    learnt = learn(drives(100, {"primary": 1.5}))

    assert learnt.correct("motorcycle", {"primary": 100.0}, RUSH) is None


def test_half_and_nine_tenths_of_drives_stay_within_the_times_shown() -> None:
    draw = random.Random(3)
    late = [
        Drive("car", {"primary": 300.0}, 300 * draw.uniform(0.8, 1.6), RUSH + timedelta(days=day))
        for day in range(400)
    ]

    shown = learn(late).correct("car", {"primary": 300.0}, RUSH)

    assert shown is not None
    assert shown.p50_s is not None
    assert shown.p90_s is not None
    assert sum(one.actual_s <= shown.p50_s for one in late) == pytest.approx(200, abs=4)
    assert sum(one.actual_s <= shown.p90_s for one in late) == pytest.approx(360, abs=4)


def test_a_button_pressed_an_hour_late_teaches_nothing() -> None:
    honest = drives(100, {"primary": 1.2})
    forgotten = [Drive("fire_engine", {"primary": 200.0}, 9000.0, RUSH)] * 30

    assert learn(honest + forgotten) == learn(honest)


def test_the_same_drives_in_any_order_teach_the_same() -> None:
    some = drives(80, {"primary": 1.3, "tertiary": 0.9})
    shuffled = some[:]
    random.Random(5).shuffle(shuffled)

    assert learn(some) == learn(shuffled)


def test_nothing_learnt_leaves_the_model_as_it_is() -> None:
    assert learn([]).correct("car", {"primary": 60.0}, RUSH) is None
