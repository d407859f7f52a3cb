"""What every writing service is made of: ledger, bus, relay, projections; opened and closed in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.bus.durables import Durables
from shared.bus.relay import Relay
from shared.database import async_engine, reading, views_url
from shared.events.base import Ledger
from shared.ledger import port
from shared.ledger.api import ledger_router
from shared.ledger.feed_api import feed_router
from shared.ledger.opening import open_ledger
from shared.ledger.remote import LedgerReader, remote_ledger
from shared.problems import Problem
from shared.projecting.api import projections_router
from shared.projecting.comparing import SetsOf, no_sets
from shared.projecting.live import LiveTables
from shared.projecting.projection import Projection
from shared.projecting.runner import ProjectionRunner
from shared.settings import Settings


class NotConfigured(Exception):
    """A setting without which this service cannot run is missing; the message names it."""


def utc_now() -> datetime:
    """The time at which events are recorded, unless an app is given another clock."""
    return datetime.now(UTC)


def utc_today() -> date:
    """Legal dates are calendar dates; a day ends with the day in UTC (model §4)."""
    return utc_now().date()


@dataclass
class Service:
    """A writing service's parts. Routes hold the object; its relay and runners exist while `running` is open.

    `neighbours`: clients of the services whose ledgers a generation may be built from. `sets_of`: what the rows of a
    projection amount to, by the projection's name.
    """

    name: Ledger
    settings: Settings
    projections: Sequence[Projection]
    neighbours: Mapping[str, httpx.AsyncClient] = field(default_factory=dict)
    sets_of: Mapping[str, SetsOf] = field(default_factory=dict)
    now: Callable[[], datetime] = utc_now
    relay: Relay | None = None
    runners: dict[str, ProjectionRunner] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = self.settings
        self.ledger: port.Ledger = open_ledger(
            self.name, origin=settings.origin, database=settings.database_of(self.name), clock=self.now
        )
        views = views_url(self.name, data=settings.data, database_url=settings.database_url)
        self.engine: AsyncEngine = async_engine(views, self.name)
        self.live = {one.name: LiveTables(reading(self.engine), one) for one in self.projections}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the ledger, connect the bus, relay and project; close in reverse. Raises NotConfigured."""
        url = self.settings.nats_url
        if url is None:
            raise NotConfigured("NATS_URL is not set: a service of its own needs a nats-server to talk to the others")
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.engine.dispose)
            await self.ledger.start()
            stack.push_async_callback(self.ledger.stop)
            bus = await Bus.connect(url, name=self.name, seed=self.settings.nats_seed)
            stack.push_async_callback(bus.close)
            self.relay = Relay(self.ledger, bus)
            await self.relay.start()
            stack.push_async_callback(self.relay.stop)
            durables = Durables(bus, self.name, self.settings.register)
            await durables.start()
            stack.push_async_callback(durables.stop)
            for projection in self.projections:
                sets_of = self.sets_of.get(projection.name, no_sets)
                runner = ProjectionRunner(projection, self.engine, bus, ledgers=self._ledger_of, sets_of=sets_of)
                await runner.start()
                stack.push_async_callback(runner.stop)
                self.runners[projection.name] = runner
            yield

    def _ledger_of(self, name: str) -> LedgerReader | None:
        """The ledger `name`, where it can be read here without the bus; asked late, when the neighbours are there."""
        if name == self.name:
            return self.ledger.read
        client = self.neighbours.get(name)
        return None if client is None else remote_ledger(name, client)

    def faults(self) -> list[str]:
        """What stands in the way of being ready, in words."""
        if self.relay is None:
            return [f"{self.name}: not started"]
        found = [self.relay.fault(), *(runner.fault() for runner in self.runners.values())]
        return [fault for fault in found if fault]

    def reached(self) -> tuple[tuple[str, str, int, int], ...]:
        """How far each ledger and each read model of it has come, as far as this service has heard; asks nobody."""
        rows = [row for runner in self.runners.values() for row in runner.status()]
        return tuple((row["projection"], row["source"], row["position"], row["head"]) for row in rows)

    def router(self) -> APIRouter:
        """The feed at /feeds/{name}; under /{name} the ledger, the relay, the projections and their generations."""
        both = APIRouter()
        both.include_router(feed_router(self.ledger))
        both.include_router(self._operation())
        return both

    def _operation(self) -> APIRouter:
        router = APIRouter(prefix=f"/{self.name}", tags=["operation"])
        router.include_router(ledger_router(self.ledger))

        @router.get("/relay", summary="How far the ledger is published")
        async def relay() -> dict[str, Any]:
            if self.relay is None:
                raise Problem(503, "not-ready", "Not ready", "the service is starting")
            return self.relay.status()

        router.include_router(projections_router(self.runners))
        return router
