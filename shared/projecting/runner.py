"""Runs a projection: one task per generation and source, and an honest account of how far each has got."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from weakref import WeakSet

import structlog
from opentelemetry import metrics
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.bus.tasks import end, unbroken
from shared.database import reading
from shared.ledger.remote import LedgerReader
from shared.projecting.bookkeeping import stands
from shared.projecting.comparing import Difference, SetsOf, no_sets
from shared.projecting.comparing import difference as compared
from shared.projecting.generations import Apart, OtherVersion, begin, exchange, make_tables, roles_of
from shared.projecting.projection import Projection
from shared.projecting.roles import Generation, NotHeld, Role, Roles, rolled_back, switched
from shared.projecting.source import SourceTask
from shared.projecting.transient import is_transient
from shared.projecting.writing import Writer

log = structlog.get_logger("stocktake.projecting")

LOOK = 0.5
"""Seconds between two looks at the pointer, which another process may have moved."""

PATIENCE = 10.0
"""Seconds in which two generations that are both fed must once stand at the same positions."""

_runners: WeakSet[ProjectionRunner] = WeakSet()

Feed = Mapping[str, SourceTask]
"""source -> its task, of one generation."""


class NotProjected(TimeoutError):
    """A position was not projected in time; the message holds the projection's own words."""


