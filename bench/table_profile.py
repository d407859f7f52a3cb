"""Where the time of one answer of the gateway goes: asked in this process, without a socket."""

from __future__ import annotations

import cProfile
from collections.abc import Iterable
from pathlib import Path

import httpx

from bench.profiled import own_time
from bench.table_serve import Services
from services.gateway.app import SERVICES, create_app
from shared import collector, telemetry
from shared.settings import Settings


async def profile(folder: Path, bodies: Iterable[bytes]) -> str:
    """The functions that the answers spend their own time in; the first few warm up."""
    telemetry.configure("bench", Settings())
    transport = httpx.ASGITransport(app=Services(folder, moving=False))
    clients: dict[str, httpx.AsyncClient] = {
        name: httpx.AsyncClient(transport=transport, base_url=f"http://{name}") for name in SERVICES
    }
    app, profiler = create_app(Settings(), services=clients), cProfile.Profile()
    client = httpx.ASGITransport(app=app)
    asked = [httpx.Request("POST", "http://gateway/graphql", content=body, headers=JSON) for body in bodies]
    for number, one in enumerate(asked):
        if number == WARM:
            collector.settle()
            profiler.enable()
        await client.handle_async_request(one)
    profiler.disable()
    return own_time(profiler, len(asked) - WARM)


WARM = 5
JSON = {"content-type": "application/json"}
