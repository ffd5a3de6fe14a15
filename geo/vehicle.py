"""The network as one vehicle sees it: which streets it may use, both ways or one, how long each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.profiles import Profile
from geo.roads import RoadNetwork
from geo.search import FAR, arcs_from, search
from geo.snap import Snapper

Arcs = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


@dataclass(frozen=True)
class Vehicle:
    """
    A profile on a network.

    `cost_ms` (edges,) whole milliseconds from end to end, `FAR` where it cannot go; `forward`,
    `backward` (edges,) whether it may go tail -> head, head -> tail.
    """

    profile: Profile
    network: RoadNetwork
    cost_ms: NDArray[np.int64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]

    @cached_property
    def snapper(self) -> Snapper:
        """Finds the nearest street of the connected network: islands lead nowhere."""
        return Snapper(self.network, self._connected)

    @cached_property
    def arcs(self) -> Arcs:
        """Arcs by the node they start at, in the direction of travel."""
        start, end, edge = self._both_ways
        return arcs_from(self.network.n_nodes, start, end, edge)  # type: ignore[no-any-return]

    @cached_property
    def arcs_against(self) -> Arcs:
        """Arcs by the node they end at."""
        start, end, edge = self._both_ways
        return arcs_from(self.network.n_nodes, end, start, edge)  # type: ignore[no-any-return]

    @cached_property
    def longest_ms(self) -> int:
        """Milliseconds of the street that takes longest."""
        return int(self.cost_ms[self.forward | self.backward].max(initial=0))

    def without(self, shut: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """
        Return end and milliseconds (m, 2) of each of `arcs`, and of each of `arcs_against`.

        Parameters
        ----------
        shut
            Streets that cannot be passed whole: their arcs are out of reach.
        """
        if not len(shut):
            return self._free
        closed = np.zeros(self.network.n_edges, np.bool_)
        closed[shut] = True
        left = []
        for arcs, free in zip((self.arcs, self.arcs_against), self._free, strict=True):
            open_arcs = free.copy()
            open_arcs[closed[arcs[2]], 1] = FAR
            left.append(open_arcs)
        return left[0], left[1]

    @cached_property
    def _free(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """End and milliseconds of each arc of both kinds, no road closed."""
        return self._along(self.arcs), self._along(self.arcs_against)

    def _along(self, arcs: Arcs) -> NDArray[np.int32]:
        _, ends, edges = arcs
        return np.column_stack([ends, self.cost_ms[edges].astype(np.int32)])

    @cached_property
    def _both_ways(self) -> Arcs:
        there, back = np.flatnonzero(self.forward), np.flatnonzero(self.backward)
        tail, head = self.network.tail, self.network.head
        return (
            np.concatenate([tail[there], head[back]]),
            np.concatenate([head[there], tail[back]]),
            np.concatenate([there, back]).astype(np.int32),
        )

    @cached_property
    def _connected(self) -> NDArray[np.bool_]:
        """Which streets lie between nodes that all reach each other, in the largest such part."""
        tail, head = self.network.tail, self.network.head
        usable = self.forward | self.backward
        best = np.zeros(self.network.n_nodes, np.bool_)
        left = np.zeros(self.network.n_nodes, np.bool_)
        left[tail[usable]] = left[head[usable]] = True
        while left.sum() > best.sum():
            node = int(np.argmax(left))
            part = self._reaches(self.arcs, node) & self._reaches(self.arcs_against, node)
            left &= ~part
            if part.sum() > best.sum():
                best = part
        return usable & best[tail] & best[head]

    def _reaches(self, arcs: Arcs, node: int) -> NDArray[np.bool_]:
        ms = search(
            arcs[0], self._along(arcs), self.longest_ms,
            np.array([node]), np.zeros(1, np.int64),
        )  # fmt: skip
        reached: NDArray[np.bool_] = ms < FAR
        return reached


def vehicle_on(network: RoadNetwork, profile: Profile) -> Vehicle:
    """Return the network as a profile sees it."""
    kinds = zip(network.kinds, network.width_m, strict=True)
    speed = np.array([profile.speed_on(tags, width_m) for tags, width_m in kinds])[network.kind]
    usable = speed > 0
    ms = np.full(network.n_edges, FAR, np.int64)
    ms[usable] = np.maximum(np.rint(network.length_m[usable] / speed[usable] * 1000), 1)
    backward = usable & (network.two_way | profile.against_oneway)
    return Vehicle(profile, network, ms, usable, backward)
