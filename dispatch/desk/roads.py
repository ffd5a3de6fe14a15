"""Roads that are cut."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from geo.closures import BadClosure, Closure, read_closures
from shapely.geometry import mapping

from dispatch.desk.checks import NAME, words, zoned
from dispatch.errors import BadClosures
from dispatch.room import Room, closure_of
from dispatch.store import closures as stored


def closures(room: Room, at: datetime | None = None) -> list[Closure]:
    """Return the closures in force at `at` (now when not given)."""
    return room.closures(zoned(at) if at else datetime.now(UTC))


def close_road(
    room: Room,
    geometry: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    reason: str,
    profiles: Collection[str] | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    source: str = "desk",
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
    wanted = _checked(geometry, profiles, from_at, until_at)
    said = words("reason", reason)
    with room.store.writing(
        by=words("by", by, NAME), at=zoned(at), action="close_road", source=source
    ) as tx:
        row = stored.close_road(
            tx,
            geometry=wanted,
            profiles=sorted(profiles) if profiles is not None else None,
            from_at=from_at,
            until_at=until_at,
            reason=said,
            by=by,
            at=at,
        )
    return closure_of(row)


def open_road(
    room: Room, closure_id: int | str, *, by: str, at: datetime, source: str = "desk"
) -> None:
    """Open a road again; UnknownRow when no closure stands under this id."""
    number = int(closure_id) if str(closure_id).isdecimal() else 0
    with room.store.writing(
        by=words("by", by, NAME), at=zoned(at), action="open_road", source=source
    ) as tx:
        stored.open_road(tx, number, by=by, at=at)


def _checked(
    geometry: Mapping[str, Any],
    profiles: Collection[str] | None,
    from_at: datetime | None,
    until_at: datetime | None,
) -> dict[str, Any]:
    """Return the geometry as `geo` reads it back: the same rules as for a file of closures."""
    properties: dict[str, Any] = {"profiles": sorted(profiles) if profiles is not None else None}
    properties |= {"from": _iso(from_at), "until": _iso(until_at)}
    feature = {"type": "Feature", "geometry": dict(geometry), "properties": properties}
    try:
        (one,) = read_closures({"type": "FeatureCollection", "features": [feature]})
    except BadClosure as error:
        raise BadClosures(str(error)) from error
    if from_at and until_at and from_at >= until_at:
        raise BadClosures("until <= from")
    checked: dict[str, Any] = mapping(one.geometry)
    return checked


def _iso(at: datetime | None) -> str | None:
    return zoned(at).isoformat() if at else None
