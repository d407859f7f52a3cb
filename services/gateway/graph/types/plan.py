"""Plans, their actions and indicators, as GraphQL types."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

import strawberry

from services.gateway.asking.cuts import Asked, asked
from services.gateway.asking.operation import Asking
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, MeetingCut
from services.gateway.graph.types.certainty import day
from services.gateway.graph.types.figure import Figure, load_figure, text
from services.gateway.graph.types.nodes import Node, code_of
from services.gateway.limits.bounds import bounded, whole
from services.gateway.problems import named


@strawberry.enum(description="How an indicator relates to its cycle.")
class Series(Enum):
    """What the number of one cycle has to do with that of the next."""

    flow = strawberry.enum_value("flow", description="What happened in the cycle.")
    status = strawberry.enum_value("status", description="How things stand on its last day.")
    cumulative = strawberry.enum_value("cumulative", description="What has happened up to its last day.")
    reported_in_period = strawberry.enum_value("reported_in_period", description="What was reported in the cycle.")


@strawberry.enum(description="What an indicator can be computed from.")
class Computability(Enum):
    """Letters of the catalogue."""

    F = strawberry.enum_value("F", description="From dated acts in registers.")
    A = strawberry.enum_value("A", description="From what States said.")
    J = strawberry.enum_value("J", description="Only once somebody has judged what States said.")
    N = strawberry.enum_value("N", description="From nothing that anybody is bound to record.")


async def _figure(
    info: Info, root: strawberry.Parent[Indicator], meeting: MeetingCut = None, cut: CutArg = None
) -> Figure:
    return await load_figure(info, root.code, asked(meeting, cut, root.outer))


@strawberry.type(description="An indicator of a plan: what is counted, of whom, over which window.")
class Indicator(Node):
    """One indicator; its figure takes the cut of the plan unless given its own."""

    outer: strawberry.Private[Asked]
    id: strawberry.ID = strawberry.field(description="`indicator:<code>`.")
    code: str = strawberry.field(description="Code as the services know it: LAP-40.1.")
    plan: str = strawberry.field(description="Code of its plan: LAP.")
    title: str = strawberry.field(description="Its title.")
    unit: str | None = strawberry.field(description="What is counted.")
    population: str | None = strawberry.field(description="Name of the population counted over.")
    series: Series | None = strawberry.field(description="How it relates to its cycle.")
    formula: str | None = strawberry.field(description="The definition in words.")
    computability: Computability | None = strawberry.field(description="What it can be computed from.")
    readings: list[str] = bounded(20, usual=1, description="How we read the plan where its words leave it open.")
    version: int | None = strawberry.field(description="Version of its latest definition.")
    in_force: date | None = strawberry.field(description="The day that version came into force.")
    definition_hash: str | None = strawberry.field(description="SHA-256, in hex, of that definition.")
    figure: Figure = strawberry.field(
        resolver=_figure, description="The figure at a meeting or a cut; what is not given comes from the plan's."
    )


@strawberry.type(description="An action of a plan.")
class Action:
    """A numbered action and its indicators."""

    action: str = strawberry.field(description="Number of the action in the plan.")
    title: str | None = strawberry.field(description="Its title, where the plan gives one.")
    section: str | None = strawberry.field(description="The section of the plan that it stands in.")
    indicators: list[Indicator] = bounded(20, usual=2, description="Its indicators, in the plan's order.")


@strawberry.type(description="An action plan the States agreed.")
class Plan(Node):
    """A plan; the cut given to it holds for every figure below."""

    id: strawberry.ID = strawberry.field(description="`plan:<code>`.")
    code: str = strawberry.field(description="Code as the services know it: LAP.")
    title: str | None = strawberry.field(description="Its title.")
    actions: list[Action] = bounded(60, usual=50, description="Its actions, in the plan's order.")


@strawberry.type(description="A plan, without its actions.")
class PlanSummary:
    """One entry of the list of plans."""

    id: strawberry.ID = strawberry.field(description="`plan:<code>`.")
    title: str | None = strawberry.field(description="Its title.")
    indicators: int = strawberry.field(description="How many indicators the plan has.")


def plan_of(body: dict[str, Any], cut: Asked) -> Plan:
    """A service's plan as the GraphQL type."""
    actions = [_action(one, body["id"], cut) for one in body["actions"]]
    return Plan(id=plan_id(body["id"]), code=body["id"], title=body.get("title"), actions=actions)


async def load_plan(asking: Asking, code: str, cut: Asked) -> Plan:
    """A plan as its service tells it, every figure below at the cut. Raises PublicError."""
    answer = await asking.ask(f"/indicators/plans/{named(code_of(code, 'plan'))}")
    return answer.once(cut, lambda: plan_of(answer.value, cut))


def plan_id(code: str) -> strawberry.ID:
    """The global id of a plan."""
    return strawberry.ID(f"plan:{code}")


def _action(body: dict[str, Any], plan: str, cut: Asked) -> Action:
    return Action(
        action=str(body["action"]),
        title=body.get("title"),
        section=body.get("section"),
        indicators=[_indicator(one, plan, cut) for one in body["indicators"]],
    )


def _indicator(body: dict[str, Any], plan: str, cut: Asked) -> Indicator:
    return Indicator(
        outer=cut,
        id=strawberry.ID(f"indicator:{body['id']}"),
        code=body["id"],
        plan=plan,
        title=body["title"],
        unit=body.get("unit"),
        population=text(body.get("population")),
        series=Series(body["series"]) if body.get("series") else None,
        formula=text(body.get("formula")),
        computability=Computability(body["computability"]) if body.get("computability") else None,
        readings=list(whole(body.get("readings") or (), 20)),
        version=body.get("version"),
        in_force=day(body.get("inForce")),
        definition_hash=body.get("definitionHash"),
    )
