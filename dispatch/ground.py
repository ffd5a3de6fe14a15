"""The ground as `geo` knows it, loaded on first use and once per process."""

import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dispatch.errors import BadDataFile
from geo.files import DATA, DataFileError

if TYPE_CHECKING:
    from dispatch.store.place_names import PlaceNameRow
    from geo.geocode import Geocoder
    from geo.kelurahan import Boundaries
    from geo.people import People
    from geo.travel import Travel

T = TypeVar("T")


class Ground:
    """
    Boundaries, names, roads and people of one data folder.

    Each part is loaded when first asked for, whichever thread asks; BadDataFile when its files
    are missing or damaged.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._loading = threading.RLock()

    @cached_property
    def boundaries(self) -> "Boundaries":
        """The 50 kelurahan."""
        from geo.kelurahan import load_boundaries  # noqa: PLC0415

        return self._once("boundaries", lambda: load_boundaries(self.data / "kelurahan"))

    @cached_property
    def geocoder(self) -> "Geocoder":
        """The prepared gazetteer, without the names an admin added."""
        from geo.geocode import load_geocoder  # noqa: PLC0415

        return self._once("geocoder", lambda: load_geocoder(self.boundaries, self.data / "places"))

    @cached_property
    def travel(self) -> "Travel":
        """Travel on the whole road network, nothing closed."""
        from geo.travel import load_travel  # noqa: PLC0415 - numba takes a second to import

        return self._once("travel", lambda: load_travel(self.data))

    @cached_property
    def people(self) -> "People":
        """Where people live."""
        from geo.people import load_people  # noqa: PLC0415

        return self._once("people", lambda: load_people(self.data / "roads"))

    def geocoder_with(self, rows: "Iterable[PlaceNameRow]") -> "Geocoder":
        """Return the geocoder with names an admin added on top."""
        from geo.geocode import PlaceName  # noqa: PLC0415

        return self.geocoder.with_names(
            PlaceName(
                name=row.name,
                variants=tuple(row.variants),
                kind=row.kind,
                kelurahan_code=row.kelurahan_code,
                lon=row.lon,
                lat=row.lat,
                radius_m=row.radius_m,
            )
            for row in rows
        )

    def preload(self) -> None:
        """Load everything a first click needs."""
        _ = self.boundaries, self.geocoder, self.travel

    def _once(self, name: str, load: Callable[[], T]) -> T:
        """Load a part unless another thread just did."""
        with self._loading:
            if name in self.__dict__:
                loaded: T = self.__dict__[name]
                return loaded
            try:
                part = load()
            except DataFileError as error:
                raise BadDataFile(str(error.path), error.reason) from error
            self.__dict__[name] = part
            return part


_grounds: dict[Path, Ground] = {}
_opening = threading.Lock()


def load_ground(data: Path | None = None) -> Ground:
    """Return the ground of a data folder, the same one every time."""
    folder = data or DATA
    with _opening:
        return _grounds.setdefault(folder, Ground(folder))
