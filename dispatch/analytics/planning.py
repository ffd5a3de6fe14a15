"""What a planner asks of the room: reach, scenarios and replays, on its roster and its closures."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch import desk
from dispatch.analytics import isochrones, replay, scenario
from dispatch.analytics.filters import HAPPENED
from dispatch.analytics.replay import Difference, Policy
from dispatch.analytics.scenario import Scenario
from dispatch.room import Room
from dispatch.unit import Unit
from geo.closures import Closure

if TYPE_CHECKING:
    from geo.travel import Travel

LonLat = tuple[float, float]
AS_IT_IS = Scenario()


@dataclass(frozen=True, slots=True)
class Asked:
    """
    Whose reach: an agency's units of one vehicle profile.

    `call_s` seconds from the report to the unit being told; the agency's turnout is added by
    itself.
    """

    agency: str
    profile: str
    call_s: float = 0.0


@dataclass(frozen=True)
class Reach:
    """
    How soon units are with people, and where they start from.

    `seconds` (cells,) from the report; `before_s` of them pass before the wheels turn.
    """

    asked: Asked
    places: tuple[LonLat, ...]
    before_s: float
    seconds: NDArray[np.float64]
    travel: "Travel"


def choices(units: Collection[Unit]) -> dict[str, list[str]]:
    """Return each agency's vehicle profiles, the one it has most of first."""
    found: dict[str, list[str]] = {}
    for one in units:
        found.setdefault(one.agency, []).append(one.profile)
    return {
        agency: sorted(set(profiles), key=lambda p: (-profiles.count(p), p))
        for agency, profiles in found.items()
    }


def reach(room: Room, asked: Asked, what_if: Scenario = AS_IT_IS, *, at: datetime) -> Reach:
    """
    Return an agency's reach with the closures in force at `at` and those of the scenario.

    Raises
    ------
    DatabaseDown, BadDataFile
        The roster or the ground cannot be read.
    """
    units = desk.units(room, at)
    places = scenario.places(units, what_if, agency=asked.agency, profile=asked.profile)
    before_s = asked.call_s + room.catalogue.turnout_s(asked.agency)
    travel = _travel(room, what_if, at)
    seconds = isochrones.seconds_to_people(travel, places, asked.profile, before_s=before_s)
    return Reach(asked, tuple(places), before_s, seconds, travel)


def ready_made(room: Room) -> dict[str, Closure]:
    """Return the closures planners ask about first; see `scenario.ready_made`."""
    ground = room.ground
    return scenario.ready_made(ground.travel.network, ground.data, ground.boundaries)


def replays(
    room: Room,
    what_if: Scenario,
    policy: Policy,
    *,
    at: datetime,
    from_at: datetime,
    until_at: datetime,
    types: Collection[str] = (),
    sources: Collection[str] = HAPPENED,
    progress: Callable[[float], None] = lambda _: None,
) -> tuple[replay.Past, replay.Replayed, replay.Replayed, Difference]:
    """
    Replay a span as this program ranks on the roster as it is, and then otherwise.

    Parameters
    ----------
    what_if, policy
        The other way.
    progress
        Told the part that is done, 0 to 1; what it raises ends the work.

    Returns
    -------
    past, before, after, difference
        The record, both replays of it, and the second beside the first.
    """
    record = replay.past(
        room, from_at=from_at, until_at=until_at, types=types, sources=sources,
        going_on=lambda: progress(0.0),
    )  # fmt: skip
    units = desk.units(room, at)
    ways: Sequence[tuple[Scenario, Policy]] = ((AS_IT_IS, Policy.NEAREST), (what_if, policy))
    done = []
    for n, (way, who) in enumerate(ways):
        done.append(
            replay.replay(
                record,
                scenario.roster(units, way),
                _travel(room, way, at),
                room.catalogue,
                who,
                progress=lambda part, n=n: progress((n + part) / 2),  # type: ignore[misc]
            )
        )
    before, after = done
    return record, before, after, replay.difference(before, after)


def _travel(room: Room, what_if: Scenario, at: datetime) -> "Travel":
    closed = [*room.closures(at), *what_if.closures]
    return room.ground.travel.with_closures(closed) if closed else room.ground.travel
