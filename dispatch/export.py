"""Incidents for other programs: CSV, XLSX, GeoJSON, GeoPackage, CAP."""

import csv
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from errno import EIO
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any

from dispatch import cap
from dispatch.catalogue import IncidentType
from dispatch.incident import Incident
from dispatch.store import incidents, units
from dispatch.unit import Station, Unit
from dispatch.whole_file import instead_of
from dispatch.xlsx import write_sheet
from dispatch.xml_text import legal

if TYPE_CHECKING:
    from dispatch.room import Room
    from geo.kelurahan import Kelurahan

FIELDS = (
    "code",
    "type_code",
    "severity",
    "status",
    "lon",
    "lat",
    "level",
    "radius_m",
    "kelurahan_code",
    "kelurahan",
    "district",
    "place_text",
    "note",
    "opened_at",
    "closed_at",
    "disposition",
    "source",
    "calls",
    "units",
)
STATION_FIELDS = (
    "id",
    "name",
    "agency",
    "kind",
    "lon",
    "lat",
    "position_confirmed",
    "position_basis",
)
UNIT_FIELDS = (
    "call_sign",
    "agency",
    "profile",
    "capabilities",
    "station",
    "status",
    "incident_code",
    "lon",
    "lat",
    "position_basis",
    "fix_at",
    "assumed",
)
TIMES = ("opened_at", "closed_at")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what spreadsheets run


class Format(StrEnum):
    """How incidents are written."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    CAP = "cap"


NAMES = {**{one.value: one for one in Format}, "xml": Format.CAP}
"""Format by the name it is asked for, which is also the file's ending."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extract:
    """
    What is written: incidents as rows of `FIELDS` and as they are, in the same order.

    Stations and units are as they stand at `at`; only a GeoPackage has room for them.
    """

    rows: Sequence[Row]
    incidents: Sequence[Incident]
    types: Mapping[str, IncidentType]
    kelurahan: Mapping[str, "Kelurahan"]
    stations: Sequence[Station]
    units: Sequence[Unit]
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Incidents opened from one moment up to another, of some types and sources; None for all."""

    from_at: datetime | None = None
    until_at: datetime | None = None
    types: Collection[str] | None = None
    sources: Collection[str] | None = None

    def values(self) -> dict[str, Any]:
        """Return the choice as the named queries take it."""
        some = {"types": self.types, "sources": self.sources}
        lists = {name: None if one is None else sorted(one) for name, one in some.items()}
        return {"from_at": self.from_at, "until_at": self.until_at, **lists}


def count(room: "Room", chosen: Choice) -> int:
    """Return how many incidents were chosen."""
    with room.store.reading() as tx:
        return incidents.count_between(tx, chosen.values())


def gather(room: "Room", chosen: Choice, *, at: datetime, newest: int | None = None) -> Extract:
    """Return the incidents chosen, at most the newest so many; nothing about callers is in them."""
    kelurahan = {one.code: one for one in room.ground.boundaries}
    with room.store.reading() as tx:
        found = incidents.between(tx, chosen.values(), newest)
        stations = units.stations(tx)
        roster = units.all_units(tx, at=at, fix_max_age=room.settings.fix_max_age)
    for row in found:
        place = kelurahan.get(row["kelurahan_code"])
        row["kelurahan"] = place.name if place else None
        row["district"] = place.district if place else None
    return Extract(
        rows=[{name: row[name] for name in FIELDS} for row in found],
        incidents=[incidents.incident_of(row) for row in found],
        types=room.catalogue.types,
        kelurahan=kelurahan,
        stations=stations,
        units=roster,
        at=at,
    )


def write(extract: Extract, path: Path, how: Format, sending: cap.Sending) -> None:
    """
    Write the incidents to a file.

    Parameters
    ----------
    sending
        Who sends CAP alerts and to whom; the other formats do not ask.

    Raises
    ------
    OSError
        The file cannot be written; the one that was there is as it was.
    """
    writers: Mapping[Format, Callable[[Extract, Path], None]] = {
        Format.CSV: _write_csv,
        Format.XLSX: _write_xlsx,
        Format.GEOJSON: _write_geojson,
        Format.GPKG: _write_gpkg,
        Format.CAP: lambda alerts, file: _write_cap(alerts, file, sending),
    }
    with instead_of(path) as fresh:
        if how is Format.GPKG and path.is_file():
            copyfile(path, fresh)  # its other layers stay
        writers[how](extract, fresh)


def _write_csv(extract: Extract, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # Python quotes only the line ends it writes itself: a lone CR would start a row.
        writer = csv.DictWriter(file, FIELDS, lineterminator="\r\n")
        writer.writeheader()
        for row in extract.rows:
            writer.writerow({name: harmless(_plain(value)) for name, value in row.items()})


def _write_xlsx(extract: Extract, path: Path) -> None:
    """Write what people read: times are Ambon's, and the heading of the column says so."""
    header = [f"{name} (WIT)" if name in TIMES else name for name in FIELDS]
    cells = ([_shown(value) for value in row.values()] for row in extract.rows)
    write_sheet(path, "incidents", header, cells)


def _write_geojson(extract: Extract, path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": None
            if row["lon"] is None
            else {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {name: _plain(value) for name, value in row.items()},
        }
        for row in extract.rows
    ]
    whole = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")


def _write_gpkg(extract: Extract, path: Path) -> None:
    _write_layer(path, "incidents", FIELDS, extract.rows)
    _write_layer(path, "stations", STATION_FIELDS, [_station(one) for one in extract.stations])
    _write_layer(path, "units", UNIT_FIELDS, [_unit(one) for one in extract.units])


def _write_layer(path: Path, layer: str, fields: Iterable[str], rows: Sequence[Row]) -> None:
    """Write one layer of points; a layer of this name that is there already is replaced."""
    import geopandas  # noqa: PLC0415 - takes seconds to import
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError  # noqa: PLC0415
    from shapely.geometry import Point  # noqa: PLC0415

    points = [None if row["lon"] is None else Point(row["lon"], row["lat"]) for row in rows]
    columns = {name: [_plain(row[name]) for row in rows] for name in fields}
    frame = geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
    try:
        frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio", geometry_type="Point")
    except (DataSourceError, DataLayerError, FeatureError) as error:
        why = " ".join(str(error).split()).rpartition("failed: ")[2]  # before it stands its SQL
        raise OSError(EIO, why, str(path)) from error


def _write_cap(extract: Extract, path: Path, sending: cap.Sending) -> None:
    alerts = [
        cap.alert(
            one,
            extract.types.get(one.type_code, extract.types["other"]),
            extract.kelurahan.get(one.kelurahan_code or ""),
            sending,
        )
        for one in extract.incidents
    ]
    path.write_bytes(cap.envelope(alerts, sending, at=extract.at))


def _station(station: Station) -> Row:
    return {name: getattr(station, name) for name in STATION_FIELDS}


def _unit(unit: Unit) -> Row:
    """Return a unit where it is now, not where its home is."""
    lon, lat = unit.position
    row = {name: getattr(unit, name) for name in UNIT_FIELDS}
    return {**row, "capabilities": ";".join(sorted(unit.capabilities)), "lon": lon, "lat": lat}


def _plain(value: object) -> object:
    """Return a value as programs read it; times are UTC, ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _shown(value: object) -> str:
    """Return a value as the text of a cell."""
    if isinstance(value, datetime):
        return f"{value.astimezone(cap.WIT):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, str):
        return str(harmless(legal(value)))
    return "" if value is None else str(value)


def harmless(value: object) -> object:
    """Keep a spreadsheet from running what a caller said."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
