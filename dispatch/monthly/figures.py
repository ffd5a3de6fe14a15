"""
A month counted from the record: calls, incidents, units, closures (pure).

The room's own incidents and public reports are counted apart. An incident with disposition
"duplicate" is counted with the one it belongs to: here it is only told how many there were.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, cast

from dispatch.analytics.filters import DESK, PUBLIC
from dispatch.assignment import AssignmentStatus
from dispatch.call import CallStatus
from dispatch.incident import Disposition
from dispatch.monthly.month import Period
from dispatch.shift import WIT, shift_at

UNKNOWN, OUTSIDE = "", "outside"
"""As a district: nobody knows where; known, and not in the city."""

Place = tuple[str, str]
"""District and kelurahan code; the code is "" where the kelurahan is not known."""
Key = str | int | Place | tuple[int, int]


class CallRow(NamedTuple):
    """A call without its caller; `opened_incident_id` is the incident it opened."""

    id: int
    received_at: datetime
    kind: str
    status: str
    opened_incident_id: int | None


class IncidentRow(NamedTuple):
    """An incident; `district` as a public report says it, `timed` whether its hour is known."""

    id: int
    opened_at: datetime
    type_code: str
    severity: str
    disposition: str | None
    source: str
    kelurahan_code: str | None
    district: str
    lon: float | None
    lat: float | None
    timed: bool


class SentRow(NamedTuple):
    """A unit sent to an incident."""

    id: int
    incident_id: int
    agency: str
    call_sign: str
    status: str
    dispatched_at: datetime
    on_scene_at: datetime | None


class ClosureRow(NamedTuple):
    """A road closed from one moment until another (None: still); `shape` a GeoJSON type."""

    id: int
    begins_at: datetime
    ends_at: datetime | None
    shape: str
    everyone: bool
    kelurahan_code: str | None


@dataclass(frozen=True, slots=True)
class Rows:
    """What the store read; rows of other months among them are passed over."""

    calls: Sequence[CallRow] = ()
    incidents: Sequence[IncidentRow] = ()
    sent: Sequence[SentRow] = ()
    closures: Sequence[ClosureRow] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows' codes mean: type -> lead agency, kelurahan code -> district."""

    leads: Mapping[str, str]
    districts: Mapping[str, str]


class By(StrEnum):
    """What incidents are divided by."""

    TYPE = "type"
    LEAD = "lead"
    DISTRICT = "district"
    PLACE = "place"
    SHIFT = "shift"
    WEEKDAY = "weekday"
    HOUR = "hour"
    DAY = "day"
    WEEK_HOUR = "week_hour"
    SEVERITY = "severity"
    DISPOSITION = "disposition"


class Fate(StrEnum):
    """What became of a call; the first that fits."""

    OPENED = "opened"  # an incident
    ADDED = "added"  # to an incident that another call opened
    ANSWERED = "answered"
    DISCARDED = "discarded"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Divided:
    """Incidents divided in every way; each way holds all `n` of them once."""

    n: int
    by: Mapping[By, Counter[Key]]

    @property
    def places(self) -> Counter[Place]:
        """By district and kelurahan."""
        return cast(Counter[Place], self.by[By.PLACE])

    @property
    def week_hours(self) -> Counter[tuple[int, int]]:
        """By weekday and hour; hour -1 where it is not known."""
        return cast(Counter[tuple[int, int]], self.by[By.WEEK_HOUR])


@dataclass(frozen=True, slots=True)
class Bridge:
    """
    From calls to incidents: `opened - elsewhere + before + without == rows`.

    `opened` calls of the month that opened an incident; `elsewhere` of them one of another month
    (a call may wait past midnight); `before` incidents of the month opened by a call of another
    one, `without` those whose call opened another incident since; `rows` the room's incidents,
    `duplicates` of them counted with another.
    """

    opened: int
    elsewhere: int
    before: int
    without: int
    rows: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Units:
    """
    Units sent in the month: `n` times, by agency and by how it ended; `to` whose incident.

    `helped` of the room's own incidents had a unit sent, whenever; `alone` had none.
    """

    n: int
    agency: Counter[str]
    arrived: Counter[str]
    declined: Counter[str]
    withdrawn: Counter[str]
    different: Mapping[str, int]
    to: Counter[str]
    helped: int
    alone: int


@dataclass(frozen=True, slots=True)
class Closures:
    """Closures in force in the month: `before + new == ended + standing == len(rows)`."""

    rows: tuple[ClosureRow, ...]
    before: int
    new: int
    ended: int
    standing: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a period; `own` the room's incidents, `public` reports from the news."""

    period: Period
    calls: int
    kinds: Counter[str]
    fates: Counter[str]
    bridge: Bridge
    own: Divided
    public: Divided
    public_duplicates: int
    units: Units
    closures: Closures
    points: tuple[IncidentRow, ...]
    """The room's incidents that have a point."""

    @property
    def empty(self) -> bool:
        """Whether nothing at all is on record."""
        return not (self.calls or self.bridge.rows or self.public.n or self.public_duplicates)


