"""The run card: the whole response there soonest, exactly."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.catalogue import Line, load_catalogue
from dispatch.incident import Severity
from dispatch.run_card import Candidate, CardFill, Changes, fill_card

CATALOGUE = load_catalogue()
BOTH = frozenset({"damkar", "health"})


def line(need: str, count: int, *agencies: str) -> Line:
    return Line(need, agencies or ("damkar",), dict.fromkeys(Severity, count))


def truck(
    call_sign: str, arrival_s: float, *capabilities: str, agency: str = "damkar"
) -> Candidate:
    return Candidate(call_sign, agency, frozenset(capabilities), arrival_s)


def fill(
    lines: list[Line],
    units: list[Candidate],
    changes: Changes | None = None,
    present: frozenset[str] = BOTH,
) -> CardFill:
    return fill_card(
        lines,
        Severity.MEDIUM,
        units,
        catalogue=CATALOGUE,
        agencies_present=present,
        changes=changes or Changes(),
    )


def chosen(card: CardFill) -> dict[str, tuple[str, ...]]:
    return {one.need: tuple(pick.call_sign for pick in one.chosen) for one in card.lines}


def test_the_soonest_units_fill_the_card() -> None:
    card = fill(
        [line("fire_attack", 2), line("ambulance", 1, "health")],
        [
            truck("A", 300, "fire_attack"),
            truck("B", 100, "fire_attack"),
            truck("C", 200, "fire_attack"),
            truck("M", 50, "ambulance", agency="health"),
        ],
    )

    assert chosen(card) == {"fire_attack": ("B", "C"), "ambulance": ("M",)}
    assert card.complete
    assert card.full_response_s == 200


def test_a_unit_that_can_do_both_goes_where_the_other_cannot() -> None:
    """Greedy would put the all-rounder on the first line and wait 900 s for a tanker."""
    card = fill(
        [line("fire_attack", 1), line("water_supply", 1)],
        [
            truck("ALL", 100, "fire_attack", "water_supply"),
            truck("ENGINE", 150, "fire_attack"),
            truck("TANKER", 900, "water_supply"),
        ],
    )

    assert chosen(card) == {"fire_attack": ("ENGINE",), "water_supply": ("ALL",)}
    assert card.full_response_s == 150


def test_a_shortfall_is_named_and_falls_on_the_later_line() -> None:
    card = fill(
        [line("fire_attack", 1), line("water_supply", 1)],
        [truck("ONLY", 100, "fire_attack", "water_supply")],
    )

    assert chosen(card) == {"fire_attack": ("ONLY",), "water_supply": ()}
    assert [one.shortfall for one in card.lines] == [0, 1]
    assert not card.complete


def test_equal_times_are_decided_by_call_sign() -> None:
    units = [truck(name, 100, "fire_attack") for name in ("C", "A", "B")]

    assert chosen(fill([line("fire_attack", 2)], units)) == {"fire_attack": ("A", "B")}
    assert chosen(fill([line("fire_attack", 2)], units[::-1])) == {"fire_attack": ("A", "B")}


def test_pln_is_told_by_telephone_unless_it_keeps_a_unit_here() -> None:
    lines = [line("fire_attack", 1), line("power_repair", 1, "pln")]
    engine = truck("A", 100, "fire_attack")
    crew = truck("PLN-1", 300, "power_repair", agency="pln")

    by_phone = fill(lines, [engine])
    by_road = fill(lines, [engine, crew], present=BOTH | {"pln"})

    assert by_phone.told == ("pln",)
    assert by_phone.complete
    assert by_road.told == ()
    assert chosen(by_road)["power_repair"] == ("PLN-1",)


def test_the_dispatcher_can_change_any_line() -> None:
    lines = [line("fire_attack", 2)]
    units = [truck(name, 100 * n, "fire_attack") for n, name in enumerate("ABCD", 1)]

    without = fill(lines, units, Changes(left_out=frozenset({"A"})))
    instead = fill(lines, units, Changes(insisted={"D": "fire_attack"}))

    assert chosen(without) == {"fire_attack": ("B", "C")}
    assert chosen(instead) == {"fire_attack": ("D", "A")}
    assert instead.lines[0].chosen[0].insisted


def test_a_line_not_asked_for_at_this_severity_does_not_appear() -> None:
    quiet = Line("rescue", ("damkar",), {Severity.LOW: 0, Severity.MEDIUM: 0, Severity.HIGH: 1})

    assert fill([quiet], [truck("A", 1, "rescue")]).lines == ()


NEEDS = ("fire_attack", "water_supply", "rescue")


@st.composite
def small_cards(draw: st.DrawFn) -> tuple[list[Line], list[Candidate]]:
    lines = [line(need, draw(st.integers(0, 2))) for need in NEEDS]
    units = [
        truck(f"U{n}", draw(st.integers(1, 5)), *draw(st.sets(st.sampled_from(NEEDS))))
        for n in range(draw(st.integers(0, 6)))
    ]
    return lines, units


def by_trying_everything(lines: list[Line], units: list[Candidate]) -> tuple[object, object]:
    """Return which slots stay empty and the arrivals, last first, of the best filling."""
    slots = [one for one in lines for _ in range(one.counts[Severity.MEDIUM])]
    seats = [*units, *[None] * len(slots)]
    best = None
    for seated in set(permutations(seats, len(slots))):
        if any(one and not one.fits(slot) for one, slot in zip(seated, slots, strict=True)):
            continue
        empty = (
            sum(one is None for one in seated),
            tuple(slot.need for one, slot in zip(seated, slots, strict=True) if one is None),
        )
        short = empty[0], tuple(-NEEDS.index(need) for need in empty[1])
        arrivals = tuple(sorted((one.arrival_s for one in seated if one), reverse=True))
        if best is None or (short, arrivals) < best:
            best = short, arrivals
    assert best is not None
    return best


@given(small_cards())
@settings(max_examples=150, deadline=None)
def test_no_other_filling_is_fuller_or_sooner(case: tuple[list[Line], list[Candidate]]) -> None:
    lines, units = case

    card = fill(lines, units)

    empty = tuple(-NEEDS.index(one.need) for one in card.lines for _ in range(one.shortfall))
    arrivals = sorted((p.arrival_s for one in card.lines for p in one.chosen), reverse=True)
    assert ((len(empty), empty), tuple(arrivals)) == by_trying_everything(lines, units)
    assert len(set(card.call_signs)) == len(card.call_signs)


@pytest.mark.parametrize("units", [0, 1, 3])
def test_nobody_free_is_an_empty_card_not_an_error(units: int) -> None:
    card = fill([line("fire_attack", 4)], [truck(f"U{n}", 1, "rescue") for n in range(units)])

    assert card.full_response_s is None
    assert card.lines[0].shortfall == 4
