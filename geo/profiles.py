"""Vehicle profiles: which ways a vehicle may use and how fast it gets along on them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geo.files import DATA, DataFileError, check_whole

M_PER_S = 1 / 3.6  # per km/h


@dataclass(frozen=True, slots=True)
class Profile:
    """
    A vehicle, or a crew on foot, as the roads see it.

    `speed` metres a second by OSM highway class; a class it lacks is closed. `surface` the part
    of that speed kept on a surface. `barred_by` OSM tag -> values that close a way.
    `walk_speed` of the crew beyond the end of its road, `yard_speed` from where a unit stands to
    the mapped road, both metres a second.
    """

    name: str
    speed: Mapping[str, float]
    surface: Mapping[str, float]
    min_width_m: float
    barred_by: Mapping[str, frozenset[str]]
    against_oneway: bool
    walk_speed: float
    yard_speed: float

    def speed_on(self, tags: Mapping[str, str], width_m: float) -> float:
        """
        Return metres a second on a way, 0 where the vehicle cannot go.

        Parameters
        ----------
        tags
            OSM tags of the way, `highway` among them; a missing tag or "" says nothing.
        width_m
            Its tagged width, nan when nobody said.
        """
        if width_m < self.min_width_m:
            return 0.0
        if any(tags.get(key, "") in values for key, values in self.barred_by.items()):
            return 0.0
        kept = self.surface.get(tags.get("surface", ""), 1.0)
        return self.speed.get(tags["highway"], 0.0) * kept


@cache
def load_profiles(folder: Path = DATA / "profiles") -> Mapping[str, Profile]:
    """
    Read the profiles, by name.

    Raises
    ------
    DataFileError
        The file is missing or not as it should be.
    """
    check_whole(folder)
    path = folder / "profiles.toml"
    try:
        said = tomllib.loads(path.read_text("utf-8"))
        return {name: _profile(name, one) for name, one in said.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(path, str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataFileError(path, f"a profile is incomplete ({error!r})") from error


def _profile(name: str, said: Mapping[str, Any]) -> Profile:
    return Profile(
        name=name,
        speed={one: float(kmh) * M_PER_S for one, kmh in said["kmh"].items()},
        surface={one: float(part) for one, part in said["surface"].items()},
        min_width_m=float(said["min_width_m"]),
        barred_by={key: frozenset(values) for key, values in said["barred_by"].items()},
        against_oneway=bool(said["against_oneway"]),
        walk_speed=float(said["walk_kmh"]) * M_PER_S,
        yard_speed=float(said["yard_kmh"]) * M_PER_S,
    )
