"""The root of the GraphQL schema: what can be asked."""

from __future__ import annotations

from datetime import date

import strawberry

from services.gateway.bounds import bounded
from services.gateway.cuts import Cut, CutInput, asked, echoed
from services.gateway.figure_types import Figure, load_figure
from services.gateway.meeting_types import Meeting, meeting_of
from services.gateway.paging import StatementConnection, page
from services.gateway.plan_types import Plan, PlanSummary, plan_id, plan_of
from services.gateway.problems import public
from services.gateway.state_types import Info, State, state
from services.gateway.upstream import segment
from shared.problems import Problem
from shared.states import is_iso3
from shared.states import states as all_states


@strawberry.type(description="The States a named population holds on a day.")
class Population:
    """certain members, and those whom the record leaves possible."""

    name: str
    on: date
    members: list[State] = bounded(200, usual=120)
    possible: list[State] = bounded(200, usual=4, description="Possible beyond `members`.")
    cut: Cut | None


def _code(id: str, kind: str) -> str:
    """`indicator:LAP-40.1` or just `LAP-40.1`: ids and codes both name the thing."""
    return id.removeprefix(f"{kind}:")


def _named(name: str) -> str:
    try:
        return segment(name)
    except Problem as problem:
        raise public(problem) from None


async def _states(info: Info) -> list[State]:
    info.context.spend(len(all_states()))
    return [state(iso3) for iso3 in all_states()]


async def _meetings(info: Info) -> list[Meeting]:
    return [meeting_of(row) for row in (await info.context.ask("/meetings/meetings")).value]


async def _plans(info: Info) -> list[PlanSummary]:
    rows = (await info.context.ask("/indicators/plans")).value
    return [PlanSummary(id=plan_id(row["id"]), title=row.get("title"), indicators=row["indicators"]) for row in rows]


async def _state(iso3: str) -> State | None:
    code = _code(iso3, "state")
    return state(code) if is_iso3(code) else None


async def _plan(info: Info, id: strawberry.ID, meeting: str | None = None, cut: CutInput | None = None) -> Plan:
    body = (await info.context.ask(f"/indicators/plans/{_named(_code(id, 'plan'))}")).value
    return plan_of(body, asked(meeting, cut))


async def _figure(
    info: Info, indicator: strawberry.ID, meeting: str | None = None, cut: CutInput | None = None
) -> Figure:
    return await load_figure(info, _named(_code(indicator, "indicator")), asked(meeting, cut))


async def _population(info: Info, name: str, on: date, cut: CutInput | None = None) -> Population:
    parameters = {**asked(None, cut).parameters(), "on": on.isoformat()}
    body = (await info.context.ask(f"/indicators/populations/{_named(name)}", parameters)).value
    held = set(body["members"])
    others = [code for code in body.get("possible") or () if code not in held]
    info.context.spend(len(held) + len(others))
    return Population(
        name=body["name"],
        on=date.fromisoformat(body["on"]),
        members=[state(code) for code in body["members"]],
        possible=[state(code) for code in others],
        cut=echoed(body["cut"]) if body.get("cut") else None,
    )


async def _statements(
    info: Info,
    code: str,
    meeting: str | None = None,
    cut: CutInput | None = None,
    first: int = 50,
    after: str | None = None,
) -> StatementConnection:
    parameters = {"code": code, **asked(meeting, cut).parameters()}
    rows = (await info.context.ask("/indicators/statements", parameters)).value
    found = page(rows, first, after)
    info.context.spend(2 * len(found.edges))
    return found


@strawberry.type(description="Everything that can be asked; there are no mutations: commands go over HTTP.")
class Query:
    """Root fields. `meeting:` is a shorthand for `cut: {meeting:}`; a cut is inherited by the fields below."""

    states: list[State] = bounded(200, usual=197, resolver=_states, description="The 197 States, by name.")
    state: State | None = strawberry.field(
        resolver=_state, description="A State by ISO 3166-1 alpha-3; null for none of the 197."
    )
    meetings: list[Meeting] = bounded(100, usual=40, resolver=_meetings, description="All meetings, by opening day.")
    plans: list[PlanSummary] = bounded(10, usual=3, resolver=_plans, description="The action plans held.")
    plan: Plan = strawberry.field(resolver=_plan, description="An action plan with its indicators.")
    figure: Figure = strawberry.field(resolver=_figure, description="An indicator's figure at a meeting or a cut.")
    population: Population = strawberry.field(resolver=_population, description="Who belongs to a population on a day.")
    statements: StatementConnection = strawberry.field(
        resolver=_statements, description="What each State answered to a question (a practice code)."
    )
