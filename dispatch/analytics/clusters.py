"""
Disasters: reports of one type that lie together in space and in time.

ST-DBSCAN (Birant & Kut, "ST-DBSCAN: An algorithm for clustering spatial-temporal data", Data &
Knowledge Engineering 60, 2007): a report is the core of a cluster when at least `least` reports,
itself among them, lie within so many metres and so many hours of it. Cores within reach of each
other belong together; a report near a core but no core itself goes to its nearest core. The paper's
third distance (of a measured value, like a temperature) has nothing to measure here: left out.

The neighbours come from a k-d tree over both distances at once, or from the database
(`dispatch.store.clusters`); which of them are near enough is decided here alone, so both ways
give the same clusters.

A name is given when a cluster is born and stays: the reports are gone through in the order they
came. Where two clusters grow together the older name stays and the other is kept beside it. Where
a report that held a cluster together is withdrawn, its parts are numbered.

scipy and shapely are imported where they are used: the dispatch page does not wait for them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.catalogue import read_toml
from dispatch.errors import BadDataFile
from geo.crs import to_utm, to_wgs84
from geo.files import DATA

if TYPE_CHECKING:
    from geo.people import People

WIT = timezone(timedelta(hours=9))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AROUND_M = 100.0
"""A report is a point of something wider: the outline of a cluster goes this far around it."""
HOUR_US = 3_600_000_000
_SLACK = 1e-6  # the tree looks a little further; what is near enough is decided exactly

Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spacing:
    """
    How near reports of one type must be: `metres`, `hours`; `least` reports make a core.

    `label` begins the names of clusters, `reason` says why these numbers.
    """

    type_code: str
    label: str
    metres: float
    hours: float
    least: int
    reason: str


@dataclass(frozen=True, slots=True)
class Reports:
    """
    Incidents of one type as columns (n,), in the order they came: by time, then id.

    `lon`, `lat` degrees; `at_us` microseconds since 1970 UTC; `kelurahan` Kemendagri codes, "" for
    none; `standing` False for those taken back (unfounded, cancelled, joined to another).
    """

    id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at_us: NDArray[np.int64]
    kelurahan: NDArray[np.str_]
    standing: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Merge:
    """A cluster of this name grew together with an older one at that time (UTC)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cluster:
    """
    Reports that belong to one disaster.

    `members` rows of the reports, in order; `cores` how many of them are cores; `outline` WGS84
    polygon; `absorbed` clusters that grew into it; `split_from` the name it had a share in before
    a report between its parts was taken back, None when it is whole.
    """

    name: str
    type_code: str
    members: NDArray[np.int64]
    cores: int
    first_at: datetime
    last_at: datetime
    outline: Any
    absorbed: tuple[Merge, ...] = ()
    split_from: str | None = None

    def grown(self, reports: Reports) -> list[tuple[datetime, int]]:
        """Return how many of its reports there were, each time one came."""
        return [(_time(reports.at_us[row]), n) for n, row in enumerate(self.members, 1)]


@dataclass
class _Told:
    """A group of cores while the reports are gone through: its name and those it took in."""

    order: int
    name: str
    absorbed: list[tuple[str, int]] = field(default_factory=list)


def load_spacing(folder: Path = DATA / "catalogue") -> Mapping[str, Spacing]:
    """
    Read `clusters.toml`, by type code.

    Raises
    ------
    BadDataFile
        It is missing, or a number in it cannot be.
    """
    path = folder / "clusters.toml"
    try:
        read = {
            code: Spacing(
                type_code=code,
                label=str(said["label"]),
                metres=float(said["metres"]),
                hours=float(said["hours"]),
                least=int(said["least"]),
                reason=str(said["reason"]),
            )
            for code, said in read_toml(path).items()
        }
    except (KeyError, TypeError, ValueError) as error:
        raise BadDataFile(str(path), repr(error)) from error
    for one in read.values():
        if not (one.metres > 0 and one.hours > 0 and one.least > 0):
            raise BadDataFile(str(path), f"{one.type_code}: metres, hours and least must be > 0")
    return read


