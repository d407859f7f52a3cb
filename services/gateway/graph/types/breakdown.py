"""Breakdowns as GraphQL types: what a plan asks to be told apart, and what arrived, State by State."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Asked, Cut, asked, echoed
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, MeetingCut, described
from services.gateway.graph.types.nodes import code_of
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.graph.types.state import State, state
from services.gateway.limits.bounds import bounded, whole
from services.gateway.problems import PublicError

BREAKDOWNS = 100
BREAKDOWNS_OF_A_FIGURE = 10
WAYS = 10
SOURCES = 200

Row = Mapping[str, Any]


@strawberry.type(description="What one State told apart.")
class BreakdownOfState:
    """`missing`: its facts do not tell these apart."""

    state: State = strawberry.field(description="The State.")
    certain: bool = strawberry.field(description="False where its facts are not checked yet.")
    received: list[str] = bounded(WAYS, usual=2, description="What it told apart.")
    missing: list[str] = bounded(WAYS, usual=1, description="What was asked for and not told.")
    evidence: list[Passage] = bounded(SOURCES, usual=2, description="The passages of its facts.")


@strawberry.type(description="Data that an indicator asks to be told apart, and what arrived of it.")
class ReceivedBreakdown:
    """States of whom nothing is held are not named; `complete` says whether there can be more."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    what: str = strawberry.field(description="Which data.")
    by: list[str] = bounded(WAYS, usual=3, description="What is expected: gender, age, disability and the like.")
    states: list[BreakdownOfState] = bounded(200, usual=20, description="The States that sent such data.")
    complete: bool = strawberry.field(description="Whether no further State can have sent any.")
    reason: str | None = strawberry.field(description="What the record is not declared complete for.")
    cut: Cut = strawberry.field(description="The past that the answer was given from.")


async def breakdowns(
    info: Info,
    plan: Annotated[strawberry.ID, described("Its code, LAP, or its id.")],
    indicator: Annotated[strawberry.ID | None, described("Of this indicator alone, by its code or id.")] = None,
    meeting: MeetingCut = None,
    cut: CutArg = None,
) -> list[ReceivedBreakdown]:
    """Resolver of a plan's breakdowns, or of one indicator's."""
    code = code_of(plan, "plan")
    only = code_of(indicator, "indicator") if indicator else None
    if only is not None and only.split("-", 1)[0] != code:
        raise PublicError("indicator-unknown", f"the plan {code[:80]} has no indicator {only[:80]}")
    return await _received(info, code, only, asked(meeting, cut))


async def breakdowns_of_figure(info: Info, indicator: str, at: Asked) -> list[ReceivedBreakdown]:
    """Those of one figure, at its cut; all figures of a plan share one question."""
    return await _received(info, indicator.split("-", 1)[0], indicator, at)


async def _received(info: Info, plan: str, indicator: str | None, at: Asked) -> list[ReceivedBreakdown]:
    body = (await info.context.ask("/indicators/breakdowns", {"plan": plan, **at.parameters()})).value
    rows = [row for row in body["breakdowns"] if indicator in (None, row["indicator"])]
    info.context.spend(sum(1 + sum(2 + len(one["evidence"]) for one in row["states"]) for row in rows))
    return [_breakdown(row, body["cut"], at) for row in whole(rows, BREAKDOWNS)]


def _breakdown(row: Row, cut: Row, at: Asked) -> ReceivedBreakdown:
    return ReceivedBreakdown(
        indicator=row["indicator"],
        what=row["what"],
        by=row["by"],
        states=[_of_state(one, at) for one in row["states"]],
        complete=row["complete"],
        reason=row["reason"],
        cut=echoed(cut),
    )


def _of_state(row: Row, at: Asked) -> BreakdownOfState:
    return BreakdownOfState(
        state=state(row["iso3"], at),
        certain=row["certain"],
        received=row["received"],
        missing=row["missing"],
        evidence=passages(whole(row["evidence"], SOURCES)),
    )
