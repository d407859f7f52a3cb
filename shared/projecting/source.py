"""Keeps one generation up with one ledger's stream: subscribes, sees when that has gone dead, subscribes again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from shared.bus.connection import Bus, stream_name
from shared.bus.reader import ForeignMessage, Resubscribe, reading
from shared.bus.tasks import end
from shared.events.envelope import Recorded
from shared.ledger.remote import LedgerReader, LedgerUnreadable
from shared.projecting.applying import LONGEST_PAUSE, MOST_AT_ONCE, Applier, Overtaken, Poisoned
from shared.projecting.bookkeeping import Dropped
from shared.projecting.order import in_order
from shared.projecting.projection import Projection
from shared.projecting.writing import Writer

log = structlog.get_logger("stocktake.projecting")

State = Literal["running", "waiting", "stopped"]

STALL = 15.0
"""Seconds without progress, although there is something to do, after which readiness turns red."""

Hold = Callable[[], int | None]
"""The position beyond which nothing is applied for now; None = none."""


def no_hold() -> None:
    """Nothing is held back."""


class Diverged(Exception):
    """The ledger's history is not the one that was projected: another event stands at our position."""


class SourceTask:
    """One ledger of one generation. `changed` is awaited after every change of position or state.

    `ledger`: where what happened so far is read from; None = it comes over the bus like the rest. `hold` is asked
    before anything is applied.
    States: `running`; `waiting` (bus or database cannot be used now, or the stream holds something foreign; it tries
    again; or it is held); `stopped` (poison, or another history: a human must look; a later start tries again).
    """

    def __init__(
        self,
        projection: Projection,
        generation: int,
        source: str,
        writer: Writer,
        bus: Bus,
        changed: Callable[[], Awaitable[None]],
        *,
        ledger: LedgerReader | None = None,
        hold: Hold = no_hold,
    ) -> None:
        self.projection, self.source = projection, source
        self.state: State = "waiting"
        self.error: str | None = "not started"
        self._bus, self._changed, self._ledger, self._hold = bus, changed, ledger, hold
        self._applier = Applier(
            projection, generation, source, writer, progress=self._progress, hindered=self._hindered
        )
        self._idle = 0
        self._stirred_at = 0.0  # of the loop's clock: when there was last progress, or first something to do
        self._began: tuple[float, int] | None = None  # when this task first applied something, and from where
        self._task: asyncio.Task[None] | None = None

    @property
    def position(self) -> int:
        """The last position whose effect is committed."""
        return self._applier.position

    @property
    def head(self) -> int:
        """How far the ledger has got, as far as is known here."""
        return max(self._bus.heads.get(self.source), self.position)

    def status(self) -> dict[str, Any]:
        """`{projection, source, position, head, lag, rate, state, error, parked}`; `error` is None while all is well.

        `rate`: events per second since this task first applied one; None before.
        """
        return {
            "projection": self.projection.name,
            "source": self.source,
            "position": self.position,
            "head": self.head,
            "lag": self.head - self.position,
            "rate": self._rate(),
            "state": self.state,
            "error": self.error,
            "parked": self._applier.parked,
        }

    def fault(self) -> str | None:
        """Why the rows are not to be trusted as current, in words; None while they are, or are catching up."""
        where = f"projection {self.projection.name} of {self.source}"
        if self.state == "stopped":
            return f"{where}: {self.error}"
        if self._task and self._task.done():
            return f"{where}: its task has ended"
        lag = self.head - self.position
        if lag > 0 and asyncio.get_running_loop().time() - self._stirred_at > STALL:
            return f"{where}: {lag} events behind: {self.error or 'no progress'}"
        return None

    def start(self) -> None:
        """Go on from the stored position."""
        self.state, self.error = "waiting", None
        self._stirred_at = asyncio.get_running_loop().time()
        self._bus.heads.raised.add(self._head_raised)
        self._task = asyncio.create_task(self._run(), name=f"project {self.projection.name} {self.source}")

    async def stop(self) -> None:
        """Stop; a transaction under way comes to its end first, so that rows and position stand or fall together."""
        await end(self._task)
        self._task = None
        await self._applier.rest()
        self._bus.heads.raised.discard(self._head_raised)
        self.state, self.error = "waiting", "not started"

    def _rate(self) -> float | None:
        if self._began is None or self._stirred_at <= self._began[0]:
            return None
        return round((self.position - self._began[1]) / (self._stirred_at - self._began[0]), 1)

    async def _run(self) -> None:
        pause, forgiven = 0.05, False
        while True:
            before = self.position
            try:
                if not forgiven:
                    await self._applier.forgive()
                    forgiven = True
                await self._applier.load()
                await self._replay()
                await self._read()
            except Dropped as error:
                await self._enter("stopped", str(error))
                return
            except (Poisoned, Diverged) as error:
                log.error("projection stopped", projection=self.projection.name, error=str(error))
                await self._enter("stopped", str(error))
                return
            except (Resubscribe, Overtaken) as error:
                log.info("subscribing anew", projection=self.projection.name, source=self.source, reason=str(error))
            except Exception as error:
                await self._show(error)
            pause = 0.05 if self.position > before else min(2 * pause, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _show(self, error: Exception) -> None:
        """Say why nothing is read now. A bug is shown and tried again like anything else: nothing dies unseen."""
        expected = isinstance(error, NatsError | OSError | TimeoutError | ForeignMessage)
        words = f"there is no stream {stream_name(self.source)}" if isinstance(error, NotFoundError) else str(error)
        if words != self.error:
            where = {"projection": self.projection.name, "source": self.source}
            say = log.info if isinstance(error, NotFoundError) else log.warning  # before the first event there is none
            say("projection waits", **where, error=repr(error), exc_info=not expected)
        await self._enter("waiting", words or type(error).__name__)

    async def _replay(self) -> None:
        """What happened so far from the ledger itself, several times faster than from the stream.

        Beginning with the event at our own position, to see that it still is the same.
        """
        if self._ledger is None:
            return
        await self._enter("running", None)
        before = -1
        while before < self.position:
            before = self.position
            try:
                events = await self._ledger(max(0, before - 1), MOST_AT_ONCE)
            except LedgerUnreadable as error:  # the stream has it all, too
                log.info("not from the ledger", projection=self.projection.name, source=self.source, reason=str(error))
                return
            if events:
                await self._take(events)

    async def _read(self) -> None:
        """Read from our own position on (including it, to see that it still holds the same event) until an error."""
        async with reading(self._bus, self.source, max(1, self.position)) as reader:
            self._idle = 0
            await self._enter("running", None)
            while True:
                events = await reader.next()
                if events:
                    await self._take(events)
                else:
                    await self._look()

    async def _take(self, events: Sequence[Recorded]) -> None:
        self._idle = 0
        self._bus.heads.saw(self.source, events[-1].position)
        for event in events:
            if event.position == self.position and event.id != self._applier.event_id:
                raise Diverged(
                    f"position {self.position} of {self.source} is event {event.id}, but {self._applier.event_id} "
                    "was projected; rebuild the projection"
                )
        fresh, gap = in_order(self.position, events)
        while fresh:
            limit = self._hold()
            free = fresh if limit is None else [event for event in fresh if event.position <= limit]
            if free:
                await self._applier.take(free)
                del fresh[: len(free)]
            else:
                await self._enter("waiting", f"held at position {self.position}: the live generation stands still")
                await asyncio.sleep(0.1)
        if gap:
            raise Resubscribe(f"position {self.position + 1} was missing")

    async def _look(self) -> None:
        """Nothing came in a whole pull: that is suspicious when the stream holds more than we have."""
        last = (await self._bus.js.stream_info(stream_name(self.source))).state.last_seq
        self._bus.heads.saw(self.source, last)
        self._idle = self._idle + 1 if last > self.position else 0
        if self._idle >= 2:
            raise Resubscribe(f"the stream stands at {last}, but nothing comes after {self.position}")

    def _head_raised(self, ledger: str, before: int) -> None:
        if ledger == self.source and before <= self.position:  # there was nothing to do until now
            self._stirred_at = asyncio.get_running_loop().time()

    async def _progress(self) -> None:
        self._stirred_at = asyncio.get_running_loop().time()
        self._began = self._began or (self._stirred_at, self.position)
        await self._enter("running", None)

    async def _hindered(self, reason: str) -> None:
        await self._enter("waiting", reason)

    async def _enter(self, state: State, error: str | None) -> None:
        self.state, self.error = state, error
        await self._changed()
