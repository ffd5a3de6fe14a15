"""A recommendation as plain JSON: what the command prints, and what is kept to be explained."""

from collections.abc import Iterable
from typing import Any

from dispatch.catalogue import Catalogue
from dispatch.reasons import Said
from dispatch.recommend import Option, PassedOver, Recommendation
from dispatch.run_card import CardFill
from dispatch.uncertainty import AreaAnswer

Json = dict[str, Any]


def as_json(answer: Recommendation, catalogue: Catalogue) -> Json:
    """Return the whole answer; times in seconds, distances in metres, coordinates lon, lat."""
    return {
        "status": answer.status.value,
        "type": answer.kind.code,
        "severity": answer.severity.value,
        "rank_by": answer.rank_by.value,
        "options": [_option(one) for one in answer.options],
        "more": answer.more,
        "diversions": [_option(one) for one in answer.diversions],
        "passed_over": [_passed_over(one) for one in answer.passed_over],
        "card": _card(answer.card),
        "told": _told(answer.told, catalogue),
        "area": _area(answer.area),
        "notes": [_said(note) for note in answer.notes],
    }


def _option(option: Option) -> Json:
    """Return one option; keys without a value yet are null."""
    unit, trip, better, cost = option.unit, option.trip, option.corrected, option.coverage
    lon, lat = unit.position
    return {
        "call_sign": unit.call_sign,
        "agency": unit.agency,
        "profile": unit.profile,
        "travel_s": trip.travel_s,
        "distance_m": trip.distance_m,
        "snap_m": trip.snap_m,
        "walk_m": trip.walk_m,
        "turnout_s": option.turnout_s,
        "arrival_s": round(option.arrival_s, 3),
        "corrected_s": better.corrected_s if better else None,
        "p50_s": better.p50_s if better else None,
        "p90_s": better.p90_s if better else None,
        "by_class_s": dict(option.by_class_s) or None,
        "serves": list(option.serves),
        "capabilities": sorted(unit.capabilities),
        "from": [lon, lat],
        "position_basis": unit.position_basis.value,
        "fix_at": unit.fix_at.isoformat() if unit.fix_at else None,
        "assumed": unit.assumed,
        "leaves": option.leaves,
        "people_left": cost.people_left if cost else None,
        "people_lost": cost.people_lost if cost else None,
        "why": option.why,
        "why_en": option.why_en,
        "route": _line(option.route),
    }


def _line(route: Iterable[tuple[float, float]]) -> Json | None:
    """Return a route as GeoJSON; null where no line was asked for."""
    points = [list(point) for point in route]
    return {"type": "LineString", "coordinates": points} if points else None


def _passed_over(passed: PassedOver) -> Json:
    """Return one unit passed over."""
    return {
        "call_sign": passed.call_sign,
        "agency": passed.unit.agency,
        "because": passed.because.value,
        "why": passed.why,
        "why_en": passed.why_en,
    }


def _card(card: CardFill) -> Json:
    """Return the run card as filled."""
    return {
        "complete": card.complete,
        "full_response_s": card.full_response_s,
        "lines": [
            {
                "need": line.need,
                "agencies": list(line.agencies),
                "count": line.count,
                "shortfall": line.shortfall,
                "chosen": [
                    {"call_sign": p.call_sign, "arrival_s": p.arrival_s, "insisted": p.insisted}
                    for p in line.chosen
                ],
            }
            for line in card.lines
        ],
    }


def _told(agencies: Iterable[str], catalogue: Catalogue) -> list[Json]:
    """Return the agencies to telephone, with their numbers where known."""
    known = [catalogue.agencies[code] for code in agencies]
    return [
        {"agency": one.code, "name": one.name_id, "name_en": one.name_en, "phone": one.phone}
        for one in known
    ]


def _area(area: AreaAnswer | None) -> Json | None:
    """Return what the uncertainty of the place means for the choice."""
    if area is None:
        return None
    asked = area.question
    return {
        "radius_m": area.radius_m,
        "people": area.people,
        "places": area.places,
        "changes": area.changes,
        "share": round(area.share, 4),
        "shares": [{"call_sign": s.call_sign, "share": round(s.share, 4)} for s in area.shares],
        "first_s": list(area.first_s) if area.first_s else None,
        "cut_off": round(area.cut_off, 4),
        "question": asked.id if asked else None,
        "question_en": asked.en if asked else None,
        "question_settles": round(asked.right, 4) if asked else None,
    }


def _said(said: Said) -> Json:
    """Return a sentence in both languages."""
    return {"id": said.id, "en": said.en}
