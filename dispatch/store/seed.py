"""The first rows of a room: its stations, an assumed roster, and past incidents."""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from dispatch.errors import BadDataFile
from dispatch.incident import Disposition, IncidentStatus, Severity
from dispatch.store import Store, incidents, units
from dispatch.store.database import Transaction
from dispatch.store.queries import queries
from geo.files import DataFileError, check_whole

SQL = queries("migration")
ONE_AT_A_TIME = 112_0002  # key of the advisory lock
SOURCE = "public report"
WIT = timezone(timedelta(hours=9))
NOON = "12:00"  # for reports that state the day alone

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many rows were written; rows already there are left as they are."""

    stations: int
    units: int
    incidents: int


def seed(store: Store, data: Path, *, at: datetime) -> Seeded:
    """
    Write stations, roster and past incidents that are not there yet.

    Raises
    ------
    BadDataFile
        A file is missing, or a line of it is not what it should be; nothing is written.
    """
    for folder in ("stations", "incidents"):
        _check_whole(data / folder)
    with store.writing(by="ambon112", at=at, action="seed", source="seed") as tx:
        tx.execute(SQL["one_at_a_time"], {"key": ONE_AT_A_TIME})
        stations = sum(_each(data / "stations/stations.csv", lambda row: _station(tx, row)))
        roster = sum(_each(data / "stations/roster.csv", lambda row: _unit(tx, row)))
        known = incidents.known_codes(tx, SOURCE)
        past = sum(_each(data / "incidents/incidents.csv", lambda row: _past(tx, row, known)))
    return Seeded(stations, roster, past)


def _check_whole(folder: Path) -> None:
    try:
        check_whole(folder)
    except DataFileError as error:
        raise BadDataFile(str(error.path), error.reason) from error


def seed_if_empty(store: Store, data: Path, *, at: datetime) -> None:
    """Seed a room that has no stations yet; BadDataFile as `seed`."""
    with store.reading() as tx:
        known = units.stations(tx)
    if not known:
        seed(store, data, at=at)


def _each(path: Path, write: Callable[[Row], int]) -> Iterator[int]:
    """Write every line of a file; a fault names the file and the line."""
    with _readable(path, None), path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    for number, row in enumerate(rows, start=2):
        with _readable(path, number):
            written = write(row)
        yield written


@contextmanager
def _readable(path: Path, line: int | None) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeError, csv.Error, ValueError, KeyError, TypeError) as error:
        where = f"line {line}: " if line else ""
        raise BadDataFile(str(path), f"{where}{error}") from error


def _station(tx: Transaction, row: Row) -> int:
    values: dict[str, Any] = {**row, "id": int(row["id"])}
    values |= {"lon": float(row["lon"]), "lat": float(row["lat"])}
    return units.seed_station(
        tx, {**values, "position_confirmed": row["position_confirmed"] == "yes"}
    )


def _unit(tx: Transaction, row: Row) -> int:
    values = {
        "lon": float(row["lon"]),
        "lat": float(row["lat"]),
        "crew": int(row["crew"]) if row["crew"] else None,
        "capabilities": [word for word in row["capabilities"].split(";") if word],
        "assumed": row["assumed"] == "yes",
    }
    return units.seed_unit(tx, {**row, **values})


def _past(tx: Transaction, row: Row, known: set[str]) -> int:
    """Write a past incident: opened when it was reported, and closed as handled."""
    if row["id"] in known:
        return 0
    opened = _opened_at(row)
    new = incidents.NewIncident(
        type_code=row["type"],
        severity=Severity.MEDIUM,
        status=IncidentStatus.REPORTED,
        lon=None,
        lat=None,
        level="kelurahan" if row["kelurahan_code"] else "unknown",
        radius_m=0.0,
        kelurahan_code=row["kelurahan_code"] or None,
        place_text=row["place_text"],
        note=row["severity_note"],
        source=SOURCE,
        code=row["id"],
        report=dict(row),
    )
    incident = incidents.open_new(tx, new, by=SOURCE, at=opened)
    closed = incident.moved_to(IncidentStatus.CLOSED, opened)
    incidents.save_move(tx, replace(closed, disposition=Disposition.HANDLED))
    return 1


def _opened_at(row: Row) -> datetime:
    """Return when it was reported in UTC; noon in Ambon when only the day is known."""
    hour = time.fromisoformat((row["time_wit"] or row["reported_time"] or NOON).strip())
    day = datetime.fromisoformat(row["date"])
    return datetime.combine(day, hour, WIT).astimezone(UTC)
