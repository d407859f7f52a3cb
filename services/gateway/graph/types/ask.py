"""Questions about sets of States as GraphQL types."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Asked, Cut, CutInput, asked, echoed
from services.gateway.asking.selection import Info
from services.gateway.graph.types.state import Member, State, members, states_of
from services.gateway.limits.bounds import bounded

Expression = Annotated[
    str,
    strawberry.argument(
        description="Terms joined by and, or, not, without and brackets: `affected and requested clearance assistance"
        " and not received`; or a set as plans write it, in JSON."
    ),
]
AtMeeting = Annotated[str | None, strawberry.argument(description="A meeting, a cycle, or a day: short for the cut's.")]
AtCut = Annotated[CutInput | None, strawberry.argument(description="The past to answer from.")]


@strawberry.type(description="Which States a question names.")
class FoundStates:
    """`certain` belong, `possible` may; of `open` the record, being incomplete, cannot say no."""

    expression: str = strawberry.field(description="The question as it was asked.")
    words: str = strawberry.field(description="The question as it was understood.")
    cycle: str = strawberry.field(description="Name of the cycle it was asked of.")
    certain: list[Member] = bounded(200, usual=20, description="States that certainly belong.")
    possible: list[Member] = bounded(200, usual=4, description="States that may belong beyond them.")
    open: list[State] = bounded(
        200, usual=10, description="States of whom the record, being incomplete, cannot say no."
    )
    complete: bool = strawberry.field(description="Whether the record can say no of everybody else.")
    reason: str | None = strawberry.field(description="What the record is not declared complete for.")
    cut: Cut = strawberry.field(description="The past it was answered from.")
    stale: bool = strawberry.field(description="True when a service is down: newer facts may be missing.")


async def ask(info: Info, expression: Expression, meeting: AtMeeting = None, cut: AtCut = None) -> FoundStates:
    """Asks the indicators service. Raises PublicError."""
    at = asked(meeting, cut)
    parameters = {**at.parameters(), "expression": expression}
    answer = await info.context.ask("/indicators/answers", parameters)
    row = answer.value
    info.context.spend(_objects(row))
    return FoundStates(
        expression=row["expression"],
        words=row["words"],
        cycle=row["cycle"],
        certain=_members(row["certain"], at, certain=True),
        possible=_members(row["possible"], at, certain=False),
        open=states_of(row["open"], at),
        complete=row["complete"],
        reason=row["reason"],
        cut=echoed(row["cut"]),
        stale=answer.stale,
    )


def _members(rows: list[dict[str, Any]], at: Asked, *, certain: bool) -> list[Member]:
    by_state = {one["iso3"]: {**one, "certain": certain} for one in rows}
    return members(list(by_state), by_state, at)


def _objects(row: dict[str, Any]) -> int:
    named = [*row["certain"], *row["possible"]]
    return 1 + len(row["open"]) + sum(2 + len(one["evidence"]) for one in named)
