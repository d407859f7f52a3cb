"""One POST route per command, generated from the event registry: parse, date, hand to the decider, answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from shared.events.base import BASELINE, CLOCK, RETRACT, SEAL, Event, Ledger
from shared.events.registry import EVENT_TYPES
from shared.handling import Asked, Handler
from shared.http.amending import RetractBody, amends_of, command_amending, command_retracting
from shared.http.answering import answer, idempotency_key, json_of, route_of
from shared.http.dating import CommandBody, command_of


def commands_of(ledger: Ledger) -> dict[str, type[Event]]:
    """The commands of a ledger that record a fact, by name: not what clock or service make, and not `Retract`."""
    asked = (kind for kind in EVENT_TYPES.values() if kind.command not in (CLOCK, RETRACT, SEAL, BASELINE))
    return {kind.command: kind for kind in asked if kind.ledger == ledger}


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
    models: list[type[BaseModel]] = [RetractBody]
    for name, kind in commands_of(ledger).items():
        model = body_model(kind)
        models.append(model)
        summary = (kind.__doc__ or name).strip()
        endpoint = _endpoint(name, model, handler, today, actor)
        router.add_api_route(f"/{name}", endpoint, name=name, summary=summary, **route_of(model))
    endpoint = _retraction(handler, today, actor)
    summary = "A fact is taken back: by its State, or by the registrar"
    router.add_api_route(f"/{RETRACT}", endpoint, name=RETRACT, summary=summary, **route_of(RetractBody))
    return router, models


def _endpoint(
    name: str, model: type[CommandBody], handler: Handler, today: Callable[[], date], actor: str
) -> Callable[[Request], Any]:
    async def record(request: Request) -> JSONResponse:
        key = idempotency_key(request)
        body, plain = await json_of(request, model)
        asked = Asked.of(name, plain, actor=actor, key=key, onbehalfof=body.on_behalf_of)
        amends = amends_of(body)
        if amends is None:
            command = command_of(body, today())
        else:
            command = command_amending(body, amends, await handler.target(amends), today())
        return answer(await handler.handle(command, asked))

    return record


def _retraction(handler: Handler, today: Callable[[], date], actor: str) -> Callable[[Request], Any]:
    async def retract(request: Request) -> JSONResponse:
        key = idempotency_key(request)
        body, plain = await json_of(request, RetractBody)
        asked = Asked.of(RETRACT, plain, actor=actor, key=key, onbehalfof=body.on_behalf_of)
        command = command_retracting(body, await handler.target(body.amends), today())
        return answer(await handler.handle(command, asked))

    return retract
