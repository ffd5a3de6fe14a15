"""Which stretches of which streets are reached within a time: exact, cut part-way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely.ops import substring

from geo.closures import Shut
from geo.crs import to_wgs84
from geo.roads import RoadNetwork
from geo.search import FAR

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spread:
    """
    How soon the nearest of some origins is anywhere, in the direction of travel.

    `node_ms` (nodes,) milliseconds, `FAR` where no road leads; `starts` the origins as street,
    part of it and milliseconds from where the unit stands to there; `cost_ms`, `forward`,
    `backward` (edges,) as in `geo.vehicle.Vehicle`; `shut` what is closed.
    """

    node_ms: Longs
    starts: tuple[tuple[int, float, int], ...]
    cost_ms: Longs
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    shut: Shut


@dataclass(frozen=True, slots=True)
class Stretches:
    """Parts of streets: `edge` (m,); `start`, `stop` (m,) between tail (0) and head (1)."""

    edge: NDArray[np.int32]
    start: Floats
    stop: Floats

    def length_m(self, network: RoadNetwork) -> float:
        """Return how many metres of street they are."""
        return float(((self.stop - self.start) * network.length_m[self.edge]).sum())


def stretches(network: RoadNetwork, spread: Spread, limits_s: Sequence[float]) -> list[Stretches]:
    """
    Return for each limit the stretches reached within it and not within the one before.

    Parameters
    ----------
    limits_s
        Seconds from the moment the wheels turn, rising.
    """
    edge, low, high, ahead, behind = _pieces(network, spread)
    cost = spread.cost_ms[edge].astype(np.float64)
    middle = np.clip(((behind - ahead) / cost + low + high) / 2, low, high)
    middle = np.where(behind >= FAR, high, np.where(ahead >= FAR, low, middle))
    found = []
    from_low, from_high = low, high
    for limit_s in limits_s:
        up_to = np.clip(low + (limit_s * 1000 - ahead) / cost, low, middle)
        down_to = np.clip(high - (limit_s * 1000 - behind) / cost, middle, high)
        start = np.concatenate([from_low, down_to])
        stop = np.concatenate([up_to, from_high])
        some = stop > start
        found.append(Stretches(np.tile(edge, 2)[some].astype(np.int32), start[some], stop[some]))
        from_low, from_high = up_to, down_to
    return found


def lines(network: RoadNetwork, reached: Stretches) -> list[Floats]:
    """Return each stretch as its points (n, 2) lon, lat."""
    drawn = []
    geometries = network.lines.geometries
    rows = zip(reached.edge.tolist(), reached.start.tolist(), reached.stop.tolist(), strict=True)
    for edge, start, stop in rows:
        if start == 0.0 and stop == 1.0:
            a, z = network.first_point[edge], network.first_point[edge + 1]
            drawn.append(np.column_stack([network.point_lon[a:z], network.point_lat[a:z]]))
        else:
            xy = np.array(substring(geometries[edge], start, stop, normalized=True).coords)
            drawn.append(np.column_stack(to_wgs84(xy[:, 0], xy[:, 1])))
    return drawn


def _pieces(network: RoadNetwork, spread: Spread) -> tuple[Longs, Floats, Floats, Longs, Longs]:
    """
    Return streets in pieces that nothing begins on and nothing cuts.

    Edge, the parts it lies between, and the milliseconds at which it is entered at its lower and
    at its upper end, `FAR` where it is not.
    """
    special = {edge for edge, _, _ in spread.starts} | set(spread.shut.edge.tolist())
    plain = spread.forward | spread.backward
    cut = [_cut(network, spread, edge) for edge in sorted(special) if plain[edge]]
    plain = plain.copy()
    plain[list(special)] = False
    edge = np.flatnonzero(plain)
    whole = np.column_stack(
        [
            edge,
            np.zeros(len(edge)),
            np.ones(len(edge)),
            np.where(spread.forward[edge], spread.node_ms[network.tail[edge]], FAR),
            np.where(spread.backward[edge], spread.node_ms[network.head[edge]], FAR),
        ]
    )
    every = np.concatenate([whole, *cut])
    every = every[(every[:, 3] < FAR) | (every[:, 4] < FAR)]
    number, low, high, ahead, behind = every.T
    return (
        number.astype(np.int64), low, high, ahead.astype(np.int64), behind.astype(np.int64)
    )  # fmt: skip


def _cut(network: RoadNetwork, spread: Spread, edge: int) -> Floats:
    """Return the pieces of one street on which origins stand or a closure lies: rows."""
    begin: dict[float, int] = defaultdict(lambda: int(FAR))
    for on, part, ms in spread.starts:
        if on == edge:
            begin[part] = min(begin[part], ms)
    mine = spread.shut.edge == edge
    shut = list(zip(spread.shut.start[mine], spread.shut.stop[mine], strict=True))
    parts = sorted({0.0, 1.0, *begin, *(end for one in shut for end in one)})
    closed = [any(start <= part <= stop for start, stop in shut) for part in parts]
    at = [int(np.rint(spread.cost_ms[edge] * part)) for part in parts]
    here = [begin[part] for part in parts]
    ahead = _onward(here, at, closed, int(spread.node_ms[network.tail[edge]]))
    behind = _onward(
        here[::-1], [-one for one in at[::-1]], closed[::-1],
        int(spread.node_ms[network.head[edge]]),
    )[::-1]  # fmt: skip
    far = [int(FAR)] * len(parts)
    ahead = ahead if spread.forward[edge] else far
    behind = behind if spread.backward[edge] else far
    rows = zip(parts, parts[1:], ahead, behind[1:], strict=False)
    return np.array([(edge, *row) for row in rows], np.float64)


def _onward(here: list[int], at: list[int], closed: list[bool], by_node: int) -> list[int]:
    """Return when each part is left in one direction; nothing leaves a closed one."""
    left: list[int] = []
    arrived = by_node
    for n, begins in enumerate(here):
        if n:
            arrived = min(left[-1] + at[n] - at[n - 1], int(FAR))
        left.append(int(FAR) if closed[n] else min(arrived, begins))
    return left
