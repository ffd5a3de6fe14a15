"""What whoever looks after the server asks the database: its schema, clock, folder and copies."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dispatch.store.database import Transaction, one
from dispatch.store.migrate import needs_postgis, steps
from dispatch.store.queries import queries

SQL = queries("upkeep")
MIGRATION = queries("migration")


@dataclass(frozen=True, slots=True)
class Schema:
    """Steps this program has and the database lacks, and the other way round, in order."""

    missing: tuple[str, ...]
    ahead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copies:
    """How many standbys follow, None if not told; whether the last try to archive failed."""

    standbys: int | None
    archive_failing: bool


def schema(tx: Transaction) -> Schema:
    """Return how program and schema differ; what waits for a PostGIS not made is no difference."""
    ours = {step.name for step in steps()}
    done = set()
    if one(tx.execute(MIGRATION["table_made"]))["made"]:
        done = {str(row["name"]) for row in tx.execute(MIGRATION["applied"])}
    if tx.execute(MIGRATION["postgis_made"]).fetchone() is None:
        ours = {step.name for step in steps() if not needs_postgis(step)} | (ours & done)
    return Schema(tuple(sorted(ours - done)), tuple(sorted(done - ours)))


def clock_offset(tx: Transaction) -> timedelta:
    """Return how far the database's clock is ahead of this machine's, to half a round trip."""
    before = datetime.now(UTC)
    at: datetime = one(tx.execute(SQL["clock"]))["at"]
    after = datetime.now(UTC)
    return at - (before + (after - before) / 2)


def data_folder(tx: Transaction) -> Path | None:
    """Return the database's folder on this machine; None when it is elsewhere, or not told."""
    here = tx.info.host.startswith("/") or tx.info.host in ("localhost", "127.0.0.1", "::1")
    said = one(tx.execute(SQL["data_folder"]))["folder"] if here else None
    return Path(said) if said else None


def copies(tx: Transaction) -> Copies:
    """Return who follows the database and whether its log is kept."""
    return Copies(**one(tx.execute(SQL["copies"])))