def count(rows: Rows, known: Known, period: Period) -> Figures:
    """
    Count a period.

    Parameters
    ----------
    rows
        At least those of the period, the calls that opened its incidents, and the units sent to
        them; what else is there does not matter.
    """
    calls = [one for one in rows.calls if _within(one.received_at, period)]
    there = [one for one in rows.incidents if _within(one.opened_at, period)]
    room = [one for one in there if one.source == DESK]
    told = [one for one in there if one.source == PUBLIC]
    own, public = ([one for one in some if not _duplicate(one)] for some in (room, told))
    openers = _openers(rows.calls)
    return Figures(
        period=period,
        calls=len(calls),
        kinds=Counter(one.kind for one in calls),
        fates=Counter(_fate(one, openers).value for one in calls),
        bridge=_bridge(calls, room, openers),
        own=_divided(own, known),
        public=_divided(public, known),
        public_duplicates=len(told) - len(public),
        units=_units(rows.sent, own, {one.id for one in room if _duplicate(one)}, period),
        closures=_closures(rows.closures, period),
        points=tuple(one for one in own if one.lon is not None),
    )


def place_of(row: IncidentRow, known: Known) -> Place:
    """Return district and kelurahan of an incident, as far as they are known."""
    code = row.kelurahan_code or ""
    if code in known.districts:
        return known.districts[code], code
    if row.district and row.district in known.districts.values():
        return row.district, ""
    return (OUTSIDE if row.lon is not None and not code else UNKNOWN), ""


def _within(at: datetime, period: Period) -> bool:
    return period.from_at <= at < period.until_at


def _duplicate(row: IncidentRow) -> bool:
    return row.disposition == Disposition.DUPLICATE


def _openers(calls: Iterable[CallRow]) -> dict[int, CallRow]:
    """Return the call that opened each incident: the first, should there be two."""
    found: dict[int, CallRow] = {}
    for one in sorted(calls, key=lambda call: (call.received_at, call.id)):
        if one.opened_incident_id is not None:
            found.setdefault(one.opened_incident_id, one)
    return found


def _fate(call: CallRow, openers: Mapping[int, CallRow]) -> Fate:
    opened = call.opened_incident_id
    if opened is not None and openers[opened].id == call.id:
        return Fate.OPENED
    return {
        CallStatus.LINKED: Fate.ADDED,
        CallStatus.ANSWERED: Fate.ANSWERED,
        CallStatus.DISCARDED: Fate.DISCARDED,
        CallStatus.RECEIVED: Fate.WAITING,
    }[CallStatus(call.status)]


def _bridge(
    calls: Sequence[CallRow], room: Sequence[IncidentRow], openers: Mapping[int, CallRow]
) -> Bridge:
    of_month, opened_here = {one.id for one in calls}, {one.id for one in room}
    opened = {n: call for n, call in openers.items() if call.id in of_month}
    return Bridge(
        opened=len(opened),
        elsewhere=len(opened.keys() - opened_here),
        before=sum(n in openers and openers[n].id not in of_month for n in opened_here),
        without=sum(n not in openers for n in opened_here),
        rows=len(room),
        duplicates=sum(map(_duplicate, room)),
    )


def _divided(some: Sequence[IncidentRow], known: Known) -> Divided:
    keys: Mapping[By, list[Key]] = {by: [] for by in By}
    for row in some:
        for by, key in _keys(row, known).items():
            keys[by].append(key)
    return Divided(len(some), {by: Counter(found) for by, found in keys.items()})


def _keys(row: IncidentRow, known: Known) -> dict[By, Key]:
    """Return where an incident belongs in each way of dividing; hour -1 is unknown."""
    local, place = row.opened_at.astimezone(WIT), place_of(row, known)
    hour = local.hour if row.timed else -1
    return {
        By.TYPE: row.type_code,
        By.LEAD: known.leads.get(row.type_code, UNKNOWN),
        By.DISTRICT: place[0],
        By.PLACE: place,
        By.SHIFT: shift_at(row.opened_at).name.value if row.timed else UNKNOWN,
        By.WEEKDAY: local.isoweekday(),
        By.HOUR: hour,
        By.DAY: local.day,
        By.WEEK_HOUR: (local.isoweekday(), hour),
        By.SEVERITY: row.severity,
        By.DISPOSITION: row.disposition or UNKNOWN,
    }


def _units(
    sent: Sequence[SentRow], own: Sequence[IncidentRow], duplicates: set[int], period: Period
) -> Units:
    mine = {one.id for one in own}
    now = [one for one in sent if _within(one.dispatched_at, period)]
    helped = len(mine & {one.incident_id for one in sent})

    def ended(status: AssignmentStatus) -> Counter[str]:
        return Counter(one.agency for one in now if one.status == status)

    signs = {(one.agency, one.call_sign) for one in now}
    return Units(
        n=len(now),
        agency=Counter(one.agency for one in now),
        arrived=Counter(one.agency for one in now if one.on_scene_at is not None),
        declined=ended(AssignmentStatus.DECLINED),
        withdrawn=ended(AssignmentStatus.WITHDRAWN),
        different=Counter(agency for agency, _ in signs),
        to=Counter(
            "own" if n in mine else "duplicate" if n in duplicates else "other"
            for n in (one.incident_id for one in now)
        ),
        helped=helped,
        alone=len(own) - helped,
    )


def _closures(rows: Sequence[ClosureRow], period: Period) -> Closures:
    here = tuple(
        one
        for one in rows
        if one.begins_at < period.until_at
        and (one.ends_at is None or one.ends_at > max(period.from_at, one.begins_at))
    )
    before = sum(one.begins_at < period.from_at for one in here)
    ended = sum(one.ends_at is not None and one.ends_at < period.until_at for one in here)
    return Closures(here, before, len(here) - before, ended, len(here) - ended)
