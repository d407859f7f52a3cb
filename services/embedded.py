"""All four services in one process: SQLite files, an embedded nats-server, and calls that never leave the process."""

from __future__ import annotations

import asyncio
import fcntl
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI

from services.gateway.app import create_app as gateway_app
from services.indicators.app import create_app as indicators_app
from services.indicators.plans.definition import BrokenCatalogue
from services.meetings.app import create_app as meetings_app
from services.reports.app import create_app as reports_app
from shared import collector, telemetry
from shared.bus.connection import StreamRefused
from shared.bus.server import NatsServer, ServerNotStarted
from shared.bus.subscribers import BrokenRegister
from shared.bus.versions import UnsuitableServer
from shared.events.registry import BrokenUpcasterChain
from shared.ledger.schema import NewerLedger
from shared.service import utc_today
from shared.serving import GRACE_SECONDS
from shared.settings import Settings

CALL_TIMEOUT = 30.0
"""Seconds one service waits for another inside this process."""

Ready = Callable[[str], Awaitable[None]]
"""Called once with the base URL when every service has started."""


WHAT_A_PERSON_MUST_MEND = (
    BrokenCatalogue,
    BrokenRegister,
    BrokenUpcasterChain,
    NewerLedger,
    ServerNotStarted,
    StreamRefused,
    UnsuitableServer,
)
"""Faults of files, versions and servers that a start finds; each says in its message what is wrong."""


class CannotStart(Exception):
    """The system cannot start here; the message says in one line what stands in the way and what would help."""


@contextmanager
def only_user_of(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process; a second one would append to the same files behind our back."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"{folder} is in use by another running system; stop it or choose DATA=") from None
        yield


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket bound before anything else starts, so that a taken port is one clear line and not a half start."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as refused:
        found.close()
        raise CannotStart(f"cannot serve on {host}:{port} ({refused.strerror}); choose another with PORT=") from None
    return found


@asynccontextmanager
async def all_services(settings: Settings) -> AsyncIterator[FastAPI]:
    """Start reports, meetings and indicators, and yield the gateway that shows them; stops them in reverse."""
    clients: dict[str, httpx.AsyncClient] = {}
    async with AsyncExitStack() as stack:
        if settings.nats_url is None:
            nats = await stack.enter_async_context(
                NatsServer(settings.data / "nats", settings.nats_port, settings.register)
            )
            settings = settings.model_copy(update={"nats_url": nats.url})
        apps = {
            "reports": reports_app(settings, today=utc_today, clients=clients),
            "meetings": meetings_app(settings, today=utc_today, clients=clients),
            "indicators": indicators_app(settings, today=utc_today, clients=clients),
        }
        for name, app in apps.items():
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            clients[name] = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url=f"http://{name}", timeout=CALL_TIMEOUT)
            )
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield gateway_app(settings, services=clients)


class Server(uvicorn.Server):
    """uvicorn that says when it has started, and leaves signals to us: its own handling would end the process
    before the ledgers are closed and the nats-server child is stopped."""

    def __init__(self, app: FastAPI):
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS)
        )
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        collector.settle()
        self.up.set()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # any context manager serves
        return nullcontext()

    def stop(self) -> None:
        """Finish open requests and end."""
        self.should_exit = True


async def serve(settings: Settings, ready: Ready | None = None) -> None:
    """Run until SIGINT or SIGTERM. `ready` runs beside the server; if it raises, the server stops and it propagates."""
    telemetry.configure("stocktake", settings)
    try:
        await _serve(settings, ready)
    except WHAT_A_PERSON_MUST_MEND as fault:
        raise CannotStart(str(fault)) from fault


async def _serve(settings: Settings, ready: Ready | None) -> None:
    with only_user_of(settings.data), bound_socket(settings.host, settings.port) as bound:
        async with all_services(settings) as gateway:
            server = Server(gateway)
            for signal_ in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(signal_, server.stop)
            serving = asyncio.create_task(server.serve(sockets=[bound]))
            try:
                if ready is not None:
                    await server.up.wait()
                    await _beside(serving, ready(_address(bound)))
            except BaseException:
                server.stop()
                raise
            finally:
                await serving


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    return f"http://{host}:{port}"


async def _beside(serving: asyncio.Task[None], work: Awaitable[None]) -> None:
    """Let `work` run until it ends or the server does, whichever comes first."""
    working = asyncio.ensure_future(work)
    await asyncio.wait({serving, working}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        working.result()
    else:
        working.cancel()
