"""OSM street names -> one row per street and kelurahan, with centre, length and reach."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from shapely import LineString

from geo.kelurahan import LON_SHRINK, METRES_PER_DEGREE, Boundaries, metres_between
from geo.prepare.kelurahan import PIECE_M as ROAD_PIECE_M
from geo.prepare.kelurahan import road_points
from geo.prepare.osm import Way
from geo.words import Vocabulary

PIECE_M = 20.0
LEAST_M = 1000.0
"""A kelurahan has at least this much road with houses, mapped or not."""
NAMELESS = frozenset({"jembatan"})


@dataclass
class Street:
    """One street: every spelling OSM gives it, and points along it every 20 m."""

    names: list[str]
    points: list[tuple[float, float]] = field(default_factory=list)


def streets(ways: Iterable[Way], words: Vocabulary) -> list[Street]:
    """
    Gather the named ways into streets; spellings of one name become one street.

    `Jl. Dr. J. Leimena` and `Jalan Dokter Johannes Leimena` are one: without street word, title
    and initials, the words of one name are part of the other's and the last word is the same.
    """
    by_name: dict[str, list[Way]] = defaultdict(list)
    for way in ways:
        name = way.tags.get("name", "").strip()
        if name and name.lower() not in NAMELESS:
            by_name[name].append(way)
    groups: list[tuple[frozenset[str], str, Street]] = []
    for name in sorted(by_name, key=lambda name: (-len(_core(name, words)), name)):
        core = _core(name, words)
        same = [s for known, last, s in groups if set(core) <= known and core[-1] == last]
        if same:
            street = same[0]
        else:
            street = Street([])
            groups.append((frozenset(core), core[-1], street))
        street.names.append(name)
        for way in by_name[name]:
            street.points += points_along(way.points)
    return [street for _, _, street in groups]


def _core(name: str, words: Vocabulary) -> list[str]:
    dropped = words.titles | {"jalan"}
    tokens = words.words(name)
    last = len(tokens) - 1
    told = [t for i, t in enumerate(tokens) if t not in dropped and (len(t) > 1 or i == last)]
    return told or tokens


def points_along(line: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return points (lon, lat) every 20 m along a line; each stands for 20 m of it."""
    if len(line) < 2:
        return []
    flat = LineString([(lon * LON_SHRINK, lat) for lon, lat in line])
    count = max(1, round(flat.length * METRES_PER_DEGREE / PIECE_M))
    cuts = [flat.interpolate((i + 0.5) / count, normalized=True) for i in range(count)]
    return [(at.x / LON_SHRINK, at.y) for at in cuts]


def people_per_metre(ways: Iterable[Way], boundaries: Boundaries) -> dict[str, float]:
    """Return, per kelurahan, its people of 2010 over the metres of its roads with houses."""
    found = [boundaries.at(lon, lat) for lon, lat in road_points(ways)]
    points = Counter(here.kelurahan.code for here in found if here)
    return {
        one.code: one.population_2010 / max(LEAST_M, ROAD_PIECE_M * points[one.code])
        for one in boundaries
    }


def street_rows(
    street: Street, boundaries: Boundaries, people: Mapping[str, float]
) -> list[dict[str, str]]:
    """
    Cut a street by kelurahan: rows of code, share, centre, length and the radius that covers it.

    The share is of the people who live along it, as callers do, not of its metres: a coast road
    is long where few live. Parts shorter than 40 m are dropped unless they are all there is.

    Parameters
    ----------
    street, boundaries
        The street, and the kelurahan.
    people
        Per kelurahan, people per metre of road.
    """
    parts: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for lon, lat in street.points:
        if here := boundaries.at(lon, lat):
            parts[here.kelurahan.code].append((lon, lat))
    long_enough = {c: p for c, p in parts.items() if len(p) * PIECE_M >= 40.0} or parts
    along = {code: len(points) * people[code] for code, points in long_enough.items()}
    total = sum(along.values())
    name, *spellings = street.names
    rows = []
    for code, points in sorted(long_enough.items(), key=lambda part: (-along[part[0]], part[0])):
        lon, lat, radius_m = middle(points)
        rows.append(
            {
                "name": name,
                "variants": "|".join(spellings),
                "kelurahan_code": code,
                "share": f"{along[code] / total:.2f}",
                "lon": f"{lon:.6f}",
                "lat": f"{lat:.6f}",
                "length_m": f"{len(points) * PIECE_M:.0f}",
                "radius_m": f"{radius_m:.0f}",
            }
        )
    return rows


def middle(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the point of the list (lon, lat) nearest to all others, and its farthest in metres."""
    flat = np.array(points)
    centre = tuple(np.median(flat, axis=0))
    lon, lat = min(points, key=lambda point: metres_between(point, centre))
    return lon, lat, max(metres_between((lon, lat), point) for point in points)
