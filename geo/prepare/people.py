"""Census and roads -> people.npz: the population spread along residential roads."""

from pathlib import Path

import numpy as np

from geo.kelurahan import Boundaries
from geo.people import CITY_POPULATION, FILE
from geo.roads import RoadNetwork

HOUSES_ALONG = frozenset({"residential", "living_street", "unclassified"})
PIECE_M = 100.0


def prepare_people(network: RoadNetwork, boundaries: Boundaries, folder: Path) -> int:
    """
    Write people.npz and return how many places it has.

    Each kelurahan's population of 2010, scaled to the city of today, is spread evenly over the
    metres of its residential roads; one without such roads gets a single place in its middle.
    """
    lon, lat, metres = _pieces(network)
    found = [boundaries.at(x, y) for x, y in zip(lon, lat, strict=True)]
    code = np.array([one.kelurahan.code if one else "" for one in found])
    scale = CITY_POPULATION / sum(one.population_2010 for one in boundaries)
    people = np.zeros(len(code))
    for one in boundaries:
        mine = code == one.code
        if not mine.any():
            middle = boundaries.polygon(one.code).representative_point()
            lon, lat, metres = (
                np.append(old, new)
                for old, new in ((lon, middle.x), (lat, middle.y), (metres, PIECE_M))
            )
            code, people = np.append(code, one.code), np.append(people, 0.0)
            mine = code == one.code
        people[mine] = one.population_2010 * scale * metres[mine] / metres[mine].sum()
    inside = code != ""
    np.savez_compressed(
        folder / FILE,
        lon=lon[inside].round(6),
        lat=lat[inside].round(6),
        people=people[inside],
        kelurahan_code=code[inside],
    )
    return int(inside.sum())


def _pieces(network: RoadNetwork) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the residential roads into pieces of about 100 m: middle lon, lat and metres of each."""
    rows = []
    for edge in range(network.n_edges):
        if network.road_class[network.kind[edge]] not in HOUSES_ALONG:
            continue
        part = slice(network.first_point[edge], network.first_point[edge + 1])
        along = network.along_m[part]
        length_m = network.length_m[edge]
        count = max(1, round(length_m / PIECE_M))
        middles = (np.arange(count) + 0.5) / count * along[-1]
        lon = np.interp(middles, along, network.point_lon[part])
        lat = np.interp(middles, along, network.point_lat[part])
        rows.append(np.column_stack([lon, lat, np.full(count, length_m / count)]))
    lon, lat, metres = np.concatenate(rows).T
    return lon, lat, metres
