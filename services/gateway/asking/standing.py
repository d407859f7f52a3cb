"""How far every ledger and every read model is: while that stays the same, so does every answer made of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from services.gateway.asking.upstream import Upstream
from shared.problems import Problem

Standing = tuple[object, ...]
"""Heads of the ledgers and positions of the read models; equal = nothing has been recorded or projected between."""

FIELDS = ("projection", "source", "position", "state", "generation", "version")
"""What of a read model's row the answers depend on."""

TRUSTED = 0.2
"""Seconds a look holds for while this gateway hears nothing new: what others than its own clients record is seen so
much later at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen, how much had been heard from the services before, and when that was."""

    standing: Standing
    heard: int
    at: float


class Standings:
    """Asks the services how far they are, once for all who wait; nobody gets an answer from before they asked.

    What a client can know of the record it was told by this gateway. So a look also holds for later requests as long
    as nothing else was heard from a service or the bus since it began, though never longer than TRUSTED.
    """

    def __init__(self, upstream: Upstream, clock: Callable[[], float] = monotonic):
        self._upstream, self._clock = upstream, clock
        self._running: asyncio.Task[Standing | None] | None = None
        self._following: asyncio.Task[Standing | None] | None = None
        self._last: Look | None = None

    async def present(self) -> Standing | None:
        """How far everything is as far as any client can know; None while a service does not say."""
        last = self._last
        if last is None or last.heard != self._upstream.heard:
            return await self.read()
        age = self._clock() - last.at
        if age > TRUSTED:
            return await self.read()
        if age > TRUSTED / 2 and self._following is None and (self._running is None or self._running.done()):
            # For those to come, so that under load nobody waits; one question at a time, so that nobody waits for it.
            self._following = self._begun(gently=True)
        return last.standing

    async def read(self) -> Standing | None:
        """How far everything is, by a look that begins now; None while a service does not say."""
        if self._following is None:
            self._following = self._begun(gently=False)
        return await asyncio.shield(self._following)

    def _begun(self, *, gently: bool) -> asyncio.Task[Standing | None]:
        return asyncio.create_task(self._after(self._running, gently))

    async def _after(self, running: asyncio.Task[Standing | None] | None, gently: bool) -> Standing | None:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._following = self._following, None
        return await self._look(gently)

    async def _look(self, gently: bool) -> Standing | None:
        heard, at = self._upstream.heard, self._clock()
        standing = await self._seen(gently)
        self._last = None if standing is None else Look(standing, heard, at)
        return standing

    async def _seen(self, gently: bool) -> Standing | None:
        services = sorted(self._upstream.services)
        paths = [path for one in services for path in (f"/{one}/ledger/head", f"/{one}/projections")]
        try:
            looks = (self._upstream.look(path) for path in paths)
            answers = [await one for one in looks] if gently else await asyncio.gather(*looks)
        except Problem:
            return None
        if any(one.stale for one in answers):
            return None
        heads = tuple((one.value["position"], one.value["hash"]) for one in answers[::2])
        rows = tuple(tuple(row.get(name) for name in FIELDS) for one in answers[1::2] for row in one.value)
        return heads, rows
