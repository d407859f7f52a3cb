"""A read model of one table as a pure function: the row there was and an event give the row there is."""

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


@dataclass
class RowProjection:
    """A projection whose every event touches at most one row, found by `key`; unlike events are left aside."""

    name: str
    version: int
    sources: Sequence[str]
    table: Table
    key: Callable[[Event, Recorded], Mapping[str, Any] | None]
    change: Change
    policy: Literal["stop", "park"] = "park"

    def __post_init__(self) -> None:
        self.tables: Sequence[Table] = (self.table,)

    async def apply(self, connection: AsyncConnection, recorded: Recorded) -> None:
        """Read the row, change it, write it."""
        event = decode(recorded)
        key = self.key(event, recorded)
        if key is None:
            return
        where = and_(*(self.table.c[name] == value for name, value in key.items()))
        found = (await connection.execute(select(self.table).where(where))).mappings().one_or_none()
        row = self.change(dict(found) if found else None, event, recorded)
        if row is None:
            return
        statement = update(self.table).where(where) if found else insert(self.table)
        await connection.execute(statement.values(row))


def by_event(*kinds: type[Event]) -> Callable[[Event, Recorded], Mapping[str, Any] | None]:
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
