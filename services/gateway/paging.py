"""Keyset connections: a page begins after the key of the last item seen, so that a growing list never shifts."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import strawberry

from services.gateway.bounds import bounded
from services.gateway.passages import Passage, passages
from services.gateway.problems import PublicError
from services.gateway.state_types import State, state

LARGEST_PAGE = 100

Key = tuple[str, str]


@strawberry.type(description="What a State answered to a question.")
class Statement:
    """yes, no, nil, inPreparation, notApplicable, silent, noReport or notRecorded, and the passages that say so."""

    code: str
    state: State
    answer: str
    certain: bool
    evidence: list[Passage] = bounded(50, usual=3)


@strawberry.type(description="Whether there is more after this page, and from where.")
class PageInfo:
    """The end of a page."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type(description="A statement and its place in the list.")
class StatementEdge:
    """`cursor` is what `after` takes."""

    cursor: str
    node: Statement


@strawberry.type(description="A page of statements, ordered by State and code.")
class StatementConnection:
    """One page of a growing list."""

    total_count: int
    page_info: PageInfo
    edges: list[StatementEdge] = bounded(LARGEST_PAGE)  # a page costs a full page, whatever `first` says


def page(rows: list[dict[str, Any]], first: int, after: str | None) -> StatementConnection:
    """The page of `first` statements after the cursor. Raises PublicError for a page too large or a false cursor."""
    if not 1 <= first <= LARGEST_PAGE:
        raise PublicError("page-too-large", f"first must lie between 1 and {LARGEST_PAGE}", field="first")
    ordered = sorted(rows, key=_key)
    rest = [row for row in ordered if _key(row) > _decoded(after)] if after else ordered
    shown = rest[:first]
    edges = [StatementEdge(cursor=_encoded(_key(row)), node=_statement(row)) for row in shown]
    return StatementConnection(
        total_count=len(rows),
        page_info=PageInfo(has_next_page=len(rest) > first, end_cursor=edges[-1].cursor if edges else None),
        edges=edges,
    )


def _key(row: dict[str, Any]) -> Key:
    return row["state"], row["code"]


def _statement(row: dict[str, Any]) -> Statement:
    return Statement(
        code=row["code"],
        state=state(row["state"]),
        answer=row["answer"],
        certain=row.get("certain", True),
        evidence=passages((row.get("evidence") or [])[:50]),
    )


def _encoded(key: Key) -> str:
    return base64.urlsafe_b64encode("\x1f".join(key).encode()).decode()


def _decoded(cursor: str) -> Key:
    try:
        iso3, code = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().split("\x1f")
    except (binascii.Error, ValueError):
        raise PublicError("cursor", "that cursor is none of ours", field="after") from None
    return iso3, code
