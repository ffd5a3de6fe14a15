"""Other programs: the keys they come in with, and the addresses at which they are told."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from dispatch.desk.checks import check_right, choice, known_agency, known_roles, writing, zoned
from dispatch.errors import BadValue
from dispatch.person import By, Person
from dispatch.room import Room
from dispatch.store import keys as stored
from dispatch.store import webhooks as told
from dispatch.store.keys import ApiKey
from dispatch.store.webhooks import Kind, Webhook

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
NOTED_EVERY = timedelta(minutes=1)
LONGEST_URL = 2000


def add_key(
    room: Room,
    name: str,
    roles: Collection[str],
    *,
    by: By,
    at: datetime,
    agency: str | None = None,
    source: str = "desk",
) -> str:
    """
    Make a key; returns it this once, nobody can read it again.

    Parameters
    ----------
    name
        Who the record says did something: `key:NAME`. Never given twice.
    agency
        The only one whose units the program may send, move or place; None for all.

    Raises
    ------
    BadValue
        A name, role or agency that cannot be.
    KeyNameTaken
        A key has this name, or had it once.
    """
    if not NAME.fullmatch(name):
        raise BadValue("name", name)
    held, whose = known_roles(roles), known_agency(room, agency)
    key = secrets.token_urlsafe(32)
    with writing(room, by=by, at=at, action="add_key", source=source) as tx:
        stored.add(tx, ApiKey(name, held, whose, at, str(by)), _hash(key))
    return key


def keys(room: Room, *, by: By, at: datetime) -> list[ApiKey]:
    """Return every key ever given, by name; NotAllowed for who may not give them."""
    with room.store.reading() as tx:
        check_right(tx, by, at=at, action="add_key")
        return stored.keys(tx)


def revoke_key(room: Room, name: str, *, by: By, at: datetime, source: str = "desk") -> None:
    """End a key from the next request on; UnknownRow when none in force has this name."""
    with writing(room, by=by, at=at, action="revoke_key", source=source) as tx:
        stored.revoke(tx, name, at)


def program(room: Room, key: str, *, at: datetime) -> Person | None:
    """Return who comes with a key; None when no key in force is this one."""
    with room.store.jotting() as tx:
        found = stored.in_force(tx, _hash(key))
        if found is None:
            return None
        if found.last_used_at is None or zoned(at) - found.last_used_at >= NOTED_EVERY:
            stored.used(tx, found.name, at)
    return Person(f"key:{found.name}", found.roles, found.agency)


def add_webhook(
    room: Room,
    url: str,
    *,
    by: By,
    at: datetime,
    kinds: Collection[str] = (),
    agency: str | None = None,
    source: str = "desk",
) -> tuple[int, str]:
    """
    Have an address told of what happens from now on.

    Parameters
    ----------
    kinds
        What it is told of, as `Kind`; everything when empty.
    agency
        Only its units, and the incidents one of them is, or was, sent to; None for all. Closures
        are no agency's.

    Returns
    -------
    webhook
        Its id, and the secret that signs what it is told; nobody can read that again.

    Raises
    ------
    BadValue
        Not an http or https address; a kind or an agency that cannot be.
    """
    there, whose = _address(url), known_agency(room, agency)
    may = [one for one in Kind if whose is None or one is not Kind.CLOSURE]
    wanted = {choice("kind", Kind, one) for one in kinds} or set(may)
    if not wanted <= set(may):
        raise BadValue("kind", Kind.CLOSURE, tuple(may))
    secret = secrets.token_urlsafe(32)
    with writing(room, by=by, at=at, action="add_webhook", source=source) as tx:
        new = told.add(tx, there, secret, sorted(wanted), whose, by=str(by), at=at)
    return new, secret


def webhooks(room: Room, *, by: By, at: datetime) -> list[Webhook]:
    """Return the addresses that are told, and how that goes; NotAllowed for who may not add any."""
    with room.store.reading() as tx:
        check_right(tx, by, at=at, action="add_webhook")
        return told.active_ones(tx)


def remove_webhook(
    room: Room, webhook_id: int, *, by: By, at: datetime, source: str = "desk"
) -> None:
    """Tell an address nothing more; UnknownRow when no webhook has this id."""
    with writing(room, by=by, at=at, action="remove_webhook", source=source) as tx:
        told.remove(tx, webhook_id)


def _address(url: str) -> str:
    """Return an address that can be spoken to; BadValue when it names no host, or holds secrets."""
    try:
        there = urlsplit(url)
        possible = (
            there.scheme in ("http", "https")
            and bool(there.hostname)
            and "@" not in there.netloc
            and there.port != 0
        )
    except ValueError:
        possible = False
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not (possible and plain):
        raise BadValue("url", url)
    return url


def _hash(key: str) -> str:
    return sha256(key.encode(errors="replace")).hexdigest()
