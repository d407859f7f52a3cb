"""Where documents say so, as a GraphQL type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import strawberry

from services.gateway.graph.types.event_kinds import EventType, event_type


@strawberry.type(description="Where a document says so: never its text.")
class Passage:
    """A document id and the paragraph, form or table row in it; the event that cites it."""

    document: str = strawberry.field(description="Id of the document.")
    paragraph: str = strawberry.field(description="The paragraph, form or table row in it.")
    event_id: strawberry.ID = strawberry.field(description="`event:<uuid>` of the event that carries the passage.")
    kind: EventType | None = strawberry.field(description="Type of that event, where it is told.")
    known_time: date | None = strawberry.field(description="The day by which the institution held the fact.")


def passages(rows: Sequence[Mapping[str, Any]]) -> list[Passage]:
    """A service's `evidence` list."""
    return [
        Passage(
            document=row["document"],
            paragraph=row["paragraph"],
            event_id=strawberry.ID(f"event:{row['eventId']}"),
            kind=event_type(row.get("kind")),
            known_time=_day(row.get("knowntime")),
        )
        for row in rows
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
