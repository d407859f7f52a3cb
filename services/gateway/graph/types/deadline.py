"""Deadlines as GraphQL types: one day by which a State owes something, and how that day comes about."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.gateway.asking.cuts import Cut, echoed
from services.gateway.asking.duty_asking import duty_parameters, rows_of_state
from services.gateway.asking.duty_rows import Row
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, OnDay, described
from services.gateway.graph.past import past
from services.gateway.graph.types.certainty import Confidence, Interval, day, interval
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.limits.bounds import bounded, whole

if TYPE_CHECKING:
    from services.gateway.graph.types.state import State

DEADLINES_OF_A_STATE = 200
SOURCES = 200


@strawberry.enum(description="How a deadline stands on the day asked for.")
class DeadlineStatus(Enum):
    """Before the day, after it, or a verdict on the act that meets it."""

    ahead = strawberry.enum_value("ahead", description="The day is still to come, and the act has not been recorded.")
    overdue = strawberry.enum_value(
        "overdue", description="The day has passed without the act, and the record is complete on the question."
    )
    timely = strawberry.enum_value("timely", description="The act came by the day.")
    late = strawberry.enum_value("late", description="The act came after the day.")
    cannotTell = strawberry.enum_value("cannotTell", description="The act is recorded with a date that leaves it open.")
    notRecorded = strawberry.enum_value(
        "notRecorded", description="The record does not reach far enough to say; nobody is accused."
    )


@strawberry.enum(description="What a duty is about.")
class Theme(Enum):
    """Fields of work under the Convention."""

    stockpile = strawberry.enum_value("stockpile", description="Destruction and retention of stockpiles (Article 3).")
    clearance = strawberry.enum_value("clearance", description="Clearance of contaminated areas (Article 4).")
    victim_assistance = strawberry.enum_value("victim_assistance", description="Assistance to victims (Article 5).")
    transparency = strawberry.enum_value("transparency", description="Reports (Article 7).")
    national_measures = strawberry.enum_value("national_measures", description="National law (Article 9).")
    compliance = strawberry.enum_value("compliance", description="Clarification of compliance (Article 8).")
    finance = strawberry.enum_value("finance", description="Costs and contributions (Article 14).")


@strawberry.type(description="One day by which a State owes something.")
class Deadline(Node):
    """`due` is null where the day is not recorded."""

    id: strawberry.ID = strawberry.field(description="`deadline:<iso3>-<what>`.")
    state: Annotated[State, strawberry.lazy("services.gateway.graph.types.state")] = strawberry.field(
        description="The State that owes."
    )
    article: str = strawberry.field(description="Paragraph of the Convention, such as 4.1 a.")
    what: str = strawberry.field(description="Code that tells this duty of the State apart from its others.")
    due: date | None = strawberry.field(description="The last day; null where it is not recorded.")
    status: DeadlineStatus = strawberry.field(description="How it stands on the day asked for.")
    formula: str = strawberry.field(description="In words: how the day comes about.")
    theme: Theme = strawberry.field(description="What the duty is about.")
    rule: str | None = strawberry.field(description="The treaty rule that computes the day, such as CR-20.")
    meeting: str | None = strawberry.field(description="The meeting that the duty is owed to, if it is.")
    done: Interval | None = strawberry.field(description="The day of the act that meets the duty, if recorded.")
    reason: str | None = strawberry.field(description="In words: why the day or the status is not known.")
    confidence: Confidence = strawberry.field(description="Whether checked facts alone give this day.")
    sources: list[Passage] = bounded(SOURCES, usual=3, description="The passages that the day rests on.")
    cut: Cut = strawberry.field(description="The past that the answer was given from.")


def deadline_of(row: Row, cut: Row, state: State) -> Deadline:
    """A service's deadline as the GraphQL type."""
    return Deadline(
        id=strawberry.ID(f"deadline:{row['state']}-{row['what']}"),
        state=state,
        article=row["article"],
        what=row["what"],
        due=day(row["due"]),
        status=DeadlineStatus(row["status"]),
        formula=row["formula"],
        theme=Theme(row["theme"]),
        rule=row["rule"],
        meeting=row["meeting"],
        done=interval(row["done"]),
        reason=row["reason"],
        confidence=Confidence(row["confidence"]),
        sources=passages(whole(row["sources"], SOURCES)),
        cut=echoed(cut),
    )


async def deadlines_of_state(
    info: Info,
    root: strawberry.Parent[State],
    on: OnDay = None,
    within: Annotated[str | None, described("How far ahead: 90d, 12m or 2y.")] = None,
    theme: Annotated[Theme | None, described("Duties of this field of work.")] = None,
    cut: CutArg = None,
) -> list[Deadline]:
    """Resolver of a State's deadlines that are open on a day."""
    parameters = duty_parameters(await past(info, cut, root.outer, on), within=within, theme=theme and theme.name)
    found = await rows_of_state(info, "deadlines", root.iso3, parameters, DEADLINES_OF_A_STATE)
    return [deadline_of(row, found.cut, root) for row in found.rows]
