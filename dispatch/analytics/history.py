"""Incidents as columns of numbers: a million of them are a few arrays (pure)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

WIT_OFFSET = np.timedelta64(9, "h")
UNKNOWN = -1
"""In `kelurahan`: nobody knows in which one, or it is none of the city's."""


@dataclass(frozen=True)
class History:
    """
    The incidents a filter chose, in no particular order; all arrays (n,).

    Parameters
    ----------
    opened_at
        datetime64[us], UTC.
    lon, lat
        Degrees WGS84; NaN where only the kelurahan, or not even that, is known.
    kelurahan
        Index into `codes`; `UNKNOWN` without one.
    timed
        Whether the hour was stated; where it was not, `opened_at` stands for the day alone.
    codes
        Kemendagri codes of the city's kelurahan, in their order.
    """

    opened_at: NDArray[np.datetime64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kelurahan: NDArray[np.int16]
    timed: NDArray[np.bool_]
    codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.opened_at)

    @cached_property
    def placed(self) -> NDArray[np.bool_]:
        """Which have a point."""
        return ~np.isnan(self.lon)

    @cached_property
    def metres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Easting and northing (UTM 52S) of the placed ones, in their order."""
        from geo.crs import to_utm  # noqa: PLC0415 - loads pyproj

        x, y = to_utm(self.lon[self.placed], self.lat[self.placed])
        return x, y

    @cached_property
    def hour(self) -> NDArray[np.int8]:
        """Hour of the day 0-23 WIT; -1 where nobody stated it."""
        local = (self.opened_at + WIT_OFFSET).astype("datetime64[h]").astype(np.int64)
        return np.where(self.timed, local % 24, -1).astype(np.int8)

    @cached_property
    def month(self) -> NDArray[np.int64]:
        """Months since January 1970, in Ambon's calendar."""
        return (self.opened_at + WIT_OFFSET).astype("datetime64[M]").astype(np.int64)

    @property
    def unplaced(self) -> int:
        """How many have no point."""
        return len(self) - int(self.placed.sum())

    @property
    def unknown(self) -> int:
        """How many are in no known kelurahan."""
        return int((self.kelurahan == UNKNOWN).sum())

    @property
    def untimed(self) -> int:
        """How many have no hour."""
        return len(self) - int(self.timed.sum())
