"""Who to send, and why (pure): reads no clock, no map, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dispatch import reasons
from dispatch.assignment import AssignmentStatus
from dispatch.catalogue import Catalogue, IncidentType
from dispatch.incident import Severity
from dispatch.reasons import Said
from dispatch.run_card import NO_CHANGES, CallSign, Candidate, CardFill, Changes, fill_card
from dispatch.unit import Unit, UnitStatus

if TYPE_CHECKING:
    from dispatch.coverage import Coverage
    from dispatch.speeds import Corrected
    from dispatch.uncertainty import AreaAnswer
    from geo.travel import Trip

LonLat = tuple[float, float]

# A unit in one of these has set out or is about to: it can be turned to something worse.
DIVERTIBLE = frozenset(
    {AssignmentStatus.DISPATCHED, AssignmentStatus.ACCEPTED, AssignmentStatus.EN_ROUTE}
)


class RankBy(StrEnum):
    """What the order of options rests on."""

    TIME = "time"
    BOTH = "both"  # time and the people left without cover


class Outcome(StrEnum):
    """What a recommendation comes to."""

    OK = "ok"
    TOLD_BY_PHONE = "told_by_phone"  # only agencies without a unit in the room answer this type
    NO_UNIT = "no_unit"


class Because(StrEnum):
    """Why a unit was passed over."""

    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"
    ASSIGNED = "assigned"
    LEFT_OUT = "left_out"
    AGENCY = "agency"
    COMPANION = "companion"
    CAPABILITY = "capability"
    NO_ROAD = "no_road"
    CLOSED_OFF = "closed_off"


@dataclass(frozen=True, slots=True)
class Option:
    """
    A unit that can be sent.

    `trip` is the model's raw drive; `corrected` the same after the room's own drives;
    `turnout_s` stands beside it. `leaves` is the incident an en route unit would be taken from.
    """

    unit: Unit
    trip: "Trip"
    turnout_s: float
    serves: tuple[str, ...]
    said: Said
    corrected: "Corrected | None" = None
    coverage: "Coverage | None" = None
    leaves: str | None = None
    route: tuple[LonLat, ...] = ()
    by_class_s: tuple[tuple[str, float], ...] = ()

    @property
    def call_sign(self) -> CallSign:
        """The unit's call sign."""
        return self.unit.call_sign

    @property
    def travel_s(self) -> float:
        """Seconds by road and, for the last metres, on foot, as the model has it."""
        return self.trip.travel_s

    @property
    def distance_m(self) -> float:
        """Metres by road."""
        return self.trip.distance_m

    @property
    def expected_s(self) -> float:
        """Seconds the order goes by: the corrected ones where the room has learnt any."""
        return self.corrected.corrected_s if self.corrected else self.trip.travel_s

    @property
    def arrival_s(self) -> float:
        """Turnout and drive together."""
        return self.turnout_s + self.expected_s

    @property
    def why(self) -> str:
        """Why it is offered, in Indonesian."""
        return self.said.id

    @property
    def why_en(self) -> str:
        """Why it is offered, in English."""
        return self.said.en


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A unit that is not offered, and why not."""

    unit: Unit
    because: Because
    said: Said

    @property
    def call_sign(self) -> CallSign:
        """The unit's call sign."""
        return self.unit.call_sign

    @property
    def why(self) -> str:
        """Why not, in Indonesian."""
        return self.said.id

    @property
    def why_en(self) -> str:
        """Why not, in English."""
        return self.said.en


@dataclass(frozen=True, slots=True)
class Recommendation:
    """
    Everything the room is shown for one scene.

    `options` best first; `more` suitable units beyond the limit; `diversions` en route units
    that could be turned round; `told` agencies to telephone; `id` once it is kept.
    """

    kind: IncidentType
    severity: Severity
    options: tuple[Option, ...]
    diversions: tuple[Option, ...]
    passed_over: tuple[PassedOver, ...]
    card: CardFill
    more: int = 0
    rank_by: RankBy = RankBy.TIME
    area: "AreaAnswer | None" = None
    notes: tuple[Said, ...] = ()
    id: int | None = None

    @property
    def status(self) -> Outcome:
        """Whether there is a unit to send, somebody to telephone instead, or neither."""
        if self.options:
            return Outcome.OK
        by_phone = set(self.kind.agencies) <= set(self.told)
        return Outcome.TOLD_BY_PHONE if by_phone else Outcome.NO_UNIT

    @property
    def scene_cut_off(self) -> bool:
        """Whether road closures alone keep every suitable unit away."""
        cut = any(one.because is Because.CLOSED_OFF for one in self.passed_over)
        return cut and not self.options

    @property
    def told(self) -> tuple[str, ...]:
        """Agencies to be told by telephone, because they keep no unit in the room."""
        return self.card.told


