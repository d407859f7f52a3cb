"""Keyset pages: a list that grows is cut after a position, so that a page stays itself while events are added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Query

from shared.events.base import ISO3, Camel

R = TypeVar("R")

After = Annotated[int, Query(ge=0, lt=2**53, description="`next` of the page before; 0 = the first page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
StateCode = Annotated[ISO3 | None, Query(description="ISO 3166-1 alpha-3 code of a State.")]


class Page(Camel):
    """Items in the order of their positions; `next` is None on the last page."""

    items: list[dict[str, Any]]
    next: int | None


def page(rows: Sequence[R], limit: int, position: Callable[[R], int], show: Callable[[R], dict[str, Any]]) -> Page:
    """A page of at most `limit` items from rows read with limit + 1."""
    more = len(rows) > limit
    kept = rows[:limit]
    return Page(items=[show(row) for row in kept], next=position(kept[-1]) if more else None)
