"""Signing in and out, and the accounts an admin keeps."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from dispatch.desk.checks import (
    NAME,
    check_right,
    known_agency,
    known_roles,
    optional_words,
    writing,
    zoned,
)
from dispatch.errors import (
    BadValue,
    DatabaseDown,
    DispatchError,
    LastAdmin,
    LockedOut,
    LoginTaken,
    SignedOut,
    UnknownRow,
    WeakPassword,
    WrongPassword,
)
from dispatch.person import By, Person, Role
from dispatch.room import Room
from dispatch.shift import shift_at
from dispatch.store import Transaction, people
from dispatch.store.people import Account, Session

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
LEAST = 10  # characters in a password
MOST = 200
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
HANDOVER = timedelta(minutes=30)
"""Who signs in shortly before a shift begins is there for it; who sits there may hand over."""
SEEN_EVERY = timedelta(minutes=1)
FIRST = "admin"

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that began: `token` is for the browser alone, the room keeps only its hash."""

    token: str
    person: Person
    ends_at: datetime
    must_change: bool


def sign_in(room: Room, login: str, password: str, *, at: datetime) -> SignedIn:
    """
    Begin a session; a one-time password opens the account once and never again.

    Raises
    ------
    WrongPassword
        No account with this login and password may be used.
    LockedOut
        Too many wrong ones in a row.
    """
    try:
        return _sign_in(room, login.strip().lower(), password, at=at)
    except DatabaseDown as down:  # the form says at once who can still work
        room.away(down)
        raise


def _sign_in(room: Room, name: str, password: str, *, at: datetime) -> SignedIn:
    refusal: DispatchError
    # The refusal is raised outside: what was counted must be committed.
    with room.store.writing(by=name[:NAME] or "-", at=zoned(at), action="sign_in") as tx:
        held = people.hold(tx, name)
        right = _fits(held[1].password_hash if held else None, password)
        if held is None:
            refusal = WrongPassword()
        else:
            account, lock = held
            if _locked(account, at):
                refusal = LockedOut(account.locked_until or at)
            elif not right or not account.active:
                refusal = _count(tx, account, lock.failures + 1, at)
            else:
                spent = None if account.one_time else lock.password_hash
                people.set_password(tx, name, spent, one_time=account.one_time)
                return _begin(tx, account, at)
    raise refusal


def sign_in_known(room: Room, provider_id: str, *, at: datetime) -> SignedIn:
    """Begin a session for somebody the identity provider vouches for; WrongPassword if unknown."""
    with room.store.writing(by=provider_id[:NAME] or "-", at=zoned(at), action="sign_in") as tx:
        login = people.login_of(tx, provider_id)
        held = people.hold(tx, login) if login else None
        if held is None or not held[0].active:
            raise WrongPassword
        return _begin(tx, replace(held[0], one_time=False), at)


def session(room: Room, token: str, *, at: datetime, active: bool = False) -> Session:
    """
    Return the session a browser holds; `active` when somebody is doing something just now.

    Raises
    ------
    SignedOut
        It has ended, and why.
    """
    key = _key(token)
    try:
        with room.store.jotting() as tx:
            found = people.session(tx, key, zoned(at))
            if active and at - found.seen_at >= SEEN_EVERY:
                people.seen(tx, key, at)
    except DatabaseDown as down:
        return room.away(down).session(key, at, active=active)
    except SignedOut:
        if room.outage:
            room.outage.forget(key)
        raise
    if room.outage:
        room.outage.remember(found)
    return found


def sign_out(room: Room, token: str, *, by: By, at: datetime) -> None:
    """End a session; nothing happens to one that has ended."""
    with room.store.writing(by=str(by)[:NAME] or "-", at=zoned(at), action="sign_out") as tx:
        people.end(tx, _key(token), at)
    if room.outage:
        room.outage.forget(_key(token))


def choose_password(room: Room, token: str, new: str, *, at: datetime, old: str = "") -> None:
    """
    Replace one's own password; every other session of the account ends.

    Parameters
    ----------
    old
        The present password; not asked for in a session begun with a one-time one.

    Raises
    ------
    WeakPassword
        Shorter than ten characters, or the login.
    WrongPassword, LockedOut
        The present password is another.
    SignedOut
        The session has ended.
    """
    key, refusal = _key(token), None
    with room.store.reading() as tx:
        who = people.session(tx, key, zoned(at)).person.login
    if len(new) < LEAST or len(new) > MOST or new.strip().lower() == who:
        raise WeakPassword(LEAST)
    with room.store.writing(by=who, at=at, action="choose_password") as tx:
        found = people.session(tx, key, at)
        held = people.hold(tx, who)
        if held is None:
            raise WrongPassword
        account, lock = held
        if not found.must_change and _locked(account, at):
            raise LockedOut(account.locked_until or at)
        if not found.must_change and not _fits(lock.password_hash, old):
            refusal = _count(tx, account, lock.failures + 1, at)
        else:
            people.set_password(tx, who, _hasher.hash(new), one_time=False)
            people.changed(tx, key)
            people.end_all(tx, who, at, but=key)
    if refusal:
        raise refusal


