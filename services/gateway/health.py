"""Whether the gateway lives, and whether every service behind it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import orjson
from fastapi import APIRouter
from fastapi.responses import JSONResponse

PATIENCE = 5.0
"""Seconds a service has to say that it is ready."""


def health_router(services: Mapping[str, httpx.AsyncClient]) -> APIRouter:
    """`/livez` and `/readyz`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        found = await asyncio.gather(*(_readiness(name, client) for name, client in services.items()))
        states = dict(zip(services, found, strict=True))
        red = sorted(name for name, state in states.items() if not state["ready"])
        body = {"status": "not ready" if red else "ready", "notReady": red, "services": states}
        return JSONResponse(body, 503 if red else 200)

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
