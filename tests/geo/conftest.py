"""The real ground of Kota Ambon: boundaries and names as prepared."""

import pytest

from geo.geocode import Geocoder, load_geocoder
from geo.kelurahan import Boundaries, load_boundaries
from tests.geo.tables import table


@pytest.fixture(scope="session")
def boundaries() -> Boundaries:
    return load_boundaries()


@pytest.fixture(scope="session")
def geocoder(boundaries: Boundaries) -> Geocoder:
    return load_geocoder(boundaries)


@pytest.fixture(scope="session")
def names_of_one_kelurahan() -> dict[str, str]:
    """Names that people use in one kelurahan only, with its code."""
    codes: dict[str, set[str]] = {}
    for row in table("places/place_names.csv"):
        codes.setdefault(row["name"], set()).add(row["kelurahan_code"])
    return {name: next(iter(c)) for name, c in codes.items() if len(c) == 1 and "" not in c}


@pytest.fixture(scope="session")
def shared_names() -> dict[str, set[str]]:
    """Names that people use in two kelurahan or more."""
    codes: dict[str, set[str]] = {}
    for row in table("places/place_names.csv"):
        codes.setdefault(row["name"], set()).add(row["kelurahan_code"])
    return {name: c - {""} for name, c in codes.items() if len(c - {""}) > 1}
