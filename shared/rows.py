"""Read models as pure functions: the row there was and an event give the row there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import JSON, Column, Integer, String, Table, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events.base import Event
from shared.events.envelope import Recorded
from shared.events.registry import decode

Row = dict[str, Any]
"""Column -> value; columns a function does not name keep what they hold."""

Change = Callable[[Row | None, Event, Recorded], Row | None]
"""(row or None, event, as recorded) -> new row; None leaves the table as it is. It must set the key's columns."""


Key = Callable[[Event, Recorded], Mapping[str, Any] | None]
"""Which row an event touches, by the columns that find it; None = none."""


@dataclass(frozen=True)
class ReadModel:
    """One table whose rows each event changes at most one of, found by `key`."""

    table: Table
    key: Key
    change: Change


@dataclass
class Rows:
    """A projection of several read models, so that an event costs one transaction however many there are."""

    name: str
    version: int
    sources: Sequence[str]
    models: Sequence[ReadModel]
    policy: Literal["stop", "park"] = "park"

    def __post_init__(self) -> None:
        self.tables: Sequence[Table] = [model.table for model in self.models]

    async def apply(self, connection: AsyncConnection, recorded: Recorded) -> None:
        """For each model that the event touches: read the row, change it, write it."""
        event = decode(recorded)
        for model in self.models:
            key = model.key(event, recorded)
            if key is not None:
                await _apply(connection, model, key, event, recorded)


async def _apply(
    connection: AsyncConnection, model: ReadModel, key: Mapping[str, Any], event: Event, recorded: Recorded
) -> None:
    table = model.table
    where = and_(*(table.c[name] == value for name, value in key.items()))
    found = (await connection.execute(select(table).where(where))).mappings().one_or_none()
    row = model.change(dict(found) if found else None, event, recorded)
    if row is not None:
        statement = update(table).where(where) if found else insert(table)
        await connection.execute(statement.values(row))


def by_event(*kinds: type[Event]) -> Key:
    """The key of tables that hold one row per event of these kinds."""

    def key(event: Event, recorded: Recorded) -> Mapping[str, Any] | None:
        return {"event_id": recorded.id} if isinstance(event, kinds) else None

    return key


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
