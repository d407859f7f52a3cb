"""How far every ledger and every read model is: while that stays the same, so does every answer made of them."""

from __future__ import annotations

import asyncio

from services.gateway.upstream import Upstream
from shared.problems import Problem

Standing = tuple[object, ...]
"""Heads of the ledgers and positions of the read models; equal = nothing has been recorded or projected between."""

FIELDS = ("projection", "source", "position", "state", "generation", "version")
"""What of a read model's row the answers depend on."""


class Standings:
    """Asks the services how far they are, once for all who wait; nobody gets an answer from before they asked."""

    def __init__(self, upstream: Upstream):
        self._upstream = upstream
        self._running: asyncio.Task[Standing | None] | None = None
        self._following: asyncio.Task[Standing | None] | None = None

    async def read(self) -> Standing | None:
        """How far everything is; None while a service does not say."""
        if self._following is None:
            self._following = asyncio.create_task(self._after(self._running))
        return await asyncio.shield(self._following)

    async def _after(self, running: asyncio.Task[Standing | None] | None) -> Standing | None:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._following = self._following, None
        return await self._look()

    async def _look(self) -> Standing | None:
        services = sorted(self._upstream.services)
        paths = [path for one in services for path in (f"/{one}/ledger/head", f"/{one}/projections")]
        try:
            answers = await asyncio.gather(*(self._upstream.ask(path) for path in paths))
        except Problem:
            return None
        if any(one.stale for one in answers):
            return None
        heads = tuple((one.value["position"], one.value["hash"]) for one in answers[::2])
        rows = tuple(tuple(row.get(name) for name in FIELDS) for one in answers[1::2] for row in one.value)
        return heads, rows
