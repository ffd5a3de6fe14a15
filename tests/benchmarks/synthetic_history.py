"""
A history that never happened, marked `synthetic`, to measure with: the same one for a seed.

Incidents lie along the streets people live on, as many as live there; more by day than by night,
more floods and landslides from May to August. Each has a call, and mostly units with their stamps,
some of which nobody pressed. All is copied in without its triggers, so that a million rows take a
minute or two and leave no events: only ever into a database made to measure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.random import Generator
from numpy.typing import NDArray

from dispatch.analytics.filters import SYNTHETIC
from dispatch.catalogue import load_catalogue
from dispatch.ground import load_ground

BY_HOUR = np.array(
    [4, 3, 2, 2, 2, 3, 4, 6, 8, 9, 9, 9, 9, 9, 9, 9, 9, 10, 10, 9, 8, 7, 6, 5], float
)
TYPES = ("medical", "traffic_accident", "fire_building", "power_fault", "fallen_tree", "flood")
SHARES = np.array([40, 20, 8, 12, 8, 12], float)
WET_TYPES = slice(4, 6)
WET_MONTHS = (5, 6, 7, 8)
YEARS = (2016, 2026)
BESIDE = "polresta"  # sent along with the lead agency
INCIDENT = """COPY incident (id, code, type_code, severity, status, status_at, lon, lat, level,
              radius_m, kelurahan_code, place_text, opened_at, opened_by, closed_at, disposition,
              source) FROM STDIN"""
CALL = """COPY call (id, received_at, text, kind, status, status_at, incident_id, taken_by)
          FROM STDIN"""
STAMP = "COPY incident_stamp (incident_id, located_at, controlled_at) FROM STDIN"
ASSIGNMENT = """COPY assignment (id, incident_id, call_sign, status, assigned_by,
                predicted_travel_s, dispatched_at, accepted_at, en_route_at, on_scene_at,
                acting_at, cleared_at, withdrawn_at) FROM STDIN"""
CLOCKS = """INSERT INTO incident_clock
            SELECT * FROM incident_clock_now WHERE source = 'synthetic'"""
TABLES = ("incident", "call", "incident_stamp", "assignment", "incident_clock")

Times = NDArray[np.datetime64]
Steps = dict[str, Times]


@dataclass(frozen=True)
class Drawn:
    """Incidents as columns (n,), in the order they were opened; times UTC."""

    opened_at: Times
    kind: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kelurahan: NDArray[np.str_]


@dataclass(frozen=True)
class Sent:
    """Units sent, as columns (m,): to which incident (its row), which, and their stamps (NaT)."""

    incident: NDArray[np.int64]
    call_sign: NDArray[np.str_]
    steps: Steps


def drawn(count: int, random: Generator) -> Drawn:
    """Draw when, what and where."""
    people = load_ground().people
    first, last = (np.datetime64(f"{year}-01-01") for year in YEARS)
    day = random.integers(int((last - first).astype(int)), size=count)
    hour = random.choice(24, count, p=BY_HOUR / BY_HOUR.sum())
    local = (first + day).astype("datetime64[s]") + hour * 3600 + random.integers(3600, size=count)
    local.sort()
    wet = np.isin(local.astype("datetime64[M]").astype(int) % 12 + 1, WET_MONTHS)
    wetter = SHARES.copy()
    wetter[WET_TYPES] *= 3
    dry_type, wet_type = (
        random.choice(len(TYPES), count, p=one / one.sum()) for one in (SHARES, wetter)
    )
    home = random.choice(len(people.people), count, p=people.people / people.people.sum())
    lon, lat = (one[home] + random.normal(0, 4e-4, count) for one in (people.lon, people.lat))
    opened_at = local - np.timedelta64(9, "h")
    return Drawn(
        opened_at, np.where(wet, wet_type, dry_type), lon, lat, people.kelurahan_code[home]
    )


def sent(whole: Drawn, fleet: dict[str, list[str]], random: Generator) -> Sent:
    """Send to most incidents a unit of the lead agency where it has one, to some more."""
    types = load_catalogue().types
    count, rows, agencies = len(whole.kind), [], []
    leads = np.array([types[code].lead for code in TYPES])[whole.kind]
    for share, who in ((0.98, leads), (0.15, leads), (0.12, np.full(count, BESIDE))):
        some = np.flatnonzero((random.random(count) < share) & np.isin(who, list(fleet)))
        rows.append(some)
        agencies.append(who[some])
    row, agency = np.concatenate(rows), np.concatenate(agencies)
    order = np.argsort(row, kind="stable")
    row, agency = row[order], agency[order]
    unit = np.empty(len(row), dtype="U40")
    for code in np.unique(agency):
        mine = agency == code
        unit[mine] = random.choice(fleet[code], int(mine.sum()))
    return Sent(row, unit, pressed(whole.opened_at[row], random))


def pressed(opened_at: Times, random: Generator) -> Steps:
    """Draw the milestones; of one unit in thirty the later ones were never pressed."""
    at, steps = opened_at, {}
    forgot = random.random(len(opened_at)) < 1 / 30
    for name, usual_s in (
        ("dispatched", 60), ("accepted", 30), ("en_route", 80), ("on_scene", 420), ("acting", 90),
        ("cleared", 1800),
    ):  # fmt: skip
        at = at + random.lognormal(np.log(usual_s), 0.6, len(at)).astype("timedelta64[s]")
        never = forgot if name in ("en_route", "on_scene", "acting") else np.zeros(len(at), bool)
        steps[name] = np.where(never, np.datetime64("NaT"), at)
    steps["withdrawn"] = np.where(forgot, steps["cleared"], np.datetime64("NaT"))
    steps["cleared"] = np.where(forgot, np.datetime64("NaT"), steps["cleared"])
    return steps


def texts(times: Times) -> list[str | None]:
    """Return times as the database reads them, None where there is none."""
    known = np.datetime_as_string(times, "s", timezone="UTC").tolist()
    return [None if one == "NaT" else one for one in known]


def write(dsn: str, count: int, seed: int = 112) -> None:
    """Copy a synthetic history into a database made to measure."""
    random = np.random.default_rng(seed)
    whole = drawn(count, random)
    with psycopg.connect(dsn) as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers
        units = sent(whole, _fleet(connection), random)
        first = _next(connection, "incident")
        ended = whole.opened_at + np.timedelta64(1, "h")
        np.fmax.at(ended, units.incident, units.steps["cleared"].astype(ended.dtype))
        _copy(connection, INCIDENT, _incidents(whole, ended, first))
        opened = texts(whole.opened_at)
        said = texts(whole.opened_at - random.integers(90, size=count).astype("timedelta64[s]"))
        calls = _next(connection, "call")
        _copy(connection, CALL, (
            (calls + n, at, "data buatan", "normal", "linked", at, first + n, SYNTHETIC)
            for n, at in enumerate(said)
        ))  # fmt: skip
        controlled = np.where(random.random(count) < 0.8, ended, np.datetime64("NaT"))
        stamps = enumerate(zip(opened, texts(controlled), strict=True))
        _copy(connection, STAMP, ((first + n, *at) for n, at in stamps))
        _copy(connection, ASSIGNMENT, _assignments(units, first, _next(connection, "assignment")))
        connection.execute(CLOCKS)
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type] # our own names


def _fleet(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    fleet = defaultdict(list)
    for agency, call_sign in connection.execute("SELECT agency, call_sign FROM unit ORDER BY 2"):
        fleet[agency].append(call_sign)
    return fleet


def _next(connection: psycopg.Connection[Any], table: str) -> int:
    """Return the first free id of a table, and let what comes later start far behind it."""
    row = connection.execute(
        f"SELECT coalesce(max(id), 0) + 1,"  # type: ignore[arg-type] # noqa: S608 - our own names
        f" setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 100000000)"
        f" FROM {table}"
    ).fetchone()
    return int(row[0]) if row else 1


def _copy(connection: psycopg.Connection[Any], into: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor().copy(into) as copy:  # type: ignore[arg-type] # our own statements
        for row in rows:
            copy.write_row(row)


def _incidents(whole: Drawn, ended: Times, first: int) -> Iterator[tuple[Any, ...]]:
    columns = zip(
        whole.kind.tolist(), texts(whole.opened_at), texts(ended), whole.lon.tolist(),
        whole.lat.tolist(), whole.kelurahan.tolist(), strict=True,
    )  # fmt: skip
    for n, (kind, opened, closed, lon, lat, code) in enumerate(columns):
        yield (
            first + n, f"SYN-{n:07d}", TYPES[kind], "medium", "closed", closed, lon, lat, "point",
            0, code, "data buatan", opened, SYNTHETIC, closed, "handled", SYNTHETIC,
        )  # fmt: skip


def _assignments(units: Sent, first: int, number: int) -> Iterator[tuple[Any, ...]]:
    steps = [texts(one) for one in units.steps.values()]
    names = zip(units.incident.tolist(), units.call_sign.tolist(), strict=True)
    for n, ((row, call_sign), stamps) in enumerate(
        zip(names, zip(*steps, strict=True), strict=True)
    ):
        status = "withdrawn" if stamps[-1] else "cleared"
        yield (number + n, first + row, call_sign, status, SYNTHETIC, 400, *stamps)
