"""Applies events to the rows of one projection: with the position in one transaction, and poison is found out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy import Connection

from shared.bus.tracing import span_over
from shared.events.envelope import Recorded
from shared.projecting.bookkeeping import Attempt, Books, Stand
from shared.projecting.projection import Projection, subject_key
from shared.projecting.transient import is_transient
from shared.projecting.writing import Writer

log = structlog.get_logger("stocktake.projecting")

T = TypeVar("T")

MOST_AT_ONCE = 1000
"""Events applied in one transaction. On SQLite it keeps the file's other projections waiting all the while: with a
statement per table that is a tenth of a second, and more events would not cost much less each."""

FEW = 32
"""So few events are tried without counting the try beforehand: that commit would take as long as the one of their rows.

That it is done is committed once, and taken back at a stop. Where it still stands at a start, the process has died, and
so many events are gone through one by one, each try counted."""

MOST_ATTEMPTS = 3
LONGEST_PAUSE = 2.0


class Poisoned(Exception):
    """An event cannot be applied and the projection's policy is to stop at it."""


class Overtaken(Exception):
    """Another process moved our position; ours must be read again."""


class Applier:
    """The rows of one generation of a projection as far as one ledger fills them.

    `progress` is awaited after every commit, `hindered` (with the reason) whenever the database cannot be used now.
    """

    def __init__(
        self,
        projection: Projection,
        generation: int,
        source: str,
        writer: Writer,
        *,
        progress: Callable[[], Awaitable[None]],
        hindered: Callable[[str], Awaitable[None]],
    ) -> None:
        self.position, self.event_id, self.parked = 0, "", 0
        self._projection, self._writer = projection, writer
        self._progress, self._hindered = progress, hindered
        self._books = Books(projection.name, generation, source)
        self._held: dict[str, int] = {}  # key of a parked event -> its position
        self._careful_until = 0  # up to this position one by one: a batch failed or died among them
        self._uncounted = False  # whether it is committed that we make tries without counting them
        self._counted: tuple[int, int] | None = None  # a try counted already, that only met a busy database
        self._labels = {"projection": projection.name, "generation": generation, "source": source}

    async def load(self) -> None:
        """Read where we stand, what is set aside, and whether the last try ended unheard."""

        def read(connection: Connection) -> tuple[Stand, dict[str, int], int, Attempt | None]:
            books = self._books
            stand, held = books.stand(connection), books.parked_keys(connection)
            return stand, held, books.parked_count(connection), books.attempt(connection)

        stand, self._held, self.parked, latest = await self._until_done(read)
        self.position, self.event_id = stand.position, stand.event_id
        uncounted = latest is not None and latest.uncounted
        if uncounted and not self._uncounted:  # by a process that has died since, or by another one
            self._careful(self.position + FEW)
        elif latest and latest.last > self.position:  # tried, and not done: no batch there again
            self._careful(latest.last)
        self._uncounted = self._uncounted and uncounted  # another process may have written over it

    async def forgive(self) -> None:
        """Called at a start, which may bring repaired code: poison that only raised gets one more try.

        An event that ended the process gets none, or each start would end like the last.
        """

        def allow_one(connection: Connection) -> None:
            latest = self._books.attempt(connection)
            if latest and latest.error is not None and latest.attempts >= MOST_ATTEMPTS:
                self._books.forgive(connection, MOST_ATTEMPTS - 1)

        await self._until_done(allow_one)

    async def rest(self) -> None:
        """Called at a stop, with nothing under way: what was tried without a count has not ended the process."""
        if not self._uncounted:
            return
        self._uncounted = False
        try:
            await self._writer.transaction(self._books.end_uncounted)
        except Exception as error:
            if not is_transient(error):
                raise
            log.info("the next start will be careful", **self._labels, reason=str(error))

    async def take(self, events: Sequence[Recorded]) -> None:
        """Apply events that continue our position, many together or, where that failed, one by one.

        Raises Poisoned and Overtaken.
        """
        left = list(events)
        while left:
            size = 1 if self._careful_until > self.position else MOST_AT_ONCE
            if await self._attempt(left[:size]):
                del left[:size]

    async def _attempt(self, events: Sequence[Recorded]) -> bool:
        """Count a try, then make it; False when it is worth another one."""
        try:
            return await self._tried(events)
        except asyncio.CancelledError:
            # Told to stop in between: that says nothing of the events, and several such stops are no poison.
            tried = (events[0].position, events[-1].position)
            await self._writer.transaction(lambda connection: self._books.take_back(connection, *tried))
            raise

    async def _tried(self, events: Sequence[Recorded]) -> bool:
        counts = len(events) > FEW or self._careful_until > self.position
        tries = await self._count(events) if counts else await self._say_uncounted()
        if tries > MOST_ATTEMPTS:
            return await self._failed_for_good(events, "it ended the process each time it was tried")
        try:
            with span_over("consume", SpanKind.CONSUMER, events):
                await self._apply(events)
        except Overtaken:
            raise
        except Exception as error:
            if is_transient(error):
                await self._hindered(str(error))
                await asyncio.sleep(0.2)
                return False
            words = f"{type(error).__name__}: {error}"
            log.warning("not applied", **self._labels, position=events[0].position, tries=tries, error=words)
            await self._until_done(lambda connection: self._note(connection, events, words))
            self._counted, self._uncounted = None, False
            self._careful(events[-1].position)
            if tries >= MOST_ATTEMPTS or len(events) > 1:
                return await self._failed_for_good(events, words)
            await asyncio.sleep(0.02 * 2**tries)
            return False
        await self._advance(events[-1])
        return True

    async def _count(self, events: Sequence[Recorded]) -> int:
        """Commit that these are about to be tried, before they can do any harm; the how-manieth try it is."""
        tried = (events[0].position, events[-1].position)

        def begin(connection: Connection) -> int:
            if self._counted == tried and (latest := self._books.attempt(connection)):
                return latest.attempts
            return self._books.begin(connection, *tried)

        count = await self._until_done(begin)
        self._counted, self._uncounted = tried, False
        return count

    async def _say_uncounted(self) -> int:
        """See that it is committed, once, that we try without counting. Of these events it is the first try."""
        if not self._uncounted:
            await self._until_done(self._books.begin_uncounted)
            self._uncounted = True
        return 1

    def _careful(self, until: int) -> None:
        """Go one by one up to this position."""
        self._careful_until = max(self._careful_until, until)

    def _note(self, connection: Connection, events: Sequence[Recorded], words: str) -> None:
        """Why the try failed; one that was not counted beforehand is now."""
        if self._uncounted:
            self._books.begin(connection, events[0].position, events[-1].position)
        self._books.failed(connection, words)

    async def _apply(self, events: Sequence[Recorded]) -> None:
        """Rows and position in one transaction, or neither."""
        with span_over("project", SpanKind.INTERNAL, events, within=True) as span:
            span.set_attribute("stocktake.projection", self._projection.name)
            await self._writer.transaction(lambda connection: self._write(connection, events))

    def _write(self, connection: Connection, events: Sequence[Recorded]) -> None:
        # The position first: on SQLite it takes the write lock, on both it shuts out a second process.
        self._move(connection, events)
        held = self._held
        free = [event for event in events if subject_key(event) not in held]
        if free:
            self._projection.apply(connection, free)
        if len(free) < len(events):
            waiting = [event for event in events if subject_key(event) in held]
            reasons = (f"waits behind position {held[subject_key(event)]}" for event in waiting)
            self._books.park(connection, list(zip(waiting, reasons, strict=True)))

    async def _failed_for_good(self, events: Sequence[Recorded], words: str) -> bool:
        """A batch is gone through one by one. Poison stops us, or is set aside, by policy: never skipped unseen."""
        if len(events) > 1:
            self._careful(events[-1].position)
            return False
        (event,) = events
        if self._projection.policy == "stop":
            raise Poisoned(f"event {event.position} of {event.ledger} ({event.id}, {event.kind}): {words}")
        key = subject_key(event)

        def park(connection: Connection) -> None:
            self._move(connection, events)
            self._books.park(connection, [(event, words)])

        await self._until_done(park)
        self._held.setdefault(key, event.position)
        await self._advance(event)
        return True

    def _move(self, connection: Connection, events: Sequence[Recorded]) -> None:
        if not self._books.move(connection, self.position, events):
            raise Overtaken(f"another process projects {self._projection.name}")

    async def _advance(self, event: Recorded) -> None:
        if self._held:
            self.parked = await self._until_done(self._books.parked_count)
        self._counted = None
        self.position, self.event_id = event.position, event.id
        await self._progress()

    async def _until_done(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction of its own, again and again while the database cannot be used."""
        pause = 0.05
        while True:
            try:
                return await self._writer.transaction(work)
            except Exception as error:
                if not is_transient(error):
                    raise
                await self._hindered(str(error))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
