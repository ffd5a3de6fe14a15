"""
Response times from the room's own clocks: medians and nine-tenths, and the 15-minute standard.

The standard (SPM, Permendagri 114/2018) runs from the report to arrival and action of the lead
agency: both have their figure. Nothing is imputed: beside every figure stand the incidents it rests
on (`n_used`) and those whose stamps are missing or out of order (`n_missing`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.clocks import TEAM, Clocks, Longs
from dispatch.analytics.filters import DESK
from dispatch.catalogue import Catalogue
from dispatch.coverage import LIMIT_S
from dispatch.room import Room
from dispatch.shift import STARTS
from dispatch.store import Transaction
from dispatch.store import response as stored


class Leg(StrEnum):
    """An interval between two stamps; `sent` to `drive` follow one another and make `response`."""

    LOCATED = "located"  # report -> place known
    SENT = "sent"  # report -> unit told
    ACCEPTED = "accepted"  # told -> accepted
    TURNOUT = "turnout"  # accepted -> en route
    DRIVE = "drive"  # en route -> on scene
    RESPONSE = "response"  # report -> on scene: the standard's clock, up to arrival
    SET_UP = "set_up"  # on scene -> first water, first aid
    ACTION = "action"  # report -> first water, first aid: the standard's clock, whole
    CONTROLLED = "controlled"  # report -> under control, the last time it came to be


ENDS = {
    Leg.LOCATED: ("received", "located"),
    Leg.SENT: ("received", "sent"),
    Leg.ACCEPTED: ("sent", "accepted"),
    Leg.TURNOUT: ("accepted", "en_route"),
    Leg.DRIVE: ("en_route", "on_scene"),
    Leg.RESPONSE: ("received", "on_scene"),
    Leg.SET_UP: ("on_scene", "acting"),
    Leg.ACTION: ("received", "acting"),
    Leg.CONTROLLED: ("received", "controlled"),
}
"""The two stamps of each interval."""
JUDGED = frozenset({Leg.RESPONSE, Leg.ACTION})
"""What the standard is about."""


class By(StrEnum):
    """What the incidents are divided by."""

    ALL = "all"
    AGENCY = "agency"
    KELURAHAN = "kelurahan"
    TYPE = "type"
    HOUR = "hour"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One interval in one part of the incidents.

    `part` an agency, kelurahan or type code, "00" to "23" WIT, a shift's name, "" for all or for
    unknown. `median_s`, `p90_s` seconds, interpolated, None without any; `n_within` of the
    `n_used` took at most 15 minutes. `ids` the incidents, slowest first, those without a figure
    before them; empty unless this one part was asked for.
    """

    part: str
    leg: Leg
    n_used: int
    n_missing: int
    median_s: float | None
    p90_s: float | None
    n_within: int
    ids: tuple[int, ...] = ()

    @property
    def share_within(self) -> float | None:
        """The part of those used that took at most 15 minutes; None without any."""
        return self.n_within / self.n_used if self.n_used else None


@dataclass(frozen=True, slots=True)
class Times:
    """Figures of a span of days; public reports and duplicates were not counted in them."""

    figures: tuple[Figure, ...]
    n_public: int
    n_duplicates: int

    def of(self, part: str, leg: Leg) -> Figure:
        """Return the figure of a part and an interval; an empty one when nothing happened."""
        found = (one for one in self.figures if (one.part, one.leg) == (part, leg))
        return next(found, Figure(part, leg, 0, 0, None, None, 0))

    def parts(self) -> list[str]:
        """Return the parts that have figures, in their order."""
        return list(dict.fromkeys(one.part for one in self.figures))


def read_clocks(
    room: Room,
    *,
    from_at: datetime,
    until_at: datetime,
    types: Collection[str] = (),
    sources: Collection[str] = (DESK,),
) -> Clocks:
    """
    Read the stamps of incidents opened from one moment up to another.

    Parameters
    ----------
    types
        Codes to keep; empty for all.
    sources
        Where incidents come from; others than the desk's have stamps only when made up to measure.

    Raises
    ------
    DatabaseDown
        The database does not answer.
    """
    with room.store.reading() as tx:
        return clocks_in(tx, from_at=from_at, until_at=until_at, types=types, sources=sources)


def clocks_in(
    tx: Transaction,
    *,
    from_at: datetime,
    until_at: datetime,
    types: Collection[str] = (),
    sources: Collection[str] = (DESK,),
) -> Clocks:
    """Read stamps as `read_clocks` does, in a transaction that has begun."""
    asked = {
        "from_at": from_at,
        "until_at": until_at,
        "types": list(types) or None,
        "sources": list(sources),
    }
    return stored.clocks(tx, asked)


def response_times(
    room: Room,
    *,
    from_at: datetime,
    until_at: datetime,
    by: By = By.ALL,
    types: Collection[str] = (),
    agencies: Collection[str] = (),
    leg: Leg | None = None,
    only: str | None = None,
) -> Times:
    """
    Return the response times of incidents the desk opened from one moment up to another.

    `types` are codes to keep, empty for all; the rest is as in `times`. Raises as `read_clocks`.
    """
    clocks = read_clocks(room, from_at=from_at, until_at=until_at, types=types)
    return times(clocks, room.catalogue, by=by, agencies=agencies, leg=leg, only=only)


