"""The facts projection: every event of the three ledgers as one row, stored as it came; it applies no rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Self

from sqlalchemy import JSON, Column, Connection, Integer, MetaData, String, Table, UniqueConstraint, insert, select

from services.indicators.facts.fact import LEDGERS, Fact, fact_of
from services.indicators.facts.index import FactIndex
from shared.events.envelope import Recorded
from shared.projecting.generations import of_generation
from shared.projecting.live import LiveTables, Reading

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


_MEMBERS: Final = tuple(column.name for column in facts.columns if column.name != "ledger")
"""What a row takes from the stored event."""


class FactsProjection:
    """Stops at what it cannot store: figures over a record with a hole would be wrong without showing it."""

    name = "facts"
    version = 1
    sources: Sequence[str] = LEDGERS
    tables: Sequence[Table] = (facts,)
    policy: Literal["stop", "park"] = "stop"

    def __init__(self, table: Table = facts) -> None:
        self._table = table

    def in_generation(self, generation: int) -> Self:
        """The same projection with its rows in a generation's table."""
        return type(self)(of_generation(facts, generation))

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Add the events; it is checked that today's code can read each, so that a figure never meets one it cannot."""
        for event in events:
            fact_of(event.fields)
        rows = [{name: event.fields[name] for name in _MEMBERS} | {"ledger": event.ledger} for event in events]
        connection.execute(insert(self._table), rows)


class FactBook:
    """The stored facts of one generation in memory, read once each: events never change.

    When another generation is live it is begun anew, so that it never holds facts of two.
    """

    def __init__(self) -> None:
        self.generation = 0
        self.facts: list[Fact] = []
        self.index = FactIndex()
        self._read: dict[str, int] = dict.fromkeys(LEDGERS, 0)

    async def read(self, live: LiveTables, positions: Mapping[str, int]) -> None:
        """Read on until every ledger is there up to its position; the live rows must hold that much."""
        async with live.reading() as reading:
            if reading.generation != self.generation:
                self.generation, self.facts, self._read = reading.generation, [], dict.fromkeys(LEDGERS, 0)
                self.index = FactIndex()
            for ledger, position in positions.items():
                if position > self._read[ledger]:
                    found = await stored_facts(reading, ledger, self._read[ledger], position)
                    self.facts.extend(found)
                    self.index.add(found)
                    self._read[ledger] = position

    def reaches(self, generation: int, positions: Mapping[str, int]) -> bool:
        """Whether all these positions of this generation have been read."""
        reached = all(self._read[ledger] >= position for ledger, position in positions.items())
        return generation == self.generation and reached


async def stored_facts(reading: Reading, ledger: str, after: int, through: int) -> list[Fact]:
    """The facts of a ledger beyond one position and up to another. Raises FactsMissing."""
    table = reading.of(facts)
    wanted = (
        select(table)
        .where(table.c.ledger == ledger, table.c.position > after, table.c.position <= through)
        .order_by(table.c.position)
    )
    rows = (await reading.connection.execute(wanted)).mappings().all()
    found = [fact_of(_stored(row)) for row in rows]
    if [fact.position for fact in found] != list(range(after + 1, through + 1)):
        raise FactsMissing(f"{ledger}: rows do not reach position {through} without a hole")
    return found


class FactsMissing(Exception):
    """The facts table does not hold what its position says, as just after a switch."""


def _stored(row: Mapping[Any, Any]) -> dict[str, Any]:
    return dict(row)
