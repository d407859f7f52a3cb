"""Whether the gateway lives, whether every service behind it is ready, and what this process measures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import orjson
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from shared.problems import Problem

PATIENCE = 5.0
"""Seconds a service has to say that it is ready."""


def health_router(services: Mapping[str, httpx.AsyncClient]) -> APIRouter:
    """`/livez`, `/readyz` and `/metrics`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"alive": True}

    @router.get("/readyz")
    async def readyz() -> dict[str, Any]:
        found = await asyncio.gather(*(_readiness(name, client) for name, client in services.items()))
        states = dict(zip(services, found, strict=True))
        red = sorted(name for name, state in states.items() if not state["ready"])
        if red:
            raise Problem(503, "not-ready", "Not ready", f"not ready: {', '.join(red)}", notReady=red, services=states)
        return {"ready": True, "services": states}

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return router


async def _readiness(name: str, client: httpx.AsyncClient) -> dict[str, Any]:
    """What a service says of itself; a service that says nothing is not ready, and why is told."""
    base = client.base_url if client.base_url.host else httpx.URL(f"http://{name}")
    try:
        response = await client.get(base.copy_with(path=f"/{name}/readyz"), timeout=PATIENCE)
    except httpx.TransportError as failure:
        return {"ready": False, "why": type(failure).__name__}
    try:
        detail = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        detail = None
    return {"ready": response.status_code == 200, "detail": detail}
