"""`node(id:)`: from a lasting id back to the thing, whatever kind it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import asked
from services.gateway.asking.duty_asking import rows_of_state
from services.gateway.asking.duty_rows import Kind
from services.gateway.asking.list_rows import all_pages
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import described
from services.gateway.graph.types.deadline import DEADLINES_OF_A_STATE, deadline_of
from services.gateway.graph.types.event import find_event
from services.gateway.graph.types.figure import load_figure
from services.gateway.graph.types.meeting import meeting_of
from services.gateway.graph.types.meeting_record import (
    assessment_of,
    contribution_of,
    office_of,
    participation_of,
    vote_of,
)
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.obligation import OBLIGATIONS_OF_A_STATE, obligation_of
from services.gateway.graph.types.plan import plan_of
from services.gateway.graph.types.recorded_fact import Seen, seen
from services.gateway.graph.types.report import REPORTS_OF_A_STATE, report_of
from services.gateway.graph.types.report_record import (
    declaration_of,
    measure_of,
    recorded_statement_of,
    submitted_report_of,
)
from services.gateway.graph.types.request import REQUESTS_OF_A_STATE, request_of
from services.gateway.graph.types.seal import find_seal
from services.gateway.graph.types.state import state
from services.gateway.problems import PublicError, named
from shared.states import is_iso3

Finder = Callable[[Info, str], Awaitable[Node | None]]
Shaped = Callable[[Any, Seen], Node]
Parameters = Mapping[str, str | None]

UNKNOWN = frozenset(
    {"indicator-unknown", "plan-unknown", "meeting-unknown", "event-unknown", "name-unknown", "invalid"}
)
"""Refusals that mean: there is no such thing."""


async def node(info: Info, id: Annotated[strawberry.ID, described("An id as any field `id` gives it.")]) -> Node | None:
    """The thing with this id; None where there is none, or where the id is none of ours."""
    kind, colon, key = id.partition(":")
    finder = _FINDERS.get(kind)
    if finder is None or not colon or not key:
        return None
    try:
        found = await finder(info, key)
    except PublicError as refused:
        if (refused.extensions or {}).get("code") in UNKNOWN:
            return None
        raise
    return found


async def _state(_: Info, key: str) -> Node | None:
    return state(key) if is_iso3(key) else None


async def _meeting(info: Info, key: str) -> Node | None:
    return meeting_of((await info.context.ask(f"/meetings/meetings/{named(key)}")).value)


async def _plan(info: Info, key: str) -> Node | None:
    return plan_of((await info.context.ask(f"/indicators/plans/{named(key)}")).value, asked(None, None))


async def _indicator(info: Info, key: str) -> Node | None:
    body = (await info.context.ask(f"/indicators/plans/{named(key.split('-', 1)[0])}")).value
    plan = plan_of(body, asked(None, None))
    return next((one for action in plan.actions for one in action.indicators if one.code == key), None)


async def _figure(info: Info, key: str) -> Node | None:
    indicator, _, label = key.partition("@")
    return await load_figure(info, named(indicator), asked(label or None, None))


async def _event(info: Info, key: str) -> Node | None:
    return await find_event(info, named(key))


async def _seal(info: Info, key: str) -> Node | None:
    return await find_seal(info, key)


def _owed(kind: Kind, prefix: str, longest: int, shaped: Callable[..., Node], **more: str) -> Finder:
    """Among a State's duties of a kind; their ids begin with the State."""

    async def find(info: Info, key: str) -> Node | None:
        iso3 = key[:3]
        if not is_iso3(iso3):
            return None
        found = await rows_of_state(info, kind, iso3, more, longest)
        rows = (shaped(row, found.cut, state(iso3)) for row in found.rows)
        return next((one for one in rows if one.id == f"{prefix}:{key}"), None)

    return find


def _listed(
    path: str, prefix: str, parameters: Callable[[str], Parameters], shaped: Callable[[Any, Seen], Node]
) -> Finder:
    """Among the rows of a listing, narrowed by what the key says."""

    async def find(info: Info, key: str) -> Node | None:
        found = await all_pages(info.context.ask, path, parameters(key))
        from_ = seen(found.cut)
        rows = (shaped(row, from_) for row in found.rows)
        return next((one for one in rows if one.id == f"{prefix}:{key}"), None)

    return find


def _first_state(key: str) -> Parameters:
    return {"state": key[:3]}


def _last_state(key: str) -> Parameters:
    return {"state": key[-3:]}


def _before_at(key: str) -> Parameters:
    return {"meeting": key.partition("@")[0]}


def _nothing(_: str) -> Parameters:
    return {}


_FINDERS: Mapping[str, Finder] = {
    "state": _state,
    "meeting": _meeting,
    "plan": _plan,
    "indicator": _indicator,
    "figure": _figure,
    "event": _event,
    "seal": _seal,
    "obligation": _owed("obligations", "obligation", OBLIGATIONS_OF_A_STATE, obligation_of),
    "deadline": _owed("deadlines", "deadline", DEADLINES_OF_A_STATE, deadline_of, include="all"),
    "report": _owed("reports", "report", REPORTS_OF_A_STATE, report_of),
    "request": _owed("requests", "request", REQUESTS_OF_A_STATE, request_of),
    "participation": _listed("/meetings/participations", "participation", _before_at, participation_of),
    "vote": _listed("/meetings/votes", "vote", _last_state, vote_of),
    "contribution": _listed("/meetings/contributions", "contribution", _last_state, contribution_of),
    "assessment": _listed("/meetings/assessments", "assessment", _last_state, assessment_of),
    "office": _listed("/meetings/offices", "office", _nothing, office_of),
    "submitted-report": _listed("/reports/article7", "submitted-report", _first_state, submitted_report_of),
    "recorded-statement": _listed("/reports/statements", "recorded-statement", _first_state, recorded_statement_of),
    "declaration": _listed("/reports/declarations", "declaration", _first_state, declaration_of),
    "measure": _listed("/reports/measures", "measure", _first_state, measure_of),
}
