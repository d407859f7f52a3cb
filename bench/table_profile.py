"""Where the time of one answer of the gateway goes: asked in this process, without a socket."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from bench.table_serve import Services
from services.gateway.app import SERVICES, create_app
from shared import collector, telemetry
from shared.settings import Settings

SHOWN = 14


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
    return _shown(profiler, len(asked) - WARM)


WARM = 5
JSON = {"content-type": "application/json"}


def _shown(profiler: cProfile.Profile, answers: int) -> str:
    functions: dict[tuple[str, int, str], tuple[Any, ...]] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]  # untyped in typeshed
    own = sorted(((row[2], row[3], name) for name, row in functions.items()), reverse=True)[:SHOWN]
    return "\n".join(
        f"    {of_itself / answers * 1e6:8.1f} us of its own {whole / answers * 1e6:9.1f} us in all"
        f"  {name} ({Path(file).name}:{line})"
        for of_itself, whole, (file, line, name) in own
    )
