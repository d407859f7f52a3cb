"""The projections of a service over HTTP: how far each generation is, a rebuild, a comparison, switch and rollback."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Query, Response

from shared.problems import Problem
from shared.projecting.generations import Apart, OtherVersion
from shared.projecting.roles import NotHeld, Roles
from shared.projecting.runner import NotProjected, ProjectionRunner

Answer = dict[str, Any]

T = TypeVar("T")

LONGEST_WAIT = 60.0
"""Seconds for which a question about positions may be held."""

Holding = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z]{1,40}:[0-9]{1,15}(,[a-z]{1,40}:[0-9]{1,15}){0,9}$",
        description="`reports:12,meetings:3`: answer when the live rows hold these positions, or after `within`.",
    ),
]
Within = Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for that at most.")]


def projections_router(runners: Mapping[str, ProjectionRunner]) -> APIRouter:
    """Routes under /projections, to be included under the service's own prefix; `runners` may fill up later."""
    router = APIRouter(prefix="/projections")

    @router.get("", summary="How far each generation of each read model is, per source; the live ones first")
    async def projections(holding: Holding = None, within: Within = 0) -> Response:
        if holding:
            await _waited(runners, holding, within)
        rows = [row for runner in runners.values() for row in runner.overview()]
        return Response(orjson.dumps(rows), media_type="application/json")

    @router.post("/{projection}/rebuild", status_code=202, summary="Build a candidate beside the live rows")
    async def rebuild(projection: str) -> Answer:
        generation = await _runner(runners, projection).rebuild()
        return {"projection": projection, "generation": generation, "rebuilding": True}

    @router.get("/{projection}/diff", summary="The live rows and those beside them, compared at equal positions")
    async def diff(projection: str) -> Response:
        found = await _or_refused(_runner(runners, projection).difference())
        return Response(orjson.dumps(found.shown(), default=str), media_type="application/json")

    @router.post("/{projection}/switch", summary="Let the candidate answer; what was live is kept up")
    async def switch(projection: str) -> Answer:
        return _pointer(projection, await _or_refused(_runner(runners, projection).switch()))

    @router.post("/{projection}/rollback", summary="Let the generation before the last switch answer again")
    async def rollback(projection: str) -> Answer:
        return _pointer(projection, await _or_refused(_runner(runners, projection).roll_back()))

    return router


async def _waited(runners: Mapping[str, ProjectionRunner], holding: str, within: float) -> None:
    """Return when all live rows hold the positions, or will not within so many seconds; the rows themselves tell."""

    async def one(runner: ProjectionRunner, source: str, position: int) -> None:
        with suppress(NotProjected):
            await runner.wait_for(source, position, within)

    wanted = [(source, int(position)) for source, _, position in (each.partition(":") for each in holding.split(","))]
    await asyncio.gather(
        *(
            one(runner, source, position)
            for runner in runners.values()
            for source, position in wanted
            if source in runner.projection.sources
        )
    )


def _runner(runners: Mapping[str, ProjectionRunner], projection: str) -> ProjectionRunner:
    runner = runners.get(projection)
    if runner is None:
        known = ", ".join(sorted(runners)) or "none"
        raise Problem(404, "projection-unknown", "No such projection", f"there are: {known}", field="path")
    return runner


async def _or_refused(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except NotHeld as refused:
        raise Problem(409, "generation-missing", "There is no such generation", str(refused)) from refused
    except Apart as refused:
        raise Problem(409, "generations-apart", "The generations do not stand equal", str(refused)) from refused
    except OtherVersion as refused:
        raise Problem(409, "generation-of-other-version", "Other code made it", str(refused)) from refused


def _pointer(projection: str, roles: Roles) -> Answer:
    return {"projection": projection} | {role: one.number for role, one in roles.held.items()}
