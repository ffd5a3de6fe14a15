"""Accounts and sessions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import BadValue, LoginTaken, PasswordToChange, SignedOut
from dispatch.person import Person, Role
from dispatch.store.database import Transaction, one
from dispatch.store.queries import queries

SQL = queries("people")
IDLE = timedelta(hours=1)
"""A session nobody used for longer has ended."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; `one_time` until they chose a password of their own."""

    login: str
    roles: frozenset[Role]
    agency: str | None
    provider_id: str | None
    one_time: bool
    active: bool
    locked_until: datetime | None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """What opens an account; `failures` wrong passwords in a row since it last opened."""

    password_hash: str | None
    failures: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session that goes on, and whether its password is still the one-time one."""

    person: Person
    ends_at: datetime
    seen_at: datetime
    must_change: bool


def accounts(tx: Transaction) -> list[Account]:
    """Return every account, by login."""
    return [_account(row) for row in tx.execute(SQL["accounts"])]


def hold(tx: Transaction, login: str) -> tuple[Account, Lock] | None:
    """Return an account nobody else can use until this transaction ends; None when not known."""
    row = tx.execute(SQL["hold"], {"login": login}).fetchone()
    if row is None:
        return None
    lock = Lock(row.pop("password_hash"), row.pop("failures"))
    return _account(row), lock


def login_of(tx: Transaction, provider_id: str) -> str | None:
    """Return whose address at the identity provider this is."""
    row = tx.execute(SQL["known_elsewhere"], {"provider_id": provider_id}).fetchone()
    return row["login"] if row else None


def one_at_a_time(tx: Transaction) -> None:
    """Have changes of accounts wait for each other until this transaction ends."""
    tx.execute(SQL["one_at_a_time"])


def anybody(tx: Transaction) -> bool:
    """Whether there is any account."""
    return bool(one(tx.execute(SQL["any"]))["known"])


def admins(tx: Transaction) -> set[str]:
    """Return the logins that may manage accounts."""
    return {row["login"] for row in tx.execute(SQL["admins"])}


def active(tx: Transaction) -> list[str]:
    """Return the logins that may sign in."""
    return [row["login"] for row in tx.execute(SQL["active"])]


def signed_in(tx: Transaction, at: datetime) -> list[str]:
    """Return the logins whose session goes on at a moment."""
    values = {"at": at, "since": at - IDLE}
    return [row["login"] for row in tx.execute(SQL["signed_in"], values)]


def add(tx: Transaction, account: Account, password_hash: str) -> None:
    """Write an account with a one-time password; LoginTaken when it is somebody else's."""
    if tx.execute(SQL["add"], {**_row(account), "password_hash": password_hash}).fetchone() is None:
        raise LoginTaken(account.login)


def change(tx: Transaction, account: Account) -> None:
    """Write an account's roles, agency, and whether it may be used."""
    tx.execute(SQL["change"], _row(account))


def set_password(tx: Transaction, login: str, password_hash: str | None, *, one_time: bool) -> None:
    """Write what opens an account from now on, None for nothing; its lock-out is over."""
    values = {"login": login, "password_hash": password_hash, "one_time": one_time}
    tx.execute(SQL["set_password"], values)


def failed(tx: Transaction, login: str, failures: int, locked_until: datetime | None) -> None:
    """Write how many wrong passwords there were in a row."""
    values = {"login": login, "failures": failures, "locked_until": locked_until}
    tx.execute(SQL["failed"], values)


def begin(
    tx: Transaction, key: str, login: str, *, at: datetime, ends_at: datetime, must_change: bool
) -> None:
    """Write a session that begins."""
    values = {"key": key, "login": login, "ends_at": ends_at, "must_change": must_change}
    tx.execute(SQL["begin"], {**values, "at": at})


def session(tx: Transaction, key: str, at: datetime) -> Session:
    """
    Return the session with this key.

    Raises
    ------
    SignedOut
        There is none, or it has ended: signed out, idle, its shift over, its account closed.
    """
    row = tx.execute(SQL["session"], {"key": key}).fetchone()
    if row is None or row["ended_at"] is not None:
        raise SignedOut("out")
    if not row["active"]:
        raise SignedOut("account")
    if at >= row["ends_at"]:
        raise SignedOut("shift")
    if at - row["seen_at"] > IDLE:
        raise SignedOut("idle")
    person = Person(row["login"], _roles(row["roles"]), row["agency"], key)
    return Session(person, row["ends_at"], row["seen_at"], row["must_change"])


def present(tx: Transaction, person: Person, at: datetime) -> Person:
    """
    Return somebody as their account stands now.

    Raises
    ------
    SignedOut
        Their session has ended.
    PasswordToChange
        It began with a one-time password they have not replaced yet.
    """
    found = session(tx, person.session, at)
    if found.must_change:
        raise PasswordToChange
    return found.person


def then(tx: Transaction, key: str, at: datetime) -> Person:
    """
    Return who did something at a moment now past, with what their account allows now.

    The session went on at that moment; whether it was in use then, the database was not told. What
    they did is no longer tied to the session, which may have ended since.

    Raises
    ------
    SignedOut
        There was no such session then, or the account is closed.
    PasswordToChange
        It began with a one-time password that was not replaced.
    """
    row = tx.execute(SQL["session"], {"key": key}).fetchone()
    if row is None or (row["ended_at"] is not None and row["ended_at"] < at):
        raise SignedOut("out")
    if not row["active"]:
        raise SignedOut("account")
    if at >= row["ends_at"]:
        raise SignedOut("shift")
    if row["must_change"]:
        raise PasswordToChange
    return Person(row["login"], _roles(row["roles"]), row["agency"])


def seen(tx: Transaction, key: str, at: datetime) -> None:
    """Write down that a session is in use."""
    tx.execute(SQL["seen"], {"key": key, "at": at})


def changed(tx: Transaction, key: str) -> None:
    """Write down that a session's password is its owner's own now."""
    tx.execute(SQL["changed"], {"key": key})


def end(tx: Transaction, key: str, at: datetime) -> None:
    """End a session."""
    tx.execute(SQL["end"], {"key": key, "at": at})


def end_all(tx: Transaction, login: str, at: datetime, but: str = "") -> None:
    """End every session of an account but one."""
    tx.execute(SQL["end_all"], {"login": login, "at": at, "but": but})


def _roles(words: Iterable[str]) -> frozenset[Role]:
    try:
        return frozenset(Role(word) for word in words)
    except ValueError as error:
        raise BadValue("role", str(error)) from error


def _account(row: Mapping[str, Any]) -> Account:
    return Account(**{**row, "roles": _roles(row["roles"])})


def _row(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "roles": sorted(account.roles),
        "agency": account.agency,
        "provider_id": account.provider_id,
        "active": account.active,
    }
