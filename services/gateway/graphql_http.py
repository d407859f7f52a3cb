"""GraphQL over HTTP: POST only, one JSON operation at a time, refused before it runs when it would cost too much."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from graphql import GraphQLError
from strawberry.exceptions import StrawberryException

from services.gateway.asking import Asking
from services.gateway.problems import PublicError
from services.gateway.schema import admit, coded, listens, schema, sdl
from services.gateway.upstream import Upstream
from shared.problems import Problem

LARGEST_BODY = 100_000
"""Bytes of a request; a query has at most 20,000 characters, the rest is variables."""

DEADLINE = 30.0
"""Seconds an operation may take before it is given up."""

RESPONSE_JSON = "application/graphql-response+json"


def graphql_router(upstream: Upstream, public_url: str = "") -> APIRouter:
    """Queries at `/graphql`, and the schema."""
    router = APIRouter(include_in_schema=False)

    @router.get("/graphql/schema.graphql")
    async def schema_text() -> PlainTextResponse:
        return PlainTextResponse(sdl())

    @router.post("/graphql")
    async def answer(request: Request) -> Response:
        return await answered(request, upstream, public_url)

    return router


async def answered(request: Request, upstream: Upstream, public_url: str = "") -> Response:
    """The answer to one operation. Raises Problem where the request is no GraphQL request at all."""
    body = await _operation(request)
    query, variables, name = body["query"], body.get("variables") or {}, body.get("operationName")
    document, refused = admit(query)
    if document is None or refused:
        return _response(request, {"errors": [error.formatted for error in refused]}, ran=False)
    if listens(document):
        refusal = PublicError("connection-only", "subscriptions go over graphql-transport-ws, at the same path")
        return _response(request, {"errors": [refusal.formatted]}, ran=False)
    asking = Asking(upstream, document, public_url)
    try:
        async with asyncio.timeout(DEADLINE):
            result = await schema.execute(query, variables, asking, operation_name=name)
    except StrawberryException as failure:
        return _response(
            request, {"errors": [{"message": str(failure), "extensions": {"code": "graphql-invalid"}}]}, ran=False
        )
    except TimeoutError:
        raise Problem(503, "too-slow", f"The query took more than {DEADLINE:.0f} seconds", "ask for less") from None
    return _response(request, _shaped(result.data, result.errors, asking.stale), ran=True)


def _shaped(data: dict[str, Any] | None, errors: list[GraphQLError] | None, stale: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"data": data}
    if errors:
        found["errors"] = [coded(error).formatted for error in errors]
    if stale:
        found["extensions"] = {"stale": True}
    return found


def _response(request: Request, body: dict[str, Any], *, ran: bool) -> Response:
    """As the GraphQL-over-HTTP draft asks: a refused document is 400 only to clients that know the newer media type."""
    knows = RESPONSE_JSON in request.headers.get("accept", "")
    return Response(
        orjson.dumps(body),
        status_code=400 if knows and not ran else 200,
        media_type=RESPONSE_JSON if knows else "application/json",
    )


async def _operation(request: Request) -> dict[str, Any]:
    # A page on another site can make a browser post a form, but not JSON without asking us first.
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Problem(415, "media-type", "Send application/json")
    body = await _read(request)
    try:
        operation = orjson.loads(body)
    except orjson.JSONDecodeError as failure:
        raise Problem(400, "json", "The body is no JSON", str(failure)) from None
    if not isinstance(operation, dict):
        raise Problem(400, "invalid", "Send one JSON object", "batches are not taken")
    _check("query", isinstance(operation.get("query"), str), "a string")
    _check("operationName", isinstance(operation.get("operationName"), str | None), "a string")
    _check("variables", isinstance(operation.get("variables"), dict | None), "an object")
    return operation


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
