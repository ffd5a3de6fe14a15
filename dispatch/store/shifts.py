"""Who and what is planned for each shift."""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.shift import Shift
from dispatch.store.database import Transaction
from dispatch.store.queries import queries

SQL = queries("shift")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is meant to be: login to task (may be empty), and the call signs on duty."""

    shift: Shift
    people: Mapping[str, str]
    units: frozenset[str]


def one_at_a_time(tx: Transaction) -> None:
    """Have plans wait for each other until this transaction ends."""
    tx.execute(SQL["one_at_a_time"])


def plan(tx: Transaction, shift: Shift) -> Plan:
    """Return the plan of a shift, people by login; empty when nobody made one."""
    key = _key(shift)
    people = {row["login"]: row["task"] for row in tx.execute(SQL["people"], key)}
    units = frozenset(row["call_sign"] for row in tx.execute(SQL["units"], key))
    return Plan(shift, people, units)


def save(tx: Transaction, wanted: Plan) -> None:
    """Write the plan of a shift in place of the one before."""
    people = {"logins": list(wanted.people), "tasks": list(wanted.people.values())}
    values = {**_key(wanted.shift), **people, "call_signs": sorted(wanted.units)}
    for query in ("drop_people", "put_people", "drop_units", "put_units"):
        tx.execute(SQL[query], values)


def _key(shift: Shift) -> dict[str, object]:
    return {"day": shift.day, "shift": shift.name.value}
