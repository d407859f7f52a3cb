"""The relay: a fenced cursor that keeps a ledger's stream equal to the ledger, whatever happens to either."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from weakref import WeakSet

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import APIError, NotFoundError
from opentelemetry import metrics
from opentelemetry.trace import SpanKind

from shared.bus import publishing
from shared.bus.connection import Bus, StreamRefused, stream_name
from shared.bus.pace import Pace
from shared.bus.tasks import end
from shared.bus.tracing import span_over
from shared.events.envelope import Recorded, from_cloudevent
from shared.ledger.port import Ledger

log = structlog.get_logger("stocktake.bus.relay")

State = Literal["running", "waiting", "stopped"]

HEARTBEAT = 60.0
LOOK_EVERY = 1.0
"""Seconds between looks at a quiet stream: a wiped one says nothing by itself."""

STALL = 15.0
LONGEST_PAUSE = 2.0

_relays: WeakSet[Relay] = WeakSet()


class RelayStopped(Exception):
    """The stream holds what this ledger never said. Writing on would bury it, so a human must look."""


class NotRelayed(TimeoutError):
    """A position did not reach the stream in time; the message holds the relay's own words."""


class Relay:
    """Publishes a ledger's events in order; the stream's last sequence is its only cursor.

    States: `running`; `waiting` (bus or ledger cannot be used now, `error` says why, it tries again); `stopped` (a
    foreign or damaged stream, `error` says which; it only looks, and goes on once the stream is gone or ours again).
    """

    def __init__(self, ledger: Ledger, bus: Bus, *, heartbeat: float = HEARTBEAT, look_every: float = LOOK_EVERY):
        self._ledger, self._bus = ledger, bus
        self._heartbeat, self._look_every = heartbeat, look_every
        self._stream = stream_name(ledger.name)
        self._head = self._relayed = 0
        self._state: State = "waiting"
        self._error: str | None = "not started"
        self._verified: tuple[datetime | None, int] | None = None
        self._pace = Pace()
        self._moved = asyncio.Condition()
        self._advanced_at = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start relaying and the heartbeat; returns at once."""
        if not self._tasks:
            self._error = None
            self._tasks = [
                asyncio.create_task(self._run(), name=f"relay {self._ledger.name}"),
                asyncio.create_task(self._beat(), name=f"heartbeat {self._ledger.name}"),
            ]
            _relays.add(self)

    async def stop(self) -> None:
        """Stop at once. What is in flight may or may not be stored; the next start asks the stream."""
        await end(*self._tasks)
        self._tasks = []
        _relays.discard(self)
        self._enter("waiting", "not started")

    def status(self) -> dict[str, Any]:
        """`{ledger, head, relayed, lag, state, error}`; `error` is None while all is well."""
        return {
            "ledger": self._ledger.name,
            "head": self._head,
            "relayed": self._relayed,
            "lag": max(0, self._head - self._relayed),
            "state": self._state,
            "error": self._error,
        }

    def fault(self) -> str | None:
        """Why this relay is not to be trusted now, in words; None while it keeps up, or catches up."""
        if self._state == "stopped":
            return f"relay of {self._ledger.name}: {self._error}"
        if any(task.done() for task in self._tasks):
            return f"relay of {self._ledger.name}: its task has ended"
        behind = self._head - self._relayed
        if behind > 0 and asyncio.get_running_loop().time() - self._advanced_at > STALL:
            return f"relay of {self._ledger.name}: {behind} events behind: {self._error or 'no progress'}"
        return None

    async def wait_for(self, position: int, timeout: float) -> int:
        """Wait until `position` is on the stream and answer the position relayed; else NotRelayed (a TimeoutError)."""
        try:
            async with asyncio.timeout(timeout), self._moved:
                await self._moved.wait_for(lambda: self._relayed >= position)
        except TimeoutError as error:
            raise NotRelayed(f"position {position} was not relayed in {timeout} s: {self.status()}") from error
        return self._relayed

    async def _run(self) -> None:
        pause = 0.05
        while True:
            try:
                await self._follow()
            except (RelayStopped, StreamRefused) as error:
                if self._error != str(error):
                    log.error("relay stopped", ledger=self._ledger.name, error=str(error))
                self._enter("stopped", str(error))
                pause = self._look_every
            except Exception as error:
                # Whatever it was, dying in silence would be worse: the stream decides where to go on.
                expected = isinstance(error, NatsError | OSError | TimeoutError)
                log.warning("relay waits", ledger=self._ledger.name, error=repr(error), exc_info=not expected)
                if self._state == "running":
                    pause = 0.05
                self._enter("waiting", f"{type(error).__name__}: {error}")
            self._verified = None
            await self._glance()
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _follow(self) -> None:
        """Publish what the stream lacks, for ever; any error ends it, and the next call asks the stream again."""
        await self._bus.ensure_stream(self._ledger.name)
        await self._look()
        self._enter("running", None)
        while True:
            self._see(await self._ledger.wait_beyond(self._relayed, self._look_every))
            if self._head > self._relayed:
                await self._publish(await self._ledger.read(after=self._relayed, limit=publishing.ATOMIC_MOST))
            else:
                await self._look()

    async def _glance(self) -> None:
        """Keep the head, and so the lag, true while nothing can be published."""
        try:
            self._see((await self._ledger.head()).position)
        except Exception as error:
            log.warning("ledger does not answer", ledger=self._ledger.name, error=repr(error))

    async def _publish(self, events: Sequence[Recorded]) -> None:
        try:
            with span_over("relay", SpanKind.PRODUCER, events):
                await self._reached(await publishing.publish(self._bus, events, self._pace))
        except APIError as error:
            if error.err_code not in publishing.FENCED_OFF:
                raise
            await self._look()  # an ack was lost, or another relay is ahead: go on from where the stream stands

    async def _look(self) -> None:
        """Make the stream's last sequence the cursor, after checking that what stands there is ours."""
        try:
            info = await self._bus.js.stream_info(self._stream)
        except NotFoundError:
            log.warning("stream is gone and made anew", ledger=self._ledger.name)
            info = await self._bus.ensure_stream(self._ledger.name)
        last, found = info.state.last_seq, (info.created, info.state.last_seq)
        if found != self._verified:
            if info.state.messages != last:
                raise RelayStopped(
                    f"stream {self._stream} has lost messages in its middle ({info.state.messages} of {last}); "
                    "delete the stream and it is filled anew from the ledger"
                )
            if last:
                await self._check_ours(last)
            self._verified = found
        if last < self._relayed:
            log.warning("stream went back", ledger=self._ledger.name, relayed=self._relayed, last=last)
        await self._reached(last)

    async def _check_ours(self, last: int) -> None:
        """RelayStopped unless the stream's last message carries exactly the ledger's event at that position."""
        ours = await self._ledger.read(after=last - 1, limit=1)
        if not ours:
            head = (await self._ledger.head()).position
            raise RelayStopped(f"stream {self._stream} stands at {last}, beyond the ledger's head {head}")
        message = await self._bus.js.get_msg(self._stream, seq=last)
        try:
            same = from_cloudevent(message.data or b"").raw == ours[0].raw
        except (ValueError, KeyError, TypeError):
            same = False
        if not same:
            raise RelayStopped(
                f"message {last} of stream {self._stream} is not the ledger's event {ours[0].id}; "
                "nothing was overwritten"
            )

    async def _reached(self, position: int) -> None:
        async with self._moved:
            if position != self._relayed:
                self._advanced_at = asyncio.get_running_loop().time()
            self._relayed = position
            self._see(max(self._head, position))
            self._moved.notify_all()

    def _see(self, head: int) -> None:
        if self._head == self._relayed < head:
            self._advanced_at = asyncio.get_running_loop().time()  # it was not behind until now
        self._head = head
        self._bus.heads.saw(self._ledger.name, head)

    def _enter(self, state: State, error: str | None) -> None:
        self._state, self._error = state, error

    async def _beat(self) -> None:
        """Say the ledger's head on `hb.<ledger>`, also when nothing happens."""
        while True:
            try:
                await self._bus.heads.beat(self._ledger.name, (await self._ledger.head()).position)
            except Exception as error:
                log.warning("no heartbeat", ledger=self._ledger.name, error=repr(error))
            await asyncio.sleep(self._heartbeat)


def _lags(_: metrics.CallbackOptions) -> list[metrics.Observation]:
    return [metrics.Observation(r.status()["lag"], {"ledger": r.status()["ledger"]}) for r in list(_relays)]


metrics.get_meter("stocktake.bus").create_observable_gauge(
    "stocktake.relay.lag", callbacks=[_lags], unit="{event}", description="events recorded but not on the stream"
)
