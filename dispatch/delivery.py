"""Webhooks out: other programs are told of what happens, in order and at least once."""

import hmac
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from dispatch.api_bodies import event_out, incident_out
from dispatch.desk.cases import rows_of
from dispatch.errors import DatabaseDown
from dispatch.hanging import left_after
from dispatch.room import Room
from dispatch.store import Transaction, events, incidents, webhooks
from dispatch.store.webhooks import Due, Told

TIMEOUT_S = 5.0
FIRST_PAUSE_S = 2.0  # after a failure; doubled by each one more
LONGEST_PAUSE_S = 600.0
LOOK_EVERY_S = 1.0

Now = Callable[[], datetime]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """How many webhooks took an event, and how many did not."""

    delivered: int = 0
    failed: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


def deliver_next(room: Room, now: Now = _now) -> Round:
    """
    Deliver the next event of every webhook that is due; nothing while somebody else delivers.

    No transaction is open while an address is waited for, and the cursor moves after it answered:
    killed in between, the event is delivered again.

    Raises
    ------
    DatabaseDown
        The database does not answer.
    """
    if not _due(room, now()):
        return Round()
    with webhooks.alone(room.store) as mine:
        if not mine:
            return Round()
        arrived = [_deliver(room, one, now) for one in _due(room, now())]
    return Round(arrived.count(True), arrived.count(False))


@contextmanager
def delivering(room: Room) -> Iterator[None]:
    """Deliver in a thread of its own for as long as the block lasts."""
    stopped = threading.Event()
    thread = threading.Thread(target=_work, args=(room, stopped), name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(TIMEOUT_S)


def _work(room: Room, stopped: threading.Event) -> None:
    while not stopped.is_set():
        if not _round(room).delivered:
            stopped.wait(LOOK_EVERY_S)


def _round(room: Room) -> Round:
    try:
        return deliver_next(room)
    except DatabaseDown:
        return Round()
    except Exception:  # a defect must not end the thread that nobody watches
        log.exception("webhooks")
        return Round()


def _due(room: Room, at: datetime) -> list[Due]:
    with room.store.reading() as tx:
        return webhooks.due(tx, at, LONGEST_PAUSE_S)


def _deliver(room: Room, webhook: Due, now: Now) -> bool | None:
    """Deliver the next event of a webhook and say whether it arrived; None without an event."""
    with room.store.jotting() as tx:
        head = events.head(tx).n  # first: what is sealed after it waits for the next round
        event = webhooks.next_event(tx, webhook)
        if event is None:
            webhooks.reached(tx, webhook.id, head)
            return None
        body = _body(tx, event)
    error = _post(webhook, event.n, body)
    with room.store.jotting() as tx:
        if error is None:
            webhooks.reached(tx, webhook.id, event.n)
        else:
            _put_off(tx, webhook, error, now())
    return error is None


def _put_off(tx: Transaction, webhook: Due, error: str, at: datetime) -> None:
    """Have a webhook wait, twice as long after each failure."""
    failures = webhook.failures + 1
    pause_s = min(FIRST_PAUSE_S * 2 ** min(webhook.failures, 20), LONGEST_PAUSE_S)
    next_try_at = at + timedelta(seconds=pause_s)
    webhooks.failed(tx, webhook.id, failures=failures, next_try_at=next_try_at, last_error=error)


def _body(tx: Transaction, event: Told) -> bytes:
    """Return what is told of an event, with its incident as it stands now."""
    incident = None
    if event.incident_id is not None:
        (row,) = rows_of(tx, [incidents.get(tx, event.incident_id)])
        incident = incident_out(row)
    return event_out(event, incident).model_dump_json(exclude_unset=True).encode()


def _post(webhook: Due, n: int, body: bytes) -> str | None:
    """
    POST a body and return None when it was taken, else why not.

    `http.client` knows neither redirects nor proxies: it speaks to this address or to nobody.
    """
    there = urlsplit(webhook.url)
    secure = there.scheme == "https"
    kind = HTTPSConnection if secure else HTTPConnection
    port = there.port or (443 if secure else 80)
    connection = kind(there.hostname or "", port, timeout=TIMEOUT_S)
    try:
        with left_after(TIMEOUT_S, connection):
            target = (there.path or "/") + (f"?{there.query}" if there.query else "")
            connection.request("POST", target, body, _headers(webhook, n, body))
            status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"HTTP {status}"


def _headers(webhook: Due, n: int, body: bytes) -> dict[str, str]:
    signature = hmac.new(webhook.secret.encode(), body, sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "ambon112",
        "X-Ambon112-Event": str(n),
        "X-Ambon112-Signature": f"sha256={signature}",
    }