def find(reports: Reports, spacing: Spacing, pairs: Pairs | None = None) -> list[Cluster]:
    """
    Return the clusters of the standing reports, first one first.

    Parameters
    ----------
    pairs
        Rows (m, 2) of reports that may be near each other: each near pair once, others do no
        harm. Looked for here when not given.
    """
    if not len(reports.id):
        return []
    near = near_enough(reports, spacing, neighbours(reports, spacing) if pairs is None else pairs)
    told = _names(reports, spacing, near)
    label, core = _labels(reports, spacing, near)
    found: list[Cluster] = []
    used: Counter[str] = Counter()
    for members in _groups(label, core):
        cores = members[core[members]]
        born = told[int(cores[0])]
        used[born.name] += 1
        parted = used[born.name] > 1
        found.append(
            Cluster(
                name=f"{born.name}.{used[born.name]}" if parted else born.name,
                type_code=spacing.type_code,
                members=members,
                cores=len(cores),
                first_at=_time(reports.at_us[members[0]]),
                last_at=_time(reports.at_us[members[-1]]),
                outline=_outline(reports.lon[members], reports.lat[members]),
                absorbed=tuple(Merge(name, _time(reports.at_us[at])) for name, at in born.absorbed),
                split_from=born.name if parted else None,
            )
        )
    return found


def neighbours(reports: Reports, spacing: Spacing) -> Pairs:
    """Return rows (m, 2) of reports within both distances, and a few that hardly are not."""
    from scipy.spatial import cKDTree  # noqa: PLC0415

    x, y = to_utm(reports.lon, reports.lat)
    hours = (reports.at_us - reports.at_us[0]) / HOUR_US
    scaled = np.column_stack([x / spacing.metres, y / spacing.metres, hours / spacing.hours])
    tree = cKDTree(scaled)
    found: Pairs = tree.query_pairs(1 + _SLACK, p=np.inf, output_type="ndarray").astype(np.int64)
    return found


def near_enough(reports: Reports, spacing: Spacing, pairs: Pairs) -> Pairs:
    """Return those pairs that are within both distances, the bounds included; lower row first."""
    x, y = to_utm(reports.lon, reports.lat)
    one, other = np.sort(pairs.reshape(-1, 2), axis=1).T
    metres = np.hypot(x[one] - x[other], y[one] - y[other])
    apart_us = np.abs(reports.at_us[one] - reports.at_us[other])
    near = (metres <= spacing.metres) & (apart_us <= round(spacing.hours * HOUR_US))
    found: Pairs = np.unique(np.column_stack([one[near], other[near]]), axis=0)
    return found


def affected(cluster: Cluster, people: "People") -> dict[str, int]:
    """Return how many people live inside a cluster's outline, by kelurahan; estimates."""
    return people_inside(cluster.outline, people)


def people_inside(area: Any, people: "People") -> dict[str, int]:
    """Return how many people live inside a WGS84 area, by kelurahan, most first; estimates."""
    import shapely  # noqa: PLC0415

    west, south, east, north = area.bounds
    lon, lat = people.lon, people.lat
    near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    inside = near[shapely.contains_xy(area, lon[near], lat[near])]
    codes, count = people.kelurahan_code[inside], people.people[inside]
    counted: Counter[str] = Counter()
    for code in np.unique(codes):
        counted[str(code)] = round(float(count[codes == code].sum()))
    return dict(counted.most_common())


def _both_ways(n: int, near: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each report's neighbours, itself among them, lowest row first: where, and which."""
    itself = np.arange(n)
    ends = np.vstack([near, near[:, ::-1], np.column_stack([itself, itself])])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    first = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(ends[:, 0], minlength=n), out=first[1:])
    return first, ends[:, 1]


def _core_since(first: Pairs, around: Pairs, least: int) -> NDArray[np.int64]:
    """Return the row with whose coming each report became a core; n for those that never did."""
    n = len(first) - 1
    enough = np.diff(first) >= least
    since = np.full(n, n, np.int64)
    since[enough] = np.maximum(around[first[:-1][enough] + least - 1], np.flatnonzero(enough))
    return since


def _names(reports: Reports, spacing: Spacing, near: Pairs) -> dict[int, _Told]:
    """
    Go through all reports, also those taken back, in the order they came; name what is born.

    Two cores are joined from the moment both are cores. Of the joins only a minimum spanning
    forest by that moment is gone through: it joins the same groups at every moment.
    """
    n = len(reports.id)
    first, around = _both_ways(n, near)
    since = _core_since(first, around, spacing.least)
    joins = _joins(n, since, near)
    group = list(range(n))
    told: dict[int, _Told] = {}
    numbers: Counter[str] = Counter()
    rising = np.argsort(since, kind="stable")
    next_join = 0
    cores = rising[since[rising] < n].tolist()
    for at, fresh in _by_moment(cores, since):
        while next_join < len(joins) and joins[next_join][0] == at:
            _join(group, told, *joins[next_join])
            next_join += 1
        for core in fresh:
            top = _top(group, core)
            if top not in told:
                mine = [one for one in fresh if _top(group, one) == top]
                earliest = min(int(around[first[one]]) for one in mine)
                told[top] = _named(reports, spacing, earliest, len(told), numbers)
    return {core: told[_top(group, core)] for core in cores}


