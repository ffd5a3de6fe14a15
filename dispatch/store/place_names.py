"""Names of places an admin added, and suggestions for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.errors import Stale, UnknownRow
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("place_name")


@dataclass(frozen=True, slots=True)
class PlaceNameRow:
    """A name as people say it; a point, a kelurahan, or both. `id` None until it is saved."""

    name: str
    kind: str
    variants: Sequence[str] = ()
    kelurahan_code: str | None = None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A caller's words and the point a dispatcher put them at."""

    id: int
    text: str
    lon: float
    lat: float
    kelurahan_code: str | None
    incident_id: int | None
    suggested_at: datetime
    suggested_by: str


def all_names(tx: Transaction) -> list[PlaceNameRow]:
    """Return every added name, in order of the alphabet."""
    return [PlaceNameRow(**row) for row in tx.execute(SQL["all_names"])]


def save(tx: Transaction, place: PlaceNameRow, *, by: str, at: datetime) -> int:
    """
    Add a name, or change the one with this id; returns the id.

    Raises
    ------
    Stale
        Somebody changed it since it was read.
    UnknownRow
        Somebody deleted it.
    """
    values = {name: getattr(place, name) for name in PlaceNameRow.__slots__}
    said = {**values, "variants": list(place.variants), "by": by, "at": at}
    if place.id is None:
        return int(one(tx.execute(SQL["add"], said))["id"])
    if tx.execute(SQL["change"], said).fetchone() is None:
        known = tx.execute(SQL["exists"], {"id": place.id}).fetchone()
        raise Stale("place_name", place.id) if known else UnknownRow("place_name", place.id)
    return place.id


def delete(tx: Transaction, place_name_id: int) -> None:
    """Delete a name; UnknownRow when there is none."""
    if tx.execute(SQL["delete"], {"id": place_name_id}).fetchone() is None:
        raise UnknownRow("place_name", place_name_id)


def suggest(
    tx: Transaction,
    text: str,
    lon: float,
    lat: float,
    *,
    kelurahan_code: str | None,
    incident_id: int,
    by: str,
    at: datetime,
) -> None:
    """Keep a caller's words with the point they turned out to mean."""
    values = {"text": text, "lon": lon, "lat": lat, "kelurahan_code": kelurahan_code}
    tx.execute(SQL["suggest"], {**values, "incident_id": incident_id, "by": by, "at": at})


def pending(tx: Transaction) -> list[Suggestion]:
    """Return the suggestions nobody decided on yet."""
    return [Suggestion(**row) for row in tx.execute(SQL["pending"])]


def settle(tx: Transaction, suggestion_id: int, *, accepted: bool) -> None:
    """Accept or reject a suggestion; UnknownRow when it is not pending."""
    status = "accepted" if accepted else "rejected"
    if tx.execute(SQL["settle"], {"id": suggestion_id, "status": status}).fetchone() is None:
        raise UnknownRow("place_suggestion", suggestion_id)
