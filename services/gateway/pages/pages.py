"""The pages people read: our own HTML and CSS, without scripts and without anything from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.gateway.asking.upstream import Answer, Parameters, Upstream
from services.gateway.pages import duty_words
from services.gateway.pages.calendar_http import known_state
from services.gateway.pages.coverage import coverage
from services.gateway.pages.duty_words import (
    DEADLINE_STATUSES,
    OBLIGATION_STATUSES,
    RECURRING,
    REQUEST_STATUSES,
    STANDINGS,
)
from services.gateway.pages.table import parts_in_words, plan_table, printed_in_words, state_lines
from services.gateway.permalinks import citation, permalink
from services.gateway.problems import segment
from services.gateway.words import OUTCOMES, STATUSES, by_event, number, valued
from shared.problems import Problem

HERE = Path(__file__).parent

PLAN = "LAP"
MEETING = "13MSP"
"""The latest meeting whose table is in print."""

templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters |= {"number": number, "valued": valued, "by_event": by_event}
templates.filters |= {
    "duty": duty_words.duty,
    "interval": duty_words.interval,
    "deadline_of_obligation": duty_words.deadline_of_obligation,
}
templates.globals |= {
    "STATUSES": STATUSES,
    "OUTCOMES": OUTCOMES,
    "DEADLINE_STATUSES": DEADLINE_STATUSES,
    "OBLIGATION_STATUSES": OBLIGATION_STATUSES,
    "REQUEST_STATUSES": REQUEST_STATUSES,
    "STANDINGS": STANDINGS,
    "RECURRING": RECURRING,
}


def pages_router(upstream: Upstream, public_url: str = "") -> APIRouter:
    """`/`, `/figures/{indicator}`, `/states/{iso3}`, `/events/{id}` and the stylesheet."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def plan_page(plan: str = PLAN, meeting: str = MEETING) -> Response:
        return await _page(_plan_page(upstream, plan, meeting))

    @router.get("/figures/{indicator}")
    async def figure_page(
        indicator: str,
        meeting: str | None = None,
        at: str | None = None,
        known_by: Annotated[str | None, Query(alias="knownBy")] = None,
        effective_at: Annotated[str | None, Query(alias="effectiveAt")] = None,
        basis: str | None = None,
        definition: str | None = None,
    ) -> Response:
        """A figure at a cut: a permalink gives all of it, a reader usually the meeting alone."""
        cut = {
            "meeting": meeting or (None if known_by or effective_at else MEETING),
            "positions": at,
            "knownBy": known_by,
            "effectiveAt": effective_at,
            "basis": basis,
            "definition": definition,
        }
        return await _page(_figure_page(upstream, indicator, cut, public_url))

    @router.get("/states/{iso3}")
    async def state_page(iso3: str, on: str | None = None) -> Response:
        return await _page(_state_page(upstream, iso3, on))

    @router.get("/events/{id}")
    async def event(id: str) -> Response:
        return RedirectResponse(await _place_of(upstream, id.removeprefix("event:")))

    @router.get("/style.css")
    async def style(request: Request) -> Response:
        return Response((HERE / "templates" / "style.css").read_bytes(), media_type="text/css")

    return router


async def _page(rendering: Awaitable[str]) -> HTMLResponse:
    """A page, or the problem that stands in its way as a page with the problem's status."""
    try:
        return HTMLResponse(await rendering)
    except Problem as problem:
        return HTMLResponse(templates.get_template("problem.html").render(problem=problem), problem.status)


async def _plan_page(upstream: Upstream, plan: str, meeting: str) -> str:
    of_plan, of_meeting = f"/indicators/plans/{segment(plan)}", f"/indicators/reconciliation/{segment(meeting)}"
    at: Parameters = {"plan": plan, "meeting": meeting}
    answers = await asyncio.gather(
        upstream.ask(of_plan),
        upstream.ask("/indicators/figures", {**at, "evidence": "true"}),
        upstream.ask(of_meeting, {"plan": plan}),
        upstream.ask("/indicators/cycles"),
    )
    body, figures, reconciliation, cycles = (answer.value for answer in answers)
    table = plan_table(body, meeting, figures, reconciliation, stale=_stale(answers))
    return templates.get_template("plan.html").render(table=table, cycles=[row["cycle"] for row in cycles])


async def _figure_page(upstream: Upstream, indicator: str, cut: Parameters, public_url: str) -> str:
    answer = await upstream.ask(f"/indicators/explanations/{segment(indicator)}", cut)
    row, meeting = answer.value, cut["meeting"]
    link = permalink(row, meeting, public_url)
    return templates.get_template("figure.html").render(
        row=row,
        meeting=meeting,
        permalink=link,
        citation=citation(row, meeting, link),
        stale=answer.stale,
        states=state_lines(row),
        coverage=coverage(row["coverage"]),
        parts=parts_in_words(row),
        elsewhere=[printed_in_words(one) for one in row.get("publishedElsewhere") or ()],
    )


async def _state_page(upstream: Upstream, iso3: str, on: str | None) -> str:
    at: Parameters = {"state": known_state(iso3), "on": on}
    answers = await asyncio.gather(
        upstream.ask(f"/meetings/states/{iso3}", {"on": on}),
        upstream.ask("/indicators/obligations", at),
        upstream.ask("/indicators/deadlines", at),
        upstream.ask("/indicators/requests", at),
        upstream.ask("/indicators/reports", at),
    )
    state, obligations, deadlines, requests, reports = (answer.value for answer in answers)
    return templates.get_template("state.html").render(
        state=state,
        obligations=obligations["obligations"],
        deadlines=deadlines["deadlines"],
        requests=requests["requests"],
        reports=reports["reports"],
        cut=deadlines["cut"],
        stale=_stale(answers),
    )


async def _place_of(upstream: Upstream, event: str) -> str:
    """The address of an event in the ledger that holds it. Raises Problem 404 `event-unknown`."""
    for service in upstream.services:
        path = f"/{service}/ledger/events/{segment(event)}"
        try:
            await upstream.ask(path)
        except Problem as problem:
            if problem.status == 404:
                continue
            raise
        return path
    raise Problem(404, "event-unknown", "No ledger holds that event", event)


def _stale(answers: Sequence[Answer]) -> bool:
    return any(answer.stale for answer in answers)
