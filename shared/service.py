"""What every writing service is made of: ledger, bus, relay, projections; opened and closed in order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

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
from shared.problems import Problem
from shared.projecting.projection import Projection
from shared.projecting.runner import ProjectionRunner
from shared.settings import Settings


class NotConfigured(Exception):
    """A setting without which this service cannot run is missing; the message names it."""


def utc_today() -> date:
    """Legal dates are calendar dates; a day ends with the day in UTC (model §4)."""
    return datetime.now(UTC).date()


@dataclass
class Service:
    """A writing service's parts. Routes hold the object; its relay and runners exist while `running` is open."""

    name: Ledger
    settings: Settings
    projections: Sequence[Projection]
    relay: Relay | None = None
    runners: dict[str, ProjectionRunner] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = self.settings
        self.ledger: port.Ledger = open_ledger(
            self.name, origin=settings.origin, database=settings.database_of(self.name)
        )
        views = views_url(self.name, data=settings.data, database_url=settings.database_url)
        self.engine: AsyncEngine = async_engine(views, self.name)
        self.views = reading(self.engine)

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
                runner = ProjectionRunner(projection, self.engine, bus)
                await runner.start()
                stack.push_async_callback(runner.stop)
                self.runners[projection.name] = runner
            yield

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
        """The feed at /feeds/{name}; under /{name} the ledger, the relay, the projections and their rebuild."""
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

        @router.get("/projections", summary="How far each read model is, per source")
        async def projections() -> list[dict[str, Any]]:
            return [row for runner in self.runners.values() for row in runner.status()]

        @router.post("/projections/{projection}/rebuild", status_code=202, summary="Make a read model anew")
        async def rebuild(projection: str) -> dict[str, Any]:
            runner = self.runners.get(projection)
            if runner is None:
                known = ", ".join(sorted(self.runners)) or "none"
                raise Problem(404, "projection-unknown", "No such projection", f"there are: {known}", field="path")
            await runner.rebuild()
            return {"projection": projection, "rebuilding": True}

        return router
