"""GraphQL over HTTP: POST only, one JSON operation at a time, refused before it runs when it would cost too much."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from graphql import DocumentNode, GraphQLError, GraphQLFormattedError, GraphQLSyntaxError, get_operation_ast
from strawberry.exceptions import StrawberryException

from services.gateway.asking import Asking
from services.gateway.limits import LARGEST_BODY, SECONDS
from services.gateway.schema import admit, schema, sdl
from services.gateway.table_query import table_query
from services.gateway.upstream import Upstream
from shared.problems import Problem

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
        return _response(request, {"errors": [_formatted(error) for error in refused]}, ran=False)
    if (unknown := _operation_missing(document, name)) is not None:
        return _response(request, {"errors": [_formatted(unknown)]}, ran=False)
    asking = Asking(upstream, document, public_url)
    try:
        async with asyncio.timeout(SECONDS):
            short = table_query(query, name, document)
            data = await short.answer(asking, variables) if short else None
            if data is not None:
                return _response(request, _shaped(data, None, stale=False), ran=True)
            asking = asking.again() if short else asking
            result = await schema.execute(query, variables, asking, operation_name=name)
    except StrawberryException as failure:
        return _response(
            request, {"errors": [{"message": str(failure), "extensions": {"code": "graphql-invalid"}}]}, ran=False
        )
    except TimeoutError:
        raise Problem(503, "too-slow", f"The query took more than {SECONDS:.0f} seconds", "ask for less") from None
    return _response(request, _shaped(result.data, result.errors, asking.stale), ran=True)


def _operation_missing(document: DocumentNode, name: str | None) -> GraphQLError | None:
    """Why none of the document's operations is the one asked for."""
    if get_operation_ast(document, name) is not None:
        return None
    return GraphQLError(f"The document has no operation {name!r}" if name else "Say which operation: operationName")


def _shaped(data: dict[str, Any] | None, errors: list[GraphQLError] | None, stale: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"data": data}
    if errors:
        found["errors"] = [_formatted(error) for error in errors]
    if stale:
        found["extensions"] = {"stale": True}
    return found


def _formatted(error: GraphQLError) -> GraphQLFormattedError:
    """An error with its code: ours, or that of the GraphQL rule that the text breaks."""
    if not (error.extensions or {}).get("code"):
        code = "graphql-syntax" if isinstance(error, GraphQLSyntaxError) else "graphql-invalid"
        error.extensions = {**(error.extensions or {}), "code": code}
    return error.formatted


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
