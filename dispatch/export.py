"""Incidents for other programs: CSV, GeoJSON, GeoPackage."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dispatch.store import Store, incidents

if TYPE_CHECKING:
    from geo.kelurahan import Boundaries

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
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


class Format(StrEnum):
    """How incidents are written."""

    CSV = "csv"
    GEOJSON = "geojson"
    GPKG = "gpkg"


Row = dict[str, Any]


def rows(
    store: Store, boundaries: "Boundaries", from_at: datetime | None, until_at: datetime | None
) -> list[Row]:
    """Return every incident opened in a span of time, without anything about callers."""
    names = {one.code: one for one in boundaries}
    with store.reading() as tx:
        found = list(incidents.between(tx, from_at, until_at))
    for row in found:
        place = names.get(row["kelurahan_code"])
        row["kelurahan"] = place.name if place else None
        row["district"] = place.district if place else None
        row["opened_at"] = row["opened_at"].isoformat()
        row["closed_at"] = row["closed_at"].isoformat() if row["closed_at"] else None
    return [{name: row[name] for name in FIELDS} for row in found]


def write(found: Sequence[Row], path: Path, how: Format) -> None:
    """Write rows to a file; OSError when it cannot be written."""
    writers: Mapping[Format, Callable[[Sequence[Row], Path], None]] = {
        Format.CSV: _write_csv,
        Format.GEOJSON: _write_geojson,
        Format.GPKG: _write_gpkg,
    }
    writers[how](found, path)


def _write_csv(found: Iterable[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in found)


def _harmless(value: object) -> object:
    """Keep a spreadsheet from running what a caller said."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _write_geojson(found: Iterable[Row], path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": None
            if row["lon"] is None
            else {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {name: row[name] for name in FIELDS if name not in ("lon", "lat")},
        }
        for row in found
    ]
    whole = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")


def _write_gpkg(found: Sequence[Row], path: Path) -> None:
    import geopandas  # noqa: PLC0415 - takes seconds to import
    from shapely.geometry import Point  # noqa: PLC0415

    points = [None if row["lon"] is None else Point(row["lon"], row["lat"]) for row in found]
    columns = {name: [row[name] for row in found] for name in FIELDS}
    frame = geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
    frame.to_file(path, layer="incidents", driver="GPKG", engine="pyogrio")