def accounts(room: Room, *, by: By, at: datetime) -> list[Account]:
    """Return every account, by login; NotAllowed for who may not manage them."""
    with room.store.reading() as tx:
        check_right(tx, by, at=at, action="change_account")
        return people.accounts(tx)


def add_account(
    room: Room,
    login: str,
    roles: Collection[str],
    *,
    by: By,
    at: datetime,
    agency: str | None = None,
    provider_id: str | None = None,
) -> str:
    """
    Make an account; returns its one-time password, which nobody can read again.

    Parameters
    ----------
    agency
        The only one whose units this person may send; None for all.
    provider_id
        The address by which the identity provider knows this person.

    Raises
    ------
    BadValue
        A login, role or agency that cannot be.
    LoginTaken
        Somebody else has it.
    """
    account = _checked(room, login, roles, agency, provider_id)
    password = _one_time()
    with writing(room, by=by, at=at, action="add_account") as tx:
        people.one_at_a_time(tx)
        people.add(tx, account, _hasher.hash(password))
    return password


def change_account(
    room: Room,
    login: str,
    *,
    by: By,
    at: datetime,
    roles: Collection[str],
    agency: str | None,
    active: bool,
    provider_id: str | None = None,
) -> None:
    """
    Change what somebody may do; it holds from their very next press.

    Raises
    ------
    LastAdmin
        Nobody else could manage the accounts.
    BadValue, LoginTaken, UnknownRow
        A role, agency or address that cannot be; no such account.
    """
    wanted = replace(_checked(room, login, roles, agency, provider_id), active=active)
    with writing(room, by=by, at=at, action="change_account") as tx:
        people.one_at_a_time(tx)
        _held(tx, wanted.login)
        owner = people.login_of(tx, wanted.provider_id) if wanted.provider_id else None
        if owner not in (None, wanted.login):
            raise LoginTaken(wanted.login)
        before = people.admins(tx)
        people.change(tx, wanted)
        if before and not people.admins(tx):
            raise LastAdmin(wanted.login)
        if not active:
            people.end_all(tx, wanted.login, at)


def reset_password(room: Room, login: str, *, by: By, at: datetime) -> str:
    """Give an account a new one-time password and return it; its sessions end."""
    password = _one_time()
    with writing(room, by=by, at=at, action="reset_password") as tx:
        account = _held(tx, login.strip().lower())
        people.set_password(tx, account.login, _hasher.hash(password), one_time=True)
        people.end_all(tx, account.login, at)
    return password


def first_admin(room: Room, *, at: datetime) -> str | None:
    """Make the first account of a new room; returns its one-time password, None when not new."""
    password = _one_time()
    with room.store.writing(by="ambon112", at=zoned(at), action="first_admin") as tx:
        people.one_at_a_time(tx)
        if people.anybody(tx):
            return None
        every = frozenset(Role) - {Role.CREW}
        account = Account(FIRST, every, None, None, one_time=True, active=True, locked_until=None)
        people.add(tx, account, _hasher.hash(password))
    return password


def _begin(tx: Transaction, account: Account, at: datetime) -> SignedIn:
    """Write a session that lasts until the shift is over."""
    token = secrets.token_urlsafe(32)
    ends_at = shift_at(at + HANDOVER).ends_at + HANDOVER
    key, must_change = _key(token), account.one_time
    people.begin(tx, key, account.login, at=at, ends_at=ends_at, must_change=must_change)
    person = Person(account.login, account.roles, account.agency, key)
    return SignedIn(token, person, ends_at, must_change)


def _count(tx: Transaction, account: Account, failures: int, at: datetime) -> DispatchError:
    """Count a wrong password; every fifth in a row closes the account for a while."""
    until = at + LOCKED_FOR if failures % TRIES == 0 else None
    people.failed(tx, account.login, failures, until)
    return LockedOut(until) if until else WrongPassword()


def _locked(account: Account, at: datetime) -> bool:
    """Whether an account is closed for a while; a clock that was set back makes it no longer."""
    until = account.locked_until
    return until is not None and at < until <= at + LOCKED_FOR


@cache
def _nobody() -> str:
    """Return a hash nothing fits: a login that does not exist is as slow to refuse."""
    return _hasher.hash(secrets.token_urlsafe())


def _fits(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _nobody(), password[:MOST]) and bool(password_hash)
    except (Argon2Error, InvalidHashError):
        return False


def _held(tx: Transaction, login: str) -> Account:
    held = people.hold(tx, login)
    if held is None:
        raise UnknownRow("account", login)
    return held[0]


def _checked(
    room: Room, login: str, roles: Collection[str], agency: str | None, provider_id: str | None
) -> Account:
    """Return an account whose every field can be."""
    name = login.strip().lower()
    if not LOGIN.fullmatch(name):
        raise BadValue("login", login)
    return Account(
        login=name,
        roles=known_roles(roles),
        agency=known_agency(room, agency),
        provider_id=optional_words("provider_id", provider_id, NAME) or None,
        one_time=True,
        active=True,
        locked_until=None,
    )


def _one_time() -> str:
    """Return a password that can be read aloud: no sign that looks like another."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    parts = ("".join(secrets.choice(signs) for _ in range(4)) for _ in range(4))
    return "-".join(parts)


def _key(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()
