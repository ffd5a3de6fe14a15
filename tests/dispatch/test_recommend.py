"""Who to send, in the words of the room."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignment import AssignmentStatus
from dispatch.catalogue import load_catalogue
from dispatch.coverage import Coverage
from dispatch.incident import Severity
from dispatch.recommend import Because, Outcome, RankBy, Recommendation, recommend
from dispatch.run_card import Changes
from dispatch.speeds import Corrected
from dispatch.unit import PositionBasis, Unit, UnitStatus
from geo.travel import Trip

CATALOGUE = load_catalogue()
FIRE = CATALOGUE.type("fire_building")


def unit(
    call_sign: str,
    agency: str = "damkar",
    capabilities: str = "fire_attack",
    status: UnitStatus = UnitStatus.AVAILABLE,
    **more: object,
) -> Unit:
    can = frozenset(capabilities.split())
    return Unit(call_sign, agency, "fire_engine", can, None, 128.18, -3.69, status, **more)  # type: ignore[arg-type]


def drive(seconds: float, walk_m: float = 0.0) -> Trip:
    return Trip(travel_s=seconds, distance_m=seconds * 8, snap_m=0.0, walk_m=walk_m)


def ask(
    units: list[Unit], seconds: dict[str, float], type_: str = "fire_building", **more: object
) -> Recommendation:
    kind = CATALOGUE.type(type_)
    return recommend(
        units,
        {call_sign: drive(s) for call_sign, s in seconds.items()},
        kind=kind,
        severity=more.pop("severity", kind.severity),  # type: ignore[arg-type]
        catalogue=CATALOGUE,
        **more,  # type: ignore[arg-type]
    )


def order(answer: Recommendation) -> list[str]:
    return [one.call_sign for one in answer.options]


def reasons(answer: Recommendation) -> dict[str, Because]:
    return {one.call_sign: one.because for one in answer.passed_over}


def test_prefers_the_shortest_drive_to_the_nearest_point() -> None:
    across_the_bay, along_the_road = unit("A1"), unit("A2")

    best, *_ = ask([across_the_bay, along_the_road], {"A1": 900, "A2": 240}).options

    assert best.unit is along_the_road


def test_equal_drives_are_ordered_by_call_sign() -> None:
    units = [unit("B"), unit("C"), unit("A")]

    assert order(ask(units, {"A": 60, "B": 60, "C": 60})) == ["A", "B", "C"]


def test_each_unit_passed_over_says_why_not() -> None:
    busy = unit(
        "BUSY",
        status=UnitStatus.ASSIGNED,
        incident_id=7,
        incident_code="2026-000007",
        assignment_status=AssignmentStatus.ON_SCENE,
    )
    units = [
        unit("A"),
        busy,
        unit("CUT"),
        unit("HOME", status=UnitStatus.OFF_DUTY),
        unit("ISLAND"),
        unit("LADDER", capabilities="ladder"),
        unit("AMBULANCE", "health", "ambulance"),
        unit("ARMY", "kodim", "crowd_control"),
        unit("WORKSHOP", status=UnitStatus.OUT_OF_SERVICE),
    ]

    answer = ask(units, {"A": 60, "AMBULANCE": 30}, closed_off=frozenset({"CUT"}))

    assert order(answer) == ["A"]
    assert reasons(answer) == {
        "AMBULANCE": Because.COMPANION,
        "ARMY": Because.AGENCY,
        "BUSY": Because.ASSIGNED,
        "CUT": Because.CLOSED_OFF,
        "HOME": Because.OFF_DUTY,
        "ISLAND": Because.NO_ROAD,
        "LADDER": Because.CAPABILITY,
        "WORKSHOP": Because.OUT_OF_SERVICE,
    }
    assert all(one.why and one.why_en for one in answer.passed_over)
    (on_seven,) = (one for one in answer.passed_over if one.unit is busy)
    assert "2026-000007" in on_seven.why


def test_an_option_says_what_it_brings_how_long_it_takes_and_that_turnout_comes_on_top() -> None:
    (option,) = ask([unit("A")], {"A": 245}).options

    assert option.why == (
        "Damkar, pemadaman; 4 mnt 05 dtk lewat jalan (2,0 km), belum termasuk persiapan 80 s"
    )
    assert option.travel_s == 245
    assert option.arrival_s == 325


def test_the_last_metres_on_foot_are_said() -> None:
    answer = recommend(
        [unit("A")],
        {"A": drive(300, walk_m=120)},
        kind=FIRE,
        severity=Severity.MEDIUM,
        catalogue=CATALOGUE,
    )

    assert "120 m terakhir jalan kaki" in answer.options[0].why


def test_a_stale_fix_is_said() -> None:
    stale = unit(
        "A",
        position_basis=PositionBasis.STALE_FIX,
        fix_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )

    (option,) = ask([stale], {"A": 60}).options

    assert "12:04 WIT sudah lama: dihitung dari pos" in option.why


def test_a_fallen_tree_goes_to_whoever_of_bpbd_and_dlhp_is_sooner() -> None:
    units = [unit("BPBD-1", "bpbd", "chainsaw"), unit("DLHP-1", "dlhp", "chainsaw")]

    assert order(ask(units, {"BPBD-1": 900, "DLHP-1": 300}, "fallen_tree")) == ["DLHP-1", "BPBD-1"]


def test_a_power_fault_is_for_the_telephone() -> None:
    answer = ask([unit("A")], {"A": 60}, "power_fault")

    assert answer.status is Outcome.TOLD_BY_PHONE
    assert answer.told == ("pln",)
    assert answer.options == ()


def test_nobody_free_is_an_answer_with_its_reasons() -> None:
    answer = ask([unit("A", status=UnitStatus.OFF_DUTY)], {})

    assert answer.status is Outcome.NO_UNIT
    assert reasons(answer) == {"A": Because.OFF_DUTY}
    assert answer.card.lines[0].shortfall == 2


def test_all_cut_off_by_closures_is_said_of_the_scene() -> None:
    assert ask([unit("A")], {}, closed_off=frozenset({"A"})).scene_cut_off
    assert not ask([unit("A")], {}).scene_cut_off


def test_units_beyond_the_limit_are_not_passed_over() -> None:
    units = [unit(f"A{n}") for n in range(8)]

    answer = ask(units, {one.call_sign: 60 for one in units}, limit=3)

    assert len(answer.options) == 3
    assert answer.more == 5
    assert answer.passed_over == ()


def test_an_en_route_unit_can_be_diverted_and_says_what_it_leaves() -> None:
    going = unit(
        "B",
        status=UnitStatus.ASSIGNED,
        incident_id=7,
        incident_code="2026-000007",
        assignment_status=AssignmentStatus.EN_ROUTE,
        position_basis=PositionBasis.FIX,
        fix_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )

    answer = ask([unit("A"), going], {"A": 600, "B": 60})

    assert order(answer) == ["A"]
    (turned,) = answer.diversions
    assert turned.leaves == "2026-000007"
    assert "meninggalkan 2026-000007" in turned.why
    assert turned.arrival_s == 60
    assert reasons(answer)["B"] is Because.ASSIGNED


@pytest.mark.parametrize(
    "status",
    [AssignmentStatus.ON_SCENE, AssignmentStatus.ACTING, AssignmentStatus.TRANSPORTING],
)
def test_a_unit_at_work_is_not_offered_for_diversion(status: AssignmentStatus) -> None:
    working = unit("B", status=UnitStatus.ASSIGNED, incident_id=7, assignment_status=status)

    assert ask([working], {"B": 60}).diversions == ()


def test_people_left_behind_stand_beside_the_minutes_and_do_not_move_the_order() -> None:
    cost = {"A": Coverage(90_000, 60_000), "B": Coverage(30_000, 0)}
    units = [unit("A"), unit("B")]

    by_time = ask(units, {"A": 100, "B": 200}, coverage=cost)
    by_both = ask(units, {"A": 100, "B": 200}, coverage=cost, rank_by=RankBy.BOTH)

    assert order(by_time) == ["A", "B"]
    assert by_time.options[0].coverage == cost["A"]
    assert order(by_both) == ["B", "A"]


def test_the_order_follows_corrected_times_and_the_raw_ones_are_kept() -> None:
    jammed = {"A": Corrected(500.0, 480.0, 700.0)}

    answer = ask([unit("A"), unit("B")], {"A": 100, "B": 200}, corrected=jammed)

    assert order(answer) == ["B", "A"]
    assert answer.options[1].travel_s == 100
    assert answer.options[1].expected_s == 500


def test_a_unit_the_dispatcher_left_out_is_neither_offered_nor_on_the_card() -> None:
    answer = ask(
        [unit("A"), unit("B")],
        {"A": 60, "B": 90},
        changes=Changes(left_out=frozenset({"A"})),
    )

    assert order(answer) == ["B"]
    assert reasons(answer) == {"A": Because.LEFT_OUT}
    assert answer.card.call_signs == ("B",)


def test_units_already_sent_fill_the_card_first() -> None:
    sent = unit(
        "Z", status=UnitStatus.ASSIGNED, incident_id=7, assignment_status=AssignmentStatus.ON_SCENE
    )

    answer = ask([unit("A"), unit("B"), sent], {"A": 60, "B": 90}, incident_id=7)

    assert answer.card.lines[0].need == "fire_attack"
    assert [pick.call_sign for pick in answer.card.lines[0].chosen] == ["Z", "A"]


def test_a_worse_fire_asks_for_more() -> None:
    units = [unit(f"A{n}", capabilities="fire_attack water_supply") for n in range(6)]
    seconds = {one.call_sign: 60.0 for one in units}

    small = ask(units, seconds, severity=Severity.LOW)
    large = ask(units, seconds, severity=Severity.HIGH)

    assert len(small.card.call_signs) == 1
    assert len(large.card.call_signs) == 6


FLEET = st.lists(
    st.tuples(
        st.sampled_from(["damkar", "health", "polresta", "pln"]),
        st.sampled_from(["fire_attack", "ambulance", "patrol", "power_repair", "ladder"]),
        st.sampled_from(list(UnitStatus)),
        st.one_of(st.none(), st.integers(1, 4)),
    ),
    max_size=12,
)


@given(FLEET, st.randoms(use_true_random=False))
def test_whatever_the_order_given_everyone_is_answered_for_once_and_the_same(
    fleet: list[tuple[str, str, UnitStatus, int | None]], shuffler: object
) -> None:
    units = [unit(f"U{n}", *one[:3]) for n, one in enumerate(fleet)]
    seconds = {f"U{n}": float(one[3]) for n, one in enumerate(fleet) if one[3]}

    answer = ask(units, seconds, limit=99)
    shuffled = units[:]
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]

    assert ask(shuffled, seconds, limit=99) == answer
    named = order(answer) + list(reasons(answer))
    assert sorted(named) == sorted(one.call_sign for one in units)
    times = [(one.travel_s, one.call_sign) for one in answer.options]
    assert times == sorted(times)
