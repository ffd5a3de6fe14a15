"""Fill a whole run card at the least time to a full response (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dispatch.catalogue import Catalogue, Line
from dispatch.incident import Severity

CallSign: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could fill a line; `arrival_s` seconds until it is there (0 if already sent)."""

    call_sign: CallSign
    agency: str
    capabilities: frozenset[str]
    arrival_s: float

    def fits(self, line: Line) -> bool:
        """Whether this unit can fill the line."""
        return self.agency in line.agencies and line.need in self.capabilities


@dataclass(frozen=True, slots=True)
class Pick:
    """A unit on a line; `insisted` when the dispatcher put it there."""

    call_sign: CallSign
    arrival_s: float
    insisted: bool = False


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line as filled: `shortfall` units are missing."""

    need: str
    agencies: tuple[str, ...]
    count: int
    chosen: tuple[Pick, ...]

    @property
    def shortfall(self) -> int:
        """How many units this line still lacks."""
        return max(0, self.count - len(self.chosen))


@dataclass(frozen=True, slots=True)
class CardFill:
    """
    A run card as filled.

    `full_response_s` seconds until the last chosen unit is there, None when nobody is chosen.
    `told` agencies to telephone, because they keep no unit in the room.
    """

    lines: tuple[CardLine, ...]
    told: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every line has all its units."""
        return not any(line.shortfall for line in self.lines)

    @property
    def full_response_s(self) -> float | None:
        """Seconds until the last chosen unit is there."""
        return max((pick.arrival_s for line in self.lines for pick in line.chosen), default=None)

    @property
    def call_signs(self) -> tuple[CallSign, ...]:
        """Every unit chosen, in the order of the lines."""
        return tuple(pick.call_sign for line in self.lines for pick in line.chosen)


@dataclass(frozen=True, slots=True)
class Changes:
    """What the dispatcher changed: units to leave out, units to put on the line of a need."""

    left_out: frozenset[CallSign] = frozenset()
    insisted: Mapping[CallSign, str] = field(default_factory=dict)


NO_CHANGES = Changes()


def fill_card(
    card: Sequence[Line],
    severity: Severity,
    candidates: Sequence[Candidate],
    *,
    catalogue: Catalogue,
    agencies_present: frozenset[str],
    changes: Changes = NO_CHANGES,
) -> CardFill:
    """
    Choose units for every line so that the whole response is there soonest.

    Exact: of all ways to fill the card, the one that leaves fewest lines short (earlier lines
    first), then brings the last unit soonest, then the one before it, and so on; equal times
    by call sign. A unit fills one line, whatever else it can do.

    Parameters
    ----------
    candidates
        Units that are free and have a road, with seconds until they are there.
    agencies_present
        Agencies with any unit in the room; a line for phone-only agencies without one is told
        by telephone instead of filled.
    changes
        Units the dispatcher leaves out or insists on; an insisted unit stands on the first line
        of that need even if its own list does not name the capability.

    Returns
    -------
    fill
        One line for each card line with a count at this severity.
    """
    asked = [line for line in card if line.counts[severity] > 0]
    told = [line for line in asked if _by_phone(line, catalogue, agencies_present)]
    lines = [line for line in asked if line not in told]
    fixed = _insisted(lines, candidates, changes)
    taken = {pick.call_sign for picks in fixed.values() for pick in picks}
    free = [
        one
        for one in candidates
        if one.call_sign not in taken and one.call_sign not in changes.left_out
    ]
    slots = [
        index
        for index, line in enumerate(lines)
        for _ in range(line.counts[severity] - len(fixed[index]))
    ]
    picked = _soonest(lines, slots, free)
    filled = tuple(
        CardLine(
            line.need,
            line.agencies,
            line.counts[severity],
            tuple(fixed[index] + sorted(picked[index], key=_soonest_first)),
        )
        for index, line in enumerate(lines)
    )
    phone = dict.fromkeys(agency for line in told for agency in line.agencies)
    return CardFill(filled, tuple(phone))


def _by_phone(line: Line, catalogue: Catalogue, present: frozenset[str]) -> bool:
    """Whether everyone this line may come from is told by telephone."""
    return all(
        catalogue.agencies[agency].phone_only and agency not in present for agency in line.agencies
    )


def _insisted(
    lines: Sequence[Line], candidates: Sequence[Candidate], changes: Changes
) -> dict[int, list[Pick]]:
    """Put the insisted units on their lines, keyed by the line's place on the card."""
    fixed: dict[int, list[Pick]] = {index: [] for index in range(len(lines))}
    for one in sorted(candidates, key=_soonest_first):
        need = changes.insisted.get(one.call_sign)
        index = next((i for i, line in enumerate(lines) if line.need == need), None)
        if index is not None:
            fixed[index].append(Pick(one.call_sign, one.arrival_s, insisted=True))
    return fixed


def _soonest_first(one: Candidate | Pick) -> tuple[float, CallSign]:
    """Order by arrival, equal times by call sign."""
    return one.arrival_s, one.call_sign


def _soonest(
    lines: Sequence[Line], slots: Sequence[int], free: Sequence[Candidate]
) -> dict[int, list[Pick]]:
    """
    Choose a unit for each slot (given by its line's index), exactly.

    What a filling costs depends only on which units go, and the sets of units that can be seated
    together form a transversal matroid: taking units soonest first, keeping each one that can
    still be seated with those before it, ends in the set whose last arrival is soonest, whose
    second to last is soonest given that, and so on (Edmonds and Fulkerson 1965). Which slots
    stay empty is settled before, the same way, earlier lines first.
    """
    units = sorted(free, key=_soonest_first)
    fits = [[one.fits(lines[line]) for one in units] for line in slots]
    unit_on: dict[int, int] = {}
    filled = [
        slot
        for slot in range(len(slots))
        if _seat(slot, lambda slot: [n for n, fit in enumerate(fits[slot]) if fit], unit_on, set())
    ]
    slot_of: dict[int, int] = {}
    for number in range(len(units)):
        if len(slot_of) == len(filled):
            break
        _seat(number, lambda n: [slot for slot in filled if fits[slot][n]], slot_of, set())
    picked: dict[int, list[Pick]] = {index: [] for index in range(len(lines))}
    for slot, number in slot_of.items():
        picked[slots[slot]].append(Pick(units[number].call_sign, units[number].arrival_s))
    return picked


def _seat(
    guest: int, seats: Callable[[int], list[int]], taken: dict[int, int], asked: set[int]
) -> bool:
    """Seat a guest, moving those before along where that frees a seat (an augmenting path)."""
    for seat in seats(guest):
        if seat in asked:
            continue
        asked.add(seat)
        if seat not in taken or _seat(taken[seat], seats, taken, asked):
            taken[seat] = guest
            return True
    return False
