"""Roads that are cut."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shapely.geometry import mapping

from dispatch.desk.checks import words, writing, zoned
from dispatch.errors import BadClosures
from dispatch.person import By
from dispatch.room import Room, closure_of
from dispatch.store import closures as stored
from geo.closures import BadClosure, Closure, read_closures


def closures(room: Room, at: datetime | None = None) -> list[Closure]:
    """Return the closures in force at `at` (now when not given)."""
    return room.closures(zoned(at) if at else datetime.now(UTC))


def close_road(
    room: Room,
    geometry: Mapping[str, Any],
    *,
    by: By,
    at: datetime,
    reason: str,
    profiles: Collection[str] | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> Closure:
    """
    Close a road; the next ranking knows it.

    Parameters
    ----------
    geometry
        A GeoJSON geometry, WGS84: a point, a line or an area.
    profiles
        The vehicles that cannot pass; None for all.

    Raises
    ------
    BadClosures
        The geometry, a profile or the times cannot be used.
    """
    properties = {
        "profiles": sorted(profiles) if profiles is not None else None,
        "from": _iso(from_at),
        "until": _iso(until_at),
        "reason": words("reason", reason),
    }
    feature = {"type": "Feature", "geometry": dict(geometry), "properties": properties}
    try:
        read = read_closures({"type": "FeatureCollection", "features": [feature]})
    except BadClosure as error:
        raise BadClosures(str(error)) from error
    (closed,) = close_roads(room, read, by=by, at=at)
    return closed


def close_roads(
    room: Room, read: Sequence[Closure], *, by: By, at: datetime, source: str = "desk"
) -> list[Closure]:
    """
    Close roads as read from a file, all or none; each gets its own number.

    Raises
    ------
    BadClosures
        One of them ends before it begins.
    EmptyText, TextTooLong
        One of them says no reason, or too much.
    """
    for one in read:
        if one.from_at and one.until_at and one.from_at >= one.until_at:
            raise BadClosures("until <= from")
    said = [words("reason", one.reason) for one in read]
    with writing(room, by=by, at=at, action="close_road", source=source) as tx:
        rows = [
            stored.close_road(
                tx,
                geometry=mapping(one.geometry),
                profiles=one.profiles,
                from_at=one.from_at,
                until_at=one.until_at,
                reason=reason,
                by=str(by),
                at=at,
            )
            for one, reason in zip(read, said, strict=True)
        ]
    return [closure_of(row) for row in rows]


def open_road(
    room: Room, closure_id: int | str, *, by: By, at: datetime, source: str = "desk"
) -> None:
    """Open a road again; UnknownRow when no closure stands under this id."""
    number = int(closure_id) if str(closure_id).isdecimal() else 0
    with writing(room, by=by, at=at, action="open_road", source=source) as tx:
        stored.open_road(tx, number, by=str(by), at=at)


def _iso(at: datetime | None) -> str | None:
    return zoned(at).isoformat() if at else None
