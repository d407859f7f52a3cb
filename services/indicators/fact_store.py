"""The facts projection: every event of the three ledgers as one row, stored as it came; it applies no rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, UniqueConstraint, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.indicators.facts import Fact, fact_of
from services.indicators.world import LEDGERS
from shared.events.envelope import Recorded

facts: Final = Table(
    "facts",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("ledger", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("source", String, nullable=False),
    Column("type", String, nullable=False),
    Column("schemaversion", Integer, nullable=False),
    Column("stream", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("subject", String),
    Column("effective", JSON, nullable=False),
    Column("knowntime", String, nullable=False),
    Column("knownprecision", String, nullable=False),
    Column("recordedtime", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("onbehalfof", String),
    Column("corrects", String),
    Column("revises", String),
    Column("retracts", String),
    Column("passages", JSON, nullable=False),
    Column("data", JSON, nullable=False),
    UniqueConstraint("ledger", "position"),
)


class FactsProjection:
    """Stops at what it cannot store: figures over a record with a hole would be wrong without showing it."""

    name = "facts"
    version = 1
    sources: Sequence[str] = LEDGERS
    tables: Sequence[Table] = (facts,)
    policy: Literal["stop", "park"] = "stop"

    async def apply(self, connection: AsyncConnection, recorded: Recorded) -> None:
        """Add the event; it is checked that today's code can read it, so that a figure never meets one it cannot."""
        stored = recorded.fields
        fact_of(stored)
        row = {column.name: stored[column.name] for column in facts.columns if column.name != "ledger"}
        await connection.execute(insert(facts).values(**row, ledger=recorded.ledger))


class FactBook:
    """The stored facts in memory, read once each: events never change."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self._read: dict[str, int] = dict.fromkeys(LEDGERS, 0)

    async def read(self, views: AsyncEngine, positions: Mapping[str, int]) -> None:
        """Read on until every ledger is there up to its position; the rows must hold that much."""
        for ledger, position in positions.items():
            if position > self._read[ledger]:
                await self._read_on(views, ledger, position)

    async def _read_on(self, views: AsyncEngine, ledger: str, position: int) -> None:
        missing = (
            select(facts)
            .where(facts.c.ledger == ledger, facts.c.position > self._read[ledger], facts.c.position <= position)
            .order_by(facts.c.position)
        )
        async with views.connect() as connection:
            rows = (await connection.execute(missing)).mappings().all()
        found = [fact_of(_stored(row)) for row in rows]
        positions = [fact.position for fact in found]
        if positions != list(range(self._read[ledger] + 1, position + 1)):
            raise FactsMissing(f"{ledger}: rows do not reach position {position} without a hole")
        self.facts.extend(found)
        self._read[ledger] = position

    def reaches(self, positions: Mapping[str, int]) -> bool:
        """Whether all these positions have been read."""
        return all(self._read[ledger] >= position for ledger, position in positions.items())


class FactsMissing(Exception):
    """The facts table does not hold what its position says, as while it is being rebuilt."""


def _stored(row: Mapping[Any, Any]) -> dict[str, Any]:
    return dict(row)
