"""Where people live: the city's population spread along its residential roads."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.files import DATA, DataFileError, check_whole

FILE = "people.npz"
CITY_POPULATION = 359_661
"""Kota Ambon now; the census of 2010 counted 331,254."""


@dataclass(frozen=True, slots=True)
class People:
    """
    Places along residential roads, about every 100 m, and how many people each stands for.

    `lon`, `lat` (n,) degrees; `people` (n,) sums to 359,661; `kelurahan_code` (n,) Kemendagri.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.float64]
    kelurahan_code: NDArray[np.str_]


def load_people(folder: Path = DATA / "roads") -> People:
    """
    Read the prepared places.

    Raises
    ------
    DataFileError
        The file is missing or damaged.
    """
    check_whole(folder)
    path = folder / FILE
    try:
        with np.load(path, allow_pickle=False) as arrays:
            people = People(*(arrays[name] for name in ("lon", "lat", "people", "kelurahan_code")))
    except OSError as error:
        raise DataFileError(path, error.strerror or str(error)) from error
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataFileError(path, f"not prepared people ({error})") from error
    if len({len(people.lon), len(people.lat), len(people.people), len(people.kelurahan_code)}) > 1:
        raise DataFileError(path, "its columns differ in length")
    return people
