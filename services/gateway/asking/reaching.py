"""`minPosition`: read your own writes. An answer waits until the read models hold certain events, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from services.gateway.asking.upstream import Upstream
from shared.problems import Problem

PATIENCE = 2.0
"""Seconds an answer waits for the positions it was told to include; then it is given all the same, and is `stale`."""

PAUSE = 0.1
"""Seconds between two looks."""

Wanted = Mapping[str, int]


async def reached(upstream: Upstream, wanted: Wanted, patience: float = PATIENCE) -> bool:
    """Wait until every read model that is made from these ledgers holds the positions; False when it took too long."""
    for _ in range(round(patience / PAUSE)):
        if await _all_there(upstream, wanted):
            return True
        await asyncio.sleep(PAUSE)
    return await _all_there(upstream, wanted)


async def _all_there(upstream: Upstream, wanted: Wanted) -> bool:
    found = await asyncio.gather(*(_rows(upstream, service) for service in upstream.services))
    rows = [row for service in found if service is not None for row in service]
    known = None not in found and set(wanted) <= {row["source"] for row in rows}
    return known and all(row["position"] >= wanted.get(row["source"], 0) for row in rows)


async def _rows(upstream: Upstream, service: str) -> list[dict[str, Any]] | None:
    """How far a service's read models are; None where it does not say."""
    try:
        answer = await upstream.ask(f"/{service}/projections")
    except Problem:
        return None
    return None if answer.stale else answer.value
