"""Seconds and metres by road from every unit to a scene, routes, and closures: exact."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.closures import Closure, Shut, shut_by
from geo.crs import to_utm
from geo.files import DATA
from geo.people import People, load_people
from geo.profiles import Profile, load_profiles
from geo.reached import Spread
from geo.roads import RoadNetwork, load_network
from geo.search import (
    FAR,
    STRAIGHT,
    VIA_HEAD,
    exits,
    line_of,
    meet,
    metres_by_road,
    search,
    way_from,
)
from geo.snap import Snaps
from geo.vehicle import Arcs, Vehicle, vehicle_on

LonLat = tuple[float, float]
Floats = NDArray[np.float64]
KEPT_CLOSED = 4  # sets of closures
KEPT_BYTES = 64_000_000  # searches kept for the next question, at most this much
WALK, YARD = "walk", "yard"
NO_EDGES = np.zeros(0, np.int32)

T = TypeVar("T")


class Trip(NamedTuple):
    """
    A drive from a unit to a scene.

    `travel_s` seconds to the millisecond: from the unit to the mapped road, by road, and the last
    metres on foot; `distance_m` by road; `snap_m` straight metres between both places and the
    road; `walk_m` of them on foot, from where the vehicle's road ends to the scene.
    """

    travel_s: float
    distance_m: float
    snap_m: float
    walk_m: float


@dataclass(frozen=True, slots=True)
class Tree:
    """
    A search from one place: where it lies on the road, and what every node costs.

    `ends` (2, 2) of its street, tail then head: milliseconds and metres from there to the place.
    """

    edge: int
    part: float
    off_m: float
    ms: NDArray[np.int32]
    ends: Floats


@dataclass(frozen=True, slots=True)
class Way:
    """
    A quickest way: whole streets between a part of the first and a part of the last.

    `first`, `last` street, and the parts of it the way enters and leaves it at; `edges`, `onward`
    the streets between and whether each is passed tail -> head; metres off the road at both ends.
    """

    first: tuple[int, float, float]
    last: tuple[int, float, float]
    edges: NDArray[np.int32]
    onward: NDArray[np.bool_]
    yard_m: float
    walk_m: float


@dataclass(frozen=True, slots=True)
class Open:
    """
    What closures leave a vehicle.

    `arcs`, `arcs_against` (m, 2) end and milliseconds of each arc of the vehicle, `FAR` where its
    street cannot be passed whole; `shut` the stretches that are closed.
    """

    arcs: NDArray[np.int32]
    arcs_against: NDArray[np.int32]
    shut: Shut


class Travel:
    """
    Travel by road for every vehicle profile, with the closures in force.

    Parameters
    ----------
    network
        The streets.
    profiles
        By name; those of the data folder when not given.
    closures
        In force, whatever their times say.
    people
        Where people live, for `reach`.
    """

    def __init__(
        self,
        network: RoadNetwork,
        profiles: Mapping[str, Profile] | None = None,
        closures: Iterable[Closure] = (),
        people: People | None = None,
    ) -> None:
        self.network = network
        self.profiles = load_profiles() if profiles is None else profiles
        self.people = people
        self._closures = tuple(closures)
        self._vehicles: dict[str, Vehicle] = {}
        self._homes: dict[str, Snaps] = {}
        self._closed: list[Travel] = []
        self._open: dict[str, Open] = {}
        self._trees: dict[tuple[bool, LonLat, str], Tree | None] = {}

    def with_closures(self, closures: Iterable[Closure]) -> "Travel":
        """
        Return travel on the same network with these roads closed and no others.

        Asked again with equal closures it returns the same one, and all that it has found.
        """
        closed = tuple(closures)
        other = next((one for one in self._closed if one._closures == closed), None)
        if other is None:
            other = Travel(self.network, self.profiles, closed, self.people)
            other._vehicles, other._homes = self._vehicles, self._homes
            other._closed = self._closed
            self._closed.append(other)
            del self._closed[:-KEPT_CLOSED]
        return other

    def trips(self, scene: LonLat, origins: Sequence[LonLat], profile: str) -> list[Trip | None]:
        """
        Return the drive from each origin to the scene; None where no road leads.

        Raises
        ------
        KeyError
            No such profile.
        """
        tree = self._tree(scene, profile, outward=False)
        if tree is None or not origins:
            return [None] * len(origins)
        snaps = self._snap(np.array(origins, np.float64), profile)
        ms, via = self._meet(tree, snaps, profile, outward=False)
        road_m = metres_by_road(
            snaps.edge, snaps.part, via, tree.edge, tree.part, tree.ends, tree.ms,
            *self._onward(profile), self.network.tail, self.network.head, self.network.length_m,
        )  # fmt: skip
        whole = ms + self._yard_ms(snaps.off_m, profile) + self._walk_ms(tree.off_m, profile)
        rows = zip(
            ms.tolist(),
            (whole / 1000).tolist(),
            road_m.round(1).tolist(),
            (snaps.off_m + tree.off_m).round(1).tolist(),
            strict=True,
        )
        walk_m = round(tree.off_m, 1)
        return [
            Trip(travel_s, distance_m, snap_m, walk_m) if road_ms < FAR else None
            for road_ms, travel_s, distance_m, snap_m in rows
        ]

    def route(self, scene: LonLat, origin: LonLat, profile: str) -> list[LonLat]:
        """Return the line of the quickest way, unit first, scene last; empty without a road."""
        way = self._way(scene, origin, profile)
        if way is None:
            return []
        net = self.network
        points = line_of(
            way.first, way.edges, way.onward, way.last,
            net.first_point, net.along_m, net.point_lon, net.point_lat,
        )  # fmt: skip
        lon, lat = points.T.tolist()
        return [origin, *zip(lon, lat, strict=True), scene]

    def by_class(self, scene: LonLat, origin: LonLat, profile: str) -> dict[str, float]:
        """
        Return the seconds of the quickest way by OSM highway class; empty without a road.

        Under "walk" those on foot at the scene, under "yard" those from where the unit stands to
        the road. They add up to `Trip.travel_s`.
        """
        way = self._way(scene, origin, profile)
        if way is None:
            return {}
        cost, net = self._vehicle(profile).cost_ms, self.network
        spent = {
            YARD: self._yard_ms(way.yard_m, profile),
            WALK: self._walk_ms(way.walk_m, profile),
        }
        passed = [(int(net.kind[edge]), int(cost[edge])) for edge in way.edges]
        for edge, start, stop in (way.first, way.last):
            ms = abs(_ms(cost[edge], stop) - _ms(cost[edge], start))
            passed.append((int(net.kind[edge]), ms))
        for kind, ms in passed:
            name = net.road_class[kind]
            spent[name] = spent.get(name, 0) + ms
        return {name: ms / 1000 for name, ms in spent.items() if ms}

    def trips_to_area(self, points: Floats, origins: Sequence[LonLat], profile: str) -> Floats:
        """
        Return seconds (points, origins) from each origin to each point (n, 2) lon, lat.

        inf where no road leads; equal to `Trip.travel_s`.
        """
        return self._from_each(self._snap(points, profile), origins, profile).T

    def reach(self, origins: Sequence[LonLat], profile: str) -> Floats:
        """Return seconds (origins, places) from each origin to each place people live."""
        if profile not in self._homes:
            if self.people is None:
                raise ValueError("reach needs to know where people live")
            homes = np.column_stack([self.people.lon, self.people.lat])
            self._homes[profile] = self._snap(homes, profile)
        return self._from_each(self._homes[profile], origins, profile)

    def spread(self, origins: Sequence[LonLat], profile: str) -> Spread:
        """Return how soon the nearest origin is at every node; `geo.reached` cuts streets by it."""
        vehicle, starts = self._vehicle(profile), []
        soonest = np.full(self.network.n_nodes, FAR, np.int64)
        for tree in (self._tree(one, profile, outward=True) for one in origins):
            if tree is not None:
                yard_ms = self._yard_ms(tree.off_m, profile)
                starts.append((tree.edge, tree.part, yard_ms))
                np.minimum(soonest, np.where(tree.ms < FAR, tree.ms + yard_ms, FAR), out=soonest)
        return Spread(
            soonest, tuple(starts), vehicle.cost_ms, vehicle.forward, vehicle.backward,
            self._opened(profile).shut,
        )  # fmt: skip

    def _from_each(self, snaps: Snaps, origins: Sequence[LonLat], profile: str) -> Floats:
        seconds = np.full((len(origins), len(snaps.edge)), np.inf)
        walk_ms = self._walk_ms(snaps.off_m, profile)
        for n, origin in enumerate(origins):
            tree = self._tree(origin, profile, outward=True)
            if tree is not None:
                ms, _ = self._meet(tree, snaps, profile, outward=True)
                whole = ms + walk_ms + self._yard_ms(np.array([tree.off_m]), profile)
                seconds[n] = np.where(ms < FAR, whole / 1000, np.inf)
        return seconds

    def _way(self, scene: LonLat, origin: LonLat, profile: str) -> Way | None:
        """Return the quickest way street by street, None without a road."""
        tree = self._tree(scene, profile, outward=False)
        if tree is None:
            return None
        snaps = self._snap(np.array([origin], np.float64), profile)
        ms, via = self._meet(tree, snaps, profile, outward=False)
        if ms[0] >= FAR:
            return None
        edge, part, yard_m = int(snaps.edge[0]), float(snaps.part[0]), float(snaps.off_m[0])
        tail, head = self.network.tail, self.network.head
        if via[0] == STRAIGHT:
            first, last = (edge, part, tree.part), (edge, tree.part, tree.part)
            return Way(first, last, NO_EDGES, NO_EDGES.astype(np.bool_), yard_m, tree.off_m)
        first = (edge, part, 1.0 if via[0] == VIA_HEAD else 0.0)
        node = head[edge] if via[0] == VIA_HEAD else tail[edge]
        edges, onward, node = way_from(
            tree.ms, *self._onward(profile), tree.edge, tree.ends, tail, head, node
        )
        last = (tree.edge, self._entry(tree, node, profile), tree.part)
        return Way(first, last, edges, onward, yard_m, tree.off_m)

    def _entry(self, tree: Tree, node: int, profile: str) -> float:
        """Return the end by which the last street is entered: the cheaper one if both are it."""
        from_tail, _, from_head, _ = self._exits(tree.edge, tree.part, profile)
        at_tail = self.network.tail[tree.edge] == node
        at_head = self.network.head[tree.edge] == node
        return 0.0 if at_tail and (not at_head or from_tail <= from_head) else 1.0

    def _tree(self, place: LonLat, profile: str, *, outward: bool) -> Tree | None:
        """Search from a place, or return the search of before."""
        key = (outward, place, profile)
        if key not in self._trees:
            room = max(2, KEPT_BYTES // (8 * self.network.n_nodes))
            while len(self._trees) >= room:
                self._trees.pop(next(iter(self._trees)), None)
            self._trees[key] = self._search(place, profile, outward=outward)
            return self._trees[key]
        return self._trees[key]

    def _search(self, place: LonLat, profile: str, *, outward: bool) -> Tree | None:
        vehicle, net = self._vehicle(profile), self.network
        snaps = self._snap(np.array([place], np.float64), profile)
        edge, part = int(snaps.edge[0]), float(snaps.part[0])
        if edge < 0:
            return None
        from_tail, to_head, from_head, to_tail = self._exits(edge, part, profile)
        by_tail, by_head = (to_tail, to_head) if outward else (from_tail, from_head)
        opened = self._opened(profile)
        first, arcs = (
            (vehicle.arcs[0], opened.arcs)
            if outward
            else (vehicle.arcs_against[0], opened.arcs_against)
        )
        seeds = np.array([net.tail[edge], net.head[edge]], np.int64)
        ends_ms = np.array([by_tail, by_head], np.int64)
        ms = search(first, arcs, vehicle.longest_ms, seeds, ends_ms)
        ends_m = np.array([part, 1 - part]) * net.length_m[edge]
        if seeds[0] == seeds[1]:
            ends_m[:] = ends_m[int(by_head < by_tail)]
        return Tree(edge, part, float(snaps.off_m[0]), ms, np.column_stack([ends_ms, ends_m]))

    def _onward(self, profile: str) -> Arcs:
        """Return the arcs in the direction of travel: where each node's begin, arcs, streets."""
        first, _, edges = self._vehicle(profile).arcs
        return first, self._opened(profile).arcs, edges

    def _meet(self, tree: Tree, snaps: Snaps, profile: str, *, outward: bool) -> Any:
        vehicle, net, shut = self._vehicle(profile), self.network, self._opened(profile).shut
        return meet(
            tree.ms, snaps.edge, snaps.part, tree.edge, tree.part, outward,
            net.tail, net.head, vehicle.cost_ms, vehicle.forward, vehicle.backward,
            shut.edge, shut.start, shut.stop,
        )  # fmt: skip

    def _exits(self, edge: int, part: float, profile: str) -> tuple[int, int, int, int]:
        vehicle, shut = self._vehicle(profile), self._opened(profile).shut
        found: tuple[int, int, int, int] = exits(
            edge, part, vehicle.cost_ms, vehicle.forward, vehicle.backward,
            shut.edge, shut.start, shut.stop,
        )  # fmt: skip
        return found

    def _snap(self, points: Floats, profile: str) -> Snaps:
        """Snap points (n, 2) lon, lat to the streets this vehicle may use."""
        points = np.asarray(points, np.float64).reshape(-1, 2)
        xy = np.column_stack(to_utm(points[:, 0], points[:, 1]))
        return self._vehicle(profile).snapper.snap(xy)

    def _vehicle(self, profile: str) -> Vehicle:
        return _kept(
            self._vehicles, profile, lambda: vehicle_on(self.network, self.profiles[profile])
        )

    def _opened(self, profile: str) -> Open:
        return _kept(self._open, profile, lambda: self._opening(profile))

    def _opening(self, profile: str) -> Open:
        shut = shut_by(self.network, self._closures, profile)
        vehicle = self._vehicle(profile)
        return Open(*vehicle.without(shut.edge), shut)

    def _walk_ms(self, metres: Any, profile: str) -> Any:
        """Return whole milliseconds on foot."""
        return _whole_ms(metres, self.profiles[profile].walk_speed)

    def _yard_ms(self, metres: Any, profile: str) -> Any:
        """Return whole milliseconds from where units stand to the mapped road."""
        return _whole_ms(metres, self.profiles[profile].yard_speed)


def _whole_ms(metres: Any, speed: float) -> Any:
    found = np.rint(np.where(np.isfinite(metres), metres, 0.0) / speed * 1000).astype(np.int64)
    return found if found.ndim else int(found)


def _ms(cost_ms: Any, part: float) -> int:
    return int(np.rint(cost_ms * part))


def _kept(kept: dict[str, T], key: str, make: Callable[[], T]) -> T:
    """Return what is kept under a key, made when first asked for."""
    if key not in kept:
        kept[key] = make()
    return kept[key]


def load_travel(data: Path = DATA) -> Travel:
    """
    Load travel on the prepared network of a data folder, nothing closed.

    Raises
    ------
    DataFileError
        A file of roads/ or profiles/ is missing or damaged.
    """
    return Travel(
        load_network(data / "roads"),
        load_profiles(data / "profiles"),
        people=load_people(data / "roads"),
    )
