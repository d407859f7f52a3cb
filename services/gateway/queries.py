"""The root of the GraphQL schema: what can be asked."""

from __future__ import annotations

from datetime import date

import strawberry

from services.gateway.bounds import bounded
from services.gateway.cuts import Cut, CutInput, asked, echoed
from services.gateway.deadline_types import Deadline, Theme, deadline_of
from services.gateway.duty_asking import duty_parameters, rows_of_all
from services.gateway.figure_types import Figure, load_figure
from services.gateway.meeting_types import Meeting, meeting_of
from services.gateway.obligation_types import Obligation, obligation_of
from services.gateway.paging import StatementConnection, page
from services.gateway.plan_types import Plan, PlanSummary, plan_id, plan_of
from services.gateway.problems import PublicError, public
from services.gateway.request_types import ExtensionRequest, request_of
from services.gateway.restatement_types import Restatement, restatement
from services.gateway.selection import Info
from services.gateway.state_types import State, state
from services.gateway.upstream import segment
from shared.problems import Problem
from shared.states import is_iso3
from shared.states import states as all_states

DEADLINES = 5_000
OBLIGATIONS = 10_000
REQUESTS = 1_000
"""Rows that a list over all States may hold."""


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


_the_state = state  # where an argument of that name hides it


def _owing(given: str | None) -> str | None:
    """The State that an argument names. Raises PublicError `state-unknown`."""
    if given is None:
        return None
    code = _code(given, "state")
    if not is_iso3(code):
        raise PublicError(
            "state-unknown", f"{given[:80]!r} is none of the 197 States; give ISO 3166-1 alpha-3, such as LAO"
        )
    return code


async def _deadlines(
    info: Info,
    state: str | None = None,
    within: str | None = None,
    theme: Theme | None = None,
    meeting: str | None = None,
    on: date | None = None,
    cut: CutInput | None = None,
) -> list[Deadline]:
    parameters = duty_parameters(
        on, cut, state=_owing(state), within=within, theme=theme and theme.name, meeting=meeting
    )
    found = await rows_of_all(info, "deadlines", parameters, DEADLINES)
    return [deadline_of(row, found.cut, _the_state(row["state"])) for row in found.rows]


async def _obligations(
    info: Info,
    state: str | None = None,
    article: str | None = None,
    on: date | None = None,
    cut: CutInput | None = None,
) -> list[Obligation]:
    parameters = duty_parameters(on, cut, state=_owing(state), article=article)
    found = await rows_of_all(info, "obligations", parameters, OBLIGATIONS)
    return [obligation_of(row, found.cut, _the_state(row["state"])) for row in found.rows]


async def _requests(
    info: Info, state: str | None = None, on: date | None = None, cut: CutInput | None = None
) -> list[ExtensionRequest]:
    found = await rows_of_all(info, "requests", duty_parameters(on, cut, state=_owing(state)), REQUESTS)
    return [request_of(row, found.cut, _the_state(row["state"])) for row in found.rows]


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
    deadlines: list[Deadline] = bounded(
        DEADLINES,
        usual=400,
        resolver=_deadlines,
        description="The days by which States owe something, ahead, overdue or not recorded, the next first; `within`"
        " (90d, 12m, 2y) keeps those up to then. `on` is short for `cut: {effectiveAt:}`; today if neither is given.",
    )
    obligations: list[Obligation] = bounded(
        OBLIGATIONS,
        usual=2_600,
        resolver=_obligations,
        description="The obligations of States under an article, or all, and how they stand on a day.",
    )
    extension_requests: list[ExtensionRequest] = bounded(
        REQUESTS, usual=30, resolver=_requests, description="Requests for more time under Articles 3 and 4."
    )
    restatement: Restatement = strawberry.field(resolver=restatement, description="Why a figure is not what it was.")
