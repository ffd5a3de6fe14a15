"""What whoever looks after the server asks over HTTP, without a key: /health and /metrics."""

from collections.abc import Mapping
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel

from dispatch.api_bodies import ErrorOut
from dispatch.api_room import refusals
from dispatch.checkup import State, What, examine, worst
from dispatch.room import Room

OPEN = frozenset({"/health", "/metrics"})


class HealthOut(BaseModel):
    """How the room stands, and each thing that was looked at; no more than these words."""

    status: State
    checks: Mapping[What, State]


def router(room: Room, registry: CollectorRegistry) -> APIRouter:
    """Return the routes that need no key."""
    routes = APIRouter()

    @routes.get(
        "/health",
        response_model=HealthOut,
        responses=refusals(429) | {503: {"model": HealthOut, "description": "Something failed."}},
    )
    def health() -> Response:
        """Say whether database, schema, disks and clocks are in order: 503 when any failed."""
        found = examine(room.settings, room.store)
        status = worst(found)
        checks = {one.what: one.state for one in found}
        said = HealthOut(status=status, checks=checks).model_dump(mode="json")
        return JSONResponse(said, 503 if status is State.FAILED else 200)

    @routes.get(
        "/metrics",
        response_class=Response,
        responses=refusals(429)
        | {
            200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
            403: {"model": ErrorOut, "description": "Asked from another machine."},
        },
    )
    def metrics(request: Request) -> Response:
        """Tell Prometheus on this machine the room's figures, in its text format."""
        if not _from_here(request):
            return JSONResponse({"error": "Hanya dari mesin ini. / From this machine only."}, 403)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes


def _from_here(request: Request) -> bool:
    """Whether a program of this machine asks, and no proxy for somebody elsewhere."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
