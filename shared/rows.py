"""Read models as pure functions: the row there was and an event give the row there is.

An amendment (model §6) makes the rows of its stream anew from the facts that stand; for that each projection keeps
the events that touch its rows in a journal of its own, since it hears other services' ledgers and cannot ask them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.amendments import held, standing
from shared.events.base import Event
from shared.events.envelope import Recorded
from shared.events.registry import decode
from shared.projecting.generations import of_generation

Row = dict[str, Any]
"""Column -> value; columns a function does not name keep what they hold."""

Change = Callable[[Row | None, Event, Recorded], Row | None]
"""(row or None, event, as recorded) -> new row; None leaves the table as it is. It must set the key's columns."""


Key = Callable[[Event, Recorded], Mapping[str, Any] | None]
"""Which row an event touches, by the columns that find it; None = none."""


EVENT_IDS: Final = "event_ids"
"""The column that holds a row's lineage: the ids of every event that made it what it is."""


def _own_stream(event: Event) -> Sequence[str]:
    return (event.stream,)


@dataclass(frozen=True)
class ReadModel:
    """One table whose rows each event changes at most one of, found by `key`.

    `streams` are those whose events make the row that an event touches; most rows are made by one stream.
    """

    table: Table
    key: Key
    change: Change
    streams: Callable[[Event], Sequence[str]] = _own_stream


@dataclass
class Rows:
    """A projection of several read models, so that an event costs one transaction however many there are."""

    name: str
    version: int
    sources: Sequence[str]
    models: Sequence[ReadModel]
    policy: Literal["stop", "park"] = "park"
    generation: int | None = None

    def __post_init__(self) -> None:
        journal = _journal(self.name)
        self.journal: Table = of_generation(journal, self.generation) if self.generation else journal
        self.tables: Sequence[Table] = [*(model.table for model in self.models), self.journal]

    def in_generation(self, generation: int) -> Self:
        """The same read models in the tables of a generation."""
        models = [replace(model, table=of_generation(model.table, generation)) for model in self.models]
        return replace(self, models=models, generation=generation)

    async def apply(self, connection: AsyncConnection, recorded: Recorded) -> None:
        """For each model that the event touches: read the row, change it, write it."""
        event = decode(recorded)
        touched = [(model, key) for model in self.models if (key := model.key(event, recorded)) is not None]
        if touched or recorded.retracts:
            await connection.execute(insert(self.journal).values(_entry(recorded)))
        if recorded.corrects or recorded.revises or recorded.retracts:
            await self._made_anew(connection, recorded)
            return
        for model, key in touched:
            await _apply(connection, model, key, event, recorded, (recorded.id,))

    async def _made_anew(self, connection: AsyncConnection, amendment: Recorded) -> None:
        """The rows of a stream from the facts that stand in it, and in those that share its rows, in their order."""
        own = held(await self._journalled(connection, amendment.source, [amendment.stream]))
        streams = {stream for one in own for model in self.models for stream in model.streams(one.event)}
        together = await self._journalled(connection, amendment.source, sorted(streams | {amendment.stream}))
        recorded = {one.id: one for one in together}
        events = held(together)
        for model in self.models:
            for one in events:
                key = model.key(one.event, recorded[one.id])
                if key is not None:
                    await connection.execute(delete(model.table).where(_where(model, key)))
        for fact in standing(events):
            origin = recorded[fact.event.id]
            for model in self.models:
                key = model.key(fact.event.event, origin)
                if key is not None:
                    await _apply(connection, model, key, fact.event.event, origin, fact.lineage)

    async def _journalled(self, connection: AsyncConnection, source: str, streams: Sequence[str]) -> list[Recorded]:
        journal = self.journal
        ours = (journal.c.source == source, journal.c.stream.in_(streams))
        found = await connection.execute(select(journal.c.raw).where(*ours).order_by(journal.c.position))
        return [Recorded(raw.encode(), b"") for raw in found.scalars()]


async def _apply(
    connection: AsyncConnection,
    model: ReadModel,
    key: Mapping[str, Any],
    event: Event,
    recorded: Recorded,
    lineage: Sequence[str],
) -> None:
    table, where = model.table, _where(model, key)
    found = (await connection.execute(select(table).where(where))).mappings().one_or_none()
    before = dict(found) if found else None
    row = model.change(before, event, recorded)
    if row is not None:
        if EVENT_IDS in table.c:
            ids = [*(before[EVENT_IDS] if before else ()), *lineage]
            row = row | {EVENT_IDS: list(dict.fromkeys(ids))}
        statement = update(table).where(where) if found else insert(table)
        await connection.execute(statement.values(row))


def _where(model: ReadModel, key: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(model.table.c[name] == value for name, value in key.items()))


def _journal(name: str) -> Table:
    """The events that touch a projection's rows, as their ledgers hold them."""
    return Table(
        f"{name.replace('-', '_')}_journal",
        MetaData(),
        Column("source", String, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("stream", String, nullable=False, index=True),
        Column("raw", Text, nullable=False),
    )


def _entry(recorded: Recorded) -> Row:
    return {
        "source": recorded.source,
        "position": recorded.position,
        "stream": recorded.stream,
        "raw": recorded.raw.decode(),
    }


def by_event(*kinds: type[Event]) -> Key:
    """The key of tables that hold one row per event of these kinds."""

    def key(event: Event, recorded: Recorded) -> Mapping[str, Any] | None:
        return {"event_id": recorded.id} if isinstance(event, kinds) else None

    return key


def lineage() -> Column[Any]:
    """The column that `Rows` fills with the ids of the events that made a row what it is, the oldest first."""
    return Column(EVENT_IDS, JSON, nullable=False)


def rests_on() -> list[Column[Any]]:
    """The columns of `provenance`, for tables whose rows have a position and passages of their own."""
    return [
        Column("position", Integer, nullable=False, index=True),
        Column("known_time", String, nullable=False),
        Column("known_precision", String, nullable=False),
        Column("passages", JSON, nullable=False),
    ]


def provenance(recorded: Recorded) -> Row:
    """What every row says of the event it rests on: id, position, known_at and passages."""
    return {
        "event_id": recorded.id,
        "position": recorded.position,
        "known_time": recorded.fields["knowntime"],
        "known_precision": recorded.fields["knownprecision"],
        "passages": recorded.fields["passages"],
    }
