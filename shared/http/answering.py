"""What every command has in common over HTTP: its key, the answer, and how OpenAPI shows both."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shared.events.base import Camel
from shared.events.envelope import canonical
from shared.http.body import json_body, too_large
from shared.http.handlers import PROBLEM_RESPONSES
from shared.http.validation import read_as
from shared.ledger.port import Appended
from shared.problems import Problem

MAX_FACT: Final = 200_000
"""Bytes of a command in canonical form: with its envelope it must fit into one NATS message."""

M = TypeVar("M", bound=BaseModel)

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


class Answer(Camel):
    """Where the fact stands in the ledger: `position` of its last event; `replayed` = it was recorded before."""

    ledger: str
    position: int
    first: int
    stream: str
    version: int
    ids: tuple[str, ...]
    replayed: bool


def answer(appended: Appended) -> JSONResponse:
    """201, or 200 for a replay, with the same members either way."""
    body = Answer(
        ledger=appended.ledger,
        position=appended.last,
        first=appended.first,
        stream=appended.stream,
        version=appended.version,
        ids=appended.ids,
        replayed=appended.replayed,
    )
    return JSONResponse(body.model_dump(mode="json", by_alias=True), 200 if appended.replayed else 201)


def idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key header, if there is one; 400 when it is given twice or not in plain text."""
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        detail = "send one Idempotency-Key of 1 to 255 printable ASCII characters"
        raise Problem(400, "idempotency-key", "Bad Idempotency-Key", detail, field="header:Idempotency-Key")
    return keys[0]


async def json_of(request: Request, model: type[M]) -> tuple[M, bytes]:
    """The body as the model, strictly, and in canonical form. Raises Problem 400, 413, 415 or 422."""
    sent = await json_body(request)
    body = read_as(model, sent)
    plain = canonical(sent)
    if len(plain) > MAX_FACT:
        raise too_large(MAX_FACT)
    return body, plain


def route_of(model: type[BaseModel]) -> dict[str, Any]:
    """What every command's route says of itself in OpenAPI."""
    return {
        "methods": ["POST"],
        "response_model": Answer,
        "status_code": 201,
        "responses": PROBLEM_RESPONSES | {200: {"model": Answer, "description": "Recorded before: the same answer"}},
        "openapi_extra": _openapi(model.__name__),
    }


def _openapi(model: str) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}},
        },
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key with the same body gets the same answer; with another body 422.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        ],
    }
