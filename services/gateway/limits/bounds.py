"""How long each list of the schema can be, and how long it usually is: what the cost rule multiplies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import strawberry
from strawberry.schema_directive import Location

from services.gateway.problems import PublicError

T = TypeVar("T")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="A list that is given whole: never longer than `max`, and counted as `usual` before a query runs.",
)
class Bound:
    """Bound of a plain list; the schema shows it and the cost rule reads it."""

    max: int
    usual: int


def bounded(max: int, usual: int | None = None, **field: Any) -> Any:
    """A list field with its bound in the schema."""
    return strawberry.field(directives=[Bound(max=max, usual=usual or max)], **field)


def whole(rows: Sequence[T], longest: int) -> Sequence[T]:
    """The rows, all of them. Raises PublicError `too-costly` where the list is longer than its bound promises."""
    if len(rows) > longest:
        raise PublicError("too-costly", f"a list would hold {len(rows):,} entries, more than {longest:,}; ask for less")
    return rows
