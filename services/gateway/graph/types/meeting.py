"""Meetings as a GraphQL type, and what each opens into."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from services.gateway.asking.cuts import NO_CUT, Asked
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg
from services.gateway.graph.past import past, rows_of_one
from services.gateway.graph.types.certainty import day
from services.gateway.graph.types.meeting_record import Assessment, Participation, assessment_of, participation_of
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.recorded_fact import seen, the_state
from services.gateway.graph.types.state import State
from services.gateway.limits.bounds import bounded

PARTICIPANTS = 500
ASSESSMENTS = 200


@strawberry.enum(description="A kind of meeting.")
class MeetingKind(Enum):
    """Formal meetings and others."""

    MSP = strawberry.enum_value("MSP", description="Meeting of States Parties (Article 11).")
    RC = strawberry.enum_value("RC", description="Review Conference (Article 12).")
    intersessional = strawberry.enum_value("intersessional", description="Meeting between the formal ones.")
    preparatory = strawberry.enum_value("preparatory", description="Meeting that prepares a Review Conference.")
    amendment = strawberry.enum_value("amendment", description="Amendment Conference (Article 13).")


async def _participants(info: Info, root: strawberry.Parent[Meeting], cut: CutArg = None) -> list[Participation]:
    at = await past(info, cut, root.outer)
    found = await rows_of_one(info, "/meetings/participations", at, "meeting", root.code, PARTICIPANTS)
    from_ = seen(found.cut, at)
    return [participation_of(row, from_) for row in found.rows]


async def _assessments(info: Info, root: strawberry.Parent[Meeting], cut: CutArg = None) -> list[Assessment]:
    at = await past(info, cut, root.outer)
    found = await rows_of_one(info, "/meetings/assessments", at, "meeting", root.code, ASSESSMENTS)
    from_ = seen(found.cut, at)
    return [assessment_of(row, from_) for row in found.rows]


@strawberry.type(description="A meeting of the Convention.")
class Meeting(Node):
    """A Meeting of States Parties, Review Conference or another meeting; an undated one has no dates."""

    outer: strawberry.Private[Asked]
    id: strawberry.ID = strawberry.field(description="`meeting:<code>`.")
    code: str = strawberry.field(description="Code as the services know it: 13MSP.")
    kind: MeetingKind | None = strawberry.field(description="What kind of meeting.")
    title: str | None = strawberry.field(description="Its title.")
    opens: date | None = strawberry.field(description="Its first day; null while it has none.")
    closes: date | None = strawberry.field(description="Its last day.")
    place: str | None = strawberry.field(description="Where it is held.")
    presidency: State | None = strawberry.field(description="The State that presides; null where none is recorded.")
    part_of: str | None = strawberry.field(description="Code of the meeting whose part it is.")
    participants: list[Participation] = bounded(
        PARTICIPANTS, usual=130, resolver=_participants, description="Who took part, as far as it is recorded."
    )
    assessments: list[Assessment] = bounded(
        ASSESSMENTS, usual=110, resolver=_assessments, description="Shares of its costs (Article 14.1)."
    )


def meeting_of(body: Mapping[str, Any], outer: Asked = NO_CUT) -> Meeting:
    """A service's meeting as the GraphQL type."""
    code: str = body["meeting"]
    return Meeting(
        outer=outer,
        id=strawberry.ID(f"meeting:{code}"),
        code=code,
        kind=MeetingKind(body["kind"]) if body.get("kind") else None,
        title=body.get("title"),
        opens=day(body.get("opens")),
        closes=day(body.get("closes")),
        place=body.get("place"),
        presidency=the_state(body["presidency"], outer) if body.get("presidency") else None,
        part_of=body.get("partOf"),
    )
