"""Plans, their actions and indicators, as GraphQL types."""

from __future__ import annotations

from typing import Any

import strawberry

from services.gateway.bounds import bounded
from services.gateway.cuts import Asked, CutInput, asked
from services.gateway.figure_types import Figure, load_figure, text
from services.gateway.selection import Info


async def _figure(
    info: Info, root: strawberry.Parent[Indicator], meeting: str | None = None, cut: CutInput | None = None
) -> Figure:
    return await load_figure(info, root.code, asked(meeting, cut, root.outer))


@strawberry.type(description="An indicator of a plan: what is counted, of whom, over which window.")
class Indicator:
    """One indicator; its figure takes the cut of the plan unless given its own."""

    outer: strawberry.Private[Asked]
    id: strawberry.ID = strawberry.field(description="`indicator:<code>`.")
    code: str = strawberry.field(description="Code as the services know it: LAP-40.1.")
    title: str
    unit: str | None
    population: str | None = strawberry.field(description="Name of the population counted over.")
    series: str | None = strawberry.field(description="flow, status, cumulative or reported in period.")
    formula: str | None = strawberry.field(description="The definition in words.")
    computability: str | None
    version: int | None
    definition_hash: str | None
    figure: Figure = strawberry.field(
        resolver=_figure, description="The figure at a meeting or a cut; what is not given comes from the plan's."
    )


@strawberry.type(description="An action of a plan.")
class Action:
    """A numbered action and its indicators."""

    action: str = strawberry.field(description="Number of the action in the plan.")
    title: str | None
    section: str | None
    indicators: list[Indicator] = bounded(20, usual=2)


@strawberry.type(description="An action plan the States agreed.")
class Plan:
    """A plan; the cut given to it holds for every figure below."""

    id: strawberry.ID = strawberry.field(description="`plan:<code>`.")
    title: str | None
    actions: list[Action] = bounded(60, usual=50)


@strawberry.type(description="A plan, without its actions.")
class PlanSummary:
    """One entry of the list of plans."""

    id: strawberry.ID = strawberry.field(description="`plan:<code>`.")
    title: str | None
    indicators: int = strawberry.field(description="How many indicators the plan has.")


def plan_of(body: dict[str, Any], cut: Asked) -> Plan:
    """A service's plan as the GraphQL type."""
    actions = [_action(one, cut) for one in body["actions"]]
    return Plan(id=plan_id(body["id"]), title=body.get("title"), actions=actions)


def plan_id(code: str) -> strawberry.ID:
    """The global id of a plan."""
    return strawberry.ID(f"plan:{code}")


def _action(body: dict[str, Any], cut: Asked) -> Action:
    return Action(
        action=str(body["action"]),
        title=body.get("title"),
        section=body.get("section"),
        indicators=[_indicator(one, cut) for one in body["indicators"]],
    )


def _indicator(body: dict[str, Any], cut: Asked) -> Indicator:
    return Indicator(
        outer=cut,
        id=strawberry.ID(f"indicator:{body['id']}"),
        code=body["id"],
        title=body["title"],
        unit=body.get("unit"),
        population=text(body.get("population")),
        series=body.get("series"),
        formula=text(body.get("formula")),
        computability=body.get("computability"),
        version=body.get("version"),
        definition_hash=body.get("definitionHash"),
    )
