"""Composition root of the reports service: its parts, its routes, its life."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime

import httpx
from fastapi import FastAPI

from services.reports.api import query_router
from services.reports.deciders import decider_for
from services.reports.read_models import PROJECTIONS
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
    """The service as an app; `clients` reach the other services, of which this one needs none."""
    service = Service("reports", settings, PROJECTIONS, now=now)
    handler = Handler(service.ledger, decider_for)
    commands, bodies = command_router("reports", handler, today=today, actor=settings.actor)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    return service_app(
        "reports",
        summary="What States submit",
        lifespan=lifespan,
        routers=[commands, query_router(Listings(service.live["reports"], PROJECTIONS[0], today)), service.router()],
        faults=service.faults,
        schemas=bodies,
    )
