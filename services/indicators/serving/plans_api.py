"""Queries across plans: trends, methodology sheets, breakdowns, and questions about sets of States. No rules here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response

from services.indicators.figures.methodology import methodology
from services.indicators.figures.trend import trend
from services.indicators.history.replay import check_plan
from services.indicators.plans.definition import Plan
from services.indicators.questions.answering import answered
from services.indicators.questions.question import LONGEST, NotUnderstood
from services.indicators.serving.across import Across
from services.indicators.serving.figures import Figures, Held
from services.indicators.serving.figures_api import Asked, PlanName
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.frame import NoSuchWindow
from services.indicators.world.record import Record
from shared.problems import Problem

Name = Annotated[str, Path(max_length=80)]
Rows = dict[str, Any]


def plans_router(figures: Figures, files: Mapping[str, Plan], across: Across) -> APIRouter:
    """The routes, under /indicators."""
    router = APIRouter(prefix="/indicators", tags=["queries"])

    @router.get("/trends/{indicator}", summary="An indicator through the cycles and through the plans that take it up")
    async def show_trend(indicator: Name) -> Response:
        today = figures.today()
        return await _of_indicator(figures, indicator, lambda record: trend(indicator, record, across.crosswalk, today))

    @router.get("/methods/{indicator}", summary="The methodology sheet of an indicator, from the definition that runs")
    async def show_method(indicator: Name) -> Response:
        return await _of_indicator(figures, indicator, lambda record: _sheet(indicator, record))

    @router.get("/methods", summary="The methodology sheets of a plan")
    async def show_methods(plan: PlanName) -> Response:
        held = await figures.held(Question())
        check_plan(held.record, plan)
        sheets = await figures.compute(lambda: [_sheet(one, held.record) for one in held.record.indicators(plan)])
        return _json({"plan": plan, "sheets": sheets}, held.stale)

    def _sheet(indicator: str, record: Record) -> Rows:
        return methodology(indicator, record, across.crosswalk, across.breakdowns, figures.today())

    @router.get("/answers", summary="Which States a question names, certainly and possibly, with passages")
    async def answer(
        asked: Asked,
        expression: Annotated[
            str,
            Query(
                min_length=1,
                max_length=LONGEST,
                description="Terms joined by and, or, not, without and brackets, or a set as plans write it, in JSON.",
            ),
        ],
    ) -> Response:
        held = await figures.held(asked)
        record, today = held.record, figures.today()
        cycle, cut = cut_of(asked, record.cycles, held.heads, today)
        cut = record.attested(cut)
        try:
            body = await figures.compute(
                lambda: answered(expression, cycle, cut, asked.definition, record, files, across.vocabulary)
            )
        except NotUnderstood as fault:
            raise Problem(422, "question-invalid", "Not a question", str(fault), field="query:expression") from fault
        except NoSuchWindow as lacking:
            raise Problem(422, "no-window", "No such window", str(lacking), field="query:meeting") from lacking
        return _json(body, held.stale)

    return router


async def _of_indicator(figures: Figures, indicator: str, work: Callable[[Record], Rows]) -> Response:
    """What is worked out of the record about one indicator. Raises Problem 404 `indicator-unknown`."""
    held: Held = await figures.held(Question())
    if indicator not in held.record.versions:
        detail = f"{indicator!r} is not defined"
        raise Problem(404, "indicator-unknown", "No such indicator", detail, field="path")
    return _json(await figures.compute(lambda: work(held.record)), held.stale)


def _json(body: Rows, stale: bool) -> Response:
    """An answer; `stale: true` where a service did not say its head."""
    return Response(orjson.dumps(body | {"stale": True} if stale else body), media_type="application/json")
