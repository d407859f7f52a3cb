"""What is recorded while somebody listens: one reader per ledger for all listeners, each with a bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from nats.errors import Error as NatsError

from services.gateway.problems import PublicError
from shared.bus.connection import Bus, stream_name
from shared.bus.reader import Resubscribe, reading
from shared.events.envelope import Recorded

log = structlog.get_logger("stocktake.gateway.live")

WAITING = 256
"""Events that may wait for one listener; one that falls further behind is let go and told so."""

CONNECT_WITHIN = 5.0
RETRY = 0.5

Wanted = Callable[[Recorded], bool]


class Listener:
    """One subscription: the events it wants, in order, until it falls too far behind."""

    def __init__(self, wanted: Wanted):
        self._wanted = wanted
        self._queue: asyncio.Queue[Recorded] = asyncio.Queue(WAITING)
        self._behind = False

    def offer(self, event: Recorded) -> None:
        """Take an event if it is wanted; a full queue ends the listening, never the reader."""
        if not self._wanted(event) or self._behind:
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self._behind = True

    async def events(self) -> AsyncIterator[Recorded]:
        """The events as they come. Raises PublicError `listener-behind` after those that were still held."""
        while not (self._behind and self._queue.empty()):
            yield await self._queue.get()
        raise PublicError(
            "listener-behind",
            f"more than {WAITING} events waited; subscribe again and read the gap with events(after:)",
        )


class Live:
    """The bus as the gateway hears it. Nothing is connected or read while nobody listens."""

    def __init__(self, url: str | None, seed: Path | None = None):
        self._url, self._seed = url, seed
        self._bus: Bus | None = None
        self._connecting = asyncio.Lock()
        self._listeners: dict[str, set[Listener]] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def listening(self, ledger: str, wanted: Wanted) -> AsyncIterator[Listener]:
        """Hear a ledger from now on. Raises PublicError where there is no bus to hear."""
        bus = await self._connected()
        listener = Listener(wanted)
        listeners = self._listeners.setdefault(ledger, set())
        if not listeners:
            first = await self._next_position(bus, ledger)
            self._readers[ledger] = asyncio.create_task(self._read(bus, ledger, first))
        listeners.add(listener)
        try:
            yield listener
        finally:
            listeners.discard(listener)
            if not listeners:
                await _ended(self._readers.pop(ledger, None))

    def listeners(self) -> int:
        """How many listen now."""
        return sum(map(len, self._listeners.values()))

    async def close(self) -> None:
        """Stop reading and disconnect."""
        for ledger in list(self._readers):
            await _ended(self._readers.pop(ledger))
        if self._bus is not None:
            await self._bus.close()

    async def _connected(self) -> Bus:
        if self._url is None:
            raise PublicError("not-live", "this gateway is connected to no bus, so that nothing can be heard")
        async with self._connecting:
            if self._bus is None:
                try:
                    self._bus = await Bus.connect(self._url, name="gateway", patience=CONNECT_WITHIN, seed=self._seed)
                except (ConnectionError, NatsError, OSError) as failure:
                    raise PublicError("service-unreachable", "the bus does not answer; try again") from failure
            return self._bus

    async def _next_position(self, bus: Bus, ledger: str) -> int:
        try:
            return int((await bus.js.stream_info(stream_name(ledger))).state.last_seq) + 1
        except (NatsError, TimeoutError) as failure:
            raise PublicError("service-unreachable", "the bus does not answer; try again") from failure

    async def _read(self, bus: Bus, ledger: str, position: int) -> None:
        """Hand each event to every listener, in order and without a gap, whatever happens to the connection."""
        while True:
            try:
                async with reading(bus, ledger, position) as reader:
                    while True:
                        for event in await reader.next():
                            position = event.position + 1
                            for listener in tuple(self._listeners[ledger]):
                                listener.offer(event)
            except (Resubscribe, NatsError, TimeoutError) as lost:
                log.info("listening again", ledger=ledger, position=position, why=repr(lost))
                await asyncio.sleep(RETRY)


async def _ended(task: asyncio.Task[None] | None) -> None:
    """Cancel until it is done: a wait that ends in the same moment may swallow one cancellation."""
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