def times(
    clocks: Clocks,
    catalogue: Catalogue,
    *,
    by: By = By.ALL,
    agencies: Collection[str] = (),
    leg: Leg | None = None,
    only: str | None = None,
) -> Times:
    """
    Return figures by one dimension.

    Parameters
    ----------
    agencies
        Codes to keep; empty for all. An incident belongs to its type's lead agency; divided by
        agency, to every agency that was sent.
    leg
        One interval; None for all.
    only
        One part: its figures then carry the incidents they rest on.
    """
    pairs = _pairs(clocks, catalogue, by, agencies)
    names, part = _parts(clocks, pairs, by)
    order = np.argsort(part.astype(np.int16), kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=len(names)))
    figures = []
    for one in sorted([leg] if leg else Leg):
        start, stop = ENDS[one]
        seconds = clocks.seconds(pairs.rows, start, stop)
        if stop in TEAM:
            seconds[pairs.nobody] = np.nan
        for n, mine in enumerate(np.split(order, ends[:-1])):
            if len(mine) and only in (None, names[n]):
                ids = None if only is None else clocks.incident[pairs.rows[mine]]
                figures.append(_figure(names[n], one, seconds[mine], ids))
    figures.sort(key=lambda figure: (figure.part, figure.leg))
    return Times(tuple(figures), clocks.n_public, clocks.n_duplicates)


def incidents_behind(room: Room, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return code, type, kelurahan and opening (UTC) of the incidents a figure rests on."""
    with room.store.reading() as tx:
        return list(stored.behind(tx, ids))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """
    Incidents with an agency that answers for each, as columns.

    `rows` of the clocks; `agency` the place in `names` ("" for none known); `nobody` where that
    agency sent none: the unit's stamps of that row are not its own.
    """

    rows: Longs
    agency: Longs
    names: list[str]
    nobody: NDArray[np.bool_]


def _pairs(clocks: Clocks, catalogue: Catalogue, by: By, agencies: Collection[str]) -> _Pairs:
    """Return each incident with its type's lead agency; by agency, with every one sent too."""
    kinds = catalogue.types
    leads = [kinds[one.type_code].lead if one.type_code in kinds else "" for one in clocks.groups]
    names, places = _numbered([*leads, *(one.agency for one in clocks.groups), ""])
    lead, sent = places[: len(leads)][clocks.of], places[len(leads) : -1][clocks.of]
    was_sent = sent != places[-1]
    led, other = np.flatnonzero((sent == lead) & was_sent), np.flatnonzero(sent != lead)
    # Those to which the lead agency sent nobody stand once, by whichever row of theirs.
    alone = np.flatnonzero((sent != lead) | ~was_sent)
    alone = alone[~np.isin(clocks.incident[alone], clocks.incident[led])]
    alone = alone[np.unique(clocks.incident[alone], return_index=True)[1]]
    other = other[was_sent[other]] if by is By.AGENCY else other[:0]
    rows = np.concatenate([led, alone, other])
    agency = np.concatenate([lead[led], lead[alone], sent[other]])
    nobody = np.repeat([False, True, False], [len(led), len(alone), len(other)])
    wanted = [n for n, name in enumerate(names) if not agencies or name in agencies]
    kept = np.isin(agency, wanted)
    return _Pairs(rows[kept], agency[kept], names, nobody[kept])


def _parts(clocks: Clocks, pairs: _Pairs, by: By) -> tuple[list[str], Longs]:
    """Return the names of the parts, and the place among them of each pair."""
    if by is By.ALL:
        return [""], np.zeros(len(pairs.rows), np.int64)
    if by is By.AGENCY:
        return pairs.names, pairs.agency
    if by is By.HOUR:
        return [f"{hour:02d}" for hour in range(24)], clocks.hour[pairs.rows]
    if by is By.SHIFT:
        starts = sorted((hour, name.value) for name, hour in STARTS.items())
        hours = np.array([hour for hour, _ in starts])
        begun = np.searchsorted(hours, clocks.hour[pairs.rows], side="right")
        # Before the first of the day it is still the last of the day before.
        return [name for _, name in starts], (begun - 1) % len(starts)
    names, place = _numbered(
        [one.type_code if by is By.TYPE else one.kelurahan for one in clocks.groups]
    )
    return names, place[clocks.of][pairs.rows]


def _numbered(words: Sequence[str]) -> tuple[list[str], Longs]:
    """Return the different words in order, and the place of each among them."""
    names = sorted(set(words))
    place = {name: n for n, name in enumerate(names)}
    return names, np.array([place[one] for one in words], np.int64)


def _figure(part: str, leg: Leg, seconds: NDArray[np.float64], ids: Longs | None) -> Figure:
    """Count and rank the seconds of a part; quantiles are interpolated."""
    known = np.isfinite(seconds)
    used = seconds[known]
    median_s, p90_s = np.quantile(used, [0.5, 0.9]).tolist() if len(used) else (None, None)
    listed: tuple[int, ...] = ()
    if ids is not None:
        slowest = np.lexsort((ids, -np.where(known, seconds, np.inf)))
        listed = tuple(ids[slowest].tolist())
    return Figure(
        part=part,
        leg=leg,
        n_used=len(used),
        n_missing=len(seconds) - len(used),
        median_s=median_s,
        p90_s=p90_s,
        n_within=int((used <= LIMIT_S).sum()),
        ids=listed,
    )