def answering(kind: IncidentType, severity: Severity) -> dict[str, frozenset[str]]:
    """
    Return what makes a unit one of the options: needs by agency.

    The lines of the run card, at this severity, of the type's lead and supporting agencies. What
    else is on the card goes along, and is not ranked against them. Should those lines all be zero
    at this severity, they count all the same: somebody has to answer.
    """
    mine = [line for line in kind.card if set(line.agencies) & set(kind.agencies)]
    lines = [line for line in mine if line.counts[severity] > 0] or mine
    return {
        agency: frozenset(line.need for line in lines if agency in line.agencies)
        for agency in kind.agencies
    }


def recommend(
    units: Sequence[Unit],
    trips: Mapping[CallSign, "Trip | None"],
    *,
    kind: IncidentType,
    severity: Severity,
    catalogue: Catalogue,
    limit: int = 5,
    rank_by: RankBy = RankBy.TIME,
    corrected: Mapping[CallSign, "Corrected"] | None = None,
    coverage: Mapping[CallSign, "Coverage"] | None = None,
    closed_off: frozenset[CallSign] = frozenset(),
    changes: Changes = NO_CHANGES,
    incident_id: int | None = None,
) -> Recommendation:
    """
    Rank the units that can answer, shortest drive first, and fill the run card.

    Parameters
    ----------
    units
        Every unit of the room, whatever its status.
    trips
        Drive of each unit to the scene by call sign; None or no entry means no road.
    corrected
        Drives corrected by what the room has learnt; the order goes by these where given.
    coverage
        People left without cover if a unit goes, shown beside; part of the order only with
        `RankBy.BOTH`, at `dispatch.coverage.PEOPLE_PER_MINUTE`.
    closed_off
        Units without a road that would have one were no road closed.
    changes
        Units the dispatcher leaves out or insists on.
    incident_id
        The incident this is for: units already sent to it fill its card first.

    Returns
    -------
    recommendation
        0 to `limit` options, equal times ordered by call sign, each saying why; and each unit
        passed over, by call sign, saying why not.
    """
    wanted = answering(kind, severity)
    sift = _Sift(kind, severity, catalogue, wanted, trips, closed_off, changes)
    ranked: list[Option] = []
    diversions: list[Option] = []
    passed: list[PassedOver] = []
    for unit in sorted(units, key=lambda unit: unit.call_sign):
        refused = sift.refusal(unit)
        if refused is None:
            ranked.append(_option(unit, sift, corrected or {}, coverage or {}))
            continue
        passed.append(PassedOver(unit, *refused))
        if sift.could_divert(unit, incident_id):
            diversions.append(_diversion(unit, sift, corrected or {}))
    ranked.sort(key=lambda one: _order(one, rank_by))
    diversions.sort(key=lambda one: _order(one, RankBy.TIME))
    return Recommendation(
        kind=kind,
        severity=severity,
        options=tuple(ranked[:limit]),
        diversions=tuple(diversions[:limit]),
        passed_over=tuple(passed),
        card=_card(units, sift, corrected or {}, incident_id),
        more=max(0, len(ranked) - limit),
        rank_by=rank_by,
    )


