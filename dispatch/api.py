"""The HTTP endpoint for other programs: who is let in, and how refusals are said."""

import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import perf_counter

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.status import HTTP_400_BAD_REQUEST

from dispatch import api_upkeep, desk
from dispatch.api_bodies import EventOut
from dispatch.api_limits import HEADERS, Limit, TooOften
from dispatch.api_room import router
from dispatch.cli.sentences import sentence
from dispatch.errors import (
    DatabaseDown,
    DispatchError,
    NotAllowed,
    Refusal,
    UnknownIncident,
    UnknownRow,
    UnknownUnit,
)
from dispatch.metrics import Requests, registry_of
from dispatch.person import Person
from dispatch.room import Room

MOST_BYTES = 20_000  # in a request; a call has a few thousand
PAUSE = 4  # seconds' worth of requests that may come at once
WRONG_PER_S, WRONG_BURST = 0.2, 20  # wrong keys from one address
OPEN_PER_S, OPEN_BURST = 5.0, 20  # of one address

Next = Callable[[Request], Awaitable[Response]]


class Door:
    """Whom a request is let in as, and how often."""

    def __init__(self, room: Room) -> None:
        rate = room.settings.api_rate
        self._room = room
        self._asking, self._wrong = Limit(rate, rate * PAUSE), Limit(WRONG_PER_S, WRONG_BURST)
        self._right: set[str] = set()  # keys that go on where wrong ones come from, too

    def holder(self, key: str, address: str) -> Person | None:
        """
        Return whose key it is; asked anew each time, so a revoked one stops here.

        Raises
        ------
        TooOften
            Its program asks too often, or too many wrong keys came from the address.
        """
        if not key:
            return None
        if key not in self._right:
            self._wrong.check(address)
        person = desk.program(self._room, key, at=datetime.now(UTC))
        if person is None:
            self._right.discard(key)
            self._wrong.wait_s(address)
            return None
        self._right.add(key)
        if wait_s := self._asking.wait_s(person.login):
            raise TooOften(wait_s)
        return person


def make_api(room: Room) -> FastAPI:
    """Return the application; without a key it answers nothing but /health and /metrics."""
    api = FastAPI(title="ambon112", version="1", docs_url=None, redoc_url=None)
    registry = registry_of(room)
    requests = Requests(registry)
    door, open_asked = Door(room), Limit(OPEN_PER_S, OPEN_BURST)

    @api.middleware("http")
    async def guard(request: Request, go_on: Next) -> Response:
        answer = await admit(request, go_on)
        answer.headers.update(HEADERS)
        return answer

    async def admit(request: Request, go_on: Next) -> Response:
        address = request.client.host if request.client else ""
        if request.url.path in api_upkeep.OPEN:
            wait_s = open_asked.wait_s(address)
            return _wait(wait_s) if wait_s else await go_on(request)
        try:
            request.state.person = await run_in_threadpool(door.holder, _key(request), address)
        except TooOften as early:
            return _wait(early.wait_s)
        except DispatchError as refusal:
            return await refused(request, refusal)
        if request.state.person is None:
            return _no(401, "Perlu kunci. / A key is needed.")
        if _too_long(request):
            return _no(413, "Terlalu panjang. / The request is too long.")
        return await go_on(request)

    @api.middleware("http")
    async def count(request: Request, go_on: Next) -> Response:
        began, status = perf_counter(), 500
        try:
            answer = await go_on(request)
            status = answer.status_code
            return answer
        finally:
            requests.answered(request, status, perf_counter() - began)

    @api.exception_handler(RequestValidationError)
    async def unreadable(_: Request, error: RequestValidationError) -> Response:
        return _no(422, f"Tidak terbaca: {_first(error)}. / The request cannot be read.")

    @api.exception_handler(HTTPException)
    async def unserved(_: Request, error: HTTPException) -> Response:
        if error.status_code == HTTP_400_BAD_REQUEST:  # a body that is not even text
            return _no(422, "Permintaan tidak terbaca. / The request cannot be read.")
        return _no(error.status_code, f"{error.detail}.")

    @api.exception_handler(DispatchError)
    async def refused(_: Request, refusal: DispatchError) -> Response:
        return _no(_status(refusal), sentence(refusal))

    @api.webhooks.post("event")
    def event(body: EventOut) -> None:
        """
        Tell an address of `ambon112 webhooks` of a change; any 2xx answer takes it.

        In the order of `n`, at least once: tried again until it is taken, so keep the last `n`.
        X-Ambon112-Signature is sha256= and the HMAC-SHA256 of the body, keyed with the secret.
        """

    api.include_router(router(room))
    api.include_router(api_upkeep.router(room, registry))
    return api


def _key(request: Request) -> str:
    """Return the key that the request carries; empty when it carries none."""
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def _too_long(request: Request) -> bool:
    """Whether a request is longer than any of ours, or does not say how long it is."""
    length = request.headers.get("content-length", "0")
    unsaid = "transfer-encoding" in request.headers
    return unsaid or not length.isdecimal() or int(length) > MOST_BYTES


def _status(refusal: DispatchError) -> int:
    if isinstance(refusal, UnknownUnit | UnknownIncident | UnknownRow):
        return 404
    if isinstance(refusal, NotAllowed):
        return 403
    if isinstance(refusal, DatabaseDown):
        return 503
    return 409 if isinstance(refusal, Refusal) else 422


def _first(error: RequestValidationError) -> str:
    """Name the first thing that is wrong."""
    found = error.errors()[0]
    where = ".".join(str(part) for part in found["loc"] if part != "body")
    return f"{where}: {found['msg']}" if where else str(found["msg"])


def _wait(seconds: float) -> Response:
    """Refuse a request that came too soon."""
    whole = math.ceil(seconds)
    words = f"Terlalu sering; coba lagi {whole} detik lagi. / Too often: wait {whole} seconds."
    return _no(429, words, {"Retry-After": str(whole)})


def _no(status: int, words: str, more: dict[str, str] | None = None) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else more
    return JSONResponse({"error": words}, status, headers)
