"""Meetings as a GraphQL type."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry


@strawberry.type(description="A meeting of the Convention.")
class Meeting:
    """A Meeting of States Parties, Review Conference or another meeting; an undated one has no dates."""

    id: strawberry.ID = strawberry.field(description="`meeting:<code>`.")
    code: str = strawberry.field(description="Code as the services know it: 13MSP.")
    kind: str | None
    title: str | None
    opens: date | None
    closes: date | None
    place: str | None


def meeting_of(body: dict[str, Any]) -> Meeting:
    """A service's meeting as the GraphQL type."""
    code: str = body["meeting"]
    return Meeting(
        id=strawberry.ID(f"meeting:{code}"),
        code=code,
        kind=body.get("kind"),
        title=body.get("title"),
        opens=_day(body.get("opens")),
        closes=_day(body.get("closes")),
        place=body.get("place"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
