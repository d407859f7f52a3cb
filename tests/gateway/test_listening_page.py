"""The listening snippet of docs/graphql.md, as it stands there, run by node against real services and a real bus."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.gateway.app import create_app
from shared.settings import Settings
from tests.gateway.conftest import client_of, record, served
from tests.gateway.test_subscriptions import PATIENCE, vote
from tests.gateway.test_two_times_graphql import LATE, post

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not here"),
]

DOCUMENT = Path(__file__).parents[2] / "docs" / "graphql.md"


@asynccontextmanager
async def listening(folder: Path, gateway: httpx.URL) -> AsyncIterator[asyncio.StreamReader]:
    """The snippet in a process of its own; what it prints."""
    (snippet,) = re.findall(r"```js\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert "ws://127.0.0.1:8000/graphql" in snippet
    script = folder / "listen.mjs"
    script.write_text(snippet.replace("127.0.0.1:8000", f"{gateway.host}:{gateway.port}"), encoding="utf-8")
    # the flag is what node 20 needs for a WebSocket of its own; later ones have it without
    process = await asyncio.create_subprocess_exec(
        "node", "--experimental-websocket", script, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def printed(output: asyncio.StreamReader) -> tuple[str, Any]:
    line = (await asyncio.wait_for(output.readline(), PATIENCE)).decode()
    what, _, body = line.partition(" ")
    return what, json.loads(body)


async def test_the_snippet_hears_events_and_figures_that_changed(
    recorded: Mapping[str, FastAPI], tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        app = create_app(Settings(nats_url=recorded["meetings"].state.nats.url), services=clients)
        await stack.enter_async_context(app.router.lifespan_context(app))
        gateway = await stack.enter_async_context(served(app))
        await post(clients["indicators"], "/indicators/changes/run")
        output = await stack.enter_async_context(listening(tmp_path, gateway.base_url))
        async with asyncio.timeout(PATIENCE):
            while app.state.live.listeners() != 2:  # noqa: ASYNC110 - counted from outside, nothing announces it
                await asyncio.sleep(0.05)
        await record(recorded, [vote("LAO", 2024), LATE])
        event = await printed(output)
        told = 0
        while not told:
            told = (await post(clients["indicators"], "/indicators/changes/run"))["announced"]
        heard = [await printed(output) for _ in range(told)]

    assert event[0] == "events"
    assert event[1]["typeName"] == "ccm.meetings.UngaVoteRecorded"
    assert event[1]["state"] == {"name": "Lao People's Democratic Republic"}
    assert {what for what, _ in heard} == {"figures"}
    change = next(one for _, one in heard if one["indicator"] == "LAP-38.1")
    assert (change["old"]["value"], change["new"]["value"]) == ("2", "3")
    assert (change["entering"], change["figure"]["value"]) == ([{"iso3": "AUT"}], 3)
    assert change["figure"]["permalink"].startswith("/figures/LAP-38.1?meeting=13MSP")
