"""Keyset connections: a page begins after the key of the last item seen, so that a growing list never shifts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry

from services.gateway.asking.cuts import Cut
from services.gateway.asking.selection import Info
from services.gateway.limits.bounds import bounded
from services.gateway.problems import PublicError

LARGEST_PAGE = 100

T = TypeVar("T")


@strawberry.enum(description="Order of a list that grows with the ledger.")
class RecordOrder(Enum):
    """By position."""

    oldestFirst = strawberry.enum_value("oldestFirst", description="In the order in which it was recorded.")
    newestFirst = strawberry.enum_value("newestFirst", description="What was recorded last comes first.")


@strawberry.type(description="Whether there is more after this page, and from where.")
class PageInfo:
    """The end of a page."""

    has_next_page: bool = strawberry.field(description="Whether another page follows.")
    end_cursor: str | None = strawberry.field(description="What `after` takes for the next page; null on an empty one.")


@strawberry.type(description="An item and its place in the list.")
class Edge(Generic[T]):
    """One item of a page."""

    cursor: str = strawberry.field(description="What `after` takes to go on behind this item.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list that grows; a page stays itself while the list does.")
class Connection(Generic[T]):
    """One page of a growing list."""

    total_count: int = strawberry.field(description="How many items all pages hold together.")
    page_info: PageInfo = strawberry.field(description="Whether there is more.")
    stale: bool = strawberry.field(description="True when a service is down or behind: newer items may be missing.")
    cut: Cut | None = strawberry.field(
        description="The past that the page was answered from; null for a list that takes no cut."
    )
    edges: list[Edge[T]] = bounded(  # a page costs a full page, whatever `first` says
        LARGEST_PAGE, description="The items of this page."
    )


def checked(first: int) -> int:
    """The size of a page. Raises PublicError `page-too-large`."""
    if not 1 <= first <= LARGEST_PAGE:
        raise PublicError("page-too-large", f"first must lie between 1 and {LARGEST_PAGE}", field="first")
    return first


def encoded(*key: str) -> str:
    """A key as a cursor."""
    return base64.urlsafe_b64encode("\x1f".join(key).encode()).decode()


def decoded(cursor: str, parts: int) -> tuple[str, ...]:
    """The key in a cursor. Raises PublicError `cursor`."""
    try:
        key = tuple(base64.b64decode(cursor, altchars=b"-_", validate=True).decode().split("\x1f"))
    except (binascii.Error, ValueError):
        key = ()
    if len(key) != parts:
        raise PublicError("cursor", "that cursor is none of ours", field="after")
    return key


def position_in(cursor: str | None) -> int:
    """The ledger position in a cursor, 0 for none. Raises PublicError `cursor`."""
    if cursor is None:
        return 0
    (text,) = decoded(cursor, 1)
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise PublicError("cursor", "that cursor is none of ours", field="after")
    return int(text)


def page_of(
    info: Info,
    rows: Sequence[Any],
    total: int,
    more: bool,
    cursor: Callable[[Any], str],
    node: Callable[[Any], Any],
    cut: Cut | None = None,
) -> Any:
    """A page as a connection; counts its objects against the budget of the operation."""
    info.context.spend(2 * len(rows))
    edges: list[Edge[Any]] = [Edge(cursor=cursor(row), node=node(row)) for row in rows]
    return Connection(
        total_count=total,
        page_info=PageInfo(has_next_page=more, end_cursor=edges[-1].cursor if edges else None),
        stale=info.context.stale,
        cut=cut,
        edges=edges,
    )


def window(first: int, after: str | None, order: RecordOrder) -> dict[str, str | None]:
    """Which page, as the listings take it. Raises PublicError."""
    newest = order is RecordOrder.newestFirst
    return {"limit": str(checked(first)), "after": str(position_in(after)), "newest": str(newest).lower()}


def connected(
    info: Info, body: Any, node: Callable[[Any], T], *, items: str = "items", cut: Cut | None = None
) -> Connection[T]:
    """A listing's page as a connection."""
    more, key = body["next"] is not None, lambda row: encoded(str(row["position"]))
    found: Connection[T] = page_of(info, body[items], body["total"], more, key, node, cut)
    return found
