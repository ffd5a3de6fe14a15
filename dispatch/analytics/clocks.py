"""Incidents' stamps as columns of numbers: what response times are computed from (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).min
"""In a column of stamps: nobody pressed it."""
STAMPS = ("received", "located", "sent", "accepted", "en_route", "on_scene", "acting", "controlled")
TEAM = ("sent", "accepted", "en_route", "on_scene", "acting")
"""The stamps that are the unit's, not the incident's."""
HOUR_US = 3_600_000_000
WIT_HOURS = 9

Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Group:
    """What rows beside each other have in common; "" for an unknown kelurahan, or no agency."""

    type_code: str
    kelurahan: str
    agency: str


@dataclass(frozen=True)
class Clocks:
    """
    A row for each incident and each agency sent to it (one with agency "" where nobody was).

    Parameters
    ----------
    groups, of
        What the rows have in common, and the place in it of each row (n,).
    incident
        (n,) ids.
    stamps
        By name, (n,) microseconds since 2000 UTC; `NEVER` where there is none.
    n_public, n_duplicates
        Public reports, and incidents joined to another, of the same span: in no row.
    """

    groups: tuple[Group, ...]
    of: Longs
    incident: Longs
    stamps: Mapping[str, Longs]
    n_public: int
    n_duplicates: int

    def __len__(self) -> int:
        return len(self.incident)

    @cached_property
    def hour(self) -> Longs:
        """Hour of the day 0-23 WIT in which each was reported."""
        hours: Longs = (self.stamps["received"] // HOUR_US + WIT_HOURS) % 24
        return hours

    def seconds(self, rows: Longs, start: str, stop: str) -> NDArray[np.float64]:
        """Return seconds between two stamps of some rows; NaN where missing or out of order."""
        began, ended = self.stamps[start][rows], self.stamps[stop][rows]
        known = (began != NEVER) & (ended != NEVER) & (ended >= began)
        return np.where(known, (ended - began) / 1e6, np.nan)
