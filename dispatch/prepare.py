"""Stations, roster and past incidents from the source folder, in the project's own formats."""

import csv
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from geo.files import DATA, DataFileError

Row = Mapping[str, str]

STATION_FIELDS = (
    "id",
    "name",
    "agency",
    "kind",
    "address",
    "lon",
    "lat",
    "position_basis",
    "position_confirmed",
    "strength_reported",
    "hotline",
)
ROSTER_FIELDS = (
    "call_sign",
    "agency",
    "profile",
    "capabilities",
    "station",
    "lon",
    "lat",
    "crew",
    "assumed",
)
INCIDENT_FIELDS = (
    "id",
    "event_id",
    "date",
    "time_wit",
    "type",
    "place_text",
    "kelurahan_code",
    "kelurahan_basis",
    "district",
    "severity_note",
    "units_sent",
    "reported_time",
    "first_arrival_time",
    "under_control_time",
    "source_url",
)

STATIONS_SOURCE = """\
# Stations and roster

| file | what | origin, licence | trust |
|---|---|---|---|
| stations.csv | {stations} stations of Damkar, police, Satpol PP, BPBD, DLHP, Kodim, health | \
compiled from public news, facts only; as of 2026-02 | positions approximate (`position_basis`); \
none is confirmed until someone clicks its place on the map |
| roster.csv | {units} units | `data/catalogue/strength.toml`, written for this project, MIT | \
assumed (`assumed` = yes), except that public reports give 12 fire appliances over four posts |

Written by `ambon112 prepare`; do not edit by hand.
"""

INCIDENTS_SOURCE = """\
# Past incidents

incidents.csv: {incidents} real emergencies, {first} to {last}, with the place in the report's own \
words; one row a report, reports of one event share `event_id`.

Compiled from public news, facts only, each row with its address. Dates are good, times rare \
(WIT); `kelurahan_basis` tells whether the report stated the kelurahan or it was inferred.

Written by `ambon112 prepare`; do not edit by hand.
"""


def prepare(source: Path, out: Path, progress: Callable[[str], None]) -> None:
    """
    Write `out`/stations and `out`/incidents from the source folder, each with its SOURCE.md.

    The roster comes from `catalogue/strength.toml` (the one in `out` if there, else the project's).

    Raises
    ------
    DataFileError
        A source is missing, lacks a column, or holds a row that cannot be; nothing is written.
    """
    stations = _stations(source / "stations.csv")
    incidents = _incidents(source / "incidents.csv")
    strength = out / "catalogue" / "strength.toml"
    roster = _roster(strength if strength.exists() else DATA / "catalogue/strength.toml", stations)
    progress(f"stasiun / stations: {len(stations)}, unit: {len(roster)}")
    _write(out / "stations/stations.csv", STATION_FIELDS, stations)
    _write(out / "stations/roster.csv", ROSTER_FIELDS, roster)
    _say(out / "stations", STATIONS_SOURCE.format(stations=len(stations), units=len(roster)))
    progress(f"kejadian / incidents: {len(incidents)}")
    _write(out / "incidents/incidents.csv", INCIDENT_FIELDS, incidents)
    days = sorted(row["date"] for row in incidents)
    told = INCIDENTS_SOURCE.format(incidents=len(incidents), first=days[0], last=days[-1])
    _say(out / "incidents", told)


def _stations(path: Path) -> list[Row]:
    """Read the stations, numbered in the order of the source."""
    rows = _read(path, STATION_FIELDS[1:])
    for line, row in enumerate(rows, 2):
        _check(path, line, row, _coordinates)
    return [{**row, "id": str(number)} for number, row in enumerate(rows, 1)]


def _incidents(path: Path) -> list[Row]:
    """Read the incidents, each with a date and, where given, times that can be."""
    rows = _read(path, INCIDENT_FIELDS)
    if not rows:
        raise DataFileError(path, "no incidents")
    for line, row in enumerate(rows, 2):
        _check(path, line, row, _dated)
    return list(rows)


def _roster(path: Path, stations: Iterable[Row]) -> list[Row]:
    """Put the assumed strength at the stations; a station named there must exist."""
    try:
        strength: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(path, str(error)) from error
    where = {(row["name"], row["agency"]): row for row in stations}
    roster: list[Row] = []
    for name, post in strength.items():
        station = where.get((name, post["agency"]))
        if station is None:
            raise DataFileError(path, f"no station called {name!r} of {post['agency']}")
        roster += [_unit(station, *unit) for unit in post["units"]]
    calls = [row["call_sign"] for row in roster]
    if len(set(calls)) < len(calls):
        raise DataFileError(path, "a call sign is given twice")
    return roster


def _unit(station: Row, call_sign: str, profile: str, capabilities: str, crew: int) -> Row:
    """Return one roster row, at its station."""
    return {
        "call_sign": call_sign,
        "agency": station["agency"],
        "profile": profile,
        "capabilities": capabilities,
        "station": station["name"],
        "lon": station["lon"],
        "lat": station["lat"],
        "crew": str(crew),
        "assumed": "yes",
    }


def _coordinates(row: Row) -> None:
    """Refuse a position that is not near Ambon."""
    if not (127.5 < float(row["lon"]) < 129.0 and -4.5 < float(row["lat"]) < -3.0):
        raise ValueError(f"{row['lon']}, {row['lat']} is not near Ambon")


def _dated(row: Row) -> None:
    """Refuse a date or a time that cannot be."""
    date.fromisoformat(row["date"])
    for field in ("time_wit", "reported_time", "first_arrival_time", "under_control_time"):
        if row[field]:
            time.fromisoformat(row[field])


def _check(path: Path, line: int, row: Row, rule: Callable[[Row], None]) -> None:
    """Run a rule on a row; name the file and line when it is broken."""
    try:
        rule(row)
    except ValueError as error:
        raise DataFileError(path, f"line {line}: {error}") from error


def _read(path: Path, fields: Iterable[str]) -> list[Row]:
    """Read a CSV that must have these columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = set(fields) - set(reader.fieldnames or ())
            if missing:
                raise DataFileError(path, f"no column {', '.join(sorted(missing))}")
            return [{field: (row[field] or "").strip() for field in fields} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(path, str(error)) from error


def _write(path: Path, fields: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Write rows as CSV with the project's line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _say(folder: Path, text: str) -> None:
    """Write where the folder's data come from."""
    (folder / "SOURCE.md").write_text(text, "utf-8")
