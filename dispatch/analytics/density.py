"""
Kernel density of incidents on the ground (pure).

Every incident weighs 1, whatever its severity. In UTM 52S metres: incidents are counted in square
cells, and the counts are convolved with the kernel (Silverman, "Density Estimation for Statistics
and Data Analysis", 1986, ch. 4; the quartic is his K2). Counting in cells moves an incident by less
than 36 m, which widens a Gaussian of 200 m by 0.3 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from geo.crs import to_utm, to_wgs84
from geo.kelurahan import CITY_BBOX

CELL_M = 50.0
BANDWIDTHS_M = (250, 500, 1000, 2000)
GAUSSIAN_REACH = 4.0  # bandwidths: beyond lie 0.03 % of the weight

Metres = NDArray[np.float64]


class Kernel(StrEnum):
    """
    How an incident's weight falls off with distance d at bandwidth h.

    Gaussian: exp(-d2 / 2h2) / (2 pi h2), h its standard deviation. Quartic:
    3 / (pi h2) (1 - d2/h2)2 within h and nothing beyond. Both hold 1 in all.
    """

    GAUSSIAN = "gaussian"
    QUARTIC = "quartic"


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells: the south-west corner and side in UTM metres, rows northwards, columns east."""

    x0: float
    y0: float
    cell_m: float
    rows: int
    columns: int

    def count(self, x: Metres, y: Metres) -> NDArray[np.float64]:
        """Return the incidents in each cell (rows, columns); those outside are not counted."""
        column = np.floor((x - self.x0) / self.cell_m)
        row = np.floor((y - self.y0) / self.cell_m)
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        flat = (row[inside] * self.columns + column[inside]).astype(np.int64)
        counts = np.bincount(flat, minlength=self.rows * self.columns)
        return counts.reshape(self.rows, self.columns).astype(float)

    def centres(self) -> tuple[Metres, Metres]:
        """Return easting (columns,) and northing (rows,) of the cells' centres."""
        x = self.x0 + self.cell_m * (np.arange(self.columns, dtype=float) + 0.5)
        y = self.y0 + self.cell_m * (np.arange(self.rows, dtype=float) + 0.5)
        return np.asarray(x), np.asarray(y)

    def degrees(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return lon and lat (rows, columns) of the cells' centres."""
        lon, lat = to_wgs84(*np.meshgrid(*self.centres()))
        return lon, lat


@dataclass(frozen=True, slots=True)
class Density:
    """
    Incidents per square kilometre over the period (rows, columns), and what they were made with.

    `inside` and `outside` count the incidents with a point within the city's box and beyond it.
    """

    per_km2: NDArray[np.float64]
    grid: Grid
    kernel: Kernel
    bandwidth_m: float
    inside: int
    outside: int


def city_grid(cell_m: float = CELL_M) -> Grid:
    """Return the grid over the city's box."""
    west, south, east, north = CITY_BBOX
    x, y = to_utm(np.array([west, west, east, east]), np.array([south, north, south, north]))
    x0, y0 = (float(np.floor(one.min() / cell_m) * cell_m) for one in (x, y))
    columns, rows = (int(np.ceil((one.max() - low) / cell_m)) for one, low in ((x, x0), (y, y0)))
    return Grid(x0, y0, cell_m, rows, columns)


def weights(kernel: Kernel, bandwidth_m: float, cell_m: float) -> NDArray[np.float64]:
    """Return the kernel on cells (k, k), odd k, the middle at distance 0; sums to 1."""
    reach_m = bandwidth_m * (GAUSSIAN_REACH if kernel is Kernel.GAUSSIAN else 1.0)
    steps = int(np.ceil(reach_m / cell_m))
    along = np.arange(-steps, steps + 1) * cell_m
    squared = (along[:, None] ** 2 + along[None, :] ** 2) / bandwidth_m**2
    if kernel is Kernel.GAUSSIAN:
        made = np.exp(-squared / 2) * (squared <= GAUSSIAN_REACH**2)
    else:
        made = np.clip(1 - squared, 0, None) ** 2
    whole: NDArray[np.float64] = made / made.sum()
    return whole


def density(
    x: Metres,
    y: Metres,
    *,
    bandwidth_m: float,
    kernel: Kernel = Kernel.GAUSSIAN,
    grid: Grid | None = None,
) -> Density:
    """
    Return how thickly incidents lie.

    Parameters
    ----------
    x, y
        (n,) UTM 52S metres.
    bandwidth_m
        The kernel's h in metres, at least two cells.
    grid
        Cells to count in; the city's at 50 m when not given.
    """
    cells = grid or city_grid()
    (made,) = films(
        [cells.count(x, y)], bandwidth_m=bandwidth_m, kernel=kernel, cell_m=cells.cell_m
    )
    inside = int(cells.count(x, y).sum())
    return Density(made, cells, kernel, bandwidth_m, inside, len(x) - inside)


def films(
    counts: Sequence[NDArray[np.float64]], *, bandwidth_m: float, kernel: Kernel, cell_m: float
) -> list[NDArray[np.float64]]:
    """
    Return the density per square kilometre of each of several counts of cells, in their order.

    The kernel is transformed once: a film of 24 hours costs little more than one picture.
    """
    from scipy import fft  # noqa: PLC0415 - a fifth of a second that no other page needs

    weighing = weights(kernel, bandwidth_m, cell_m)
    edge = len(weighing) // 2
    shape = [fft.next_fast_len(n + 2 * edge, real=True) for n in counts[0].shape]
    transformed = fft.rfft2(weighing / (cell_m / 1000) ** 2, shape)
    made = []
    for one in counts:
        whole = fft.irfft2(fft.rfft2(one, shape) * transformed, shape)
        rows, columns = one.shape
        cut = whole[edge : edge + rows, edge : edge + columns]
        made.append(np.clip(cut, 0, None))
    return made
