"""The keys of other programs; only their hashes are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.errors import KeyNameTaken, UnknownRow
from dispatch.person import Role
from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("key")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a program may do that holds a key; `agency` None for all, `revoked_at` None in force."""

    name: str
    roles: frozenset[Role]
    agency: str | None
    made_at: datetime
    made_by: str
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


def keys(tx: Transaction) -> list[ApiKey]:
    """Return every key that was ever given, by name."""
    return [_key(row) for row in tx.execute(SQL["keys"])]


def add(tx: Transaction, key: ApiKey, key_hash: str) -> None:
    """Write a key; KeyNameTaken when one had its name before."""
    values = {
        "name": key.name,
        "key_hash": key_hash,
        "roles": sorted(key.roles),
        "agency": key.agency,
        "at": key.made_at,
        "by": key.made_by,
    }
    if tx.execute(SQL["add"], values).fetchone() is None:
        raise KeyNameTaken(key.name)


def in_force(tx: Transaction, key_hash: str) -> ApiKey | None:
    """Return the key with this hash; None when there is none, or it was revoked."""
    row = tx.execute(SQL["in_force"], {"key_hash": key_hash}).fetchone()
    return _key(row) if row else None


def used(tx: Transaction, name: str, at: datetime) -> None:
    """Write down that a key is in use."""
    tx.execute(SQL["used"], {"name": name, "at": at})


def revoke(tx: Transaction, name: str, at: datetime) -> None:
    """End a key; UnknownRow when none in force has this name."""
    if tx.execute(SQL["revoke"], {"name": name, "at": at}).fetchone() is None:
        raise UnknownRow("key", name)


def _key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(**{**row, "roles": frozenset(Role(role) for role in row["roles"])})
