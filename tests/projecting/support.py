"""Small read models over real tables: a plain list of what was applied, and one that cannot stomach some events."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Self

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.database import async_engine
from shared.events.envelope import Recorded
from shared.projecting import ProjectionRunner
from shared.projecting.generations import of_generation, roles_of


class Heard:
    """Every event applied, one row each, no key: an effect had twice would show as two rows."""

    def __init__(
        self,
        *,
        name: str = "heard",
        version: int = 1,
        policy: Literal["stop", "park"] = "stop",
        sources: Sequence[str] = ("meetings",),
    ) -> None:
        self.name, self.version, self.policy, self.sources = name, version, policy, sources
        self.table = Table(
            f"{name}_rows",
            MetaData(),
            Column("row", Integer, primary_key=True, autoincrement=True),
            Column("source", String, nullable=False),
            Column("position", Integer, nullable=False),
            Column("event_id", String, nullable=False),
            Column("version", Integer, nullable=False),
        )
        self.tables: Sequence[Table] = (self.table,)
        self.generation = 0
        self._stomach: dict[int, set[int]] = {0: set()}  # shared by all generations; of one alone if it is named here
        self.batches: list[list[int]] = []

    @property
    def tries(self) -> list[int]:
        """The positions that were to be applied, in the order of the tries."""
        return [position for batch in self.batches for position in batch]

    @property
    def poison(self) -> set[int]:
        """The positions that it cannot apply, in the generations that have no poison of their own."""
        return self._stomach[0]

    @poison.setter
    def poison(self, positions: set[int]) -> None:
        self._stomach[0] = positions

    def poison_only(self, generation: int, positions: set[int]) -> None:
        """What one generation cannot apply."""
        self._stomach[generation] = positions

    def in_generation(self, generation: int) -> Self:
        other = copy.copy(self)
        other.generation, other.table = generation, of_generation(self.table, generation)
        return other

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        self.batches.append([event.position for event in events])
        for event in events:
            values = {"source": event.ledger, "position": event.position, "event_id": event.id, "version": self.version}
            connection.execute(insert(self.table).values(values))
            if event.position in self._stomach.get(self.generation, self.poison):
                raise ValueError(f"cannot stomach {event.position}")

    async def rows(
        self, engine: AsyncEngine, source: str = "meetings", generation: int | None = None
    ) -> list[tuple[int, str]]:
        """(position, event id) in the order of application, as the live generation has them or a given one."""
        async with engine.connect() as connection:
            roles = await roles_of(connection, self.name)
            assert roles
            table = of_generation(self.table, generation or roles.live.number)
            query = select(table.c.position, table.c.event_id).where(table.c.source == source).order_by(table.c.row)
            return [(row.position, row.event_id) for row in await connection.execute(query)]


def engine_at(path: Path) -> AsyncEngine:
    """An engine on a SQLite file, as the services make theirs."""
    return async_engine(f"sqlite:///{path.resolve()}", "test")


async def started(projection: Heard, engine: AsyncEngine, bus: Bus) -> ProjectionRunner:
    """A runner that is running."""
    runner = ProjectionRunner(projection, engine, bus)
    await runner.start()
    return runner


async def remade(runner: ProjectionRunner, patience: float = 30) -> None:
    """What an operator does to make the rows anew: rebuild, wait, switch."""
    await runner.rebuild()
    await runner.wait_built(patience)
    await runner.switch()


async def answered_by(generation: int, seen: Sequence[int], busy: Sequence[asyncio.Task[None]]) -> None:
    """Wait until answers come from this generation, as `seen` notes them; what fails meanwhile is raised."""
    async with asyncio.timeout(60):
        while generation not in seen[-1:]:
            for task in busy:
                if task.done():
                    task.result()
            await asyncio.sleep(0.01)
