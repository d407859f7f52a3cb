"""Runs a projection: one task per source, rebuilds, and an honest account of how far it has got."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakSet

import structlog
from opentelemetry import metrics
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateSchema

from shared.bus.connection import Bus
from shared.projecting.bookkeeping import forget, metadata, stored_versions
from shared.projecting.projection import Projection
from shared.projecting.source import SourceTask

log = structlog.get_logger("stocktake.projecting")

_runners: WeakSet[ProjectionRunner] = WeakSet()


class NotProjected(TimeoutError):
    """A position was not projected in time; the message holds the projection's own words."""


class ProjectionRunner:
    """Keeps a projection's tables, in `engine`, up with the ledgers it reads from `bus`."""

    def __init__(self, projection: Projection, engine: AsyncEngine, bus: Bus) -> None:
        self.projection = projection
        self._engine, self._bus = engine, bus
        self._changed = asyncio.Condition()
        self._lock = asyncio.Lock()
        self._sources = {
            source: SourceTask(projection, source, engine, bus, self._announce) for source in projection.sources
        }

    async def start(self) -> None:
        """Make the tables, or make them anew when the projection's version has changed, and start reading."""
        async with self._lock:
            async with self._engine.begin() as connection:
                await self._make_tables(connection)
            await self._bus.heads.listen()
            for source in self._sources.values():
                source.start()
            _runners.add(self)

    async def stop(self) -> None:
        """Stop reading; what is committed stays."""
        async with self._lock:
            _runners.discard(self)
            await self._pause()

    async def rebuild(self) -> None:
        """Throw the rows away and project everything again from position 1; returns when the replay has begun."""
        async with self._lock:
            log.info("rebuild", projection=self.projection.name)
            await self._pause()
            try:
                async with self._engine.begin() as connection:
                    for table in reversed(self.projection.tables):
                        await connection.execute(delete(table))
                    await forget(connection, self.projection.name)
                for source in self._sources.values():
                    source.forget()
            finally:
                for source in self._sources.values():
                    source.start()

    def status(self) -> list[dict[str, Any]]:
        """One row per source: `{projection, source, position, head, lag, state, error, parked}`."""
        return [source.status() for source in self._sources.values()]

    def fault(self) -> str | None:
        """Why readiness should be red, in words; None while every source moves with its ledger."""
        faults = [fault for source in self._sources.values() if (fault := source.fault())]
        return "; ".join(faults) or None

    async def wait_for(self, source: str, position: int, timeout: float) -> int:
        """Wait until `position` of `source` is in the rows and answer the position reached.

        Raises NotProjected (a TimeoutError), at once when the source has stopped.
        """
        task = self._sources[source]
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(lambda: task.position >= position or task.state == "stopped")
        except TimeoutError as error:
            raise NotProjected(f"position {position} was not projected in {timeout} s: {task.status()}") from error
        if task.position < position:
            raise NotProjected(f"position {position} will not be projected: {task.status()}")
        return task.position

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _pause(self) -> None:
        await asyncio.gather(*(source.stop() for source in self._sources.values()))

    async def _make_tables(self, connection: AsyncConnection) -> None:
        if connection.dialect.name == "postgresql":
            await _make_schema(connection)
        await connection.run_sync(metadata.create_all)
        versions = await stored_versions(connection, self.projection.name)
        tables = list(self.projection.tables)
        if versions - {self.projection.version}:
            log.info("projection has a new version", projection=self.projection.name, version=self.projection.version)
            await forget(connection, self.projection.name)
            for table in reversed(tables):
                await connection.run_sync(table.drop, checkfirst=True)
        for table in tables:
            await connection.run_sync(table.create, checkfirst=True)


async def _make_schema(connection: AsyncConnection) -> None:
    """The schema that the engine looks in, if it is not there yet; two processes may start at the same time."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('projection tables'))"))
    if (await connection.execute(text("SELECT current_schema()"))).scalar_one() is None:
        first = str((await connection.execute(text("SHOW search_path"))).scalar_one()).split(",")[0]
        await connection.execute(CreateSchema(first.strip(' "'), if_not_exists=True))


def _observe(field: str) -> Any:
    def callback(_: metrics.CallbackOptions) -> list[metrics.Observation]:
        rows = [row for runner in list(_runners) for row in runner.status()]
        return [
            metrics.Observation(row[field], {"projection": row["projection"], "source": row["source"]}) for row in rows
        ]

    return callback


_meter = metrics.get_meter("stocktake.projecting")
_meter.create_observable_gauge("stocktake.projection.lag", callbacks=[_observe("lag")], unit="{event}")
_meter.create_observable_gauge("stocktake.projection.parked", callbacks=[_observe("parked")], unit="{event}")
