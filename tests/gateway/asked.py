"""A gateway to ask, which remembers what it asked of the services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from services.gateway.app import create_app
from shared.settings import Settings


@dataclass
class Asked:
    """A gateway in this process, and the questions that it put to the services."""

    gateway: httpx.AsyncClient
    questions: list[str] = field(default_factory=list)

    async def whole(self, query: str, **variables: Any) -> Any:
        self.questions.clear()
        answer = await self.gateway.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def data(self, query: str, **variables: Any) -> Any:
        body = await self.whole(query, **variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def code(self, query: str, **variables: Any) -> str:
        """The code of the only error."""
        (error,) = (await self.whole(query, **variables))["errors"]
        return str(error["extensions"]["code"])


@asynccontextmanager
async def asking(apps: Mapping[str, FastAPI], settings: Settings) -> AsyncIterator[Asked]:
    """A gateway in this process over services in this process."""
    async with AsyncExitStack() as stack:

        async def inside(app: FastAPI, name: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            return await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=f"http://{name}"))

        clients = {name: await inside(app, name) for name, app in apps.items()}
        found = Asked(await inside(create_app(settings, services=clients), "gateway"))

        async def note(request: httpx.Request) -> None:
            found.questions.append(request.url.raw_path.decode())

        for client in clients.values():
            client.event_hooks = {"request": [note]}
        yield found
