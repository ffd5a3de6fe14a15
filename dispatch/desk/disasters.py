"""What BPBD looks at: disasters, what closed roads cost, the report and the alert for others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import cap
from dispatch.analytics import clusters
from dispatch.analytics.clusters import Cluster, Reports, Spacing
from dispatch.analytics.filters import HAPPENED
from dispatch.desk.cases import IncidentRow, rows_of
from dispatch.desk.checks import zoned
from dispatch.errors import BadTime, BadValue
from dispatch.incident import Severity
from dispatch.room import Room
from dispatch.situation import Situation, situation
from dispatch.store import clusters as stored
from dispatch.store import incidents

if TYPE_CHECKING:
    from dispatch.analytics.closure_cost import Cost
    from geo.closures import Closure

LOOK_BACK = timedelta(days=30)
"""Reports this long before the span are gone through too: a disaster keeps its name within it."""


@dataclass(frozen=True, slots=True)
class Disaster:
    """A cluster with the ids and places of its reports, and the people inside its outline."""

    cluster: Cluster
    ids: tuple[int, ...]
    places: tuple[tuple[float, float], ...]
    grown: tuple[tuple[datetime, int], ...]
    people: Mapping[str, int]
    kelurahan: tuple[str, ...]
    """Codes: where its reports are, then where else people live inside its outline."""


@dataclass(frozen=True, slots=True)
class Disasters:
    """
    Disasters of a span of time, first one first.

    `reports` placed ones of the span; `alone` those of them in no cluster; `without_point` and
    `too_vague` could not be placed; `in_database` whether PostGIS found the neighbours.
    """

    found: tuple[Disaster, ...]
    reports: int
    alone: int
    without_point: int
    too_vague: int
    in_database: bool


def spacing(room: Room) -> Mapping[str, Spacing]:
    """Return how near reports of one disaster are, by type code."""
    return clusters.load_spacing(room.ground.data / "catalogue")


def disasters(
    room: Room,
    from_at: datetime,
    until_at: datetime,
    types: Collection[str] = (),
    sources: Collection[str] = HAPPENED,
) -> Disasters:
    """
    Gather the reports of a span of time into disasters.

    Parameters
    ----------
    until_at
        What was reported later is not known yet: an earlier one shows how the clusters grew.
    types
        Codes; every type that is gathered when empty.
    sources
        Where the reports come from.

    Raises
    ------
    BadTime
        The span has no zone or ends before it begins.
    BadValue
        Reports of this type are not gathered.
    """
    known = spacing(room)
    for code in types:
        if code not in known:
            raise BadValue("type", code, tuple(known))
    if zoned(from_at) >= zoned(until_at):
        raise BadTime(until_at.isoformat())
    parts = [_of_type(room, known[code], from_at, until_at, sources) for code in types or known]
    found = sorted(
        (one for part in parts for one in part.found),
        key=lambda one: (one.cluster.first_at, one.cluster.name),
    )
    return Disasters(
        found=tuple(found),
        reports=sum(part.reports for part in parts),
        alone=sum(part.alone for part in parts),
        without_point=sum(part.without_point for part in parts),
        too_vague=sum(part.too_vague for part in parts),
        in_database=any(part.in_database for part in parts),
    )


def incidents_of(room: Room, disaster: Disaster) -> list[IncidentRow]:
    """Return the incidents of a disaster, oldest first."""
    with room.store.reading() as tx:
        return rows_of(tx, incidents.some(tx, disaster.ids))


def situation_report(room: Room, disaster: Disaster, *, at: datetime) -> Situation:
    """Fill BPBD's form with what the room knows of a disaster; nothing about callers is in it."""
    return situation(
        disaster.cluster,
        incidents_of(room, disaster),
        kind=room.catalogue.types[disaster.cluster.type_code],
        catalogue=room.catalogue,
        questions=room.scripts[disaster.cluster.type_code].questions,
        kelurahan=[room.ground.boundaries[code] for code in disaster.kelurahan],
        people=disaster.people,
        at=zoned(at),
    )


def disaster_alert(
    room: Room, disaster: Disaster, *, at: datetime, public: bool = False, exercise: bool = False
) -> bytes:
    """Return a disaster as a CAP 1.2 document with its outline; nothing anybody typed is in it."""
    rows = [row.incident for row in incidents_of(room, disaster)]
    scope = cap.Scope.PUBLIC if public else cap.Scope.RESTRICTED
    area = cap.Area(
        name=disaster.cluster.name,
        corners=list(disaster.cluster.outline.exterior.coords),
        severity=max((one.severity for one in rows), key=list(Severity).index),
        first_at=disaster.cluster.first_at,
        reports=len(disaster.ids),
        open=any(one.open for one in rows),
        sent=zoned(at),
    )
    return cap.document(
        cap.area_alert(
            area,
            room.catalogue.types[disaster.cluster.type_code],
            [room.ground.boundaries[code] for code in disaster.kelurahan],
            cap.sending(room.settings, scope, exercise=exercise),
        )
    )


def closure_cost(room: Room, agency: str, profile: str, closures: "Collection[Closure]") -> "Cost":
    """
    Measure what closures cost, from an agency's posts.

    Raises
    ------
    BadValue
        The agency has no post, or no vehicle is called this.
    """
    from dispatch.analytics.closure_cost import measure  # noqa: PLC0415 - loads the roads
    from dispatch.desk.fleet import stations  # noqa: PLC0415

    posts = [(one.name, (one.lon, one.lat)) for one in stations(room) if one.agency == agency]
    if not posts:
        raise BadValue("agency", agency)
    travel = room.ground.travel
    if profile not in travel.profiles:
        raise BadValue("profile", profile, tuple(travel.profiles))
    return measure(travel, posts, profile, tuple(closures))


def _of_type(
    room: Room, spaced: Spacing, from_at: datetime, until_at: datetime, sources: Collection[str]
) -> Disasters:
    since = from_at - LOOK_BACK
    with room.store.reading() as tx:
        read = stored.reports(tx, spaced, since, until_at, sources=sources)
        near = stored.pairs(tx, spaced, read, since, until_at, sources=sources)
        without_point, too_vague = stored.unplaced(tx, spaced, from_at, until_at, sources=sources)
    found = clusters.find(read, spaced, near)
    since_us = (from_at - clusters.EPOCH) // timedelta(microseconds=1)
    mine = read.standing & (read.at_us >= since_us)
    gathered = sum(int(mine[one.members].sum()) for one in found)
    return Disasters(
        found=tuple(_disaster(room, one, read) for one in found if one.last_at >= from_at),
        reports=int(mine.sum()),
        alone=int(mine.sum()) - gathered,
        without_point=without_point,
        too_vague=too_vague,
        in_database=near is not None,
    )


def _disaster(room: Room, one: Cluster, read: Reports) -> Disaster:
    people = clusters.affected(one, room.ground.people)
    theirs = {str(code) for code in read.kelurahan[one.members] if code}
    known = [code for code in (*sorted(theirs), *people) if code in room.ground.boundaries]
    lon, lat = read.lon[one.members].tolist(), read.lat[one.members].tolist()
    return Disaster(
        cluster=one,
        ids=tuple(read.id[one.members].tolist()),
        places=tuple(zip(lon, lat, strict=True)),
        grown=tuple(one.grown(read)),
        people=people,
        kelurahan=tuple(dict.fromkeys(known)),
    )
