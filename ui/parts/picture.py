"""The room as the map is told it: plain values, words as plain text."""

from collections.abc import Collection, Sequence
from typing import Any

from shapely.geometry import mapping

from dispatch import desk
from dispatch.catalogue import Catalogue
from dispatch.recommend import Option, Recommendation
from dispatch.unit import PositionBasis, Station, Unit, UnitStatus
from geo.closures import Closure
from geo.geocode import Candidate
from ui import session
from ui.agencies import CIRCLE, STYLES, style
from ui.parts.snapshot import Snapshot
from ui.text import Words

ROUTES = 3
LOOKS = {  # fill, letter, ink
    "awaiting_unit": ("#d50000", "!", "#fff"),
    "in_progress": ("#ffb300", "→", "#111"),
    "controlled": ("#2e7d32", "✓", "#fff"),
}
_PLAIN_LOOK = ("#5f6b75", "•", "#fff")


def paint(
    room: Snapshot,
    catalogue: Catalogue,
    say: Words,
    focus: int | None,
    movable: Collection[str] = (),
) -> dict[str, Any]:
    """Return what the map shows whatever is worked on; `movable`: "station", "unit" to drag."""
    shown = [unit for unit in room.units if _on_its_own(unit) or (movable and not unit.station)]
    return {
        "version": session.seen(),
        "stations": [
            _station(one, room.units, say) | {"drag": "station" in movable} for one in room.stations
        ],
        "units": [_unit(one, say) | {"drag": "unit" in movable} for one in shown],
        "incidents": _incidents(room.incidents, catalogue, say, focus),
        "closures": [_closure(one, say) for one in room.closures],
        "scene": None,
        "candidates": [],
        "routes": [],
        "sketch": [],
        "words": {"legend": _legend(catalogue, say), "note": ""},
    }


def scene(lon: float, lat: float, radius_m: float, says: str) -> dict[str, Any]:
    """Return the mark of the scene with its radius."""
    return {"lon": lon, "lat": lat, "radius_m": radius_m, "says": says}


def candidates(some: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Return the places the words may mean, numbered as in the list beside."""
    return [
        {"lon": one.lon, "lat": one.lat, "number": number, "says": f"{number}. {one.label}"}
        for number, one in enumerate(some, 1)
    ]


def routes(ranking: Recommendation, lon: float, lat: float) -> list[dict[str, Any]]:
    """Return the lines of the best options, the last metres on foot apart."""
    return [
        _route(rank, option, lon, lat)
        for rank, option in enumerate(ranking.options[:ROUTES], 1)
        if len(option.route) > 1
    ]


def _route(rank: int, option: Option, lon: float, lat: float) -> dict[str, Any]:
    line = [[round(x, 6), round(y, 6)] for x, y in option.route]
    return {"rank": rank, "line": line, "walk": [line[-1], [lon, lat]]}


def _on_its_own(unit: Unit) -> bool:
    """Whether a unit is drawn by itself: it has no station, or is on the road by its own report."""
    apart = unit.position_basis is PositionBasis.FIX or not unit.station
    return apart and unit.status is not UnitStatus.OFF_DUTY


def _station(one: Station, units: Sequence[Unit], say: Words) -> dict[str, Any]:
    mine = [unit for unit in units if unit.station == one.name]
    free = [u for u in mine if u.status is UnitStatus.AVAILABLE and not _on_its_own(u)]
    lines = [one.name]
    if not one.position_confirmed:
        lines.append(say("map.approximate"))
    lines += [f"{unit.call_sign} – {_doing(unit, say)}" for unit in mine]
    look = style(one.agency)
    return {
        "id": one.id,
        "lon": one.lon,
        "lat": one.lat,
        "path": look.path,
        "colour": look.colour,
        "confirmed": one.position_confirmed,
        "free": len(free),
        "says": "\n".join(lines),
    }


def _doing(unit: Unit, say: Words) -> str:
    """Return what a unit is doing, as short as can be."""
    if unit.assignment_status:
        step = say(f"status.assignment.{unit.assignment_status}")
        return f"{step} {unit.incident_code or ''}"
    return say(f"status.unit.{unit.status.value}")


def _unit(unit: Unit, say: Words) -> dict[str, Any]:
    look = style(unit.agency)
    lon, lat = unit.position
    where = say("map.home")
    if unit.fix_at and unit.position_basis is PositionBasis.FIX:
        where = say("map.fix", at=session.clock(unit.fix_at))
    return {
        "id": unit.call_sign,
        "lon": lon,
        "lat": lat,
        "path": look.path,
        "colour": look.colour,
        "letter": look.letter,
        "busy": unit.incident_id is not None,
        "stale": False,
        "says": f"{unit.call_sign} – {_doing(unit, say)}\n{where}",
    }


def _incidents(
    rows: Sequence[desk.IncidentRow], catalogue: Catalogue, say: Words, focus: int | None
) -> list[dict[str, Any]]:
    drawn = []
    for row in rows:
        one = row.incident
        if one.lon is None or one.lat is None:
            continue
        fill, letter, ink = LOOKS.get(one.status.value, _PLAIN_LOOK)
        kind = catalogue.types.get(one.type_code)
        name = one.type_code if kind is None else _named(kind, say)
        status = say(f"status.incident.{one.status.value}")
        drawn.append(
            {
                "id": one.id,
                "lon": one.lon,
                "lat": one.lat,
                "colour": fill,
                "letter": letter,
                "ink": ink,
                "focused": one.id == focus,
                "waiting": one.status.value == "awaiting_unit",
                "says": f"{one.code} {name}\n{one.place_text[:120]}\n{status}",
            }
        )
    return drawn


def _closure(one: Closure, say: Words) -> dict[str, Any]:
    until = session.clock(one.until_at) if one.until_at else say("closures.open_end")
    whom = ", ".join(sorted(one.profiles)) if one.profiles else say("closures.everyone")
    words = say("map.closure", reason=one.reason, author=one.author, until=until, whom=whom)
    return {"geometry": mapping(one.geometry), "says": words}


def _legend(catalogue: Catalogue, say: Words) -> dict[str, Any]:
    rows = [
        {
            "path": CIRCLE, "fill": fill, "line": "#fff", "letter": letter, "ink": ink,
            "mark": True, "says": say(f"status.incident.{status}"),
        }
        for status, (fill, letter, ink) in LOOKS.items()
    ]  # fmt: skip
    rows += [
        {
            "path": style(code).path, "fill": style(code).colour, "line": "#fff", "mark": True,
            "says": one.short,
        }
        for code, one in catalogue.agencies.items()
        if code in STYLES and not one.phone_only
    ]  # fmt: skip
    rows.append(
        {
            "path": style("").path,
            "fill": "#fff",
            "line": "#4d5a64",
            "mark": True,
            "says": say("map.legend_approximate"),
        }
    )
    return {"title": say("map.legend"), "rows": rows}


def _named(kind: Any, say: Words) -> str:
    return kind.name_id if say.language == "id" else kind.name_en
