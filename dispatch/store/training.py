"""The training room beside the real one: what it takes from there, which is only ever read."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from dispatch.config import Settings
from dispatch.errors import BadSetting, OwnerNeeded, TrainingInUse
from dispatch.incident import Severity
from dispatch.store import Store, Transaction, open_real, people
from dispatch.store.database import IN_TRAINING, TRAINING, down, one
from dispatch.store.queries import queries
from dispatch.training import Report, day_of, masked

SQL = queries("training")
GOING_S = 2.0  # a program that has just ended is still on its way out


@dataclass(frozen=True, slots=True)
class Day:
    """
    A day that can be replayed: how many reports, and of how many the hour is known.

    `recorded` when the room itself took them; else they were reported in public.
    """

    day: date
    reports: int
    timed: int
    recorded: bool


@contextmanager
def real_room(settings: Settings) -> Iterator[Transaction | None]:
    """
    Lend a connection that may only read the real room; None when there is no real room yet.

    Raises
    ------
    BadSetting
        The real room would itself look for its tables in the schema of the training room.
    DatabaseDown
        The database does not answer.
    """
    store = open_real(settings)
    try:
        with store.reading() as tx:
            found = one(tx.execute(SQL["real"]))
            if found["mixed"]:
                raise BadSetting("AMBON112_DATABASE_URL", TRAINING)
            yield tx if found["made"] else None
    finally:
        store.close()


def check_apart(settings: Settings) -> None:
    """Raise BadSetting when the two rooms cannot be kept apart, before anything is made."""
    with real_room(settings):
        pass


def copy_accounts(store: Store, settings: Settings, *, at: datetime) -> None:
    """
    Give the training room the accounts of the real one, so that people use their own passwords.

    An account of the training room alone stays. Sessions are never copied.
    """
    with real_room(settings) as real:
        known = list(real.execute(SQL["accounts"])) if real else []
    if not known:
        return
    logins, addresses = ([row[name] for row in known] for name in ("login", "provider_id"))
    with store.writing(by="ambon112", at=at, action="copy_accounts", source="training") as tx:
        people.one_at_a_time(tx)
        tx.execute(SQL["free_addresses"], {"logins": logins, "addresses": addresses})
        for row in known:
            tx.execute(SQL["copy_account"], row)


def days(store: Store, settings: Settings) -> list[Day]:
    """Return the days that can be replayed, first one first; the room's own record goes first."""
    with store.reading() as tx:
        found = {
            row["day"]: Day(**row, recorded=False) for row in tx.execute(SQL["days_of_reports"])
        }
    with real_room(settings) as real:
        own = list(real.execute(SQL["days_of_calls"])) if real else []
    found |= {row["day"]: Day(**row, recorded=True) for row in own}
    return [found[day] for day in sorted(found)]


def reports(store: Store, settings: Settings, day: date) -> list[Report]:
    """
    Return what was told on a day: the calls the room took, else what was reported in public.

    Who called is taken out of the words here and goes no further.
    """
    span = dict(zip(("from_at", "until_at"), day_of(day), strict=True))
    with real_room(settings) as real:
        own = [_of_call(row) for row in real.execute(SQL["calls_of_day"], span)] if real else []
    if own:
        return own
    with store.reading() as tx:
        return [
            Report(row["at"], row["place_text"], row["type_code"], details=row["note"])
            for row in tx.execute(SQL["reports_of_day"], span)
        ]


def drop(store: Store) -> None:
    """
    Drop the schema of the training room and everything in it, and nothing else.

    Raises
    ------
    TrainingInUse
        Somebody is connected to it.
    OwnerNeeded
        Only the owner of the schema may.
    DatabaseDown
        The database does not answer.
    """
    try:
        with store.owner() as connection:
            until = time.monotonic() + GOING_S
            while others := _others(connection):
                if time.monotonic() > until:
                    raise TrainingInUse(others)
                time.sleep(GOING_S / 10)
            connection.execute(SQL["drop"])
    except psycopg.errors.InsufficientPrivilege as error:
        raise OwnerNeeded(" ".join(str(error).split())) from error
    except psycopg.Error as error:
        raise down(error) from error


def _others(connection: Connection[TupleRow]) -> int:
    """Return how many others are connected to the training room."""
    row = connection.execute(SQL["connections"], {"name": IN_TRAINING}).fetchone()
    return int(row[0]) if row else 0


def _of_call(row: Mapping[str, Any]) -> Report:
    words = row["text"] or row["place_text"] or ""
    grade = Severity(row["severity"]) if row["severity"] else None
    return Report(
        row["at"], masked(words, row["phone"], row["caller_name"]), row["type_code"], grade
    )
