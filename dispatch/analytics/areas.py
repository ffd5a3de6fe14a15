"""Areas coloured by what happened in them, with the numbers behind the colours (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics import hexagons, hotspots, rates
from dispatch.analytics.history import History
from dispatch.analytics.splits import Split, breaks, by_area, levels

if TYPE_CHECKING:
    from geo.kelurahan import Boundaries
    from geo.people import People

COLD, HOT = 0, 1
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Areas:
    """
    A picture made of areas.

    Parameters
    ----------
    shapes
        A GeoJSON geometry for each area (WGS84).
    rows
        Its numbers over the whole period, by column; None where there is none.
    ends
        The lower end of each class of colour; empty for hot spots.
    labels, levels
        A label for each frame, and (frames, areas) the class of each area in it, -1 for none.
    counts
        The incidents of each frame that are in an area.
    used
        How many of the chosen incidents are in an area.
    """

    shapes: Sequence[Mapping[str, Any]]
    rows: Sequence[Row]
    ends: tuple[float, ...]
    labels: tuple[str, ...]
    levels: NDArray[np.int8]
    counts: tuple[int, ...]
    used: int


def kelurahan_counts(counts: NDArray[np.int64], boundaries: "Boundaries") -> Areas:
    """Return incidents in each kelurahan, already counted in the boundaries' order."""
    ends = breaks(counts.astype(float))
    rows = [{**_named(one), "incidents": int(n)} for one, n in zip(boundaries, counts, strict=True)]
    used = int(counts.sum())
    level = levels(counts.astype(float), ends)[None, :]
    return Areas(_polygons(boundaries), rows, ends, ("",), level, (used,), used)


def kelurahan_rates(
    history: History, boundaries: "Boundaries", people: "People", frames: Split
) -> Areas:
    """Return incidents per 1,000 people in each kelurahan, for every frame of a film."""
    living = people_of(boundaries, people)
    counts = by_area(history.kelurahan.astype(np.int64), frames, len(living))
    each = [rates.rates(one, living).per_1000 for one in counts]
    whole = rates.rates(rates.counted(history.kelurahan, len(living)), living)
    ends = breaks(np.concatenate(each))
    rows = [
        {
            **_named(one),
            "incidents": int(whole.counts[n]),
            "people": round(float(living[n])),
            **_rounded(per_1000=whole.per_1000[n], low=whole.low[n], high=whole.high[n]),
            "small": bool(whole.small[n]),
        }
        for n, one in enumerate(boundaries)
    ]
    return Areas(
        _polygons(boundaries),
        rows,
        ends,
        frames.labels,
        np.array([levels(one, ends) for one in each]),
        tuple(counts.sum(axis=1).tolist()),
        int(whole.counts.sum()),
    )


def hexagon_counts(history: History, resolution: int, people: "People", frames: Split) -> Areas:
    """Return incidents in each hexagon that has any; only incidents with a point are in it."""
    lon, lat = history.lon[history.placed], history.lat[history.placed]
    found = hexagons.hexagons(lon, lat, resolution)
    placed = Split(frames.labels, frames.of[history.placed])
    counts = by_area(found.of, placed, len(found.cells)).astype(float)
    ends = breaks(counts.ravel())
    homes = hexagons.cells_of(people.lon, people.lat, resolution)
    living = hexagons.people_in(found.cells, homes, people.people)
    rows = [
        {"h3": name, "incidents": int(count), "people": round(float(live))}
        for name, count, live in zip(hexagons.names(found.cells), found.counts, living, strict=True)
    ]
    return Areas(
        _hexagons(found.cells),
        rows,
        ends,
        frames.labels,
        np.array([levels(one, ends) for one in counts]).reshape(counts.shape),
        tuple(counts.sum(axis=1).astype(int).tolist()),
        len(lon),
    )


def hot_kelurahan(history: History, boundaries: "Boundaries", people: "People") -> Areas:
    """Return where kelurahan with high, or low, rates per 1,000 people lie together (Gi*)."""
    living = people_of(boundaries, people)
    rate = rates.rates(rates.counted(history.kelurahan, len(living)), living)
    shapes = [boundaries.polygon(one.code) for one in boundaries]
    found = hotspots.hot_spots(np.nan_to_num(rate.per_1000), hotspots.touching(shapes))
    rows = [
        {
            **_named(one),
            "incidents": int(rate.counts[n]),
            **_rounded(per_1000=rate.per_1000[n]),
            **_tested(found, n),
        }
        for n, one in enumerate(boundaries)
    ]
    return _hot(_polygons(boundaries), rows, found, int(rate.counts.sum()))


def hot_hexagons(history: History, resolution: int, people: "People") -> Areas:
    """
    Return where hexagons with many, or few, incidents lie together (Gi*).

    Tested are the hexagons where somebody lives or something happened: forest and sea, where
    nothing can happen, would make every street of the town a hot spot.
    """
    lon, lat = history.lon[history.placed], history.lat[history.placed]
    homes = hexagons.cells_of(people.lon, people.lat, resolution)
    found = hexagons.hexagons(lon, lat, resolution, besides=np.unique(homes))
    tested = hotspots.hot_spots(found.counts.astype(float), hexagons.neighbours(found.cells))
    rows = [
        {"h3": name, "incidents": int(found.counts[n]), **_tested(tested, n)}
        for n, name in enumerate(hexagons.names(found.cells))
    ]
    return _hot(_hexagons(found.cells), rows, tested, len(lon))


def people_of(boundaries: "Boundaries", people: "People") -> NDArray[np.float64]:
    """Return how many people live in each kelurahan, in the boundaries' order."""
    codes, place = np.unique(people.kelurahan_code, return_inverse=True)
    living = dict(zip(codes.tolist(), np.bincount(place, people.people).tolist(), strict=True))
    return np.array([living.get(one.code, 0.0) for one in boundaries])


def _hot(
    shapes: list[dict[str, Any]], rows: list[Row], found: hotspots.HotSpots, used: int
) -> Areas:
    """Return a picture of two colours: hot and cold."""
    level = np.where(found.significant, np.where(found.z > 0, HOT, COLD), -1)
    return Areas(shapes, rows, (), ("",), level.astype(np.int8)[None, :], (used,), used)


def _tested(found: hotspots.HotSpots, n: int) -> Row:
    verdict = "none"
    if found.significant[n]:
        verdict = "hot" if found.z[n] > 0 else "cold"
    return {
        "z": round(float(found.z[n]), 2),
        "p": round(float(found.p[n]), 4),
        "q": round(float(found.q[n]), 4),
        "verdict": verdict,
    }


def _named(one: Any) -> Row:
    return {"code": one.code, "name": one.name, "district": one.district}


def _rounded(**values: float) -> Row:
    """Return numbers with two decimals; None for NaN."""
    return {name: None if np.isnan(one) else round(float(one), 2) for name, one in values.items()}


def _polygons(boundaries: "Boundaries") -> list[dict[str, Any]]:
    from shapely.geometry import mapping  # noqa: PLC0415 - loads GEOS

    return [mapping(boundaries.polygon(one.code)) for one in boundaries]


def _hexagons(cells: NDArray[np.uint64]) -> list[dict[str, Any]]:
    rings = [
        [[round(lon, 6), round(lat, 6)] for lon, lat in ring] for ring in hexagons.rings(cells)
    ]
    return [{"type": "Polygon", "coordinates": [[*ring, ring[0]]]} for ring in rings]
