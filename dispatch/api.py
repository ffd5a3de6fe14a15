"""The HTTP endpoint for other programs: who is let in, and how refusals are said."""

import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dispatch.api_room import router
from dispatch.cli.sentences import sentence
from dispatch.errors import (
    BadSetting,
    DatabaseDown,
    DispatchError,
    Refusal,
    UnknownIncident,
    UnknownRow,
    UnknownUnit,
)
from dispatch.room import Room

MOST_BYTES = 20_000  # in a request; a call has a few thousand
LEAST_TOKEN = 16  # characters

Next = Callable[[Request], Awaitable[Response]]


def make_api(room: Room, token: str) -> FastAPI:
    """Return the application; it answers nothing but /health without the token."""
    api = FastAPI(title="ambon112", version="1", docs_url=None, redoc_url=None)

    @api.middleware("http")
    async def admit(request: Request, go_on: Next) -> Response:
        if request.url.path == "/health":
            return await go_on(request)
        if not _holds(request, token):
            return _no(401, "Perlu token. / A bearer token is needed.")
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES or _chunked(request):
            return _no(413, "Terlalu panjang. / The request is too long.")
        return await go_on(request)

    @api.exception_handler(RequestValidationError)
    async def unreadable(_: Request, error: RequestValidationError) -> Response:
        return _no(422, f"Tidak terbaca: {_first(error)}. / The request cannot be read.")

    @api.exception_handler(HTTPException)
    async def unserved(_: Request, error: HTTPException) -> Response:
        return _no(error.status_code, f"{error.detail}.")

    @api.exception_handler(DispatchError)
    async def refused(_: Request, refusal: DispatchError) -> Response:
        return _no(_status(refusal), sentence(refusal))

    @api.get("/health")
    def health() -> dict[str, str]:
        """Say whether the database answers."""
        with room.store.reading():
            return {"status": "ok"}

    api.include_router(router(room))
    return api


def read_token(path: Path) -> str:
    """
    Return the token in a file only its owner can read; makes one when there is none.

    Raises
    ------
    BadSetting
        The file cannot be read or made, or the token is too short to keep anybody out.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "w") as new:
                new.write(secrets.token_urlsafe(32) + "\n")
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise BadSetting("AMBON112_API_TOKEN_FILE", str(path)) from error
    if len(token) < LEAST_TOKEN:
        raise BadSetting("AMBON112_API_TOKEN_FILE", str(path))
    return token


def _holds(request: Request, token: str) -> bool:
    """Whether the request carries the token; takes as long for any wrong one."""
    kind, _, said = request.headers.get("authorization", "").partition(" ")
    right = secrets.compare_digest(said.strip().encode(), token.encode())
    return kind.lower() == "bearer" and right


def _chunked(request: Request) -> bool:
    """Whether the request does not say how long it is."""
    return "transfer-encoding" in request.headers


def _status(refusal: DispatchError) -> int:
    if isinstance(refusal, UnknownUnit | UnknownIncident | UnknownRow):
        return 404
    if isinstance(refusal, DatabaseDown):
        return 503
    return 409 if isinstance(refusal, Refusal) else 422


def _first(error: RequestValidationError) -> str:
    """Name the first thing that is wrong."""
    found = error.errors()[0]
    where = ".".join(str(part) for part in found["loc"] if part != "body")
    return f"{where}: {found['msg']}" if where else str(found["msg"])


def _no(status: int, words: str) -> Response:
    return JSONResponse({"error": words}, status_code=status)
