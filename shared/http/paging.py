"""Keyset pages: a list that grows is cut after a position, so that a page stays itself while events are added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Query
from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.events.base import ISO3, Camel, Passage

After = Annotated[int, Query(ge=0, lt=2**53, description="`next` of the page before; 0 = the first page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
Newest = Annotated[bool, Query(description="The newest first; `after` is then the position that they lie before.")]
StateCode = Annotated[ISO3 | None, Query(description="ISO 3166-1 alpha-3 code of a State.")]


class Item(Camel):
    """What every listed row says of the event it rests on."""

    event_id: str
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


def matching(table: Table, wanted: Mapping[str, object | None]) -> list[ColumnElement[bool]]:
    """The conditions that a listing's parameters make, by column; what is None is not asked for."""
    return [table.c[name] == value for name, value in wanted.items() if value is not None]


async def read_page(
    engine: AsyncEngine,
    table: Table,
    where: Sequence[ColumnElement[bool]],
    after: int,
    limit: int,
    item: type[T],
    newest: bool = False,
) -> Page[T]:
    """The rows beyond the position `after` that meet all conditions, at most `limit`.

    With `newest` the rows before it (0 = all), from the last to the first.
    """
    at = table.c.position
    rest = (at < (after or 2**53)) if newest else (at > after)
    wanted = select(table).where(rest, *where).order_by(at.desc() if newest else at).limit(limit + 1)
    counted = select(func.count()).select_from(table).where(*where)
    async with engine.connect() as connection:
        rows = (await connection.execute(wanted)).mappings().all()
        total = (await connection.execute(counted)).scalar_one()
    items = tuple(
        item.model_validate({name: row[name] for name in item.model_fields if name in row}) for row in rows[:limit]
    )
    return Page(items=items, next=items[-1].position if len(rows) > limit else None, total=total)
