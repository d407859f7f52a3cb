"""Composition root of the indicators service: its parts, its routes, its life."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime

import httpx
from fastapi import FastAPI

from services.indicators.deciders import decider_for
from services.indicators.duties.announcing import Deadlines
from services.indicators.duties.deadlines import deadlines as owed_days
from services.indicators.facts.ledger_facts import LedgerFacts
from services.indicators.facts.store import FactsProjection
from services.indicators.plans.definition import CATALOGUES, Plan, load_plans
from services.indicators.serving.across import check_across, load_across
from services.indicators.serving.announcing import due_of
from services.indicators.serving.catalogue import record_plans
from services.indicators.serving.changes_api import EstablishBaselines, changes_router
from services.indicators.serving.duties_api import duties_router
from services.indicators.serving.establishing import Establishing
from services.indicators.serving.figures import PATIENCE, Figures
from services.indicators.serving.figures_api import query_router
from services.indicators.serving.follower import Follower
from services.indicators.serving.generation_sets import figure_sets
from services.indicators.serving.plans_api import plans_router
from services.indicators.serving.replay_api import SealFigures, replay_router
from services.indicators.serving.replays import Replays
from shared.clock import Clock
from shared.handling import Handler
from shared.http.app import service_app
from shared.http.commands import command_router
from shared.problems import Problem
from shared.projecting.runner import ProjectionRunner
from shared.service import Service, utc_now, utc_today
from shared.settings import Settings


def create_app(
    settings: Settings,
    *,
    today: Callable[[], date] = utc_today,
    now: Callable[[], datetime] = utc_now,
    clients: Mapping[str, httpx.AsyncClient] | None = None,
    plans: Sequence[Plan] | None = None,
    deadlines: Deadlines = owed_days,
    patience: float = PATIENCE,
) -> FastAPI:
    """The service as an app; `clients` reach reports and meetings, whose heads it asks for.

    `plans` are those of the catalogues unless given; `deadlines` are what the clock announces; `patience` are the
    seconds waited for the facts to catch up.
    Raises BrokenCatalogue; starting does too, when an indicator changed without a new version.
    """
    catalogue, across = load_plans(CATALOGUES) if plans is None else tuple(plans), load_across()
    if plans is None:
        check_across(across, catalogue)
    reached = _own_clients(settings) if clients is None else clients
    sets_of = {FactsProjection.name: figure_sets(FactsProjection.name, today)}
    service = Service("indicators", settings, [FactsProjection()], neighbours=reached, sets_of=sets_of, now=now)

    def runner() -> ProjectionRunner:
        if "facts" not in service.runners:
            raise Problem(503, "not-ready", "Not ready", "the service is starting")
        return service.runners["facts"]

    figures = Figures(
        ledger=service.ledger,
        live=service.live["facts"],
        runner=runner,
        clients=reached,
        today=today,
        patience=patience,
    )
    files = {plan.id: plan for plan in catalogue}
    handler = Handler(service.ledger, decider_for)
    replays = Replays(LedgerFacts(service.ledger, reached, patience), handler, today)
    commands, bodies = command_router("indicators", handler, today=today, actor=settings.actor)
    establishing = Establishing(figures, service.ledger, files, today)
    clock = Clock(
        handler,
        due_of(figures, service.ledger, deadlines),
        today=today,
        reached=service.reached,
        by_itself=settings.clock,
    )
    changes = Clock(
        handler,
        Follower(figures, catalogue).due,
        today=today,
        reached=service.reached,
        occasion=service.reached,
        called="changes",
        by_itself=settings.clock,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for client in reached.values() if clients is None else ():
                await stack.enter_async_context(client)
            await stack.enter_async_context(service.running())
            await record_plans(service.ledger, catalogue, actor=settings.actor, today=today())
            await stack.enter_async_context(clock.running())
            await stack.enter_async_context(changes.running())
            yield

    return service_app(
        "indicators",
        summary="Figures, and the definitions, cycles, coverage and printed figures they rest on",
        lifespan=lifespan,
        routers=[
            commands,
            query_router(figures, files, across.breakdowns),
            plans_router(figures, files, across),
            duties_router(figures),
            replay_router(replays, figures, actor=settings.actor),
            changes_router(figures, establishing, actor=settings.actor),
            service.router(),
            clock.router(),
            changes.router("/run"),
        ],
        faults=service.faults,
        schemas=[*bodies, SealFigures, EstablishBaselines],
    )


def _own_clients(settings: Settings) -> dict[str, httpx.AsyncClient]:
    """Clients of the services that have an address: this process is then one of several."""
    urls = {"reports": settings.reports_url, "meetings": settings.meetings_url}
    # no proxies from the environment: these are neighbours
    return {name: httpx.AsyncClient(base_url=url, trust_env=False) for name, url in urls.items() if url}
