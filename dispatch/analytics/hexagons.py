"""
Incidents in H3 hexagons (pure).

H3 (Brodsky, "H3: Uber's Hexagonal Hierarchical Spatial Index", 2018) names the same hexagon alike
in every program. Edges at Ambon: resolution 7 about 1.4 km, 8 about 530 m, 9 about 200 m.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.kelurahan import CITY_BBOX

RESOLUTIONS = (7, 8, 9)
SQUARE_DEG = 0.00025
MANY = 20_000  # points from which squares pay
Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Hexagons:
    """
    Hexagons and their incidents; `of` says in which one each incident lies.

    Parameters
    ----------
    cells
        (m,) uint64 H3 indexes, ascending.
    counts
        (m,) incidents in each.
    of
        (n,) place in `cells` of each incident given.
    """

    cells: NDArray[np.uint64]
    counts: NDArray[np.int64]
    of: NDArray[np.int64]


def cells_of(
    lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int
) -> NDArray[np.uint64]:
    """
    Return the H3 index (n,) of each point in degrees.

    H3 is asked point by point. Of many points only those are asked about that lie where hexagons
    meet: a square of 28 m whose corners are all in one hexagon lies in it whole.
    """
    west, south, east, north = CITY_BBOX
    columns, rows = round((east - west) / SQUARE_DEG), round((north - south) / SQUARE_DEG)
    column = np.floor((lon - west) / SQUARE_DEG).astype(np.int64)
    row = np.floor((lat - south) / SQUARE_DEG).astype(np.int64)
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    square = row[inside] * columns + column[inside]
    cells = np.zeros(len(lon), np.uint64)
    if len(square) >= MANY:
        cells[inside] = _whole(square, rows * columns, columns, resolution)[square]
    left = np.flatnonzero(cells == 0)
    cells[left] = _each(lon[left], lat[left], resolution)
    return cells


def _whole(
    squares: NDArray[np.int64], size: int, columns: int, resolution: int
) -> NDArray[np.uint64]:
    """Return the hexagon (size,) of each square that lies in one; 0 for the others."""
    west, south, *_ = CITY_BBOX
    used = np.flatnonzero(np.bincount(squares, minlength=size))
    first = used // columns * (columns + 1) + used % columns  # corners, numbered row by row
    corners = first + np.array([[0], [1], [columns + 1], [columns + 2]])
    nodes, place = np.unique(corners, return_inverse=True)
    lon = west + nodes % (columns + 1) * SQUARE_DEG
    lat = south + nodes // (columns + 1) * SQUARE_DEG
    around = _each(lon, lat, resolution)[place.reshape(corners.shape)]
    whole = np.zeros(size, np.uint64)
    one = (around == around[0]).all(axis=0)
    whole[used[one]] = around[0, one]
    return whole


def _each(
    lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int
) -> NDArray[np.uint64]:
    from h3.api import basic_int  # noqa: PLC0415 - no other page needs it

    find = basic_int.latlng_to_cell
    pairs = zip(lat.tolist(), lon.tolist(), strict=True)
    return np.fromiter((find(y, x, resolution) for y, x in pairs), np.uint64, len(lon))


def hexagons(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    resolution: int,
    *,
    besides: NDArray[np.uint64] | None = None,
) -> Hexagons:
    """
    Count incidents by hexagon.

    Parameters
    ----------
    lon, lat
        (n,) degrees, none of them NaN.
    resolution
        7, 8 or 9.
    besides
        Hexagons that are there even without an incident, such as `inhabited`.
    """
    from pandas import factorize  # noqa: PLC0415 - finds the different ones without sorting all

    place, found = factorize(cells_of(lon, lat, resolution))
    cells = np.unique(found if besides is None else np.concatenate([found, besides]))
    of = np.searchsorted(cells, found)[place]
    return Hexagons(cells, np.bincount(of, minlength=len(cells)).astype(np.int64), of)


def people_in(
    cells: NDArray[np.uint64],
    where: NDArray[np.uint64],
    people: NDArray[np.float64],
) -> NDArray[np.float64]:
    """
    Return how many people live in each hexagon (m,).

    Parameters
    ----------
    cells
        (m,) ascending hexagons.
    where, people
        (k,) hexagon and number of people of each place where they live.
    """
    if not len(cells):
        return np.zeros(0)
    at = np.minimum(np.searchsorted(cells, where), len(cells) - 1)
    known = cells[at] == where
    return np.bincount(at[known], people[known], minlength=len(cells)).astype(float)


def rings(cells: NDArray[np.uint64]) -> list[Ring]:
    """Return each hexagon's corners as (lon, lat) in degrees, the first not repeated."""
    from h3.api import basic_int  # noqa: PLC0415

    return [
        [(lon, lat) for lat, lon in basic_int.cell_to_boundary(cell)] for cell in cells.tolist()
    ]


def names(cells: NDArray[np.uint64]) -> list[str]:
    """Return each hexagon's name as other programs write it."""
    return [f"{cell:x}" for cell in cells.tolist()]


def neighbours(cells: NDArray[np.uint64]) -> list[NDArray[np.int64]]:
    """Return the places in `cells` (ascending) of each hexagon's neighbours that are there."""
    from h3.api import basic_int  # noqa: PLC0415

    place = {cell: n for n, cell in enumerate(cells.tolist())}
    return [
        np.array(
            sorted(
                place[near]
                for near in basic_int.grid_disk(cell, 1)
                if near != cell and near in place
            ),
            np.int64,
        )
        for cell in cells.tolist()
    ]
