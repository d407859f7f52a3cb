"""What is recorded while somebody listens: one reader per ledger for all listeners, each with a bounded queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import NoReturn

import structlog
from nats.errors import Error as NatsError

from services.gateway.problems import PublicError
from shared.bus.connection import Bus, stream_name
from shared.bus.reader import Resubscribe, reading
from shared.events.envelope import Recorded

log = structlog.get_logger("stocktake.gateway.live")

WAITING = 256
"""Events that may wait for one listener; one that falls further behind is let go and told so."""

AGAIN = "subscribe again and read the gap with events(orderBy: newestFirst), back to the last position you have"

PATIENCE = 60.0
"""Seconds for which a lost bus is waited for while somebody listens."""

CONNECT_WITHIN = 5.0
RETRY = 0.5

Wanted = Callable[[Recorded], bool]


class Listener:
    """One subscription: the events it wants, in order, until it falls too far behind or is let go."""

    def __init__(self, wanted: Wanted):
        self._wanted = wanted
        self._queue: asyncio.Queue[Recorded | None] = asyncio.Queue(WAITING)
        self._ended: PublicError | None = None

    def offer(self, event: Recorded) -> None:
        """Take an event if it is wanted; a full queue ends the listening, never the reader."""
        if self._ended or not self._wanted(event):
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.end(PublicError("listener-behind", f"more than {WAITING} events waited; {AGAIN}"))

    def end(self, why: PublicError) -> None:
        """Let it go after what it still holds."""
        self._ended = why
        with suppress(asyncio.QueueFull):  # a full queue wakes whoever waits as well
            self._queue.put_nowait(None)

    async def events(self) -> AsyncIterator[Recorded]:
        """The events as they come. Raises PublicError, after those that were still held, where it was let go."""
        while True:
            if self._ended and self._queue.empty():
                raise self._ended
            event = await self._queue.get()
            if event is not None:
                yield event


class Live:
    """The bus as the gateway hears it. Nothing is connected or read while nobody listens.

    A bus that is lost is waited for and then read on from where it was lost; listeners are let go, and told so, when
    it stays away for longer than `patience` seconds: silence must not look like a record that stands still.
    """

    def __init__(self, url: str | None, seed: Path | None = None, patience: float = PATIENCE):
        self._url, self._seed, self._patience = url, seed, patience
        self._bus: Bus | None = None
        self._connecting, self._starting = asyncio.Lock(), asyncio.Lock()
        self._listeners: dict[str, set[Listener]] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def listening(self, ledger: str, wanted: Wanted) -> AsyncIterator[Listener]:
        """Hear a ledger from now on. Raises PublicError where there is no bus to hear."""
        bus = await self._connected()
        listener = Listener(wanted)
        async with self._starting:  # of two that come at once one starts the reader
            listeners = self._listeners.setdefault(ledger, set())
            if ledger not in self._readers:
                first = await self._next_position(bus, ledger)
                self._readers[ledger] = asyncio.create_task(self._read(bus, ledger, first))
            listeners.add(listener)
        try:
            yield listener
        finally:
            listeners.discard(listener)
            if not listeners and self._listeners.get(ledger) is listeners:
                del self._listeners[ledger]
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
        """Hand each event to every listener, in order and without a gap, until the bus is given up."""
        try:
            await self._read_on(bus, ledger, position)
        except _Away:
            why = PublicError("service-unreachable", f"the bus has not answered for {self._patience:.0f} s; {AGAIN}")
        except Exception:
            log.exception("listeners are let go", ledger=ledger)
            why = PublicError("internal", f"Something failed on our side; {AGAIN}")
        del self._readers[ledger]
        for listener in self._listeners.pop(ledger):
            listener.end(why)

    async def _read_on(self, bus: Bus, ledger: str, position: int) -> NoReturn:
        """Read whatever happens to the connection. Raises _Away when it stays lost, ForeignMessage for no event."""
        heard = monotonic()
        while True:
            try:
                async with reading(bus, ledger, position) as reader:
                    while True:
                        for event in await reader.next():
                            position = event.position + 1
                            for listener in tuple(self._listeners[ledger]):
                                listener.offer(event)
                        heard = monotonic()
            except (Resubscribe, NatsError, TimeoutError) as lost:
                log.info("listening again", ledger=ledger, position=position, why=repr(lost))
                if monotonic() - heard > self._patience:
                    raise _Away from lost
                await asyncio.sleep(RETRY)


class _Away(Exception):
    """The bus stayed away for too long."""


async def _ended(task: asyncio.Task[None] | None) -> None:
    """Cancel until it is done: a wait that ends in the same moment may swallow one cancellation."""
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
