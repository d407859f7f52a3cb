"""Reads events from a ledger, our own or a neighbour's over HTTP: what a generation is built from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import httpx
import orjson

from shared.events.canonical import canonical
from shared.events.envelope import Recorded, chain_hash

LedgerReader = Callable[[int, int], Awaitable[Sequence[Recorded]]]
"""(after, limit) -> events beyond a position, in order; fewer than `limit` at the head. Raises LedgerUnreadable."""

MOST = 1000
"""The most events that a ledger gives at once over HTTP."""

PATIENCE = 30.0
"""Seconds a page may take."""


class LedgerUnreadable(Exception):
    """A neighbour's ledger cannot be read now, or what it answers is no ledger."""


def remote_ledger(name: str, client: httpx.AsyncClient) -> LedgerReader:
    """The ledger `name` of the service behind `client`."""

    async def read(after: int, limit: int) -> Sequence[Recorded]:
        query = {"after": after, "limit": min(limit, MOST)}
        try:
            answer = await client.get(f"/{name}/ledger/events", params=query, timeout=PATIENCE)
            answer.raise_for_status()
            return _recorded(answer.content)
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as failure:
            raise LedgerUnreadable(f"{name}: {failure!r}") from failure

    return read


def _recorded(body: bytes) -> list[Recorded]:
    """The events with their exact bytes: RFC 8785 gives them back from the object, and the chain proves it."""
    found: list[Recorded] = []
    for shown in orjson.loads(body)["events"]:
        own = {name: value for name, value in shown.items() if name not in ("recordedTime", "hash")}
        one = Recorded(canonical(own), bytes.fromhex(shown["hash"]))
        if found and chain_hash(found[-1].hash, one.raw) != one.hash:
            raise ValueError(f"event {one.position} does not follow the one before it")
        found.append(one)
    return found
