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
"""Seconds between two looks, where a service cannot be waited for."""

Wanted = Mapping[str, int]


async def reached(upstream: Upstream, wanted: Wanted, patience: float = PATIENCE) -> bool:
    """Wait until every read model that is made from these ledgers holds the positions; False when it took too long."""
    clock = asyncio.get_running_loop().time
    until = clock() + patience
    while not await _all_there(upstream, wanted, max(0.0, until - clock())):
        if clock() >= until:
            return False
        await asyncio.sleep(PAUSE)
    return True


async def _all_there(upstream: Upstream, wanted: Wanted, patience: float) -> bool:
    found = await asyncio.gather(*(_rows(upstream, service, wanted, patience) for service in upstream.services))
    rows = [row for service in found if service is not None for row in service]
    known = None not in found and set(wanted) <= {row["source"] for row in rows}
    return known and all(row["position"] >= wanted.get(row["source"], 0) for row in rows)


async def _rows(upstream: Upstream, service: str, wanted: Wanted, patience: float) -> list[dict[str, Any]] | None:
    """How far a service's live rows are, once they hold what is wanted or it took too long; None = it does not say."""
    holding = ",".join(f"{ledger}:{max(0, position)}" for ledger, position in wanted.items())
    parameters = {"holding": holding, "within": f"{patience:.3f}"}
    try:
        answer = await upstream.ask(f"/{service}/projections", parameters, remembered=False)
    except Problem:
        return None
    return [row for row in answer.value if row["role"] == "live"]
