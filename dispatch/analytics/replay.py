"""
The record again under another policy or roster: who would have come, and how soon (deterministic).

Each recorded incident asks, at the moment its first unit was sent, for as many units as the record
sent. A policy chooses among those at home that can answer; each is busy for its turnout and drive
there and for as long as the first recorded unit stayed, and then waits at home again. What was
said on the telephone before is the same in every replay and is left out of the seconds. Roads are
as given, not as they were; units start from home, as a discrete simulation of posts assumes.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.filters import HAPPENED
from dispatch.catalogue import Catalogue
from dispatch.errors import UnknownType
from dispatch.recommend import answering
from dispatch.room import Room
from dispatch.store import replay as stored
from dispatch.unit import Unit, UnitStatus
from geo.crs import to_utm

if TYPE_CHECKING:
    from geo.travel import Travel

BLOCK = 20_000  # incidents whose drives are looked up at once
MINUTES = range(31)
STAYED_S = 1_800.0  # how long a unit stays when not one record tells
Floats = NDArray[np.float64]


class Policy(StrEnum):
    """Who is sent first."""

    NEAREST = "nearest"  # by road, of all agencies that answer: as this program ranks
    OWN_FIRST = "own_first"  # the lead agency's nearest by road; others only when it has none free
    AIR = "air"  # the nearest on the map, whatever lies between


@dataclass(frozen=True, slots=True)
class Past:
    """
    What was recorded, a row for each incident, in the order in which the first unit was sent.

    `kind` (n,) number of its type and severity among `kinds`; `sent_s` seconds since 1970;
    `call_sign` of the first unit and `predicted_s` of its drive as the room was shown it;
    `stayed_s` between its arrival and its clearing; nan where the record is silent. `units` how
    many went. `no_point` and `nobody_sent` count the incidents that cannot be replayed.
    """

    id: NDArray[np.int64]
    kinds: tuple[tuple[str, str], ...]
    kind: NDArray[np.int64]
    lon: Floats
    lat: Floats
    sent_s: Floats
    call_sign: NDArray[Any]
    predicted_s: Floats
    stayed_s: Floats
    units: NDArray[np.int64]
    no_point: int = 0
    nobody_sent: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    The first unit of each incident: its number in the roster (-1: nobody), drive and arrival.

    `drive_s` by road, `arrival_s` turnout and drive together, nan where nobody was free;
    `roster` call signs in order; `n_stay_assumed` incidents whose stay on the scene is the median
    of the others.
    """

    roster: tuple[str, ...]
    unit: NDArray[np.int64]
    drive_s: Floats
    arrival_s: Floats
    n_stay_assumed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One replay beside another: `n` incidents that got a unit in both, and medians of their arrival.

    `sooner`, `later` count those that differ by more than a second; `mean_s` the average change,
    negative is sooner; `left`, `left_before` incidents nobody was free for.
    """

    n: int
    median_before_s: float
    median_s: float
    p90_before_s: float
    p90_s: float
    mean_s: float
    sooner: int
    later: int
    left_before: int
    left: int


def past(
    room: Room,
    *,
    from_at: datetime,
    until_at: datetime,
    types: Collection[str] = (),
    sources: Collection[str] = HAPPENED,
    going_on: Callable[[], None] = lambda: None,
) -> Past:
    """
    Read the incidents of a span that can be replayed; DatabaseDown when it does not answer.

    `going_on` is called now and then; what it raises ends the reading.
    """
    asked = {
        "from_at": from_at, "until_at": until_at, "types": list(types) or None,
        "sources": list(sources),
    }  # fmt: skip
    with room.store.reading() as tx:
        columns = stored.recorded(tx, asked, going_on)
        no_point, nobody_sent = stored.not_replayed(tx, asked)
    pairs = list(zip(columns.pop("type_code"), columns.pop("severity"), strict=True))
    kinds = {pair: n for n, pair in enumerate(sorted(set(pairs)))}
    return Past(
        kinds=tuple(kinds),
        kind=np.array([kinds[pair] for pair in pairs], np.int64),
        id=columns.pop("id").astype(np.int64),
        units=columns.pop("units").astype(np.int64),
        no_point=no_point,
        nobody_sent=nobody_sent,
        **columns,
    )


def replay(
    record: Past,
    units: Sequence[Unit],
    travel: "Travel",
    catalogue: Catalogue,
    policy: Policy = Policy.NEAREST,
    *,
    progress: Callable[[float], None] = lambda _: None,
) -> Replayed:
    """
    Send somebody to every recorded incident again; the same arguments give the same answer.

    Parameters
    ----------
    units
        The roster; those off duty or out of service stay at home. See `scenario.roster`.
    progress
        Told the part that is done; what it raises ends the replay.

    Returns
    -------
    replayed
        Rows as in `record`. Equal drives go to the first call sign, as in a ranking.
    """
    standing = (UnitStatus.AVAILABLE, UnitStatus.ASSIGNED)
    manned = sorted((one for one in units if one.status in standing), key=lambda u: u.call_sign)
    turnout_s = np.array([catalogue.turnout_s(one.agency) for one in manned])
    suits, own = _suits(record.kinds, manned, catalogue)
    stay_s, assumed = _stays(record.stayed_s)
    chosen = np.full(len(record.id), -1, np.int64)
    drive_s, arrival_s = np.full((2, len(record.id)), np.nan)
    free_s = np.full(len(manned), -np.inf)
    for first in range(0, len(record.id), BLOCK):
        rows = slice(first, first + BLOCK)
        drives = _drives(record, rows, manned, travel)
        order = _order(record, rows, manned, drives, policy)
        for n, here in enumerate(range(first, first + len(drives))):
            kind, now = record.kind[here], record.sent_s[here]
            may = suits[kind] & (free_s <= now) & np.isfinite(drives[n])
            first_choice = own[kind] if policy is Policy.OWN_FIRST else may
            going = _going(may, first_choice, order[n])[: record.units[here]]
            if len(going):
                there_s = turnout_s[going] + drives[n, going]
                free_s[going] = now + there_s + stay_s[here]
                chosen[here], drive_s[here] = going[0], drives[n, going[0]]
                arrival_s[here] = there_s[0]
        progress(min(first + BLOCK, len(record.id)) / len(record.id))
    roster = tuple(one.call_sign for one in manned)
    return Replayed(roster, chosen, drive_s, arrival_s, assumed)


def difference(before: Replayed, after: Replayed) -> Difference:
    """Compare two replays of one record, incident by incident; nan where none has both."""
    both = np.isfinite(before.arrival_s) & np.isfinite(after.arrival_s)
    one, other = before.arrival_s[both], after.arrival_s[both]
    some = len(one) > 0
    change = other - one

    def at(seconds: Floats, share: float) -> float:
        return float(np.quantile(seconds, share)) if some else float("nan")

    return Difference(
        n=len(one),
        median_before_s=at(one, 0.5),
        median_s=at(other, 0.5),
        p90_before_s=at(one, 0.9),
        p90_s=at(other, 0.9),
        mean_s=float(change.mean()) if some else float("nan"),
        sooner=int((change < -1).sum()),
        later=int((change > 1).sum()),
        left_before=int((before.unit < 0).sum()),
        left=int((after.unit < 0).sum()),
    )


def within_minutes(arrival_s: Floats, other_s: Floats) -> list[float]:
    """
    Return the percent of incidents whose first unit arrives within 0, 1, 2 ... `MINUTES`.

    Of those that get a unit in the other replay too; empty shares are 0.
    """
    both = arrival_s[np.isfinite(arrival_s) & np.isfinite(other_s)] / 60
    return [100 * float((both <= minute).mean()) if len(both) else 0.0 for minute in MINUTES]


def told(record: Past, replayed: Replayed) -> tuple[int, int]:
    """Return how many replayed first units are the recorded ones, of how many."""
    names = np.array([*replayed.roster, ""], object)[replayed.unit]
    return int((names == record.call_sign).sum()), len(record.id)


def _suits(
    kinds: Sequence[tuple[str, str]], units: Sequence[Unit], catalogue: Catalogue
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (kinds, units) who can answer what, and who is of its lead agency."""
    suits = np.zeros((len(kinds), len(units)), np.bool_)
    own = np.zeros_like(suits)
    for n, (code, severity) in enumerate(kinds):
        try:
            kind = catalogue.type(code)
        except UnknownType:  # a type the catalogue no longer has: nobody answers
            continue
        wanted = answering(kind, catalogue.severity(severity, kind))
        for m, one in enumerate(units):
            suits[n, m] = bool(one.capabilities & wanted.get(one.agency, frozenset()))
            own[n, m] = one.agency == kind.lead
    return suits, own