def _by_moment(cores: list[int], since: NDArray[np.int64]) -> list[tuple[int, list[int]]]:
    """Return the cores by the row with whose coming they became that."""
    moments: dict[int, list[int]] = {}
    for core in cores:
        moments.setdefault(int(since[core]), []).append(core)
    return list(moments.items())


def _joins(n: int, since: NDArray[np.int64], near: Pairs) -> list[tuple[int, int, int]]:
    """Return (moment, core, core) of a forest that joins cores as early as can be."""
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import minimum_spanning_tree  # noqa: PLC0415

    moment = since[near].max(axis=1, initial=0) if len(near) else np.zeros(0, np.int64)
    both = near[moment < n]
    weights = (moment[moment < n] + 1).astype(np.float64)  # no weight may be zero
    forest = minimum_spanning_tree(
        coo_array((weights, (both[:, 0], both[:, 1])), shape=(n, n)).tocsr()
    ).tocoo()
    rows = zip(forest.data.tolist(), forest.row.tolist(), forest.col.tolist(), strict=True)
    return sorted((int(weight) - 1, one, other) for weight, one, other in rows)


def _join(group: list[int], told: dict[int, _Told], at: int, one: int, other: int) -> None:
    """Let two groups be one; the older name stays."""
    tops = _top(group, one), _top(group, other)
    names = [told.pop(top) for top in tops if top in told]
    group[tops[1]] = tops[0]
    if not names:
        return
    kept = min(names, key=lambda name: name.order)
    for lost in names:
        if lost is not kept:
            kept.absorbed = [*kept.absorbed, *lost.absorbed, (lost.name, at)]
    told[tops[0]] = kept


def _top(group: list[int], one: int) -> int:
    """Return what stands for a group, shortening the way there."""
    while group[one] != one:
        group[one] = group[group[one]]
        one = group[one]
    return one


def _named(
    reports: Reports, spacing: Spacing, earliest: int, order: int, numbers: Counter[str]
) -> _Told:
    """Name a cluster by its type, Ambon's day of its earliest report, and a number of that day."""
    day = f"{spacing.label}-{_time(reports.at_us[earliest]).astimezone(WIT):%Y-%m-%d}"
    numbers[day] += 1
    return _Told(order, f"{day}-{numbers[day]:02d}")


def _labels(
    reports: Reports, spacing: Spacing, near: Pairs
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each standing report's cluster (-1 for none), and whether it is a core."""
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n = len(reports.id)
    near = near[reports.standing[near].all(axis=1)]
    core = (np.bincount(near.ravel(), minlength=n) + 1 >= spacing.least) & reports.standing
    joined = near[core[near].all(axis=1)]
    graph = coo_array((np.ones(len(joined)), (joined[:, 0], joined[:, 1])), shape=(n, n))
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    label[~core] = -1
    edge, its_core = _edges(reports, near, core)
    label[edge] = label[its_core]
    return label, core


def _groups(label: NDArray[np.int64], core: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the rows of each cluster, in the order of their first cores."""
    rows = np.flatnonzero(label >= 0)
    rows = rows[np.argsort(label[rows], kind="stable")]
    groups = np.split(rows, np.flatnonzero(np.diff(label[rows])) + 1) if len(rows) else []
    return sorted(groups, key=lambda members: int(members[core[members]][0]))


def _edges(reports: Reports, near: Pairs, core: NDArray[np.bool_]) -> tuple[Pairs, Pairs]:
    """Return reports at the edge of a cluster, each with its nearest core."""
    ends = np.vstack([near, near[:, ::-1]])
    ends = ends[~core[ends[:, 0]] & core[ends[:, 1]]]
    x, y = to_utm(reports.lon, reports.lat)
    edge, other = ends.T
    metres = np.hypot(x[edge] - x[other], y[edge] - y[other])
    apart_us = np.abs(reports.at_us[edge] - reports.at_us[other])
    ends = ends[np.lexsort((other, apart_us, metres, edge))]
    _, nearest = np.unique(ends[:, 0], return_index=True)
    return ends[nearest, 0], ends[nearest, 1]


def _outline(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Any:
    """Return the convex hull of points, `AROUND_M` wider on every side, in WGS84."""
    import shapely  # noqa: PLC0415

    hull = shapely.MultiPoint(np.column_stack(to_utm(lon, lat))).convex_hull
    return shapely.transform(
        hull.buffer(AROUND_M, quad_segs=4), lambda at: np.column_stack(to_wgs84(at[:, 0], at[:, 1]))
    )


def _time(at_us: Any) -> datetime:
    return EPOCH + timedelta(microseconds=int(at_us))
