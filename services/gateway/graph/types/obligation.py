"""Obligations as GraphQL types: how each stands on a day, and the chain of causes that says so."""

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

OBLIGATIONS_OF_A_STATE = 200
CAUSES = 200
SOURCES = 200


@strawberry.enum(description="How an obligation stands on a day.")
class ObligationStatus(Enum):
    """The states of model §7."""

    unknown = strawberry.enum_value("unknown", description="No initial report tells yet.")
    none = strawberry.enum_value("none", description="There is nothing to do.")
    outstanding = strawberry.enum_value("outstanding", description="Still to be done, within the first deadline.")
    extended = strawberry.enum_value("extended", description="Still to be done, within a deadline a meeting extended.")
    completed = strawberry.enum_value("completed", description="Done, as the State or a report says.")
    declared = strawberry.enum_value("declared", description="Done, and declared so to a meeting.")
    reopened = strawberry.enum_value("reopened", description="Done once; something was found afterwards.")
    ended = strawberry.enum_value("ended", description="Ended by withdrawal (Article 20).")
    notRecorded = strawberry.enum_value("notRecorded", description="The record does not reach far enough to say.")


@strawberry.enum(description="Whether the record holds what is asked for.")
class Recorded(Enum):
    """recorded or not."""

    recorded = strawberry.enum_value("recorded", description="Held; where null stands beside it, there is none.")
    notRecorded = strawberry.enum_value("notRecorded", description="Not held; there may be one.")


@strawberry.type(description="One step in a chain of causes: what happened, when, and the rule that makes it count.")
class Cause:
    """An act, or a step that only a rule makes (entry into force, a closing day)."""

    kind: str = strawberry.field(description="Kind of the fact, or `rule` for a step that only a rule makes.")
    when: Interval | None = strawberry.field(description="The day of it; null where nothing is known of the day.")
    words: str = strawberry.field(description="The step in one phrase.")
    article: str | None = strawberry.field(description="Paragraph of the Convention, such as 4.1 a.")
    rule: str | None = strawberry.field(description="The treaty rule, such as CR-20.")
    certain: bool = strawberry.field(description="False where the step rests on facts that nobody has checked yet.")
    sources: list[Passage] = bounded(SOURCES, usual=2, description="The passages that say so.")


@strawberry.type(description="How an obligation of a State stands on a day.")
class Obligation(Node):
    """`status` is what all facts say, `proven` what the checked ones alone do."""

    id: strawberry.ID = strawberry.field(description="`obligation:<iso3>-<article>`, and its name where it has one.")
    state: Annotated[State, strawberry.lazy("services.gateway.graph.types.state")] = strawberry.field(
        description="The State that owes."
    )
    article: str = strawberry.field(description="Article or paragraph: 3, 4, 5, 7.1, 7.2, 3.8, 9 or 14.")
    name: str | None = strawberry.field(
        description="Tells several of one article apart: a conflict, a year, a meeting."
    )
    status: ObligationStatus = strawberry.field(description="How it stands by all facts.")
    proven: ObligationStatus = strawberry.field(description="How it stands by the checked facts alone.")
    possible: list[ObligationStatus] = bounded(
        len(ObligationStatus), usual=1, description="How it may stand where a date is only bounded."
    )
    confidence: Confidence = strawberry.field(description="verified where `status` and `proven` agree.")
    since: Interval | None = strawberry.field(description="Since when; null where nothing is known of the day.")
    deadline: date | None = strawberry.field(
        description="The last day; null where there is none or it is not recorded."
    )
    deadline_recorded: Recorded = strawberry.field(
        description="Tells a missing deadline from one that is not recorded."
    )
    deadline_confidence: Confidence = strawberry.field(description="Whether checked facts alone give the deadline.")
    past_deadline: bool | None = strawberry.field(
        description="Whether the deadline has passed; null if nobody can tell, never true with a request pending."
    )
    through: date | None = strawberry.field(description="Last day for which the record is complete on the question.")
    chain: list[Cause] = bounded(CAUSES, usual=2, description="What led to the status, in the order of its days.")
    cut: Cut = strawberry.field(description="The past that the answer was given from.")


def obligation_of(row: Row, cut: Row, state: State) -> Obligation:
    """A service's obligation as the GraphQL type."""
    name = f"-{row['name']}" if row["name"] else ""
    return Obligation(
        id=strawberry.ID(f"obligation:{row['state']}-{row['article']}{name}"),
        state=state,
        article=row["article"],
        name=row["name"],
        status=ObligationStatus(row["status"]),
        proven=ObligationStatus(row["proven"]),
        possible=[ObligationStatus(one) for one in row["possible"]],
        confidence=Confidence(row["confidence"]),
        since=interval(row["since"]),
        deadline=day(row["deadline"]),
        deadline_recorded=Recorded(row["deadlineRecorded"]),
        deadline_confidence=Confidence(row["deadlineConfidence"]),
        past_deadline=row["pastDeadline"],
        through=day(row["through"]),
        chain=[cause_of(one) for one in whole(row["chain"], CAUSES)],
        cut=echoed(cut),
    )


def cause_of(row: Row) -> Cause:
    """A service's cause as the GraphQL type."""
    return Cause(
        kind=row["kind"],
        when=interval(row["when"]),
        words=row["words"],
        article=row["article"],
        rule=row["rule"],
        certain=row["certain"],
        sources=passages(whole(row["sources"], SOURCES)),
    )


async def obligations_of_state(
    info: Info,
    root: strawberry.Parent[State],
    article: Annotated[str | None, described("Article or paragraph: 3, 4, 5, 7.1, 7.2, 3.8, 9 or 14.")] = None,
    on: OnDay = None,
    cut: CutArg = None,
) -> list[Obligation]:
    """Resolver of a State's obligations on a day."""
    parameters = duty_parameters(await past(info, cut, root.outer, on), article=article)
    found = await rows_of_state(info, "obligations", root.iso3, parameters, OBLIGATIONS_OF_A_STATE)
    return [obligation_of(row, found.cut, root) for row in found.rows]
