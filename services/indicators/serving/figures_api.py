"""Queries on figures: tables, explanations, reconciliation, populations, answers of States. No rules here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Query, Response

from services.indicators.evaluation.sets import found
from services.indicators.figures.baselines import Baseline, NoSuchBaseline, baselines
from services.indicators.figures.breakdowns import Breakdowns
from services.indicators.figures.explanation import states_of
from services.indicators.figures.figure import Figure
from services.indicators.figures.figure_set import FigureSet
from services.indicators.grammar.expression import Population
from services.indicators.history.replay import check_plan
from services.indicators.plans.definition import Definition, Plan, of_populations
from services.indicators.questions.answers import answers
from services.indicators.serving import plan_rows as plans
from services.indicators.serving.figures import Figures
from services.indicators.world.cutting import Question, cut_on, positions_of, version_of
from services.indicators.world.frame import Cycle, Frame
from services.indicators.world.record import Record
from services.indicators.world.scene import TO_DATE, Scene
from services.indicators.world.stateset import members
from services.indicators.world.world import Basis, Cut
from shared.problems import Problem

Name = Annotated[str, Path(max_length=80)]
PlanName = Annotated[str, Query(max_length=60, description="A plan, such as LAP.")]


def cut_parameters(
    known_by: Annotated[date | None, Query(alias="knownBy")] = None,
    effective_at: Annotated[date | None, Query(alias="effectiveAt")] = None,
    basis: Annotated[Literal["reconstructed", "attested"], Query()] = "reconstructed",
    definition: Annotated[str | None, Query(max_length=20, description="inForce, latest or a version.")] = None,
    positions: Annotated[str | None, Query(max_length=120, description="reports:12,meetings:3,indicators:9")] = None,
) -> Question:
    """What a query may say of its cut besides the meeting."""
    chosen: Basis = basis
    return Question(None, known_by, effective_at, chosen, version_of(definition), positions_of(positions))


AskedAt = Annotated[Question, Depends(cut_parameters)]


def question(
    rest: AskedAt,
    meeting: Annotated[str | None, Query(max_length=60, description="A meeting, a cycle, or a day.")] = None,
) -> Question:
    """The cut of a query."""
    return replace(rest, meeting=meeting)


Asked = Annotated[Question, Depends(question)]


def query_router(figures: Figures, files: Mapping[str, Plan], breakdowns: Breakdowns) -> APIRouter:
    """All queries, under /indicators."""
    router = APIRouter(prefix="/indicators", tags=["queries"])
    _add_definitions(router, figures, files)
    _add_figures(router, figures, breakdowns)
    _add_sets(router, figures, files)
    return router


def _add_definitions(router: APIRouter, figures: Figures, files: Mapping[str, Plan]) -> None:
    @router.get("/plans", summary="The plans and how many indicators each has")
    async def list_plans() -> Response:
        return _json(plans.listed((await figures.held(Question())).record, files))

    @router.get("/plans/{plan}", summary="A plan: its actions and indicators, each with its formula in words")
    async def show_plan(plan: Name) -> Response:
        record = (await figures.held(Question())).record
        check_plan(record, plan, "path")
        return _json(plans.shown(plan, record, files))

    @router.get("/cycles", summary="The reporting cycles, by their first day")
    async def list_cycles() -> Response:
        cycles = (await figures.held(Question())).record.cycles
        return _json([_cycle(one) for one in sorted(cycles.values(), key=lambda one: (one.first, one.name))])


def _add_figures(router: APIRouter, figures: Figures, breakdowns: Breakdowns) -> None:
    @router.get("/figures", summary="Every figure of a plan at one cut; `evidence` adds the States behind each")
    async def table(asked: Asked, plan: PlanName, evidence: bool = False) -> Response:
        found_set, stale = await figures.figure_set(asked)
        check_plan(found_set.record, plan)
        rows = await figures.compute(
            lambda: [found_set.row(figure, evidence=evidence) for figure in found_set.of_plan(plan)]
        )
        return _json(_marked({"cut": found_set.cut.echoed(), "figures": rows}, stale))

    @router.get("/figures/{indicator}", summary="One figure: the row of the table")
    async def figure(indicator: Name, asked: Asked) -> Response:
        found_set, stale = await figures.figure_set(asked)
        row = await figures.compute(lambda: found_set.row(_figure(found_set, indicator)))
        return _json(_marked(row, stale))

    @router.get("/explanations/{indicator}", summary="One figure opened: formula, States, passages, coverage, print")
    async def explanation(indicator: Name, asked: Asked) -> Response:
        found_set, stale = await figures.figure_set(asked)
        row = await figures.compute(lambda: _explained(found_set, indicator, breakdowns))
        return _json(_marked(row, stale))

    @router.get("/breakdowns", summary="What a plan asks to be told apart (gender, age, disability) and what arrived")
    async def received_breakdowns(asked: Asked, plan: PlanName) -> Response:
        found_set, stale = await figures.figure_set(asked)
        check_plan(found_set.record, plan)
        rows = await figures.compute(
            lambda: [
                {"indicator": figure.definition.indicator.id, **row}
                for figure in found_set.of_plan(plan)
                for row in breakdowns.received(figure)
            ]
        )
        return _json(_marked({"cut": found_set.cut.echoed(), "breakdowns": rows}, stale))

    @router.get("/reconciliation/{meeting}", summary="Every figure of a plan beside the printed one")
    async def reconciliation(meeting: Name, asked: AskedAt, plan: PlanName = "LAP") -> Response:
        found_set, _ = await figures.figure_set(replace(asked, meeting=meeting))
        check_plan(found_set.record, plan)
        rows = await figures.compute(lambda: [found_set.reconciliation(figure) for figure in found_set.of_plan(plan)])
        return _json(rows)

    @router.get("/baselines/{plan}", summary="What each indicator of a plan stood at, final or provisional, and why")
    async def baseline_rows(
        plan: Name,
        as_of: Annotated[date | None, Query(alias="asOf", description="Known by this day; today.")] = None,
        evidence: bool = False,
    ) -> Response:
        day = as_of or figures.today()
        if day > figures.today():
            detail = f"nothing is known yet of what becomes known by {day}"
            raise Problem(422, "future", "A date lies in the future", detail, field="query:asOf")
        record = (await figures.held(Question())).record
        check_plan(record, plan, "path")
        try:
            found = await figures.compute(lambda: [_baseline(one, evidence) for one in baselines(record, plan, day)])
        except NoSuchBaseline as lacking:
            raise Problem(422, "cycle-ambiguous", "Which cycle?", str(lacking), field="query:asOf") from lacking
        return _json(found)


def _add_sets(router: APIRouter, figures: Figures, files: Mapping[str, Plan]) -> None:
    @router.get("/populations/{name}", summary="Who belongs to a population on a day, certainly and possibly")
    async def population(
        name: Name, on: date, asked: AskedAt, plan: Annotated[str | None, Query(max_length=60)] = None
    ) -> Response:
        held = await figures.held(asked)
        record = held.record
        cut = record.attested(cut_on(asked, on, held.heads, figures.today()))
        definition = record.population(name, plan, asked.definition, cut) or _declared(name, plan, files)
        if definition is None:
            raise Problem(404, "population-unknown", "No such population", f"no plan declares {name!r}", field="path")
        body = await figures.compute(lambda: _belonging(name, definition, record, cut))
        return _json(_marked(body, held.stale))

    @router.get("/statements", summary="What each State answered to a practice code in a cycle")
    async def statements(code: Annotated[str, Query(max_length=80)], asked: Asked) -> Response:
        found_set, stale = await figures.figure_set(asked)
        record = found_set.record
        definition = record.using_code(code, found_set.version, found_set.cut)
        if definition is None:
            detail = f"no indicator asks for {code!r}"
            raise Problem(404, "code-unknown", "No such practice code", detail, field="query:code")
        world = record.world(found_set.cut)
        rows = await figures.compute(lambda: answers(code, definition, world, found_set.cycle, found_set.cut))
        return _json(_marked({"cut": found_set.cut.echoed(), "statements": rows}, stale))


def _figure(found_set: FigureSet, indicator: str) -> Figure:
    figure = found_set.figure(indicator)
    if figure is None:
        version = "" if found_set.version in ("inForce", "latest") else f" in version {found_set.version}"
        detail = f"{indicator!r} is not defined{version}"
        raise Problem(404, "indicator-unknown", "No such indicator", detail, field="path")
    return figure


def _baseline(baseline: Baseline, evidence: bool) -> dict[str, Any]:
    row = baseline.row()
    return row | {"states": states_of(baseline.given)} if evidence else row


def _explained(found_set: FigureSet, indicator: str, breakdowns: Breakdowns) -> dict[str, Any]:
    figure = _figure(found_set, indicator)
    return found_set.explanation(figure) | {"breakdowns": breakdowns.received(figure)}


def _declared(name: str, plan: str | None, files: Mapping[str, Plan]) -> Definition | None:
    """A population that a plan file declares although none of its indicators rests on it."""
    declaring = (one for one in files.values() if plan in (None, one.id) and name in one.populations)
    return next(map(of_populations, declaring), None)


def _belonging(name: str, definition: Definition, record: Record, cut: Cut) -> dict[str, Any]:
    """The population on the cut's day, seen in the cycle that holds it, or on its own outside every cycle."""
    day = cut.effective_at
    containing = [cycle for cycle in record.cycles.values() if cycle.first <= day <= cycle.last]
    cycle = containing[0] if len(containing) == 1 else Cycle(day.isoformat(), day, day)
    world = record.world(cut)
    scene = Scene(world, Frame(cycle, day, definition.begins, world.sittings), definition, TO_DATE, "last")
    group = found(Population(population=name, at="last"), scene)
    return {
        "name": name,
        "on": day.isoformat(),
        "members": members(group.certain),
        "possible": members(group.possible & ~group.certain),
        "complete": group.complete,
        "cut": cut.echoed(),
    }


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {
        "cycle": cycle.name,
        "from": cycle.first.isoformat(),
        "to": cycle.last.isoformat(),
        "meeting": cycle.meeting,
        "previousMeeting": cycle.previous_meeting,
        "reportYear": cycle.report_year,
        "budgetYear": cycle.budget_year,
        "ungaYear": cycle.unga_year,
    }


def _marked(body: dict[str, Any], stale: bool) -> dict[str, Any]:
    """`stale: true` beside the cut where a service did not say its head."""
    return body | {"stale": True} if stale else body


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
