"""Reading a request's body: JSON by its content type, whole, at most 1 MB, however it is sent."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.strict_json import ROOT, parse
from shared.problems import Problem

MAX_BODY: Final = 1_000_000
"""Bytes a request may send."""

DRAIN: Final = 8 * MAX_BODY
"""Bytes read and thrown away so that a client still sending can hear the refusal."""

_JSON = re.compile(r"application/json\s*(;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.IGNORECASE)


class BodyLimit:
    """ASGI middleware: a body beyond the limit is refused with 413, whether its length was declared or not."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY):
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.limit:
                await _drain(message, receive, DRAIN - read)
                raise too_large(self.limit)
            return message

        await self.app(scope, counted, send)


async def _drain(message: Message, receive: Receive, allowance: int) -> None:
    while message.get("more_body") and allowance > 0:
        message = await receive()
        allowance -= len(message.get("body", b""))


def too_large(limit: int) -> Problem:
    """413: the body is larger than `limit` bytes."""
    detail = f"a body holds at most {limit} bytes; send one fact per command"
    return Problem(413, "too-large", "The body is too large", detail, field=ROOT)


async def json_body(request: Request) -> Any:
    """The body as strict JSON. Problem 415 for another content type, 413 beyond the limit, 400 for bad JSON."""
    if not _JSON.fullmatch(request.headers.get("content-type", "").strip()):
        detail = "send Content-Type: application/json (UTF-8)"
        raise Problem(415, "content-type", "Not a JSON request", detail, field="header:Content-Type")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        detail = "send the body as it is, without Content-Encoding"
        raise Problem(415, "content-type", "Not a JSON request", detail, field="header:Content-Encoding")
    try:
        return parse(await request.body())
    except ClientDisconnect:
        # Nobody hears this answer; it keeps a broken connection from counting as a mistake of ours.
        raise Problem(400, "json", "The body is incomplete", "the connection ended before it", field=ROOT) from None
