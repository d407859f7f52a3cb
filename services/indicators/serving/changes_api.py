"""Changes of figures over HTTP: what was told, and from where a baseline is established. No rules here."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from services.indicators.serving.establishing import Establishing
from services.indicators.serving.figures import Figures
from services.indicators.serving.told_changes import Wanted, changes_page
from services.indicators.world.cutting import Question
from shared.events.base import Frozen, Passage, Token
from shared.events.canonical import canonical
from shared.handling import Asked
from shared.http.answering import Answer, answer, idempotency_key
from shared.http.body import json_body
from shared.http.handlers import PROBLEM_RESPONSES
from shared.http.paging import After, Limit, Newest
from shared.http.validation import read_as


class EstablishBaselines(Frozen):
    """Record what a plan's indicators stand at; the service computes it, and cites the document of adoption."""

    plan: Token
    as_of: date = Field(alias="asOf")
    adopted: date
    passages: Annotated[tuple[Passage, ...], Field(min_length=1, max_length=50)]
    accept: Annotated[tuple[Token, ...], Field(max_length=1000)] = ()
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=120)] | None = Field(default=None, alias="onBehalfOf")


def changes_router(figures: Figures, establishing: Establishing, *, actor: str) -> APIRouter:
    """The routes, under /indicators."""
    router = APIRouter(prefix="/indicators")

    @router.get("/changes", summary="Changes of figures that were told, the latest first", tags=["two times"])
    async def changes(
        meeting: Annotated[str | None, Query(max_length=60, description="Of this meeting or cycle.")] = None,
        indicator: Annotated[str | None, Query(max_length=80, description="Of this indicator.")] = None,
        since: Annotated[date | None, Query(description="Seen after this day.")] = None,
        limit: Limit = 100,
        after: After = 0,
        newest: Newest = True,
    ) -> Response:
        record = (await figures.held(Question())).record
        wanted = Wanted(meeting, indicator, since)
        page = await figures.compute(lambda: changes_page(record.facts, wanted, after, limit, newest))
        return Response(orjson.dumps(page), media_type="application/json")

    @router.post(
        "/commands/EstablishBaselines",
        summary="Record the baselines of an adopted plan; the service computes them",
        tags=["commands"],
        response_model=Answer,
        status_code=201,
        responses=PROBLEM_RESPONSES | {200: {"model": Answer, "description": "Recorded before: the same answer"}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/EstablishBaselines"}}},
            }
        },
    )
    async def establish(request: Request) -> JSONResponse:
        key = idempotency_key(request)
        sent = await json_body(request)
        body = read_as(EstablishBaselines, sent)
        asked = Asked.of("EstablishBaselines", canonical(sent), actor=actor, key=key, onbehalfof=body.on_behalf_of)
        return answer(
            await establishing.establish(body.plan, body.as_of, body.adopted, body.accept, body.passages, asked)
        )

    return router
