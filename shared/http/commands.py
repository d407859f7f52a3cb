"""One POST route per command, generated from the event registry: parse, date, hand to the decider, answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from shared.events.base import Camel, Effective, Event, Frozen, Known, Ledger, Passage, earliest, known_from
from shared.events.envelope import canonical
from shared.events.registry import EVENT_TYPES
from shared.handling import Asked, Command, Handler
from shared.http.body import json_body, too_large
from shared.http.handlers import PROBLEM_RESPONSES
from shared.http.validation import invalid, read_as
from shared.ledger.port import Appended
from shared.plain_fact import refuse_future
from shared.problems import Problem

CLOCK: Final = "(clock)"
"""The command of events that only the clock announces: nobody can ask for them."""

MAX_FACT: Final = 200_000
"""Bytes of a command in canonical form: with its envelope it must fit into one NATS message."""

MAX_STREAM: Final = 200
"""Characters of a stream's name: it is part of a database key."""

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


class CommandBody(Frozen):
    """What every command carries besides its fact."""

    passages: Annotated[tuple[Passage, ...], Field(min_length=1, max_length=200)] = Field(
        description="Where documents say so: at least one document and paragraph."
    )
    known: Known | None = Field(
        default=None, description="By when the institution held the fact; left out, the date of receipt."
    )
    effective: Effective | None = Field(
        default=None, description="When the fact holds; left out, what its own fields say, else from `known` on."
    )
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=120)] | None = Field(default=None, alias="onBehalfOf")


class Answer(Camel):
    """Where the fact stands in the ledger: `position` of its last event; `replayed` = it was recorded before."""

    ledger: str
    position: int
    first: int
    stream: str
    version: int
    ids: tuple[str, ...]
    replayed: bool


def commands_of(ledger: Ledger) -> dict[str, type[Event]]:
    """The commands of a ledger by name; the clock's own events are none."""
    kinds = (kind for kind in EVENT_TYPES.values() if kind.ledger == ledger and kind.command != CLOCK)
    return {kind.command: kind for kind in kinds}


def body_model(kind: type[Event]) -> type[CommandBody]:
    """The body of one command, as OpenAPI shows it."""
    return create_model(
        f"{kind.command}Body",
        __base__=CommandBody,
        __doc__=kind.__doc__,
        fact=(kind, Field(description="The fact, in the fields of its event.")),
    )


def command_router(
    ledger: Ledger, handler: Handler, *, today: Callable[[], date], actor: str
) -> tuple[APIRouter, list[type[BaseModel]]]:
    """POST /{ledger}/commands/{Command} for each command, and the body models for OpenAPI."""
    router = APIRouter(prefix=f"/{ledger}/commands", tags=["commands"])
    models: list[type[BaseModel]] = []
    for name, kind in commands_of(ledger).items():
        model = body_model(kind)
        models.append(model)
        router.add_api_route(
            f"/{name}",
            _endpoint(name, model, handler, today, actor),
            methods=["POST"],
            name=name,
            summary=(kind.__doc__ or name).strip(),
            response_model=Answer,
            status_code=201,
            responses=PROBLEM_RESPONSES | {200: {"model": Answer, "description": "Recorded before: the same answer"}},
            openapi_extra=_openapi(model.__name__),
        )
    return router, models


def _endpoint(
    name: str, model: type[CommandBody], handler: Handler, today: Callable[[], date], actor: str
) -> Callable[[Request], Any]:
    async def record(request: Request) -> JSONResponse:
        key = idempotency_key(request)
        sent = await json_body(request)
        body = read_as(model, sent)
        plain = canonical(sent)
        if len(plain) > MAX_FACT:
            raise too_large(MAX_FACT)
        asked = Asked.of(name, plain, actor=actor, key=key, onbehalfof=body.on_behalf_of)
        return answer(await handler.handle(command_of(body, today()), asked))

    return record


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


def command_of(body: CommandBody, today: date) -> Command:
    """The body as a command, with its times filled in (model §4)."""
    fact: Event = body.fact  # type: ignore[attr-defined]  # every body_model has one
    if len(fact.stream) > MAX_STREAM or len(fact.natural_key) > MAX_STREAM:
        raise invalid("/fact", f"its identity is longer than {MAX_STREAM} characters; use shorter ids and names")
    known = known_of(fact, body.known, today)
    effective = body.effective or fact.holds or Effective(from_=known.time)
    if body.effective and effective.from_ and effective.to and effective.from_ > effective.to:
        raise invalid("/effective/to", "it lies before `from`")
    return Command(fact, body.passages, known, effective, today)


def known_of(fact: Event, given: Known | None, today: date) -> Known:
    """known_at: as given, else from the receipt; 422 when neither says it, or when it lies ahead of today."""
    if given is not None:
        if given.time > today:
            detail = "the institution cannot have known it on a day that has not come yet"
            raise Problem(422, "future", "A date lies in the future", detail, field="/known/time")
        return given
    if fact.received_on is None:
        raise invalid("/known", "this fact has no date of receipt; give the day by which the institution held it")
    known = known_from(fact.received_on)
    if known is None:
        raise invalid("/known", "the receipt has no upper bound; give the day by which the institution held it")
    if known.time <= today:
        return known
    refuse_future(fact, today)
    first = earliest(fact.received_on)
    if first is not None and first > today:
        raise invalid("/known", "its date lies ahead; give the day on which the institution knew of it")
    return Known(time=today, precision="by")  # some day of this month or year, and certainly held today


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
