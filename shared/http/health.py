"""Whether a service may be sent to: each part says its fault in words, and a fault is red."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter

from shared.problems import Problem

Faults = Callable[[], Sequence[str]]
"""What stands in the way of being ready, in words; empty when nothing does. Asked often, so it does no IO."""


def health_router(faults: Faults) -> APIRouter:
    """GET /livez (the process answers) and GET /readyz (it is up to date)."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", summary="The process answers")
    async def livez() -> dict[str, Any]:
        return {"alive": True}

    @router.get("/readyz", summary="Ledger, relay and projections are up to date; 503 names what is not")
    async def readyz() -> dict[str, Any]:
        found = list(faults())
        if found:
            raise Problem(503, "not-ready", "Not ready", "; ".join(found), faults=found)
        return {"ready": True, "faults": []}

    return router
