"""Where documents say so, as a GraphQL type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import strawberry


@strawberry.type(description="Where a document says so: never its text.")
class Passage:
    """A document id and the paragraph, form or table row in it; the event that cites it."""

    document: str
    paragraph: str
    event_id: strawberry.ID = strawberry.field(description="`event:<uuid>` of the event that carries the passage.")
    kind: str | None = strawberry.field(description="Type of that event.")
    known_time: date | None = strawberry.field(description="The day by which the institution held the fact.")


def passages(rows: Sequence[Mapping[str, Any]]) -> list[Passage]:
    """A service's `evidence` list."""
    return [
        Passage(
            document=row["document"],
            paragraph=row["paragraph"],
            event_id=strawberry.ID(f"event:{row['eventId']}"),
            kind=row.get("kind"),
            known_time=_day(row.get("knowntime")),
        )
        for row in rows
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
