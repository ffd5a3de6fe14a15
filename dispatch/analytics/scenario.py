"""What if: posts moved, added or removed, units on or off, roads cut; who gains and who loses."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from dispatch.analytics.isochrones import LonLat, posts
from dispatch.catalogue import Catalogue
from dispatch.coverage import LIMIT_S
from dispatch.errors import BadDataFile
from dispatch.unit import Unit, UnitStatus
from geo.closures import Closure
from geo.crs import to_utm, to_wgs84

if TYPE_CHECKING:
    from geo.kelurahan import Boundaries
    from geo.roads import RoadNetwork

NEW_POST = "POS-BARU-"
BRIDGE = "Jembatan Merah Putih"
NAMED_WITHIN_M = 1_000.0  # the bridge's name stands at its ends, its span lies between
HUTUMURI = "81.71.05.2006"
CUT_M = 60.0  # a cut is this wide either way: both carriageways
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """
    Changes to the room as it stands.

    `moved` a station's name -> where it would be; `removed` names of stations; `added` units
    at new posts, see `new_post`; `off`, `on` call signs; `closures`
    in force beside those of the day.
    """

    moved: Mapping[str, LonLat] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    added: tuple[Unit, ...] = ()
    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """
    What a scenario does to people (estimates, 2010 census scaled).

    `gained` come within the limit, `lost` fall out of it; `saved_s` seconds the average person
    gains (negative: loses) among those with a road both before and after; `cut_off` have a road
    before and none after, `joined` the other way round.
    """

    within_before: float
    within_after: float
    gained: float
    lost: float
    saved_s: float
    cut_off: float
    joined: float


def roster(units: Iterable[Unit], scenario: Scenario) -> list[Unit]:
    """
    Return the units as the scenario has them, at home, those of removed posts gone, new ones last.

    A unit switched `on` counts as available whatever its duty; `off` wins over `on`.
    """
    changed = []
    for one in units:
        if one.station in scenario.removed:
            continue
        lon, lat = scenario.moved.get(one.station or "", (one.lon, one.lat))
        status = UnitStatus.AVAILABLE if one.call_sign in scenario.on else one.status
        if one.call_sign in scenario.off:
            status = UnitStatus.OFF_DUTY
        changed.append(replace(one, lon=lon, lat=lat, status=status))
    return [*changed, *scenario.added]


def new_post(number: int, place: LonLat, agency: str, profile: str, catalogue: Catalogue) -> Unit:
    """Return the one unit of a post that does not stand yet, able to do what its like can."""
    return Unit(
        call_sign=f"{NEW_POST}{number}",
        agency=agency,
        profile=profile,
        capabilities=catalogue.default_capabilities(agency, profile),
        station=None,
        lon=place[0],
        lat=place[1],
        assumed=True,
    )


def places(units: Iterable[Unit], scenario: Scenario, *, agency: str, profile: str) -> list[LonLat]:
    """Return where units of an agency and profile wait under a scenario, each place once."""
    return posts(roster(units, scenario), agency, profile)


def compare(people: Floats, before_s: Floats, after_s: Floats, limit_s: float = LIMIT_S) -> Change:
    """
    Compare two ways of standing.

    Parameters
    ----------
    people
        (cells,) how many live there.
    before_s, after_s
        (cells,) seconds until the nearest unit is there; inf where no road leads.
    """
    before, after = before_s <= limit_s, after_s <= limit_s
    road_before, road_after = np.isfinite(before_s), np.isfinite(after_s)
    both = road_before & road_after
    weight = float(people[both].sum())
    saved = float((people[both] * (before_s[both] - after_s[both])).sum())
    return Change(
        within_before=float(people[before].sum()),
        within_after=float(people[after].sum()),
        gained=float(people[after & ~before].sum()),
        lost=float(people[before & ~after].sum()),
        saved_s=saved / weight if weight else 0.0,
        cut_off=float(people[road_before & ~road_after].sum()),
        joined=float(people[road_after & ~road_before].sum()),
    )


def ready_made(network: "RoadNetwork", data: Path, boundaries: "Boundaries") -> dict[str, Closure]:
    """
    Return the closures planners ask about first, found in the data.

    `bridge`: the longest trunk street near the place that `places/streets.csv` calls Jembatan
    Merah Putih, cut at its middle, over the water; `hutumuri`: the longest secondary street within
    the negeri of Hutumuri, cut at its middle. The roads carry no names, hence the detour.

    Raises
    ------
    BadDataFile
        The names or the streets are not in the data.
    """
    named = _named(data / "places/streets.csv", BRIDGE)
    lines = network.lines.geometries
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    near = shapely.dwithin(shapely.MultiPoint(named), middle, NAMED_WITHIN_M)
    lon, lat = to_wgs84(shapely.get_x(middle), shapely.get_y(middle))
    within = shapely.contains_xy(boundaries.polygon(HUTUMURI), lon, lat)
    return {
        "bridge": _cut(network, middle, "trunk", near, "Jembatan Merah Putih"),
        "hutumuri": _cut(network, middle, "secondary", within, "Longsor, jalan Hutumuri"),
    }


def _named(path: Path, name: str) -> list[tuple[float, float]]:
    """Return where a street of this name lies, metres UTM 52S."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["name"] == name]
        return [to_utm(float(row["lon"]), float(row["lat"])) for row in rows]
    except (OSError, UnicodeError, csv.Error, KeyError, ValueError) as error:
        raise BadDataFile(str(path), str(error)) from error


def _cut(
    network: "RoadNetwork",
    middle: "NDArray[np.object_]",
    road_class: str,
    where: "NDArray[np.bool_]",
    reason: str,
) -> Closure:
    """Cut the longest street of a class among those that qualify, at its middle."""
    of_class = np.array([one == road_class for one in network.road_class])[network.kind]
    length = np.where(where & of_class, network.length_m, 0.0)
    if not length.any():
        raise BadDataFile("roads/network.npz", f"no {road_class} for {reason}")
    spot = middle[int(length.argmax())].buffer(CUT_M)
    area = shapely.transform(spot, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1])))
    return Closure(reason, area, None, None, None, reason, "scenario")
