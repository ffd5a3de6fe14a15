"""Disasters as files to take along: CSV and GeoJSON; and as a map shows them."""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dispatch.desk.disasters import Disaster

FIELDS = (
    "name", "type_code", "reports", "cores", "first_at", "last_at", "people", "kelurahan",
    "absorbed", "split_from", "about",
)  # fmt: skip
COLOURS = {
    "flood": "#1565c0",
    "landslide": "#6d4423",
    "extreme_weather": "#6a1b9a",
    "fallen_tree": "#2f7d1f",
    "earthquake": "#b3001b",
    "tsunami": "#00796b",
    "fire_land": "#c25400",
}
OTHER = "#4d5a64"
NAMED = 40  # names on one map; more would lie over each other


def as_csv(found: "Iterable[Disaster]", about: str) -> bytes:
    """
    Return a row for each disaster; times UTC, kelurahan codes and merged names by semicolon.

    `about`: period, filter and count, in the last column of every row.
    """
    file = StringIO(newline="")
    writer = csv.DictWriter(file, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_row(one) | {"about": about} for one in found)
    return file.getvalue().encode("utf-8-sig")


def as_geojson(found: "Iterable[Disaster]", about: str) -> bytes:
    """Return the outlines with what a row of the CSV says, `about` beside them."""
    from shapely.geometry import mapping  # noqa: PLC0415

    features = [
        {"type": "Feature", "geometry": mapping(one.cluster.outline), "properties": _row(one)}
        for one in found
    ]
    whole = {"type": "FeatureCollection", "about": about, "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def on_map(
    found: "Sequence[Disaster]",
    chosen: "Disaster | None" = None,
    says: "Callable[[Disaster], str]" = lambda one: one.cluster.name,
) -> list[dict[str, Any]]:
    """
    Return outlines and reports as the shapes of a map.

    Parameters
    ----------
    chosen
        Drawn thicker, and always named; of the others the largest are.
    says
        What a pointer over an outline is told.
    """
    from shapely.geometry import mapping  # noqa: PLC0415

    largest = sorted(found, key=lambda one: (one is not chosen, -len(one.ids)))[:NAMED]
    named = {one.cluster.name for one in largest}
    shapes: list[dict[str, Any]] = []
    for one in found:
        outline, name = one.cluster.outline, one.cluster.name
        look = colour(one.cluster.type_code)
        at = [outline.centroid.x, outline.bounds[3]]
        shape = {
            "geometry": mapping(outline),
            "colour": look,
            "weight": 4 if one is chosen else 2,
            "name": name,
            "says": says(one),
        }
        shapes.append(shape | ({"label": {"at": at, "says": name}} if name in named else {}))
        shapes += [
            {
                "geometry": {"type": "Point", "coordinates": list(place)},
                "colour": look,
                "fill": 0.8,
                "size": 4,
            }
            for place in one.places
        ]
    return shapes


def colour(type_code: str) -> str:
    """Return the colour of a type of disaster."""
    return COLOURS.get(type_code, OTHER)


def _row(one: "Disaster") -> dict[str, Any]:
    cluster = one.cluster
    return {
        "name": cluster.name,
        "type_code": cluster.type_code,
        "reports": len(one.ids),
        "cores": cluster.cores,
        "first_at": _utc(cluster.first_at),
        "last_at": _utc(cluster.last_at),
        "people": sum(one.people.values()),
        "kelurahan": ";".join(one.kelurahan),
        "absorbed": ";".join(merge.name for merge in cluster.absorbed),
        "split_from": cluster.split_from or "",
    }


def _utc(at: datetime) -> str:
    return at.isoformat()
