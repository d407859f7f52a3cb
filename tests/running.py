"""The reports and meetings services as their users meet them: HTTP over a socket, SQLite files, a real nats-server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from services.meetings.app import create_app as meetings_app
from services.reports.app import create_app as reports_app
from shared.bus.server import NatsServer
from shared.settings import Settings

TODAY = date(2026, 6, 1)
PATIENCE = 60.0
"""Seconds waited for what must happen; only there to end a hanging test."""

APPS = {"reports": reports_app, "meetings": meetings_app}
PASSAGES = [{"document": "CCM/MSP/2025/9", "paragraph": "12"}]


class Running:
    """The two services on sockets of their own, with a client for each."""

    def __init__(self, folder: Path, database_url: str | None = None):
        self.folder, self.database_url = folder, database_url
        self.ports: dict[str, int] = {}
        self.nats_url = ""
        self.clients: dict[str, httpx.Client] = {}
        self._up, self._failure = threading.Event(), list[BaseException]()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    def ask(self, service: str, method: str, path: str, **more: Any) -> httpx.Response:
        """One request; the path begins with the service's prefix."""
        return self.clients[service].request(method, path, **more)

    def get(self, path: str) -> Any:
        """JSON of a query that must succeed."""
        answer = self.ask(path.split("/")[1], "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def command(self, service: str, command: str, fact: dict[str, Any], **more: Any) -> httpx.Response:
        """A command with one passage, unless `more` says otherwise; a `key` becomes the Idempotency-Key."""
        key = more.pop("key", None)
        headers = {"Idempotency-Key": key} if key else {}
        body = {"fact": fact, "passages": PASSAGES} | more
        return self.ask(service, "POST", f"/{service}/commands/{command}", json=body, headers=headers)

    def recorded(self, service: str, command: str, fact: dict[str, Any], **more: Any) -> Any:
        """A command that must be recorded; answers where."""
        answer = self.command(service, command, fact, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def head(self, service: str) -> int:
        """Last position of the service's ledger."""
        return int(self.get(f"/{service}/ledger/head")["position"])

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.02)

    def caught_up(self) -> None:
        """Wait until every read model has everything both ledgers hold."""
        heads = {service: self.head(service) for service in APPS}

        def all_there() -> bool:
            rows = [row for service in APPS for row in self.get(f"/{service}/projections")]
            return bool(rows) and all(row["position"] >= heads[row["source"]] for row in rows)

        self.until(all_there)

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as failure:
            self._failure.append(failure)
            self._up.set()

    async def _main(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with AsyncExitStack() as stack:
            nats = await stack.enter_async_context(NatsServer(self.folder / "nats"))
            self.nats_url = nats.url
            settings = Settings(data=self.folder, nats_url=nats.url, database_url=self.database_url, clock=False)
            for name, create_app in APPS.items():
                app = create_app(settings, today=lambda: TODAY)
                server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
                serving = asyncio.create_task(server.serve())
                while not server.started:
                    if serving.done():
                        serving.result()
                    await asyncio.sleep(0.01)
                self.ports[name] = server.servers[0].sockets[0].getsockname()[1]
                stack.push_async_callback(_stopped, server, serving)
            self._up.set()
            await self._end.wait()

    def start(self) -> None:
        """Start everything; raises what went wrong."""
        self._thread = threading.Thread(target=self._serve, name="services")
        self._thread.start()
        assert self._up.wait(PATIENCE)
        if self._failure:
            raise self._failure[0]
        for name, port in self.ports.items():
            self.clients[name] = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    def stop(self) -> None:
        """Stop everything in reverse."""
        for client in self.clients.values():
            client.close()
        if self._loop and self._end:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(PATIENCE)


async def _stopped(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    server.should_exit = True
    await serving


@contextmanager
def running_services(folder: Path, database_url: str | None = None) -> Iterator[Running]:
    """Both services, for as long as the block lasts."""
    services = Running(folder, database_url)
    services.start()
    try:
        yield services
    finally:
        services.stop()
