"""Places a caller may know near a scene: what a question can name."""

import csv
import math
from functools import cache
from pathlib import Path

from dispatch.uncertainty import Landmark
from geo.files import DataFileError

MOST = 24  # enough to divide an area; more would only slow the asking
_LEAST_KNOWN = ("school", "puskesmas")  # asked about only where nothing better is near
_DEGREE_M = 111_000.0


def landmarks_near(
    folder: Path, scene: tuple[float, float], radius_m: float
) -> tuple[Landmark, ...]:
    """
    Return the named places and streets within the radius, the best known and nearest first.

    Parameters
    ----------
    folder
        Holds places.csv and streets.csv (`geo.prepare.places`).

    Raises
    ------
    DataFileError
        One of them is missing or damaged.
    """
    lon, lat = scene
    near = sorted(
        (rank, math.hypot(one.lon - lon, one.lat - lat), one.name, one)
        for rank, one in _all(folder)
    )
    within = [one for _, gap, _, one in near if gap * _DEGREE_M <= radius_m]
    return tuple({one.name: one for one in within}.values())[:MOST]


@cache
def _all(folder: Path) -> tuple[tuple[int, Landmark], ...]:
    """Read every place and street with a position; 0 before 1 in how well it is known."""
    return tuple(
        (int(row.get("kind") in _LEAST_KNOWN), _landmark(path, row))
        for path in (folder / "places.csv", folder / "streets.csv")
        for row in _rows(path)
        if row.get("lon") and row.get("lat")
    )


def _landmark(path: Path, row: dict[str, str]) -> Landmark:
    """Read one row."""
    try:
        return Landmark(row["name"], float(row["lon"]), float(row["lat"]))
    except (KeyError, ValueError) as error:
        raise DataFileError(path, str(error)) from error


def _rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(path, str(error)) from error
