"""The nearest street to a point, entered part-way; compiled with numba."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geo.roads import RoadNetwork

CELL_M = 50.0


@dataclass(frozen=True, slots=True)
class Snaps:
    """
    Where n points meet the road.

    `edge` (n,) the nearest street, -1 where there is none near enough; `part` (n,) how far along
    it from tail (0) to head (1); `off_m` (n,) straight metres from the point to it.
    """

    edge: NDArray[np.int32]
    part: NDArray[np.float64]
    off_m: NDArray[np.float64]


class Snapper:
    """
    A grid over the pieces of all streets.

    Parameters
    ----------
    network
        The streets.
    usable
        (edges,) which of them may be snapped to.
    limit_m
        Points further from any usable street are nowhere.
    """

    def __init__(
        self, network: "RoadNetwork", usable: NDArray[np.bool_], limit_m: float = 5_000.0
    ) -> None:
        points, first = network.point_xy, network.first_point
        edge = np.repeat(np.arange(network.n_edges, dtype=np.int32), np.diff(first) - 1)
        start = np.delete(np.arange(len(points) - 1, dtype=np.int32), first[1:-1] - 1)
        mine = usable[edge]
        self._pieces = start[mine]
        self._edges = edge[mine]
        self._points = points
        self._along = network.along_m
        self._full = network.along_m[first[1:] - 1]
        self._limit_m = limit_m
        low = points.min(axis=0)
        self._low = low
        self._size = np.floor((points.max(axis=0) - low) / CELL_M).astype(np.int64) + 1
        self._first, self._items = _fill(points, self._pieces, low, self._size, CELL_M)

    def snap(self, xy: NDArray[np.float64]) -> Snaps:
        """Snap points (n, 2), metres UTM 52S; of equally near streets the first by number."""
        found = _snap(
            xy, self._points, self._along, self._full, self._pieces, self._edges,
            self._first, self._items, self._low, self._size, CELL_M, self._limit_m,
        )  # fmt: skip
        return Snaps(*found)


@njit(cache=True)
def _fill(points, pieces, low, size, cell_m):  # type: ignore[no-untyped-def]
    """List the pieces that may touch each cell: two passes, count and write."""
    counts = np.zeros(size[0] * size[1] + 1, np.int64)
    items = np.zeros(0, np.int32)
    for writing in (False, True):
        if writing:
            counts = np.cumsum(counts)
            items = np.empty(counts[-1], np.int32)
            free = counts[:-1].copy()
        for n in range(len(pieces)):
            a, b = points[pieces[n]], points[pieces[n] + 1]
            x0 = int((min(a[0], b[0]) - low[0]) / cell_m)
            x1 = int((max(a[0], b[0]) - low[0]) / cell_m)
            y0 = int((min(a[1], b[1]) - low[1]) / cell_m)
            y1 = int((max(a[1], b[1]) - low[1]) / cell_m)
            for x in range(x0, x1 + 1):
                for y in range(y0, y1 + 1):
                    cell = x * size[1] + y
                    if writing:
                        items[free[cell]] = n
                        free[cell] += 1
                    else:
                        counts[cell + 1] += 1
    return counts, items


@njit(cache=True)
def _snap(xy, points, along, full, pieces, edges, first, items, low, size, cell_m, limit_m):  # type: ignore[no-untyped-def]
    """Look in rings of cells around each point until nothing nearer can come."""
    n = len(xy)
    edge = np.full(n, -1, np.int32)
    part = np.zeros(n)
    off = np.full(n, np.inf)
    for i in range(n):
        px, py = xy[i, 0], xy[i, 1]
        if not (math.isfinite(px) and math.isfinite(py)):
            continue
        cx = math.floor((px - low[0]) / cell_m)
        cy = math.floor((py - low[1]) / cell_m)
        best = limit_m * limit_m
        piece, at = -1, 0.0
        # Rings closer than the grid itself hold nothing; those beyond the limit are not asked.
        gap = max(-cx, cx - size[0] + 1, -cy, cy - size[1] + 1, 0)
        ring = gap
        while ring <= limit_m / cell_m + 2:
            nearest = max(ring - 1, 0) * cell_m
            if nearest * nearest > best:
                break
            for x in range(max(cx - ring, 0), min(cx + ring, size[0] - 1) + 1):
                whole = x == cx - ring or x == cx + ring
                step = 1 if whole else max(2 * ring, 1)
                for y in range(cy - ring, cy + ring + 1, step):
                    if y < 0 or y >= size[1]:
                        continue
                    cell = x * size[1] + y
                    for k in range(first[cell], first[cell + 1]):
                        candidate = items[k]
                        p = pieces[candidate]
                        ax, ay = points[p, 0], points[p, 1]
                        dx, dy = points[p + 1, 0] - ax, points[p + 1, 1] - ay
                        length2 = dx * dx + dy * dy
                        t = 0.0
                        if length2 > 0.0:
                            t = ((px - ax) * dx + (py - ay) * dy) / length2
                            t = min(max(t, 0.0), 1.0)
                        ex, ey = ax + t * dx - px, ay + t * dy - py
                        far = ex * ex + ey * ey
                        if far < best or (far == best and piece >= 0 and candidate < piece):
                            best, piece, at = far, candidate, t
            ring += 1
        if piece >= 0:
            p, e = pieces[piece], edges[piece]
            edge[i] = e
            off[i] = math.sqrt(best)
            last = along[p + 1] >= full[e]
            if at >= 1.0 and last:
                part[i] = 1.0
            elif full[e] > 0.0:
                step_m = along[p + 1] - along[p]
                part[i] = min((along[p] + at * step_m) / full[e], 1.0)
    return edge, part, off
