"""Every failure as application/problem+json: refusals, conflicts, unknown routes, and our own mistakes."""

from __future__ import annotations

from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.decider import Refused
from shared.http.strict_json import pointer
from shared.http.validation import words_of
from shared.ledger.port import KeyReused, VersionConflict
from shared.problems import MEDIA_TYPE, Problem

_log = structlog.get_logger("stocktake.http")

TITLES: Final = {
    "already-recorded": "This fact is recorded already",
    "sequence": "This does not follow from what is recorded",
    "wrong-instrument": "Not the instrument this State may deposit",
    "not-open": "The Convention was not open for this on that day",
    "request-unknown": "No such extension request has been heard of",
    "meeting-unknown": "No such meeting",
    "state-unknown": "No such State",
    "identity": "Two fields name different things",
    "future": "A date lies in the future",
    "not-the-head": "Not the latest version of what it changes",
    "target-unknown": "No such event",
    "not-amendable": "This event is not changed by command",
    "invalid": "The request is not in the form it should be",
}
"""Titles of the refusals deciders give; each type stays the same for ever."""

_HTTP: Final = {
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "This address does not take this method"),
}

PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {
        "description": "Refused: `type` is stable, `field` points at the part at fault, `detail` says what is right",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": {"type": "string", "format": "uri"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "field": {"type": "string"},
                        "article": {"type": "string"},
                        "errors": {"type": "array", "items": {"type": "object"}},
                    },
                }
            }
        },
    }
}
"""For OpenAPI: what every refusal looks like."""


def refused(refusal: Refused) -> Problem:
    """A decider's refusal as a problem, with the article of the Convention if one says so."""
    title = TITLES.get(refusal.type, "Refused")
    return Problem(refusal.status, refusal.type, title, refusal.detail, field=refusal.field, article=refusal.article)


def respond(problem: Problem) -> JSONResponse:
    """The problem as application/problem+json."""
    return JSONResponse(problem.body(), problem.status, media_type=MEDIA_TYPE)


async def answer_problem(_: Request, problem: Exception) -> JSONResponse:
    """Exception handler: turns a raised Problem into its answer."""
    assert isinstance(problem, Problem)
    return respond(problem)


def install_handlers(app: FastAPI) -> None:
    """Answer every failure of the app as a problem; none echoes what was sent."""
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(VersionConflict, _conflict)
    app.add_exception_handler(KeyReused, _key_reused)
    app.add_exception_handler(RequestValidationError, _invalid_query)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _our_mistake)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return respond(refused(error))


async def _conflict(_: Request, error: Exception) -> JSONResponse:
    detail = "others record on the same subject right now; send the command again"
    return respond(Problem(409, "conflict", "Somebody else was faster", detail, field="/fact"))


async def _key_reused(_: Request, error: Exception) -> JSONResponse:
    detail = "this key already stands for another body; a new fact needs a key of its own"
    return respond(Problem(422, "key-reused", "Idempotency-Key used before", detail, field="header:Idempotency-Key"))


async def _invalid_query(_: Request, error: Exception) -> JSONResponse:
    """Path and query parameters: FastAPI's own answer would echo them."""
    assert isinstance(error, RequestValidationError)
    faults = [{"field": _parameter(fault["loc"]), "message": words_of(fault)} for fault in error.errors()[:20]]
    first = faults[0]
    detail = f"{first['field']}: {first['message']}"
    return respond(Problem(422, "invalid", TITLES["invalid"], detail, field=first["field"], errors=faults))


def _parameter(location: tuple[str | int, ...]) -> str:
    where, *path = location
    if where == "body" or not path:
        return pointer(*path)
    return f"{where}:{path[0]}"


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    type_, title = _HTTP.get(error.status_code, ("http", "The request was not understood"))
    answer = respond(Problem(error.status_code, type_, title, field="path" if error.status_code == 404 else "method"))
    answer.headers.update(error.headers or {})
    return answer


async def _our_mistake(request: Request, error: Exception) -> JSONResponse:
    _log.error("unhandled", route=getattr(request.scope.get("route"), "path", None), exc_info=error)
    detail = "this is our mistake, not yours; nothing was recorded that was not acknowledged"
    return respond(Problem(500, "internal", "Something went wrong here", detail))
