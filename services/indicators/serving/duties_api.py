"""Queries on the treaty clock: deadlines, obligations, extension requests, reports. No rules here."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Response

from services.indicators.duties.deadlines import OPEN, deadlines
from services.indicators.duties.extensions import processes
from services.indicators.duties.obligations import ARTICLES, obligations, obligations_under
from services.indicators.duties.reports import report_duties
from services.indicators.duties.types import Deadline, Theme
from services.indicators.serving.duties_rows import deadline_row, obligation_row, report_row, request_row
from services.indicators.serving.figures import Figures
from services.indicators.serving.figures_api import AskedAt
from services.indicators.world.cutting import Question, cut_on
from services.indicators.world.world import Cut, World
from shared.problems import Problem
from shared.states import is_iso3
from shared.treaty.parameters import ADOPTED
from shared.treaty.periods import add_months

LAST_DAY: Final = date(2100, 12, 31)
"""Deadlines are told up to here; a later day is no question about the Convention."""

MOST_DAYS: Final = 8
"""Days whose obligations and deadlines are kept at once."""


@dataclass(frozen=True, slots=True)
class OnDay:
    """The day and the cut that were asked for; today where no day was."""

    day: date | None
    question: Question


def on_day(
    question: AskedAt, on: Annotated[date | None, Query(description="The day asked about; today unless given.")] = None
) -> OnDay:
    """The day and cut of a query. Raises Problem 422."""
    if question.effective_at is not None:
        raise _invalid("effectiveAt", "the day asked about is given as `on`")
    if on is not None and not ADOPTED <= on <= LAST_DAY:
        raise _invalid("on", f"a day from {ADOPTED}, when the Convention was adopted, to {LAST_DAY}")
    return OnDay(on, question)


Asked = Annotated[OnDay, Depends(on_day)]
State = Annotated[str | None, Query(max_length=20, description="A State, by its ISO3 code.")]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is held about a day. `world` keeps the duties of that day, once found."""

    on: date
    cut: Cut
    world: World
    stale: bool