def _going(
    may: NDArray[np.bool_], first_choice: NDArray[np.bool_], order: Floats
) -> NDArray[np.int64]:
    """Return the units that may go, those of first choice before the others, each by the order."""
    able = np.flatnonzero(may)
    found: NDArray[np.int64] = able[np.lexsort((able, order[able], ~first_choice[able]))]
    return found


def _stays(stayed_s: Floats) -> tuple[Floats, int]:
    """Return seconds on the scene with the median where the record is silent, and how often."""
    known = np.isfinite(stayed_s) & (stayed_s >= 0)
    usual = float(np.median(stayed_s[known])) if known.any() else STAYED_S
    return np.where(known, stayed_s, usual), int((~known).sum())


def _drives(record: Past, rows: slice, units: Sequence[Unit], travel: "Travel") -> Floats:
    """Return (incidents, units) seconds by road from home; units at one place share the search."""
    scenes = np.column_stack([record.lon[rows], record.lat[rows]])
    seconds = np.full((len(scenes), len(units)), np.inf)
    for profile in sorted({one.profile for one in units}):
        mine = [n for n, one in enumerate(units) if one.profile == profile]
        homes = list(dict.fromkeys((units[n].lon, units[n].lat) for n in mine))
        found = travel.trips_to_area(scenes, homes, profile)
        at = [homes.index((units[n].lon, units[n].lat)) for n in mine]
        seconds[:, mine] = found[:, at]
    return seconds


def _order(
    record: Past, rows: slice, units: Sequence[Unit], drives: Floats, policy: Policy
) -> Floats:
    """Return (incidents, units) what the policy goes by: seconds by road, or straight metres."""
    if policy is not Policy.AIR:
        return drives
    x, y = to_utm(record.lon[rows], record.lat[rows])
    home_x, home_y = to_utm(
        np.array([one.lon for one in units]), np.array([one.lat for one in units])
    )
    metres: Floats = np.hypot(x[:, None] - home_x[None, :], y[:, None] - home_y[None, :])
    return metres
