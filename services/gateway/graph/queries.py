"""The root of the GraphQL schema: what can be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import Enum
from typing import Annotated

import strawberry

from services.gateway.asking.cuts import Cut, CutInput, LedgerName, asked, echoed, written
from services.gateway.asking.duty_asking import duty_parameters, rows_of_all
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import (
    After,
    ArticleNumber,
    CutArg,
    First,
    MeetingArg,
    MeetingCut,
    OnDay,
    StateArg,
    YearArg,
    described,
)
from services.gateway.graph.connections import Connection
from services.gateway.graph.cycles import Cycle, cycles
from services.gateway.graph.finding import node
from services.gateway.graph.paging import Statement, page
from services.gateway.graph.past import as_known, past
from services.gateway.graph.record_queries import RecordQuery
from services.gateway.graph.root_fields import reading, reading_list
from services.gateway.graph.two_times_queries import TwoTimesQuery
from services.gateway.graph.types.ask import FoundStates, ask
from services.gateway.graph.types.deadline import Deadline, DeadlineStatus, Theme, deadline_of
from services.gateway.graph.types.figure import Figure, load_figure
from services.gateway.graph.types.meeting import Meeting, MeetingKind, meeting_of
from services.gateway.graph.types.method import Methodology, methodology
from services.gateway.graph.types.nodes import Node, code_of, state_code
from services.gateway.graph.types.obligation import Obligation, obligation_of
from services.gateway.graph.types.plan import Plan, PlanSummary, load_plan, plan_id
from services.gateway.graph.types.reconciliation import ROWS as RECONCILED
from services.gateway.graph.types.reconciliation import Reconciliation, reconciliation
from services.gateway.graph.types.recorded_fact import Seen
from services.gateway.graph.types.report import Report, report_of
from services.gateway.graph.types.request import ExtensionRequest, request_of
from services.gateway.graph.types.state import RegionalGroup, Standing, State, membership, state, states_at, states_of
from services.gateway.graph.types.trend import Trend, trend
from services.gateway.limits.bounds import bounded
from services.gateway.limits.limits import IN_WORDS
from services.gateway.problems import named
from shared.states import is_iso3

DEADLINES = 5_000
OBLIGATIONS = 10_000
REQUESTS = 1_000
REPORT_DUTIES = 5_000
"""Rows that a list over all States may hold."""


@strawberry.enum(description="Order of States.")
class StateOrder(Enum):
    """By label or by identity."""

    byName = strawberry.enum_value("byName", description="By UN short name in English.")
    byIso3 = strawberry.enum_value("byIso3", description="By ISO 3166-1 alpha-3.")


@strawberry.type(description="The States a named population holds on a day.")
class Population:
    """certain members, and those whom the record leaves possible."""

    name: str = strawberry.field(description="Its name, as the plans declare it: parties, affected, obligated.")
    on: date = strawberry.field(description="The day.")
    members: list[State] = bounded(200, usual=120, description="The States that certainly belong to it.")
    possible: list[State] = bounded(200, usual=4, description="Possible beyond `members`.")
    cut: Cut | None = strawberry.field(description="The past that the answer was given from.")


@strawberry.type(description="Who is what towards the Convention on a day.")
class MembershipOn:
    """The 197 States in four groups; `notParty` holds those that are neither bound nor signatories."""

    on: date = strawberry.field(description="The day.")
    parties: list[State] = bounded(200, usual=112, description="States for which the Convention is in force.")
    signatories: list[State] = bounded(200, usual=12, description="States that have signed and not deposited.")
    former: list[State] = bounded(200, usual=1, description="States whose withdrawal has taken effect.")
    not_party: list[State] = bounded(200, usual=73, description="All others that have not deposited an instrument.")
    cut: Cut = strawberry.field(description="The past that the answer was given from.")


async def _states(
    info: Info,
    group: Annotated[RegionalGroup | None, described("States of this regional group.")] = None,
    standing: Annotated[Standing | None, described("States of this standing on the effective day, or today.")] = None,
    order_by: Annotated[StateOrder, described("Order of the States.")] = StateOrder.byName,
    cut: CutArg = None,
) -> list[State]:
    outer = asked(None, cut)
    found = list(states_at(outer).values())
    if group is not None:
        found = [one for one in found if one.group is group]
    if standing is not None:
        at = await past(info, None, outer)
        rows = {one.iso3: await membership(info, one.iso3, at) for one in found}
        found = [one for one in found if rows[one.iso3]["standing"] == standing.name]
    if order_by is StateOrder.byIso3:
        found.sort(key=lambda one: one.iso3)
    info.context.spend(len(found))
    return found


async def _state(
    iso3: Annotated[str, described("ISO 3166-1 alpha-3, or an id: LAO, state:LAO.")], cut: CutArg = None
) -> State | None:
    code = code_of(iso3, "state")
    return state(code, asked(None, cut)) if is_iso3(code) else None


async def _meetings(
    info: Info,
    kind: Annotated[MeetingKind | None, described("Meetings of this kind.")] = None,
    cut: CutArg = None,
) -> list[Meeting]:
    return [one for one in await _scheduled(info, cut) if kind in (None, one.kind)]


async def _meeting(
    info: Info, code: Annotated[str, described("Its code, 13MSP, or its id.")], cut: CutArg = None
) -> Meeting | None:
    wanted = code_of(code, "meeting")
    return next((one for one in await _scheduled(info, cut) if one.code == wanted), None)


async def _scheduled(info: Info, cut: CutInput | None) -> list[Meeting]:
    """All meetings as they were scheduled by what was known; the day of the cut is for the fields below."""
    at = await past(info, cut)
    rows = (await info.context.ask("/meetings/meetings", as_known(at, LedgerName.meetings))).value
    return [meeting_of(row, at) for row in rows]


async def _membership(info: Info, on: OnDay = None, cut: CutArg = None) -> MembershipOn:
    at = await past(info, cut, on=on)
    parameters = {"on": written(at.effective_at), **as_known(at, LedgerName.meetings)}
    body = (await info.context.ask("/meetings/membership", parameters)).value
    groups = {name: body[name] for name in ("parties", "signatories", "former", "notParty")}
    info.context.spend(sum(map(len, groups.values())))
    named_ = {name: states_of(codes, at) for name, codes in groups.items()}
    return MembershipOn(
        on=date.fromisoformat(body["on"]),
        parties=named_["parties"],
        signatories=named_["signatories"],
        former=named_["former"],
        not_party=named_["notParty"],
        cut=echoed(body["cut"]),
    )


async def _plans(info: Info) -> list[PlanSummary]:
    rows = (await info.context.ask("/indicators/plans")).value
    return [PlanSummary(id=plan_id(row["id"]), title=row.get("title"), indicators=row["indicators"]) for row in rows]


async def _plan(
    info: Info,
    id: Annotated[strawberry.ID, described("Its code, LAP, or its id.")],
    meeting: MeetingCut = None,
    cut: CutArg = None,
) -> Plan:
    return await load_plan(info.context, id, asked(meeting, cut))


async def _figure(
    info: Info,
    indicator: Annotated[strawberry.ID, described("Its code, LAP-40.1, or its id.")],
    meeting: MeetingCut = None,
    cut: CutArg = None,
) -> Figure:
    return await load_figure(info, named(code_of(indicator, "indicator")), asked(meeting, cut))


async def _population(
    info: Info,
    name: Annotated[str, described("As the plans declare it: parties, affected, obligated.")],
    on: Annotated[date, described("The day.")],
    cut: CutArg = None,
) -> Population:
    given = asked(None, cut)
    at, parameters = replace(given, effective_at=on), {**given.parameters(), "on": on.isoformat()}
    body = (await info.context.ask(f"/indicators/populations/{named(name)}", parameters)).value
    held = set(body["members"])
    others = [code for code in body.get("possible") or () if code not in held]
    info.context.spend(len(held) + len(others))
    return Population(
        name=body["name"],
        on=date.fromisoformat(body["on"]),
        members=states_of(body["members"], at),
        possible=states_of(others, at),
        cut=echoed(body["cut"]) if body.get("cut") else None,
    )


async def _statements(
    info: Info,
    code: Annotated[str, described("The question: a practice code, such as workplan.annual.")],
    meeting: MeetingCut = None,
    cut: CutArg = None,
    first: First = 50,
    after: After = None,
) -> Connection[Statement]:
    at = asked(meeting, cut)
    body = (await info.context.ask("/indicators/statements", {"code": code, **at.parameters()})).value
    return page(info, body["statements"], first, after, Seen(echoed(body["cut"]), at))


_the_state = state  # where an argument of that name hides it


async def _deadlines(
    info: Info,
    state: StateArg = None,
    within: Annotated[str | None, described("How far ahead: 90d, 12m or 2y.")] = None,
    theme: Annotated[Theme | None, described("Duties of this field of work.")] = None,
    meeting: MeetingArg = None,
    on: OnDay = None,
    cut: CutArg = None,
) -> list[Deadline]:
    at = await past(info, cut, on=on)
    parameters = duty_parameters(
        at, state=state_code(state), within=within, theme=theme and theme.name, meeting=meeting
    )
    found = await rows_of_all(info, "deadlines", parameters, DEADLINES)
    return [deadline_of(row, found.cut, _the_state(row["state"], at)) for row in found.rows]


async def _obligations(
    info: Info,
    state: StateArg = None,
    article: Annotated[str | None, described("Article or paragraph: 3, 4, 5, 7.1, 7.2, 3.8, 9 or 14.")] = None,
    on: OnDay = None,
    cut: CutArg = None,
) -> list[Obligation]:
    at = await past(info, cut, on=on)
    parameters = duty_parameters(at, state=state_code(state), article=article)
    found = await rows_of_all(info, "obligations", parameters, OBLIGATIONS)
    return [obligation_of(row, found.cut, _the_state(row["state"], at)) for row in found.rows]


async def _requests(
    info: Info,
    state: StateArg = None,
    article: ArticleNumber = None,
    meeting: MeetingArg = None,
    on: OnDay = None,
    cut: CutArg = None,
) -> list[ExtensionRequest]:
    at = await past(info, cut, on=on)
    found = await rows_of_all(info, "requests", duty_parameters(at, state=state_code(state)), REQUESTS)
    for_ = code_of(meeting, "meeting") if meeting else None
    rows = [one for one in found.rows if article in (None, one["article"]) and for_ in (None, one["forMeeting"])]
    return [request_of(row, found.cut, _the_state(row["state"], at)) for row in rows]


async def _report_duties(
    info: Info,
    state: StateArg = None,
    year: YearArg = None,
    status: Annotated[DeadlineStatus | None, described("Reports that stand so.")] = None,
    on: OnDay = None,
    cut: CutArg = None,
) -> list[Report]:
    at = await past(info, cut, on=on)
    parameters = duty_parameters(at, state=state_code(state), year=None if year is None else str(year))
    found = await rows_of_all(info, "reports", parameters, REPORT_DUTIES)
    rows = [row for row in found.rows if status is None or row["status"] == status.name]
    return [report_of(row, found.cut, _the_state(row["state"], at)) for row in rows]


@strawberry.type(description=f"Everything that can be asked; there are no mutations: commands go over HTTP. {IN_WORDS}")
class Query(RecordQuery, TwoTimesQuery):
    """Root fields. `meeting:` is a shorthand for `cut: {meeting:}`; a cut is inherited by the fields below."""

    node: Node | None = reading(
        resolver=node, description="Anything that has an id, by that id; null where there is no such thing."
    )
    states: list[State] = reading_list(
        200,
        usual=197,
        resolver=_states,
        description="The 197 States, by name, or those of a regional group or standing. What their fields leave open"
        " comes from `cut`.",
    )
    state: State | None = reading(
        resolver=_state, description="A State by ISO 3166-1 alpha-3, or by its id; null for none of the 197."
    )
    membership: MembershipOn = reading(
        resolver=_membership, description="Parties, signatories and the others on a day (today if none given)."
    )
    meetings: list[Meeting] = reading_list(
        100, usual=40, resolver=_meetings, description="All meetings, or those of a kind, by opening day."
    )
    meeting: Meeting | None = reading(
        resolver=_meeting, description="A meeting by its code or id; null where there is none."
    )
    cycles: list[Cycle] = reading_list(
        20, usual=6, resolver=cycles, description="The reporting cycles, by their first day."
    )
    plans: list[PlanSummary] = reading_list(10, usual=3, resolver=_plans, description="The action plans held.")
    plan: Plan = reading(resolver=_plan, description="An action plan with its indicators.")
    figure: Figure = reading(resolver=_figure, description="An indicator's figure at a meeting or a cut.")
    reconciliation: list[Reconciliation] = reading_list(
        RECONCILED,
        usual=90,
        resolver=reconciliation,
        description="Every figure of a plan beside the printed one, or those with one outcome.",
    )
    population: Population = reading(resolver=_population, description="Who belongs to a population on a day.")
    statements: Connection[Statement] = reading(
        resolver=_statements, description="What each State answered to a question (a practice code) in a cycle."
    )
    deadlines: list[Deadline] = reading_list(
        DEADLINES,
        usual=400,
        resolver=_deadlines,
        description="The days by which States owe something, ahead, overdue or not recorded, the next first; `within`"
        " (90d, 12m, 2y) keeps those up to then. `on` is short for `cut: {effectiveAt:}`; today if neither is given.",
    )
    obligations: list[Obligation] = reading_list(
        OBLIGATIONS,
        usual=2_600,
        resolver=_obligations,
        description="The obligations of States under an article, or all, and how they stand on a day.",
    )
    extension_requests: list[ExtensionRequest] = reading_list(
        REQUESTS, usual=30, resolver=_requests, description="Requests for more time under Articles 3 and 4."
    )
    report_duties: list[Report] = reading_list(
        REPORT_DUTIES,
        usual=1_300,
        resolver=_report_duties,
        description="Who owes which Article 7 report when, and what came of it; `status: overdue` for those that"
        " have not come.",
    )
    trend: Trend = reading(resolver=trend, description="An indicator through the cycles and the plans.")
    ask: FoundStates = reading(resolver=ask, description="Which States belong to a set that a question names.")
    methodology: Methodology = reading(
        resolver=methodology, description="What a figure of an indicator rests on, from the definition that runs."
    )
