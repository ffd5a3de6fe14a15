"""The prepared tables, read for tests."""

import csv
from pathlib import Path

from geo.files import DATA


def table(name: str) -> list[dict[str, str]]:
    """Rows of a prepared table, e.g. `places/place_names.csv`."""
    with Path(DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
