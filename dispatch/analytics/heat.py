"""The density as pictures that lie on the map, one for each frame of a film (pure)."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from dispatch.analytics.density import CELL_M, Grid, Kernel, city_grid, films
from dispatch.analytics.history import History
from dispatch.analytics.splits import Split
from geo.crs import to_utm
from geo.kelurahan import CITY_BBOX

PIXELS = 400  # along each side of a picture: about 70 m
FILM_CELL_M = 100.0  # a frame is seen for less than a second: at 250 m it is 1.3 % wider
FLOOR = 0.02  # of the highest value: below it nothing is drawn
COLOURS = ("#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#bd0026")
"""Light to dark as values rise; apart for eyes that mix colours, and in grey."""


@dataclass(frozen=True, slots=True)
class Heat:
    """
    Density in incidents per square kilometre over each frame.

    Parameters
    ----------
    frames
        (rows, columns) of `grid` for each label.
    highest
        The highest value of all frames: every frame is coloured on the one scale from 0 to it.
    counts
        Incidents of each frame on the grid.
    used
        How many of the chosen incidents are in a frame and on the grid.
    """

    labels: tuple[str, ...]
    frames: tuple[NDArray[np.float64], ...]
    grid: Grid
    kernel: Kernel
    bandwidth_m: float
    highest: float
    counts: tuple[int, ...]
    used: int


def heat(history: History, kernel: Kernel, bandwidth_m: float, split: Split) -> Heat:
    """
    Return the density of every frame; only incidents with a point are in it.

    A film is computed in cells of 100 m, a still picture in cells of 50 m.
    """
    grid = city_grid(CELL_M if len(split.labels) == 1 else FILM_CELL_M)
    x, y = history.metres
    of = split.of[history.placed]
    counts = [grid.count(x[of == n], y[of == n]) for n in range(len(split.labels))]
    made = films(counts, bandwidth_m=bandwidth_m, kernel=kernel, cell_m=grid.cell_m)
    seen = tuple(int(one.sum()) for one in counts)
    highest = max(float(one.max()) for one in made) if sum(seen) else 0.0
    return Heat(
        split.labels,
        tuple(made),
        grid,
        kernel,
        bandwidth_m,
        highest,
        seen,
        sum(seen),
    )


def cells(made: Heat) -> list[dict[str, float]]:
    """Return the cells of the first frame that are drawn: lon, lat of the centre, per km2."""
    lon, lat = made.grid.degrees()
    drawn = made.frames[0] > made.highest * FLOOR
    columns = (lon[drawn].round(6), lat[drawn].round(6), made.frames[0][drawn].round(4))
    names = ("lon", "lat", "per_km2")
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(c.tolist() for c in columns), strict=True)
    ]


def pictures(made: Heat) -> list[bytes]:
    """
    Return a PNG for each frame, transparent where there is little, to be laid over `CITY_BBOX`.

    The cells are UTM's and the picture's are degrees: each pixel takes the density between the
    four cells around it.
    """
    from scipy.ndimage import map_coordinates  # noqa: PLC0415 - no other page needs it

    at = _pixels(made.grid)
    drawn = []
    for one in made.frames:
        share = map_coordinates(one, at, order=1, mode="constant") / (made.highest or 1.0)
        drawn.append(_png(np.clip(share * 255, 0, 255).astype(np.uint8)))
    return drawn


def _pixels(grid: Grid) -> NDArray[np.float64]:
    """Return row and column (2, PIXELS, PIXELS) in the grid of each pixel, north first."""
    west, south, east, north = CITY_BBOX
    half = (np.arange(PIXELS) + 0.5) / PIXELS
    x, y = to_utm(*np.meshgrid(west + half * (east - west), north - half * (north - south)))
    return np.array([(y - grid.y0) / grid.cell_m - 0.5, (x - grid.x0) / grid.cell_m - 0.5])


def _palette() -> NDArray[np.uint8]:
    """Return 256 colours with their opacity (256, 4)."""
    known = np.array([[int(one[n : n + 2], 16) for n in (1, 3, 5)] for one in COLOURS])
    at = np.linspace(0, 1, 256)
    ends = np.linspace(0, 1, len(COLOURS))
    mixed = [np.interp(at, ends, known[:, n]) for n in range(3)]
    opacity = np.where(at < FLOOR, 0, 110 + 120 * np.sqrt(at))
    return np.column_stack([*mixed, opacity]).astype(np.uint8)


def _png(steps: NDArray[np.uint8]) -> bytes:
    """Return a picture whose pixels are steps of the palette."""
    from PIL import Image  # noqa: PLC0415 - no other page needs it

    file = BytesIO()
    picture = Image.fromarray(steps)
    picture.putpalette(_palette().tobytes(), "RGBA")
    picture.save(file, "PNG")
    return file.getvalue()
