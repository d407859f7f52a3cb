"""Keyset pages: a list that grows is cut after a position, so that a page stays itself while events are added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Query
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.events.base import ISO3, Camel, Passage

After = Annotated[int, Query(ge=0, lt=2**53, description="`next` of the page before; 0 = the first page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
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
    """Items in the order of their positions; `next` (the cursor of the next page) is null on the last page."""

    items: tuple[T, ...]
    next: int | None


async def read_page(
    engine: AsyncEngine, table: Table, where: Sequence[Any], after: int, limit: int, item: type[T]
) -> Page[T]:
    """The rows beyond the position `after` that meet all conditions, at most `limit`."""
    wanted = select(table).where(table.c.position > after, *where).order_by(table.c.position).limit(limit + 1)
    async with engine.connect() as connection:
        rows = (await connection.execute(wanted)).mappings().all()
    items = tuple(
        item.model_validate({name: row[name] for name in item.model_fields if name in row}) for row in rows[:limit]
    )
    return Page(items=items, next=items[-1].position if len(rows) > limit else None)