class ProjectionRunner:
    """Keeps the generations of a projection, in `engine`, up with the ledgers it reads from `bus`.

    `ledgers` gives those that can be read directly, from which a candidate is built faster. `sets_of` names what the
    rows amount to, for comparisons. `by_itself` = the rows of another version of the code are replaced as soon as
    those of this version hold as much; nothing of ours could answer from them.
    """

    def __init__(
        self,
        projection: Projection,
        engine: AsyncEngine,
        bus: Bus,
        *,
        ledgers: Callable[[str], LedgerReader | None] = lambda _: None,
        sets_of: SetsOf = no_sets,
        by_itself: bool = True,
    ) -> None:
        self.projection = projection
        self._engine, self._views, self._bus = engine, reading(engine), bus
        self._ledgers, self._sets_of, self._by_itself = ledgers, sets_of, by_itself
        self._writer = Writer(engine, projection.name)
        self._changed = asyncio.Condition()
        self._lock = asyncio.Lock()
        self._roles = Roles(Generation(1, projection.version))
        self._feeds: dict[int, Feed] = {}
        self._stands: dict[int, dict[str, int]] = {}  # of the generations that are not ours to feed
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the tables if there are none, and start reading.

        Where the live rows are those of another version, rows of this one are built beside them.
        """
        async with self._lock:
            async with self._engine.begin() as connection:
                self._roles = await make_tables(connection, self.projection)
                if self._foreign() and (self._roles.other or self._roles.live).version != self.projection.version:
                    log.info("new version", projection=self.projection.name, version=self.projection.version)
                    self._roles = await begin(connection, self.projection)
            await self._bus.heads.listen()
            await self._reconcile()
            self._watch = asyncio.create_task(self._watching(), name=f"generations of {self.projection.name}")
            _runners.add(self)

    async def stop(self) -> None:
        """Stop reading; what is committed stays."""
        async with self._lock:
            _runners.discard(self)
            await end(self._watch)
            for number in list(self._feeds):
                await self._leave(number)
            await self._writer.close()

    async def rebuild(self) -> int:
        """Begin a candidate from position 1, which takes the place of any other; answers its number."""
        async with self._lock:
            if self._roles.other:  # its tables go: nothing of ours should be writing them
                await self._leave(self._roles.other.number)
            try:
                await unbroken(self._begun())
            finally:
                await self._reconcile()
            assert self._roles.candidate
            log.info("rebuild", projection=self.projection.name, generation=self._roles.candidate.number)
            return self._roles.candidate.number

    async def switch(self, patience: float = PATIENCE) -> Roles:
        """Let the candidate answer; what was live is kept up. Raises NotHeld, OtherVersion, Apart."""
        return await self._exchange(switched, patience)

    async def roll_back(self, patience: float = PATIENCE) -> Roles:
        """Let the previous generation answer again. Raises NotHeld, OtherVersion, Apart."""
        return await self._exchange(rolled_back, patience)

    async def difference(self, patience: float = PATIENCE) -> Difference:
        """The live generation and the one beside it, at equal positions. Raises NotHeld and Apart."""
        until = asyncio.get_running_loop().time() + patience
        while True:
            try:
                return await compared(self._views, self.projection, self._sets_of)
            except Apart:
                if asyncio.get_running_loop().time() > until:
                    raise
                await self._look()
                await asyncio.sleep(0.02)

    def status(self) -> list[dict[str, Any]]:
        """One row per source of the live generation; see `overview`."""
        return self._rows("live", self._roles.live)

    def overview(self) -> list[dict[str, Any]]:
        """One row per generation and source, the live ones first.

        `{projection, source, position, head, lag, rate, state, error, parked, generation, role, version}`
        """
        return [row for role, generation in self._roles.held.items() for row in self._rows(role, generation)]

    def fault(self) -> str | None:
        """Why readiness should be red, in words; None while every source of the live rows moves with its ledger."""
        if self._foreign():
            return f"projection {self.projection.name} is being made for version {self.projection.version}"
        live = self._feeds.get(self._roles.live.number, {})
        return "; ".join(fault for source in live.values() if (fault := source.fault())) or None

    async def wait_for(self, source: str, position: int, timeout: float) -> int:
        """Wait until `position` of `source` is in the live rows and answer the position reached.

        Raises NotProjected (a TimeoutError), at once when the source has stopped.
        """

        def task() -> SourceTask | None:
            return self._feeds.get(self._roles.live.number, {}).get(source)

        def settled() -> bool:
            return (found := task()) is not None and (found.position >= position or found.state == "stopped")

        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(settled)
        except TimeoutError as error:
            raise NotProjected(f"position {position} was not projected in {timeout} s: {self.status()}") from error
        found = task()
        if found is None or found.position < position:
            raise NotProjected(f"position {position} will not be projected: {self.status()}")
        return found.position

    async def wait_built(self, timeout: float) -> None:
        """Wait until the generation beside the live one holds as much. Raises NotProjected, at once when it stopped."""

        def settled() -> bool:
            return self._built() or any(row["state"] == "stopped" for row in self._beside())

        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(settled)
        except TimeoutError as error:
            raise NotProjected(f"not built in {timeout} s: {self._beside()}") from error
        if not self._built():
            raise NotProjected(f"it will not be built: {self._beside()}")

    def _foreign(self) -> bool:
        """Whether the live rows are those of another version, which nothing here can feed or read."""
        return self._roles.live.version != self.projection.version

    def _built(self) -> bool:
        reached = {row["source"]: row["position"] for row in self._beside()}
        return bool(reached) and all(reached.get(row["source"], 0) >= row["position"] for row in self.status())

    def _beside(self) -> list[dict[str, Any]]:
        return [row for row in self.overview() if row["role"] != "live"]

    def _rows(self, role: Role, generation: Generation) -> list[dict[str, Any]]:
        named = {"generation": generation.number, "role": role, "version": generation.version}
        if (feed := self._feeds.get(generation.number)) is not None:
            return [source.status() | named for source in feed.values()]
        return [
            self._left(source, position) | named for source, position in self._stands.get(generation.number, {}).items()
        ]

    def _left(self, source: str, position: int) -> dict[str, Any]:
        """A row of a generation that other code made: it stays where that code left it."""
        head = max(self._bus.heads.get(source), position)
        error = f"made by another version of the code than {self.projection.version}"
        return {
            "projection": self.projection.name,
            "source": source,
            "position": position,
            "head": head,
            "lag": head - position,
            "rate": None,
            "state": "stopped",
            "error": error,
            "parked": 0,
        }

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _begun(self) -> None:
        async with self._engine.begin() as connection:
            await begin(connection, self.projection)

    async def _exchange(self, change: Callable[[Roles], Roles], patience: float) -> Roles:
        """Try until the two stand equal, which they do again and again while both are fed."""
        until = asyncio.get_running_loop().time() + patience
        while True:
            try:
                roles = await unbroken(self._exchanged(change))
                break
            except Apart:
                if asyncio.get_running_loop().time() > until:
                    raise
            await self._look()
            await asyncio.sleep(0.02)
        log.info("switched", projection=self.projection.name, live=roles.live.number)
        await self._look()
        return roles

    async def _exchanged(self, change: Callable[[Roles], Roles]) -> Roles:
        async with self._engine.begin() as connection:
            return await exchange(connection, self.projection, change)

    async def _look(self) -> None:
        async with self._lock:
            await self._reconcile()

    async def _reconcile(self) -> None:
        """Feed the generations that the pointer names and this code can fill, and no others."""
        name = self.projection.name
        async with self._views.connect() as connection:
            roles = await roles_of(connection, name)
            assert roles is not None, f"the pointer of {name} is gone"
            ours = {one.number for one in roles.held.values() if one.version == self.projection.version}
            self._stands = {
                number: await stands(connection, name, number) for number in roles.numbers if number not in ours
            }
        self._roles = roles
        for number in set(self._feeds) - ours:
            await self._leave(number)
        for number in ours - set(self._feeds):
            self._feeds[number] = self._feed(number)
            for source in self._feeds[number].values():
                source.start()
        await self._announce()

    def _feed(self, number: int) -> Feed:
        bound = self.projection.in_generation(number)
        from_ledgers = number != self._roles.live.number
        return {
            source: SourceTask(
                bound,
                number,
                source,
                self._writer,
                self._bus,
                self._announce,
                ledger=self._ledgers(source) if from_ledgers else None,
                hold=partial(self._hold, number, source),
            )
            for source in self.projection.sources
        }

    def _hold(self, number: int, source: str) -> int | None:
        """A candidate waits where a live generation stands still, so that the two can be compared there."""
        candidate = self._roles.candidate
        if candidate is None or candidate.number != number:
            return None
        live = self._feeds.get(self._roles.live.number)
        if live is None:
            return self._stands.get(self._roles.live.number, {}).get(source)
        return live[source].position if live[source].state == "stopped" else None

    async def _leave(self, number: int) -> None:
        feed = self._feeds.pop(number, {})
        await asyncio.gather(*(source.stop() for source in feed.values()))

    async def _watching(self) -> None:
        """See what other processes do to the pointer, and end the time between two versions."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._look()
                if self._by_itself and self._foreign() and self._built():
                    await self._replace_foreign()
            except (Apart, NotHeld, OtherVersion) as refused:  # another process was faster, or is still feeding it
                log.info("not switched yet", projection=self.projection.name, reason=str(refused))
            except Exception as error:
                if not is_transient(error):
                    log.exception("generations are not watched", projection=self.projection.name)

    async def _replace_foreign(self) -> None:
        """Say what the new version changes, then let it answer."""
        try:
            found = await self.difference(patience=0)
            log.info("rows of another version", projection=self.projection.name, **found.summary())
        except Apart as apart:
            log.info("not compared", projection=self.projection.name, reason=str(apart))
        await (self.switch if self._roles.candidate else self.roll_back)()


def _observe(field: str) -> Any:
    def callback(_: metrics.CallbackOptions) -> list[metrics.Observation]:
        rows = [row for runner in list(_runners) for row in runner.overview()]
        return [
            metrics.Observation(row[field], {name: row[name] for name in ("projection", "source", "role")})
            for row in rows
        ]

    return callback


_meter = metrics.get_meter("stocktake.projecting")
_meter.create_observable_gauge("stocktake.projection.lag", callbacks=[_observe("lag")], unit="{event}")
_meter.create_observable_gauge("stocktake.projection.parked", callbacks=[_observe("parked")], unit="{event}")
