"""Plain networkx Dijkstra on the network, every street cut where units and scene meet it."""

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np

from geo.closures import Closure, shut_by
from geo.crs import to_utm
from geo.profiles import Profile
from geo.roads import RoadNetwork

LIMIT_M = 5_000.0
NEVER = {"weight": math.inf}
LonLat = tuple[float, float]


class Plain:
    """One profile on one network, slowly: nothing shared with `geo.travel` but its arrays."""

    def __init__(
        self, network: RoadNetwork, profile: Profile, closures: Sequence[Closure] = ()
    ) -> None:
        self.net, self.profile = network, profile
        self.cost = [self._cost(edge) for edge in range(network.n_edges)]
        self.usable = self._connected()
        shut = shut_by(network, closures, profile.name)
        self.shut = defaultdict(list)
        for edge, start, stop in zip(shut.edge, shut.start, shut.stop, strict=True):
            self.shut[int(edge)].append((start, stop))
        first = network.first_point
        self.pieces = [
            (edge, point)
            for edge in range(network.n_edges)
            if self.usable[edge]
            for point in range(first[edge], first[edge + 1] - 1)
        ]
        at = np.array([point for _, point in self.pieces], np.int64)
        self._last: tuple[Any, Any] | None = None
        self.a, self.b = network.point_xy[at], network.point_xy[at + 1]

    def seconds(self, scene: LonLat, origins: Sequence[LonLat]) -> list[float | None]:
        """Seconds from each origin to the scene, None where no road leads."""
        end, starts = self.snap(*scene), [self.snap(*origin) for origin in origins]
        if end is None:
            return [None] * len(origins)
        graph = self._graph(starts)
        self._cut(graph, *end[:2])
        to_scene = nx.single_source_dijkstra_path_length(
            graph.reverse(copy=False), self._node(*end[:2])
        )
        self._heal(graph, *end[:2])
        walk = round(end[2] / self.profile.walk_speed * 1000)
        found: list[float | None] = []
        for start in starts:
            ms = to_scene.get(self._node(*start[:2])) if start else None
            yard = round(start[2] / self.profile.yard_speed * 1000) if start else 0
            found.append(None if ms is None else (ms + walk + yard) / 1000)
        return found

    def snap(self, lon: float, lat: float) -> tuple[int, float, float] | None:
        """The nearest usable street, how far along it, and how far off."""
        if not self.pieces:
            return None
        point = np.array(to_utm(lon, lat))
        step = self.b - self.a
        length2 = (step**2).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            t = ((point - self.a) * step).sum(axis=1) / length2
        t = np.where(length2 > 0, np.clip(t, 0.0, 1.0), 0.0)
        off = ((self.a + t[:, None] * step - point) ** 2).sum(axis=1)
        best = int(off.argmin())
        edge, at = self.pieces[best]
        last = at == self.net.first_point[edge + 1] - 2
        metres = math.sqrt(off[best])
        if metres >= LIMIT_M:
            return None
        if last and t[best] == 1.0:
            return edge, 1.0, metres
        along = self.net.along_m
        full = along[self.net.first_point[edge + 1] - 1]
        part = (along[at] + t[best] * (along[at + 1] - along[at])) / full
        return edge, min(float(part), 1.0), metres

    def _cost(self, edge: int) -> int | None:
        kind = self.net.kind[edge]
        speed = self.profile.speed_on(self.net.kinds[kind], self.net.width_m[kind])
        return max(round(self.net.length_m[edge] / speed * 1000), 1) if speed else None

    def _connected(self) -> list[bool]:
        graph = nx.DiGraph()
        ends = list(zip(self.net.tail.tolist(), self.net.head.tolist(), strict=True))
        for edge, (tail, head) in enumerate(ends):
            if self.cost[edge] is not None:
                graph.add_edge(tail, head)
                if self._both(edge):
                    graph.add_edge(head, tail)
        parts = list(nx.strongly_connected_components(graph))
        best = max(parts, key=lambda part: (len(part), -min(part)), default=set())
        return [
            self.cost[edge] is not None and tail in best and head in best
            for edge, (tail, head) in enumerate(ends)
        ]

    def _both(self, edge: int) -> bool:
        return bool(self.net.two_way[edge]) or self.profile.against_oneway

    def _node(self, edge: int, part: float) -> Any:
        if part == 0.0:
            return int(self.net.tail[edge])
        return int(self.net.head[edge]) if part == 1.0 else (edge, part)

    def _graph(self, starts: Sequence[tuple[int, float, float] | None]) -> Any:
        """All streets, cut where units stand; the same units get the graph of before."""
        cuts: dict[int, set[float]] = defaultdict(set)
        for start in starts:
            if start:
                cuts[start[0]].add(start[1])
        if self._last is None or self._last[0] != cuts:
            graph = nx.DiGraph()
            graph.add_nodes_from(range(self.net.n_nodes))
            self._parts = {
                edge: sorted({0.0, 1.0} | cuts.get(edge, set()))
                for edge, cost in enumerate(self.cost)
                if cost is not None
            }
            for edge, parts in self._parts.items():
                graph.add_nodes_from(self._node(edge, part) for part in parts)
                self._join(graph, edge, parts)
            self._last = (cuts, graph)
        return self._last[1]

    def _cut(self, graph: Any, edge: int, part: float) -> None:
        """Cut one street once more: its pieces take the place of what ran there."""
        graph.add_node(self._node(edge, part))
        self._join(graph, edge, sorted({*self._parts[edge], part}))

    def _heal(self, graph: Any, edge: int, part: float) -> None:
        if part not in self._parts[edge]:
            graph.remove_node(self._node(edge, part))

    def _join(self, graph: Any, edge: int, parts: list[float]) -> None:
        """Join the cuts of a street; of streets side by side the quicker one counts."""
        for low, high in pairwise(parts):
            if any(start <= high and low <= stop for start, stop in self.shut[edge]):
                continue
            weight = round(self.cost[edge] * high) - round(self.cost[edge] * low)
            one, other = self._node(edge, low), self._node(edge, high)
            for a, b in [(one, other), (other, one)] if self._both(edge) else [(one, other)]:
                graph.add_edge(a, b, weight=min(weight, graph.get_edge_data(a, b, NEVER)["weight"]))
