"""Composition root of the meetings service: its parts, its routes, its life."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import partial

import httpx
from fastapi import FastAPI

from services.meetings.announcing import due_of
from services.meetings.api import query_router, request_status
from services.meetings.deciders import decider_for, preparation
from services.meetings.listings_api import listings_router
from services.meetings.read_models import PROJECTIONS
from shared.clock import Clock
from shared.handling import Handler
from shared.http.app import service_app
from shared.http.commands import command_router
from shared.http.paging import Listings
from shared.service import Service, utc_now, utc_today
from shared.settings import Settings


def create_app(
    settings: Settings,
    *,
    today: Callable[[], date] = utc_today,
    now: Callable[[], datetime] = utc_now,
    clients: Mapping[str, httpx.AsyncClient] | None = None,
) -> FastAPI:
    """The service as an app; `clients` reach the other services, whose ledgers a read model may be built from.

    Without them it is built from what the bus brings, only slower.
    """
    service = Service("meetings", settings, PROJECTIONS, neighbours={} if clients is None else clients, now=now)
    prepare = preparation(service.ledger, partial(request_status, service.live["requests-heard"]))
    handler = Handler(service.ledger, decider_for, prepare)
    listings = Listings(service.live["meetings"], PROJECTIONS[0], today)
    commands, bodies = command_router("meetings", handler, today=today, actor=settings.actor)
    clock = Clock(handler, due_of(service), today=today, reached=service.reached, by_itself=settings.clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running(), clock.running():
            yield

    return service_app(
        "meetings",
        summary="What bodies, depositary, finance and the General Assembly record",
        lifespan=lifespan,
        routers=[
            commands,
            query_router(listings, today),
            listings_router(listings),
            service.router(),
            clock.router(),
        ],
        faults=service.faults,
        schemas=bodies,
    )
