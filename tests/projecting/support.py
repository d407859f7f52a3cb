"""Small read models over real tables: a plain list of what was applied, and one that cannot stomach some events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.bus.connection import Bus
from shared.database import async_engine
from shared.events.envelope import Recorded
from shared.projecting import ProjectionRunner


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
        self.poison: set[int] = set()
        self.tries: list[int] = []

    async def apply(self, connection: AsyncConnection, recorded: Recorded) -> None:
        self.tries.append(recorded.position)
        await connection.execute(
            insert(self.table).values(
                source=recorded.ledger, position=recorded.position, event_id=recorded.id, version=self.version
            )
        )
        if recorded.position in self.poison:
            raise ValueError(f"cannot stomach {recorded.position}")

    async def rows(self, engine: AsyncEngine, source: str = "meetings") -> list[tuple[int, str]]:
        """(position, event id) in the order of application."""
        query = select(self.table.c.position, self.table.c.event_id)
        async with engine.connect() as connection:
            found = await connection.execute(query.where(self.table.c.source == source).order_by(self.table.c.row))
            return [(row.position, row.event_id) for row in found]


def engine_at(path: Path) -> AsyncEngine:
    """An engine on a SQLite file, as the services make theirs."""
    return async_engine(f"sqlite:///{path.resolve()}", "test")


async def started(projection: Heard, engine: AsyncEngine, bus: Bus) -> ProjectionRunner:
    """A runner that is running."""
    runner = ProjectionRunner(projection, engine, bus)
    await runner.start()
    return runner
