"""A recommendation kept can be asked again a year later, and says the same."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from shapely.geometry import Point

from dispatch.answer import as_json
from dispatch.catalogue import load_catalogue
from dispatch.ground import Ground, load_ground
from dispatch.options import answer
from dispatch.recommend import RankBy, Recommendation
from dispatch.record import record, replay
from dispatch.request import Request
from dispatch.run_card import Changes
from dispatch.speeds import Corrections, Factor
from dispatch.unit import PositionBasis, Unit, UnitStatus
from dispatch.units_file import read_units
from geo.closures import Closure
from geo.files import DATA

CATALOGUE = load_catalogue()
AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KEBUN_CENGKEH = (128.2089, -3.6883)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return load_ground()


def fleet() -> list[Unit]:
    """The roster, with one unit under way elsewhere and one on a stale fix."""
    units = read_units(DATA / "stations/roster.csv", CATALOGUE, pytest.fail)
    units[0] = replace(
        units[0],
        status=UnitStatus.ASSIGNED,
        incident_id=7,
        incident_code="2026-000007",
        assignment_status="en_route",
        position_lon=128.19,
        position_lat=-3.69,
        position_basis=PositionBasis.FIX,
        fix_at=AT,
    )
    units[1] = replace(units[1], position_basis=PositionBasis.STALE_FIX, fix_at=AT)
    return units


def request(**more: Any) -> Request:
    """A request that uses everything a request can hold."""
    cut = Closure(
        id="1",
        geometry=Point(128.195, -3.663).buffer(0.005),
        profiles=frozenset({"fire_engine"}),
        from_at=AT,
        until_at=None,
        reason="longsor",
        author="uji",
    )
    learnt = Corrections({("fire_engine", ""): {"residential": Factor(1.4, 30)}}, {}, 30)
    asked = {
        "severity": "berat",
        "radius_m": 400.0,
        "rank_by": RankBy.BOTH,
        "closures": (cut,),
        "corrections": learnt,
        "changes": Changes(frozenset({"DAMKAR-MAKO-3"}), {"DAMKAR-ERI-1": "fire_attack"}),
    }
    return Request(KEBUN_CENGKEH, "kebakaran", fleet(), AT, **{**asked, **more})


def kept(ground: Ground, asked: Request) -> tuple[Recommendation, dict[str, Any]]:
    """Return the answer, and its record as a database would give it back."""
    found = answer(ground, CATALOGUE, asked)
    whole: dict[str, Any] = json.loads(json.dumps(record(asked, found, ground, CATALOGUE)))
    return found, whole


def test_a_replay_of_the_record_is_the_same_recommendation(ground: Ground) -> None:
    found, whole = kept(ground, request())

    again = replay(whole, whole["answer"], ground, CATALOGUE)

    assert again.same
    assert again.changed == ()
    assert again.answer == found


def test_a_record_tampered_with_shows(ground: Ground) -> None:
    _, whole = kept(ground, request())
    whole["answer"]["options"][0]["travel_s"] += 0.001

    assert not replay(whole, whole["answer"], ground, CATALOGUE).same


def test_a_ground_that_changed_since_is_named(ground: Ground) -> None:
    _, whole = kept(ground, request())
    whole["ground"]["network"] = "another"

    assert replay(whole, whole["answer"], ground, CATALOGUE).changed == ("network",)


def test_two_dispatchers_in_the_same_second_get_the_same_order(ground: Ground) -> None:
    here, there = request(), replace(request(), units=fleet()[::-1])

    one, other = answer(ground, CATALOGUE, here), answer(ground, CATALOGUE, there)

    assert as_json(one, CATALOGUE) == as_json(other, CATALOGUE)


def test_opening_a_road_restores_the_former_answer(ground: Ground) -> None:
    before = answer(ground, CATALOGUE, request(closures=()))
    closed = answer(ground, CATALOGUE, request())
    after = answer(ground, CATALOGUE, request(closures=()))

    assert as_json(after, CATALOGUE) == as_json(before, CATALOGUE)
    assert as_json(closed, CATALOGUE) != as_json(before, CATALOGUE)


def test_what_the_room_learnt_moves_the_order_and_the_raw_time_stays(ground: Ground) -> None:
    plain = answer(ground, CATALOGUE, request(corrections=Corrections()))
    learnt = answer(ground, CATALOGUE, request())

    raw = {one.call_sign: one.travel_s for one in plain.options}
    for one in learnt.options:
        if one.call_sign in raw:
            assert one.travel_s == raw[one.call_sign]
    assert any(one.corrected for one in learnt.options)
    assert not any(one.corrected for one in plain.options)


def test_the_seconds_by_road_class_add_up_to_the_drive(ground: Ground) -> None:
    for one in answer(ground, CATALOGUE, request()).options:
        assert sum(seconds for _, seconds in one.by_class_s) == pytest.approx(one.travel_s)
