"""Our figures beside the printed ones, as a GraphQL type."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Asked, asked
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, described
from services.gateway.graph.types.figure import Figure, Printed, load_figure, printed
from services.gateway.graph.types.number import Number
from services.gateway.limits.bounds import bounded, whole
from services.gateway.problems import named

ROWS = 200
PRINTINGS = 20


@strawberry.enum(description="How a figure of ours compares with the printed one.")
class Comparison(Enum):
    """Outcomes of model §7."""

    equal = strawberry.enum_value("equal", description="Both say the same.")
    differs = strawberry.enum_value("differs", description="They differ; the reason names both sides.")
    bound = strawberry.enum_value("bound", description="The record names only some: ours is a lower bound.")
    needsJudgement = strawberry.enum_value("needsJudgement", description="Ours is an upper bound until judged.")
    noData = strawberry.enum_value("noData", description="The record has no data.")
    notComputable = strawberry.enum_value("notComputable", description="It cannot be computed, for the reason given.")
    notPublished = strawberry.enum_value("notPublished", description="No table prints it.")


async def _figure(info: Info, root: strawberry.Parent[Reconciliation]) -> Figure:
    return await load_figure(info, root.indicator, root.outer)


@strawberry.type(description="A figure of ours beside the printed one.")
class Reconciliation:
    """One indicator of a plan at a meeting."""

    outer: strawberry.Private[Asked]
    indicator: str = strawberry.field(description="Code of the indicator.")
    outcome: Comparison = strawberry.field(description="How they compare.")
    computed: Number | None = strawberry.field(description="Our value; null where there is none.")
    published: Number | None = strawberry.field(description="The cell of the printed table; null where it has none.")
    published_elsewhere: list[Printed] = bounded(PRINTINGS, usual=2, description="Other printings of the same figure.")
    reason: str | None = strawberry.field(description="In words: what each side says, and why they differ.")
    figure: Figure = strawberry.field(resolver=_figure, description="Our figure, opened.")


async def reconciliation(
    info: Info,
    meeting: Annotated[str, described("A meeting or cycle: 13MSP.")],
    plan: Annotated[str, described("Code of the plan.")] = "LAP",
    outcome: Annotated[Comparison | None, described("Figures that compare so.")] = None,
    cut: CutArg = None,
) -> list[Reconciliation]:
    """Resolver of the comparison of a plan's figures with print."""
    at = asked(meeting, cut)
    parameters = {name: value for name, value in at.parameters().items() if name != "meeting"}
    path = f"/indicators/reconciliation/{named(meeting)}"
    rows = (await info.context.ask(path, {"plan": plan, **parameters})).value
    info.context.spend(len(whole(rows, ROWS)))
    return [_row(row, at) for row in rows if outcome is None or row["outcome"] == outcome.name]


def _row(row: Mapping[str, Any], at: Asked) -> Reconciliation:
    return Reconciliation(
        outer=at,
        indicator=row["indicator"],
        outcome=Comparison(row["outcome"]),
        computed=row["computed"],
        published=row["published"],
        published_elsewhere=[printed(one) for one in whole(row["publishedElsewhere"], PRINTINGS)],
        reason=row["reason"],
    )
