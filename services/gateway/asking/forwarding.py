"""Hands a request to the service it names and the service's answer back, neither of them changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from services.gateway.problems import unreachable

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

READING = ["GET", "HEAD", "OPTIONS"]

HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding"
    b" upgrade host".split()
)
"""Headers that belong to one connection and not to the message (RFC 9110 §7.6.1); `host` is each connection's own."""

NOT_SAFE_TO_REPEAT = "the command may have been stored; repeat it with the same Idempotency-Key and body"

BY_THE_SERVER = frozenset((b"date", b"server"))
"""Response headers that our own HTTP server writes; the service's would stand there twice."""

Headers = Iterable[tuple[bytes, bytes]]


def forwarding_router(services: Mapping[str, httpx.AsyncClient], hear: Callable[[], None]) -> APIRouter:
    """Routes `/<service>/…` for each of `services`, and the feed of its ledger; `hear` before anything is passed on."""
    router = APIRouter(include_in_schema=False)
    for name, client in services.items():
        forward = _forwarder(name, client, hear)
        router.add_api_route(f"/{name}/{{path:path}}", forward, methods=METHODS)
        for path in (f"/feeds/{name}", f"/feeds/{name}/{{path:path}}"):
            router.add_api_route(path, forward, methods=READING)
    return router


def _forwarder(name: str, client: httpx.AsyncClient, hear: Callable[[], None]):  # type: ignore[no-untyped-def]  # FastAPI reads the signature
    async def forward(request: Request) -> Response:
        return await forwarded(name, client, request, hear)

    return forward


async def forwarded(name: str, client: httpx.AsyncClient, request: Request, hear: Callable[[], None]) -> Response:
    """The service's answer to this very request: method, path, query, headers and body bytes as they came.

    Raises Problem 503 `service-unreachable` when the service does not answer. Limits on the body are the service's.
    """
    outgoing = client.build_request(
        request.method,
        _target(client.base_url, name, request),
        headers=end_to_end(request.headers.raw),
        content=request.stream() if _has_body(request) else None,
    )
    try:
        answer = await client.send(outgoing, stream=True)
    except httpx.TransportError as failure:
        sent = request.method not in ("GET", "HEAD", "OPTIONS") and not isinstance(failure, httpx.ConnectError)
        raise unreachable(name, NOT_SAFE_TO_REPEAT if sent else "") from failure
    finally:
        hear()
    response = StreamingResponse(
        _body(answer, hear), status_code=answer.status_code, background=BackgroundTask(answer.aclose)
    )
    response.raw_headers = [pair for pair in end_to_end(answer.headers.raw) if pair[0] not in BY_THE_SERVER]
    return response


def end_to_end(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The headers that belong to the message, in order, names in lower case."""
    kept = [(name.lower(), value) for name, value in headers]
    named = {token.strip().lower() for name, value in kept if name == b"connection" for token in value.split(b",")}
    return [(name, value) for name, value in kept if name not in HOP_BY_HOP and name not in named]


def _target(base: httpx.URL, name: str, request: Request) -> httpx.URL:
    """The same raw path and query at the service: decoding and encoding again would change some of them."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    at = base if base.host else httpx.URL(f"http://{name}")
    return at.copy_with(raw_path=path + (b"?" + query if query else b""))


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers


async def _body(answer: httpx.Response, hear: Callable[[], None]) -> AsyncIterator[bytes]:
    async for chunk in answer.aiter_raw():
        hear()
        yield chunk
