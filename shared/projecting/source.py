"""Keeps one projection up with one ledger: rows and position in one transaction, whatever goes wrong around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from opentelemetry.trace import SpanKind, Status, StatusCode
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.bus.connection import Bus, stream_name
from shared.bus.reader import ForeignMessage, Resubscribe, StreamReader, reading
from shared.bus.tracing import span_over
from shared.events.envelope import Recorded
from shared.projecting.bookkeeping import Books
from shared.projecting.order import in_order
from shared.projecting.projection import Projection, subject_key
from shared.projecting.transient import is_transient

log = structlog.get_logger("stocktake.projecting")

State = Literal["running", "waiting", "stopped"]

MOST_ATTEMPTS = 5
STALL = 15.0
LONGEST_PAUSE = 2.0


class Poisoned(Exception):
    """An event cannot be applied and the projection's policy is to stop at it."""


class Diverged(Exception):
    """The ledger's history is not the one that was projected: another event stands at our position."""


class Overtaken(Exception):
    """Another process moved our position; ours is read again."""


class SourceTask:
    """One ledger of one projection. `moved` is awaited after every change of position or state.

    States: `running`; `waiting` (bus or database cannot be used now, or the stream holds something foreign; it tries
    again); `stopped` (poison, or another history: a human must look, and a rebuild starts it again).
    """

    def __init__(
        self, projection: Projection, source: str, engine: AsyncEngine, bus: Bus, moved: Callable[[], Awaitable[None]]
    ) -> None:
        self.projection, self.source = projection, source
        self.position = 0
        self.parked = 0
        self.state: State = "waiting"
        self.error: str | None = "not started"
        self._engine, self._bus, self._moved = engine, bus, moved
        self._books = Books(projection.name, projection.version, source)
        self._event_id = ""
        self._held: dict[str, int] = {}  # key of a parked event -> its position
        self._careful_until = 0  # up to this position events go one by one: a batch failed or died among them
        self._counted: tuple[int, int] | None = None  # a try that is counted already, and only met a busy database
        self._idle = 0
        self._advanced_at = asyncio.get_running_loop().time()
        self._task: asyncio.Task[None] | None = None

    @property
    def head(self) -> int:
        """How far the ledger has got, as far as is known here."""
        return max(self._bus.heads.get(self.source), self.position)

    def status(self) -> dict[str, Any]:
        """`{projection, source, position, head, lag, state, error, parked}`; `error` is None while all is well."""
        return {
            "projection": self.projection.name,
            "source": self.source,
            "position": self.position,
            "head": self.head,
            "lag": self.head - self.position,
            "state": self.state,
            "error": self.error,
            "parked": self.parked,
        }

    def fault(self) -> str | None:
        """Why the rows are not to be trusted as current, in words; None while they are, or are just catching up."""
        where = f"projection {self.projection.name} of {self.source}"
        if self.state == "stopped":
            return f"{where}: {self.error}"
        lag = self.head - self.position
        if lag > 0 and asyncio.get_running_loop().time() - self._advanced_at > STALL:
            return f"{where}: {lag} events behind: {self.error or 'no progress'}"
        return None

    def start(self) -> None:
        """Go on from the stored position."""
        self.state, self.error = "waiting", None
        self._task = asyncio.create_task(self._run(), name=f"project {self.projection.name} {self.source}")

    async def stop(self) -> None:
        """Stop now; a transaction under way is rolled back, and with it its position."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        self.state, self.error = "waiting", "not started"

    async def _run(self) -> None:
        pause = 0.05
        await self._until_database(self._forgive_a_heard_failure)
        while True:
            before = self.position
            try:
                await self._until_database(self._load)
                await self._read()
            except (Poisoned, Diverged) as error:
                log.error("projection stopped", **self._labels, error=str(error))
                await self._enter("stopped", str(error))
                return
            except Exception as error:
                await self._wait_because(error)
            pause = 0.05 if self.position > before else min(2 * pause, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _wait_because(self, error: Exception) -> None:
        """Show why nothing is read now. A bug is shown and tried again like anything else: it must not die unseen."""
        if isinstance(error, Resubscribe | Overtaken):
            log.info("subscribing anew", **self._labels, reason=str(error))
            return
        expected = isinstance(error, NatsError | OSError | TimeoutError | ForeignMessage)
        log.warning("projection waits", **self._labels, error=repr(error), exc_info=not expected)
        words = f"there is no stream {stream_name(self.source)} yet" if isinstance(error, NotFoundError) else str(error)
        await self._enter("waiting", words or type(error).__name__)

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
                    await self._look(reader)

    async def _take(self, events: Sequence[Recorded]) -> None:
        for event in events:
            if event.position == self.position and event.id != self._event_id:
                raise Diverged(
                    f"position {self.position} of {self.source} is event {event.id}, but {self._event_id} was "
                    "projected; rebuild the projection"
                )
        fresh, gap = in_order(self.position, events)
        self._bus.heads.saw(self.source, events[-1].position)
        self._idle = 0
        while fresh:
            careful = self._careful_until > self.position
            now, fresh = (fresh[:1], fresh[1:]) if careful else (fresh, [])
            if not await self._attempt(now):
                fresh = [*now, *fresh]
        if gap:
            raise Resubscribe(f"position {self.position + 1} was missing")

    async def _look(self, reader: StreamReader) -> None:
        """Nothing came in a whole pull: that is suspicious when the stream holds more than we have."""
        last = (await self._bus.js.stream_info(stream_name(self.source))).state.last_seq
        self._bus.heads.saw(self.source, last)
        self._idle = self._idle + 1 if last > self.position else 0
        if self._idle >= 2:
            raise Resubscribe(f"the stream stands at {last}, but nothing comes after {self.position}")

    async def _attempt(self, events: Sequence[Recorded]) -> bool:
        """Count a try, then make it. False when it failed and is worth another one; raises Poisoned."""
        count = await self._count(events)
        if count > MOST_ATTEMPTS and len(events) > 1:
            self._careful_until = events[-1].position
            return False
        if count > MOST_ATTEMPTS:
            await self._give_up(events[0], "it ended the process each time it was tried")
            return True
        try:
            with span_over("consume", SpanKind.CONSUMER, events):
                await self._apply(events)
        except Overtaken:
            raise
        except Exception as error:
            if is_transient(error):
                await self._enter("waiting", str(error))
                await asyncio.sleep(0.2)
                return False
            await self._after_failure(events, count, error)
            return count >= MOST_ATTEMPTS and len(events) == 1
        self._counted = None
        await self._reached(events[-1])
        return True

    async def _count(self, events: Sequence[Recorded]) -> int:
        """Commit that these are about to be tried, before they can do any harm; which try it is."""
        tried = (events[0].position, events[-1].position)

        async def begin(connection: AsyncConnection) -> int:
            if self._counted == tried:
                latest = await self._books.attempt(connection)
                return latest.attempts if latest else 1
            return await self._books.begin(connection, *tried)

        count: int = await self._until_database(begin)
        self._counted = tried
        return count

    async def _apply(self, events: Sequence[Recorded]) -> None:
        """Rows and position in one transaction, or neither."""
        with span_over("project", SpanKind.INTERNAL, events) as span:
            span.set_attribute("stocktake.projection", self.projection.name)
            async with self._engine.begin() as connection:
                # The position first: on SQLite it takes the write lock, on both it shuts out a second process.
                if not await self._books.move(connection, self.position, events):
                    raise Overtaken(f"another process projects {self.projection.name}")
                for event in events:
                    if (held := self._held.get(subject_key(event))) is not None:
                        await self._books.park(connection, event, subject_key(event), f"waits behind position {held}")
                    else:
                        await self.projection.apply(connection, event)
            span.set_status(Status(StatusCode.OK))

    async def _after_failure(self, events: Sequence[Recorded], count: int, error: Exception) -> None:
        """A batch is gone through one by one; a single event is tried again, a little later, until it is poison."""
        words = f"{type(error).__name__}: {error}"
        self._counted = None
        log.warning("events were not applied", **self._labels, position=events[0].position, tries=count, error=words)
        await self._until_database(lambda connection: self._books.failed(connection, words))
        if len(events) > 1:
            self._careful_until = events[-1].position
        elif count >= MOST_ATTEMPTS:
            await self._give_up(events[0], words)
        else:
            await asyncio.sleep(0.02 * 2**count)

    async def _give_up(self, event: Recorded, words: str) -> None:
        """Poison: by policy stop, or set the event aside and go on. Never skip it unseen."""
        key = subject_key(event)
        if self.projection.policy == "stop":
            raise Poisoned(f"event {event.position} of {self.source} ({event.id}, {event.kind}): {words}")

        async def park(connection: AsyncConnection) -> None:
            if not await self._books.move(connection, self.position, [event]):
                raise Overtaken(f"another process projects {self.projection.name}")
            await self._books.park(connection, event, key, words)

        await self._until_database(park)
        self._held.setdefault(key, event.position)
        self._counted = None
        await self._reached(event)

    async def _load(self, connection: AsyncConnection) -> None:
        stand = await self._books.stand(connection)
        self.position, self._event_id = stand.position, stand.event_id
        self._held = await self._books.parked_keys(connection)
        self.parked = await self._books.parked_count(connection)
        latest = await self._books.attempt(connection)
        if latest and latest.last > self.position:  # it was tried and did not end well: no batch there again
            self._careful_until = max(self._careful_until, latest.last)

    async def _forgive_a_heard_failure(self, connection: AsyncConnection) -> None:
        """A start may bring repaired code: an event that only raised gets one more try; one that killed us does not."""
        latest = await self._books.attempt(connection)
        if latest and latest.error is not None and latest.attempts >= MOST_ATTEMPTS:
            await self._books.forgive(connection, MOST_ATTEMPTS - 1)

    async def _until_database(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        """Do `work` in a transaction of its own, again and again while the database cannot be used."""
        pause = 0.05
        while True:
            try:
                async with self._engine.begin() as connection:
                    return await work(connection)
            except Exception as error:
                if not is_transient(error):
                    raise
                await self._enter("waiting", str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _reached(self, event: Recorded) -> None:
        if self._held:
            async with self._engine.connect() as connection:
                self.parked = await self._books.parked_count(connection)
        self.position, self._event_id = event.position, event.id
        self._advanced_at = asyncio.get_running_loop().time()
        await self._enter("running", None)

    async def _enter(self, state: State, error: str | None) -> None:
        self.state, self.error = state, error
        await self._moved()

    @property
    def _labels(self) -> dict[str, str]:
        return {"projection": self.projection.name, "source": self.source}
