"""A place known only as an area: who is best over it, and what to ask."""

import numpy as np
import pytest

from dispatch.uncertainty import Area, Landmark, over_area

WEST, EAST = 128.18, 128.22


def along_a_road(parts: list[str] | None = None, landmarks: tuple[Landmark, ...] = ()) -> Area:
    """Ten places from west to east, ten people each."""
    lon = np.linspace(WEST, EAST, 10)
    points = np.column_stack([lon, np.full(10, -3.69)])
    return Area(300.0, points, np.full(10, 10.0), parts or ["Batu Merah"] * 10, landmarks)


def drives(share_west: float) -> np.ndarray:
    """WEST-1 is first for this share of the places, EAST-1 for the others."""
    west = np.where(np.arange(10) < share_west * 10, 100.0, 300.0)
    return np.column_stack([np.full(10, 200.0), west])


UNITS = ("EAST-1", "WEST-1")


def test_one_unit_best_everywhere_settles_it() -> None:
    answer = over_area(along_a_road(), drives(1.0), UNITS, "WEST-1")

    assert not answer.changes
    assert answer.share == 1.0
    assert answer.question is None
    assert answer.first_s == (100.0, 100.0, 100.0)


def test_the_best_unit_changes_within_the_area_and_the_shares_say_how_far() -> None:
    answer = over_area(along_a_road(), drives(0.6), UNITS, "WEST-1")

    assert answer.changes
    assert [(one.call_sign, one.share) for one in answer.shares] == [
        ("WEST-1", 0.6),
        ("EAST-1", 0.4),
    ]


def test_people_weigh_more_than_places() -> None:
    area = along_a_road()
    crowded_east = Area(300.0, area.points, np.array([1.0] * 6 + [100.0] * 4), area.parts)

    answer = over_area(crowded_east, drives(0.6), UNITS, "WEST-1")

    assert answer.shares[0].call_sign == "EAST-1"
    assert answer.share == pytest.approx(6 / 406)


def test_the_question_names_the_kelurahan_when_they_divide_it() -> None:
    area = along_a_road(["Batu Merah"] * 6 + ["Pandan Kasturi"] * 4)

    answer = over_area(area, drives(0.6), UNITS, "WEST-1")

    assert answer.question is not None
    assert "Batu Merah, Pandan Kasturi" in answer.question.id
    assert answer.question.right == 1.0


def test_the_question_names_two_landmarks_when_those_divide_it() -> None:
    known = (Landmark("Masjid A", 128.186, -3.69), Landmark("SPBU B", 128.2185, -3.69))

    answer = over_area(along_a_road(landmarks=known), drives(0.6), UNITS, "WEST-1")

    assert answer.question is not None
    assert answer.question.id == "Lebih dekat ke Masjid A atau SPBU B?"


def test_without_names_it_asks_for_the_side() -> None:
    answer = over_area(along_a_road(), drives(0.5), UNITS, "WEST-1")

    assert answer.question is not None
    assert "timur atau barat" in answer.question.id


def test_places_without_a_road_are_said_and_not_counted_against_the_best() -> None:
    seconds = drives(1.0)
    seconds[:2] = np.inf

    answer = over_area(along_a_road(), seconds, UNITS, "WEST-1")

    assert answer.cut_off == pytest.approx(0.2)
    assert not answer.changes
