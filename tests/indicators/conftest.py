"""The three writing services in this process, on files and a real nats-server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.indicators.app import create_app as indicators_app
from services.indicators.plans.definition import Plan
from services.meetings.app import create_app as meetings_app
from services.reports.app import create_app as reports_app
from shared.bus.server import NatsServer
from shared.events.base import Event
from shared.service import utc_now
from shared.settings import Settings

TODAY = date(2026, 11, 21)
PASSAGE = {"document": "D", "paragraph": "1"}


@dataclass
class Trio:
    """reports, meetings and indicators, each asked through its own HTTP; `reachable` are those indicators can ask."""

    clients: dict[str, httpx.AsyncClient]
    reachable: dict[str, httpx.AsyncClient]

    async def tell(self, event: Event, **more: Any) -> httpx.Response:
        body = {"fact": event.data(), "passages": [PASSAGE], **more}
        return await self.clients[event.ledger].post(f"/{event.ledger}/commands/{event.command}", json=body)

    async def told(self, event: Event, **more: Any) -> str:
        answer = await self.tell(event, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["ids"][0])

    async def retract(self, ledger: str, target: str) -> httpx.Response:
        """The registrar takes an event back."""
        body = {"target": target, "role": "registrar", "reason": "a slip of ours", "passages": [PASSAGE]}
        return await self.clients[ledger].post(f"/{ledger}/commands/Retract", json=body)

    async def ask(self, path: str, **parameters: Any) -> Any:
        answer = await self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        return await self.clients["indicators"].get(f"/indicators{path}", params=parameters or None)

    async def projected(self, ledger: str, position: int) -> None:
        """Wait until the facts of a ledger are stored up to a position."""
        reached = 0
        while reached < position:
            await asyncio.sleep(0.01)
            reached = next(row["position"] for row in await self.ask("/projections") if row["source"] == ledger)


def client_of(app: FastAPI, name: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{name}")


@asynccontextmanager
async def trio(
    settings: Settings,
    plans: Sequence[Plan],
    *,
    without: Sequence[str] = (),
    patience: float = 60,
    today: Callable[[], date] = lambda: TODAY,
    now: Callable[[], datetime] = utc_now,
    **more: Any,
) -> AsyncIterator[Trio]:
    """The three services; those in `without` exist, but indicators is given no way to reach them.

    `more` is what the indicators app is given besides, such as other `deadlines`.
    """
    clients: dict[str, httpx.AsyncClient] = {}
    reachable: dict[str, httpx.AsyncClient] = {}
    apps = {
        "reports": reports_app(settings, today=today, now=now),
        "meetings": meetings_app(settings, today=today, now=now),
        "indicators": indicators_app(
            settings, today=today, now=now, clients=reachable, plans=plans, patience=patience, **more
        ),
    }
    async with AsyncExitStack() as stack:
        for name, app in apps.items():
            clients[name] = await stack.enter_async_context(client_of(app, name))
            await stack.enter_async_context(app.router.lifespan_context(app))
        reachable.update({name: one for name, one in clients.items() if name not in without})
        yield Trio(clients, reachable)


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Settings]:
    monkeypatch.delenv("NATS_URL", raising=False)
    async with NatsServer(tmp_path / "nats") as server:
        yield Settings(data=tmp_path, nats_url=server.url, clock=False)
