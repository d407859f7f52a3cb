"""Questions in two times over HTTP: replay, restatement, seals. No rules here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from services.indicators.history.restated import NOW, restated
from services.indicators.plans.definition import Version
from services.indicators.serving.figures import Figures
from services.indicators.serving.figures_api import AskedAt
from services.indicators.serving.replays import Replays
from services.indicators.world.cutting import Question, positions_of
from shared.events.base import Frozen, Passage, Token
from shared.events.canonical import canonical
from shared.handling import Asked
from shared.http.answering import Answer, answer, idempotency_key
from shared.http.body import json_body
from shared.http.handlers import PROBLEM_RESPONSES
from shared.http.validation import read_as
from shared.problems import Problem

Name = Annotated[str, Path(max_length=80)]
Positions = Annotated[
    str | None,
    Query(max_length=1000, description="reports:12,meetings:3,indicators:9, or a cut as answers print it, in JSON."),
]


class SealFigures(Frozen):
    """Conclude a plan's figures at a cut. The service computes them; a later seal supersedes with a reason."""

    meeting: Token
    plan: Token
    known_by: date | None = Field(default=None, alias="knownBy")
    basis: Literal["reconstructed", "attested"] = "reconstructed"
    positions: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    definition: Literal["inForce", "latest"] | Annotated[int, Field(ge=1)] = "inForce"
    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")] | None = None
    passages: Annotated[tuple[Passage, ...], Field(max_length=50)] = ()
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=120)] | None = Field(default=None, alias="onBehalfOf")

    def question(self) -> Question:
        """The cut that it names. Raises Problem 422."""
        written = ",".join(f"{ledger}:{position}" for ledger, position in self.positions.items())
        version: Version = self.definition
        return Question(self.meeting, self.known_by, None, self.basis, version, positions_of(written))


def replay_router(replays: Replays, figures: Figures, *, actor: str) -> APIRouter:
    """The routes, under /indicators."""
    router = APIRouter(prefix="/indicators", tags=["two times"])
    _add_questions(router, replays, figures)
    _add_seals(router, replays, actor)
    return router


def _add_questions(router: APIRouter, replays: Replays, figures: Figures) -> None:
    @router.get("/replay/{meeting}", summary="All figures of a cut, computed from the ledgers alone, and their hash")
    async def replay(
        meeting: Name,
        asked: AskedAt,
        at: Positions = None,
        plan: Annotated[str | None, Query(max_length=60, description="One plan; left out, all of them.")] = None,
    ) -> Response:
        positions = positions_of(at) or asked.positions
        return _json(await replays.replay(replace(asked, meeting=meeting, positions=positions), plan))

    @router.get("/restatements/{indicator}", summary="From print to what was known then, and from there to now")
    async def restatement(
        indicator: Name,
        from_: Annotated[str, Query(alias="from", max_length=60, description="A meeting, a cycle, or a day.")],
        asked: AskedAt,
        to: Annotated[str, Query(max_length=60, description="`now`, a meeting, or a day.")] = NOW,
        at: Positions = None,
    ) -> Response:
        if asked.basis != "reconstructed":
            detail = "a restatement compares what was known; ask for what this system held with `replay`"
            raise Problem(422, "invalid", "Not a basis of a restatement", detail, field="query:basis")
        held = await figures.held(Question())
        since = replace(asked, meeting=from_, positions=positions_of(at) or asked.positions)
        body = await figures.compute(lambda: restated(held.record, indicator, since, to, held.heads, figures.today()))
        return _json(body | ({"stale": True} if held.stale else {}))


def _add_seals(router: APIRouter, replays: Replays, actor: str) -> None:
    @router.post(
        "/commands/SealFigures",
        summary="Seal a plan's figures at a cut; the service computes them",
        tags=["commands"],
        response_model=Answer,
        status_code=201,
        responses=PROBLEM_RESPONSES | {200: {"model": Answer, "description": "Recorded before: the same answer"}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SealFigures"}}},
            }
        },
    )
    async def seal(request: Request) -> JSONResponse:
        key = idempotency_key(request)
        sent = await json_body(request)
        body = read_as(SealFigures, sent)
        asked = None
        if key is not None:
            asked = Asked.of("SealFigures", canonical(sent), actor=actor, key=key, onbehalfof=body.on_behalf_of)
        return answer(await replays.seal(body.question(), body.plan, body.reason, body.passages, asked, actor))

    @router.get("/seals", summary="Every seal: its cut, its hash, and which one took its place")
    async def list_seals(
        figures: Annotated[bool, Query(description="With the sealed answer of each indicator.")] = False,
    ) -> Response:
        return _json(await replays.seals(figures=figures))

    @router.get("/seals/verification", summary="Every seal computed again at its cut; what differs is named")
    async def verify() -> Response:
        return _json(await replays.verify())


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