class Days:
    """The worlds of the days last asked about: what each keeps is forgotten with it."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._seen: OrderedDict[Cut, World] = OrderedDict()

    async def at(self, asked: OnDay) -> Seen:
        """What is held about a day, known by that day or by today, whichever is earlier. Raises Problem."""
        held = await self._figures.held(asked.question)
        today = self._figures.today()
        day = asked.day or today
        question = replace(asked.question, known_by=asked.question.known_by or min(day, today))
        cut = held.record.attested(cut_on(question, day, held.heads, today))
        if cut not in self._seen:
            world = await self._figures.compute(lambda: held.record.world(cut))
            while len(self._seen) >= MOST_DAYS:
                self._seen.popitem(last=False)
            self._seen[cut] = replace(world, memo={})
        self._seen.move_to_end(cut)
        return Seen(day, cut, self._seen[cut], held.stale)

    async def answer(self, seen: Seen, name: str, rows: Callable[[], list[dict[str, Any]]]) -> Response:
        """The day, the cut and the rows, found beside the event loop."""
        found = await self._figures.compute(rows)
        body = {"on": seen.on.isoformat(), "cut": seen.cut.echoed(), name: found}
        marked = body | {"stale": True} if seen.stale else body
        return Response(orjson.dumps(marked), media_type="application/json")


def duties_router(figures: Figures) -> APIRouter:
    """The queries of the treaty clock, under /indicators."""
    router = APIRouter(prefix="/indicators", tags=["treaty clock"])
    days = Days(figures)
    _add_deadlines(router, days)
    _add_obligations(router, days)
    _add_requests(router, days)
    _add_reports(router, days)
    return router


def _add_deadlines(router: APIRouter, days: Days) -> None:
    @router.get("/deadlines", summary="What is due when, by article, with its formula and passages")
    async def list_deadlines(
        asked: Asked,
        state: State = None,
        within: Annotated[
            str | None,
            Query(max_length=20, description="How far ahead: 90d, 12m or 2y; overdue and not recorded ones stay."),
        ] = None,
        theme: Theme | None = None,
        meeting: Annotated[str | None, Query(max_length=80)] = None,
        include: Annotated[
            Literal["open", "all"], Query(description="all adds what was done, with verdicts.")
        ] = "open",
    ) -> Response:
        _check_state(state)
        seen = await days.at(asked)
        _check_meeting(meeting, seen.world)
        until = _until(within, seen.on)

        def wanted(one: Deadline) -> bool:
            named = state in (None, one.state) and theme in (None, one.theme) and meeting in (None, one.meeting)
            near = until is None or one.status in ("overdue", "notRecorded") or (one.due or date.max) <= until
            return named and near and (include == "all" or one.status in OPEN)

        def rows() -> list[dict[str, Any]]:
            return [deadline_row(one) for one in deadlines(seen.world, seen.on) if wanted(one)]

        return await days.answer(seen, "deadlines", rows)


def _add_obligations(router: APIRouter, days: Days) -> None:
    @router.get("/obligations", summary="How each obligation stands, with the chain of its causes")
    async def list_obligations(
        asked: Asked, state: State = None, article: Annotated[str | None, Query(max_length=20)] = None
    ) -> Response:
        _check_state(state)
        if article is not None and article not in ARTICLES:
            raise _invalid("article", f"obligations are counted under the articles {', '.join(ARTICLES)}")
        seen = await days.at(asked)

        def rows() -> list[dict[str, Any]]:
            found = obligations_under(article, seen.world, seen.on) if article else obligations(seen.world, seen.on)
            return [obligation_row(one) for one in found if state in (None, one.state)]

        return await days.answer(seen, "obligations", rows)


def _add_requests(router: APIRouter, days: Days) -> None:
    @router.get("/requests", summary="The life of each extension request, with the verdicts of the treaty on it")
    async def list_requests(asked: Asked, state: State = None) -> Response:
        _check_state(state)
        seen = await days.at(asked)

        def rows() -> list[dict[str, Any]]:
            found = processes(seen.world, seen.on)
            return [request_row(one) for own in sorted(found) if state in (None, own) for one in found[own]]

        return await days.answer(seen, "requests", rows)


def _add_reports(router: APIRouter, days: Days) -> None:
    @router.get("/reports", summary="Who owes which Article 7 report when, and what came of it")
    async def list_reports(
        asked: Asked, state: State = None, year: Annotated[int | None, Query(ge=2008, le=2100)] = None
    ) -> Response:
        _check_state(state)
        seen = await days.at(asked)

        def rows() -> list[dict[str, Any]]:
            found = report_duties(seen.world, seen.on)
            return [report_row(one) for one in found if state in (None, one.state) and year in (None, one.year)]

        return await days.answer(seen, "reports", rows)


def _check_state(state: str | None) -> None:
    if state is not None and not is_iso3(state):
        raise _invalid("state", f"{state!r} is no ISO 3166-1 alpha-3 code of a State, such as LAO")


def _check_meeting(meeting: str | None, world: World) -> None:
    if meeting is not None and meeting not in world.sittings:
        known = ", ".join(sorted(world.sittings)) or "none"
        raise _invalid("meeting", f"no meeting is called {meeting!r}; there are: {known}")


def _until(within: str | None, on: date) -> date | None:
    """The last day of a span such as 12m. Raises Problem 422."""
    if within is None:
        return None
    span = re.fullmatch(r"([0-9]{1,3})([dmy])", within, re.ASCII)
    if span is None:
        raise _invalid("within", "write a span of days, months or years: 90d, 12m, 2y (at most three digits)")
    number = int(span[1])
    return on + timedelta(days=number) if span[2] == "d" else add_months(on, number * (12 if span[2] == "y" else 1))


def _invalid(parameter: str, right: str) -> Problem:
    return Problem(422, "invalid", "Not a valid parameter", right, field=f"query:{parameter}")