@dataclass(frozen=True, slots=True)
class _Sift:
    """What decides whether a unit is offered."""

    kind: IncidentType
    severity: Severity
    catalogue: Catalogue
    wanted: Mapping[str, frozenset[str]]
    trips: Mapping[CallSign, "Trip | None"]
    closed_off: frozenset[CallSign]
    changes: Changes

    def serves(self, unit: Unit) -> tuple[str, ...]:
        """Return the needs this unit answers, in the order of the card."""
        can = self.wanted.get(unit.agency, frozenset()) & unit.capabilities
        return tuple(dict.fromkeys(line.need for line in self.kind.card if line.need in can))

    def refusal(self, unit: Unit) -> tuple[Because, Said] | None:
        """Return why this unit is passed over, None when it is offered."""
        return self._unfit(unit) or self._unfree(unit) or self._unreachable(unit)

    def could_divert(self, unit: Unit, incident_id: int | None) -> bool:
        """Whether this unit is on its way elsewhere and could answer here instead."""
        return (
            unit.status is UnitStatus.ASSIGNED
            and unit.assignment_status in DIVERTIBLE
            and unit.incident_id != incident_id
            and self._unfit(unit) is None
            and self.trips.get(unit.call_sign) is not None
        )

    def _unfit(self, unit: Unit) -> tuple[Because, Said] | None:
        """Say when the unit is of another agency or lacks the capability."""
        if self.serves(unit):
            return None
        wanted = self.wanted.get(unit.agency)
        if wanted:
            return Because.CAPABILITY, reasons.lacks(self._in_order(wanted), self.catalogue)
        along = self._in_order(
            frozenset(
                line.need
                for line in self.kind.card
                if line.counts[self.severity] > 0
                and unit.agency in line.agencies
                and line.need in unit.capabilities
            )
        )
        if along:
            return Because.COMPANION, reasons.goes_along(unit, along, self.catalogue)
        return Because.AGENCY, reasons.other_agency(unit, self.catalogue)

    def _unfree(self, unit: Unit) -> tuple[Because, Said] | None:
        """Say when the unit is off duty, busy or left out."""
        if unit.status is not UnitStatus.AVAILABLE:
            return Because(unit.status.value), reasons.duty(unit)
        if unit.call_sign in self.changes.left_out:
            return Because.LEFT_OUT, reasons.LEFT_OUT
        return None

    def _unreachable(self, unit: Unit) -> tuple[Because, Said] | None:
        """Say when no road, or no open road, leads from the unit to the scene."""
        if self.trips.get(unit.call_sign) is not None:
            return None
        if unit.call_sign in self.closed_off:
            return Because.CLOSED_OFF, reasons.CLOSED_OFF
        return Because.NO_ROAD, reasons.NO_ROAD

    def _in_order(self, codes: frozenset[str]) -> tuple[str, ...]:
        """Return capabilities in the order of the card."""
        return tuple(dict.fromkeys(line.need for line in self.kind.card if line.need in codes))


def _option(
    unit: Unit,
    sift: _Sift,
    corrected: Mapping[CallSign, "Corrected"],
    coverage: Mapping[CallSign, "Coverage"],
) -> Option:
    """Make an option of a unit that has a road."""
    trip, serves = sift.trips[unit.call_sign], sift.serves(unit)
    assert trip is not None  # noqa: S101 - the sift passed over units without a road
    return Option(
        unit=unit,
        trip=trip,
        turnout_s=sift.catalogue.turnout_s(unit.agency),
        serves=serves,
        said=reasons.offered(unit, trip, serves, sift.catalogue),
        corrected=corrected.get(unit.call_sign),
        coverage=coverage.get(unit.call_sign),
    )


def _diversion(unit: Unit, sift: _Sift, corrected: Mapping[CallSign, "Corrected"]) -> Option:
    """Make an option of an en route unit: no turnout, and what it leaves."""
    option = _option(unit, sift, corrected, {})
    said = option.said.then(reasons.leaves(unit))
    return replace(option, said=said, leaves=unit.incident_code, turnout_s=0.0)


def _order(option: Option, rank_by: RankBy) -> tuple[float, CallSign]:
    """Order options by drive, or by drive and lost cover; equal ones by call sign."""
    seconds = option.expected_s
    if rank_by is RankBy.BOTH and option.coverage:
        seconds += option.coverage.minutes * 60
    return seconds, option.call_sign


def _card(
    units: Sequence[Unit],
    sift: _Sift,
    corrected: Mapping[CallSign, "Corrected"],
    incident_id: int | None,
) -> CardFill:
    """Fill the run card from every free unit with a road, and those already sent there."""
    candidates = []
    for unit in units:
        trip = sift.trips.get(unit.call_sign)
        if incident_id is not None and unit.incident_id == incident_id:
            candidates.append(_candidate(unit, 0.0))
        elif unit.status is UnitStatus.AVAILABLE and trip is not None:
            better = corrected.get(unit.call_sign)
            drive = better.corrected_s if better else trip.travel_s
            candidates.append(_candidate(unit, sift.catalogue.turnout_s(unit.agency) + drive))
    return fill_card(
        sift.kind.card,
        sift.severity,
        candidates,
        catalogue=sift.catalogue,
        agencies_present=frozenset(unit.agency for unit in units),
        changes=sift.changes,
    )


def _candidate(unit: Unit, arrival_s: float) -> Candidate:
    """Enter a unit for the card."""
    return Candidate(unit.call_sign, unit.agency, unit.capabilities, arrival_s)
