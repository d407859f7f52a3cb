"""One case behind HTTP, in a process of its own: `python -m bench.serve CASE FOLDER` prints its port when it serves."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from bench import naive
from bench.announcing import Server
from services.reports.deciders import decider_for
from services.reports.read_models import PROJECTIONS
from shared import telemetry
from shared.bus.server import NatsServer
from shared.handling import Asked, Command, Handler
from shared.http.app import service_app
from shared.http.commands import command_router
from shared.ledger.port import Appended
from shared.service import Service, utc_today
from shared.settings import Settings

PATIENCE = 30.0


class Published(Handler):
    """Answers when the event is not only durable but on its stream, acknowledged by NATS."""

    def __init__(self, service: Service):
        super().__init__(service.ledger, decider_for)
        self._service = service

    async def handle(self, command: Command, asked: Asked) -> Appended:
        appended = await super().handle(command, asked)
        assert self._service.relay
        await self._service.relay.wait_for(appended.last, PATIENCE)
        return appended


def nothing(_: Path, __: str) -> FastAPI:
    """Decodes a body and encodes an answer."""
    app = FastAPI()

    @app.post("/reports/commands/RecordStatement", status_code=201)
    async def record(body: dict[str, Any]) -> dict[str, Any]:
        return {"position": len(body), "ids": ["0197ba00-0000-7000-8000-000000000001"]}

    return app


def ours(folder: Path, nats_url: str, *, published: bool, read_models: bool = True) -> FastAPI:
    """The reports service as it is deployed, but for when it answers and whether its read models follow along."""
    settings = Settings(data=folder, nats_url=nats_url)
    telemetry.configure("bench", settings)
    service = Service("reports", settings, PROJECTIONS if read_models else [])
    handler = Published(service) if published else Handler(service.ledger, decider_for)
    commands, bodies = command_router("reports", handler, today=utc_today, actor="bench")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    return service_app(
        "reports",
        summary="",
        lifespan=lifespan,
        routers=[commands, service.router()],
        faults=service.faults,
        schemas=bodies,
    )


CASES: dict[str, Callable[[Path, str], FastAPI]] = {
    "no-op": nothing,
    "naive": naive.create_app,
    "published": lambda folder, url: ours(folder, url, published=True),
    "durable": lambda folder, url: ours(folder, url, published=False),
    "alone": lambda folder, url: ours(folder, url, published=True, read_models=False),
}


async def serve(case: str, folder: Path) -> None:
    """Until SIGTERM, on a port that the kernel chooses, with a nats-server of its own."""
    async with NatsServer(folder / "nats") as nats:  # makes the folder
        app = CASES[case](folder, nats.url)
        await Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False)).serve()


if __name__ == "__main__":
    os.environ.pop("NATS_URL", None)  # its own server, so that cases do not meet in one stream
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
