"""GraphQL over HTTP: one operation at a time, by POST or GET, refused before it runs when it would cost too much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from graphql import DocumentNode, GraphQLError, get_operation_ast
from starlette.routing import Route
from strawberry.exceptions import StrawberryException

from services.gateway.answering.kept_answers import KeptAnswers, etag_of, operation_of
from services.gateway.answering.table_query import table_query
from services.gateway.asking.held_answers import HeldAnswers
from services.gateway.asking.operation import Asking
from services.gateway.asking.standing import Standings
from services.gateway.asking.upstream import Upstream
from services.gateway.graph.schema import admit, coded, listens, schema, sdl
from services.gateway.limits.limits import LARGEST_BODY, NESTING, SECONDS
from services.gateway.problems import PublicError
from shared.problems import Problem
from shared.service import utc_now
from shared.telemetry import tracer

RESPONSE_JSON = "application/graphql-response+json"


def graphql_router() -> APIRouter:
    """The schema."""
    router = APIRouter(include_in_schema=False)

    @router.get("/graphql/schema.graphql")
    async def schema_text() -> PlainTextResponse:
        return PlainTextResponse(sdl())

    return router


def graphql_route(answering: Answering) -> Route:
    """Queries posted to `/graphql`; a plain route, since FastAPI's costs more than a kept answer."""

    async def answer(request: Request) -> Response:
        return await answering.respond(request, await _posted(request))

    return Route("/graphql", answer, methods=["POST"], include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for."""

    query: str
    variables: dict[str, Any]
    name: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer's bytes: whether the operation ran, and all of it is as the record has it now; its ETag if known."""

    body: bytes
    ran: bool
    sound: bool
    etag: str | None = None


class Answering:
    """Answers operations over the services; the same bytes again while nothing is recorded."""

    def __init__(self, upstream: Upstream, public_url: str = "", now: Callable[[], datetime] = utc_now):
        self._upstream, self._public_url, self._now = upstream, public_url, now
        self._kept, self._held, self._standings = KeptAnswers(), HeldAnswers(), Standings(upstream)

    async def get(self, request: Request) -> Response:
        """The answer to a query in the address. Raises Problem where the request is no GraphQL request at all."""
        return await self.respond(request, _in_address(request))

    async def respond(self, request: Request, operation: Operation) -> Response:
        """The answer over HTTP; 304 to a GET that holds it already."""
        answered = await self.answer(operation)
        # As the GraphQL-over-HTTP draft asks: a refusal is 400 only to clients that know the newer media type.
        knows = RESPONSE_JSON in request.headers.get("accept", "")
        status = 400 if knows and not answered.ran else 200
        headers = {"vary": "accept"}
        if request.method == "GET":  # what else a method answers is not what its address stands for
            etag = (answered.etag or etag_of(answered.body)) if answered.sound else None
            headers |= {"etag": etag, "cache-control": "no-cache"} if etag else NOT_KEPT
            if etag and _holds(request, etag):
                return Response(status_code=304, headers=headers)
        media_type = RESPONSE_JSON if knows else "application/json"
        return Response(answered.body, status_code=status, headers=headers, media_type=media_type)

    async def answer(self, operation: Operation) -> Answered:
        """The answer, kept or made. Only a sound one is kept: complete, not stale, made while nothing moved."""
        now = self._now()
        key = operation_of(operation.query, operation.name, operation.variables, now)
        wanted_again = self._kept.worth(key)
        before = await self._standings.present() if wanted_again or self._kept.large(operation.query) else None
        if (kept := self._kept.find(key, before, now)) is not None:
            return Answered(kept.body, ran=True, sound=True, etag=kept.etag)
        document, refused = admit(operation.query)
        if document is None or refused:
            return _refused(refused)
        if (unknown := _operation_missing(document, operation.name)) is not None:
            return _refused([unknown])
        if listens(document):
            return _refused(
                [PublicError("connection-only", "subscriptions go over graphql-transport-ws, at this path")]
            )
        day = now.astimezone(UTC).date()
        asking = Asking(self._upstream, document, self._public_url, self._held.at(before, day))
        with tracer().start_as_current_span("graphql"):
            answered = await self._made(operation, document, asking)
        if answered.sound:
            self._kept.note(key, operation.query, answered.body)
            if before is not None and (asking.asked_nothing or before == await self._standings.read()):
                self._held.hold(asking.answers(), before, day)
                if wanted_again:
                    self._kept.keep(key, answered.body, before, self._now())
        return answered

    async def _made(self, operation: Operation, document: DocumentNode, asking: Asking) -> Answered:
        try:
            async with asyncio.timeout(SECONDS):
                short = table_query(operation.query, operation.name, document)
                if short and (data := await short.answer(asking, operation.variables)) is not None:
                    return Answered(orjson.dumps({"data": data}), ran=True, sound=True)
                asking = asking.again() if short else asking
                result = await schema.execute(
                    operation.query, operation.variables, asking, operation_name=operation.name
                )
        except StrawberryException as failure:
            return _refused([GraphQLError(str(failure))])
        except TimeoutError:
            raise Problem(503, "too-slow", f"The query took more than {SECONDS:.0f} seconds", "ask for less") from None
        body = orjson.dumps(_shaped(result.data, result.errors, asking.stale))
        return Answered(body, ran=True, sound=not result.errors and not asking.stale)


NOT_KEPT = {"cache-control": "no-store"}


def _holds(request: Request, etag: str) -> bool:
    held = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return etag in held or "*" in held


def _refused(errors: list[GraphQLError]) -> Answered:
    return Answered(orjson.dumps({"errors": [coded(error).formatted for error in errors]}), ran=False, sound=False)


def _operation_missing(document: DocumentNode, name: str | None) -> GraphQLError | None:
    """Why none of the document's operations is the one asked for."""
    if get_operation_ast(document, name) is not None:
        return None
    return GraphQLError(f"The document has no operation {name!r}" if name else "Say which operation: operationName")


def _shaped(data: dict[str, Any] | None, errors: list[GraphQLError] | None, stale: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"data": data}
    if errors:
        found["errors"] = [coded(error).formatted for error in errors]
    if stale:
        found["extensions"] = {"stale": True}
    return found


async def _posted(request: Request) -> Operation:
    # A page on another site can make a browser post a form, but not JSON without asking us first.
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Problem(415, "media-type", "Send application/json")
    return _operation(_json(await _read(request), "The body"))


def _in_address(request: Request) -> Operation:
    given: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _json(given[name], name)
    return _operation(given)


def _json(text: bytes | str, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as failure:
        raise Problem(400, "json", f"{what} is no JSON", str(failure)) from None


def _operation(given: Any) -> Operation:
    if not isinstance(given, dict):
        raise Problem(400, "invalid", "Send one JSON object", "batches are not taken")
    _check("query", isinstance(given.get("query"), str), "a string")
    _check("operationName", isinstance(given.get("operationName"), str | None), "a string")
    _check("variables", isinstance(given.get("variables"), dict | None), "an object")
    _check("variables", not _deeper(given.get("variables"), NESTING), f"at most {NESTING} levels deep")
    return Operation(given["query"], given.get("variables") or {}, given.get("operationName"))


def _deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects stand more than so many levels in one another; looks level by level."""
    level = [value]
    while level and levels >= 0:
        containers = [one for one in level if isinstance(one, dict | list)]
        level = [inner for one in containers for inner in (one.values() if isinstance(one, dict) else one)]
        levels -= 1
    return bool(level)


def _check(field: str, holds: bool, wanted: str) -> None:
    if not holds:
        raise Problem(400, "invalid", f"{field} must be {wanted}", field=field)


async def _read(request: Request) -> bytes:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            raise Problem(413, "too-large", f"At most {LARGEST_BODY:,} bytes")
    return bytes(read)
