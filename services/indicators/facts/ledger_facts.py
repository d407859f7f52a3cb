"""The facts of the three ledgers, read from the ledgers themselves: what a replay rests on, and no projection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
import orjson

from services.indicators.facts.fact import LEDGERS, Fact, fact_of
from shared.ledger.port import Ledger
from shared.problems import Problem

PAGE = 1000
"""Events asked for at once: the most that a ledger gives."""


class LedgerFacts:
    """Reads whole ledgers, page by page; decoding runs beside the event loop."""

    def __init__(self, own: Ledger, clients: Mapping[str, httpx.AsyncClient], patience: float):
        self._own, self._clients, self._patience = own, clients, patience

    async def heads(self) -> dict[str, int]:
        """The last position of each ledger. Raises Problem 503 when one cannot be asked."""
        asked = await asyncio.gather(*(self._ask(name, "head") for name in LEDGERS if name != self._own.name))
        own = {self._own.name: (await self._own.head()).position}
        return own | {str(one["ledger"]): int(one["position"]) for one in map(orjson.loads, asked)}

    async def read(self, positions: Mapping[str, int]) -> list[Fact]:
        """Every fact up to these positions. Raises Problem 503."""
        read = await asyncio.gather(*(self._read(name, position) for name, position in positions.items()))
        return [fact for facts in read for fact in facts]

    async def _read(self, name: str, through: int) -> list[Fact]:
        found: list[Fact] = []
        for after in range(0, through, PAGE):
            found += await self._page(name, after, min(PAGE, through - after))
        if [fact.position for fact in found] != list(range(1, through + 1)):
            raise _unreadable(name, f"its events do not reach position {through} without a hole")
        return found

    async def _page(self, name: str, after: int, limit: int) -> list[Fact]:
        if name == self._own.name:
            recorded = await self._own.read(after, limit)
            return await asyncio.to_thread(lambda: [fact_of(one.fields) for one in recorded])
        body = await self._ask(name, "events", after=after, limit=limit)
        return await asyncio.to_thread(lambda: [fact_of(one) for one in orjson.loads(body)["events"]])

    async def _ask(self, name: str, what: str, **parameters: int) -> bytes:
        client = self._clients.get(name)
        if client is None:
            raise _unreadable(name, "its service has no address here")
        try:
            answer = await client.get(f"/{name}/ledger/{what}", params=parameters, timeout=max(self._patience, 30.0))
            answer.raise_for_status()
        except httpx.HTTPError as failure:
            raise _unreadable(name, repr(failure)) from failure
        return answer.content


def _unreadable(name: str, why: str) -> Problem:
    return Problem(503, "ledger-unreachable", "A ledger cannot be read", f"{name}: {why}; ask again")
