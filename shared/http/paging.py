"""Keyset pages: a list that grows is cut after a position, so that a page stays itself while events are added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Query
from sqlalchemy import ColumnElement, Table, func, select

from shared.events.base import ISO3, Camel, Passage
from shared.projecting.live import LiveTables

After = Annotated[int, Query(ge=0, lt=2**53, description="`next` of the page before; 0 = the first page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
Newest = Annotated[bool, Query(description="The newest first; `after` is then the position that they lie before.")]
StateCode = Annotated[ISO3 | None, Query(description="ISO 3166-1 alpha-3 code of a State.")]


class Item(Camel):
    """What every listed row says of the event it rests on; `eventIds` are all that made it so, corrections included."""

    event_id: str
    event_ids: tuple[str, ...]
    position: int
    known_time: date
    known_precision: Literal["day", "by"]
    passages: tuple[Passage, ...]


T = TypeVar("T", bound=Item)


class Page(Camel, Generic[T]):
    """Items in the order of their positions; `next` (the cursor of the next page) is null on the last page.

    `total` counts the rows of all pages together.
    """

    items: tuple[T, ...]
    next: int | None
    total: int


Where = Callable[[Table], Sequence[ColumnElement[bool]]]
"""The conditions that rows must meet, of the table as the live generation has it."""


def equal_to(**wanted: object | None) -> Where:
    """That each column named here holds this value; None = any."""
    given = {name: value for name, value in wanted.items() if value is not None}
    return lambda table: [table.c[name] == value for name, value in given.items()]


async def read_page(
    live: LiveTables, table: Table, where: Where, after: int, limit: int, item: type[T], newest: bool = False
) -> Page[T]:
    """The live rows beyond the position `after` that meet all conditions, at most `limit`.

    With `newest` the rows before it (0 = all), from the last to the first.
    """
    async with live.reading() as reading:
        found = reading.of(table)
        at, meeting = found.c.position, where(found)
        rest = (at < (after or 2**53)) if newest else (at > after)
        wanted = select(found).where(rest, *meeting).order_by(at.desc() if newest else at).limit(limit + 1)
        counted = select(func.count()).select_from(found).where(*meeting)
        rows = (await reading.connection.execute(wanted)).mappings().all()
        total = (await reading.connection.execute(counted)).scalar_one()
    items = tuple(
        item.model_validate({name: row[name] for name in item.model_fields if name in row}) for row in rows[:limit]
    )
    return Page(items=items, next=items[-1].position if len(rows) > limit else None, total=total)
