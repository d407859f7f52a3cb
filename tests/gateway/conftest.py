"""The real services behind a gateway, in this process and over HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import date
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette

from services.gateway.app import create_app
from services.indicators.app import create_app as indicators_app
from services.meetings.app import create_app as meetings_app
from services.reports.app import create_app as reports_app
from shared.bus.server import NatsServer
from shared.settings import Settings
from tests.bus.support import PATIENCE, eventually
from tests.gateway.asked import Asked, asking
from tests.gateway.owing_record import OWING_RECORD
from tests.gateway.record_facts import LISTED_RECORD
from tests.gateway.small_record import SMALL_RECORD, Command

TODAY = date(2026, 11, 21)


def client_of(app: FastAPI, name: str) -> httpx.AsyncClient:
    """An application in this process, called without a socket."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url=f"http://{name}"
    )


@asynccontextmanager
async def served(app: Starlette, send_buffer: int | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """An application behind a real socket on loopback, which may hold little; its lifespan is the caller's."""
    with socket.socket() as bound:
        if send_buffer is not None:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        bound.bind(("127.0.0.1", 0))
        bound.listen()  # who connects before the server runs waits for it
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error", timeout_graceful_shutdown=5))
        server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]  # signals belong to pytest
        serving = asyncio.ensure_future(server.serve(sockets=[bound]))
        host, port = bound.getsockname()
        try:
            async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=PATIENCE) as client:
                yield client
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def services_running(folder: Path) -> AsyncIterator[Mapping[str, FastAPI]]:
    """The three services with their ledgers in `folder` and a nats-server of their own."""
    async with AsyncExitStack() as stack:
        nats = await stack.enter_async_context(NatsServer(folder / "nats"))
        settings = Settings(data=folder, nats_url=nats.url)
        neighbours: dict[str, httpx.AsyncClient] = {}
        apps = {
            "reports": reports_app(settings, today=lambda: TODAY),
            "meetings": meetings_app(settings, today=lambda: TODAY),
            "indicators": indicators_app(settings, today=lambda: TODAY, clients=neighbours),
        }
        for name, app in apps.items():
            app.state.nats = nats  # for a gateway that listens too, and for those who take it away
            neighbours[name] = await stack.enter_async_context(client_of(app, name))
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield apps


async def record(apps: Mapping[str, FastAPI], commands: Iterable[Command]) -> None:
    """Each command to its service; every one is taken."""
    for path, body in commands:
        name = path.split("/")[1]
        async with client_of(apps[name], name) as client:
            answer = await client.post(path, json=body)
            assert answer.status_code == 201, answer.text


# One system per module: its parts start in a second, and no test here minds what another recorded.
@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def apps(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mapping[str, FastAPI]]:
    async with services_running(tmp_path_factory.mktemp("services")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def recorded(apps: Mapping[str, FastAPI]) -> Mapping[str, FastAPI]:
    """The services, holding the small record, every projection caught up."""
    await record(apps, SMALL_RECORD)
    async with client_of(apps["indicators"], "indicators") as client:

        async def answered() -> bool:
            answer = await client.get("/indicators/figures/LAP-38.1?meeting=13MSP")
            assert answer.status_code in (200, 503), answer.text
            return answer.is_success

        await eventually(answered)
    return apps


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def owing(recorded: Mapping[str, FastAPI]) -> Mapping[str, FastAPI]:
    """The services, holding what is owed on top of the small record, every projection caught up."""
    await record(recorded, OWING_RECORD)
    async with client_of(recorded["indicators"], "indicators") as client:

        async def listed() -> bool:
            answer = await client.get("/indicators/requests?state=LAO")
            assert answer.status_code in (200, 503), answer.text
            return answer.is_success and bool(answer.json()["requests"])

        await eventually(listed)
    return recorded


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def door(owing: Mapping[str, FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway in this process over `owing`."""
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in owing.items()}
        yield await stack.enter_async_context(client_of(create_app(Settings(), services=clients), "gateway"))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def listed(owing: Mapping[str, FastAPI]) -> AsyncIterator[Asked]:
    """A gateway over `owing` and the facts of every list of the record, every projection caught up."""
    await record(owing, LISTED_RECORD)
    async with asking(owing, Settings(public_url="https://stocktake.example/")) as found:

        async def caught_up() -> bool:
            heads = (await found.data("{ ledgers { position readModels { position } } }"))["ledgers"]
            return all(one["position"] == head["position"] for head in heads for one in head["readModels"])

        await eventually(caught_up)
        yield found


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["in process", "over HTTP"])
async def services(
    request: pytest.FixtureRequest, apps: Mapping[str, FastAPI]
) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """The services as the gateway is given them, in both ways of running."""
    async with AsyncExitStack() as stack:
        if request.param == "in process":
            yield {name: await stack.enter_async_context(client_of(app, name)) for name, app in apps.items()}
        else:
            yield {name: await stack.enter_async_context(served(app)) for name, app in apps.items()}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def gateway(services: dict[str, httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway over `services`, behind a real socket."""
    async with served(create_app(Settings(), services=services)) as client:
        yield client
