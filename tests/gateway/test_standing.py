"""A look at how far everything is holds for later requests, but never against what this gateway has passed on since."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.gateway.app import create_app
from services.gateway.asking.standing import TRUSTED, Standings
from services.gateway.asking.upstream import Answer, Parameters, Upstream
from shared.problems import Problem
from shared.settings import Settings
from tests.gateway.conftest import client_of
from tests.gateway.small_record import command

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Counted(Upstream):
    """The real services, and how often they were looked at."""

    looks = 0

    async def look(self, path: str, parameters: Parameters | None = None, *, remembered: bool = True) -> Answer:
        answer = await super().look(path, parameters, remembered=remembered)
        self.looks += path.endswith("/projections")
        return answer


class Clock:
    """Seconds, as the test has them."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Looked:
    """Standings over the real services, by a clock of our own."""

    def __init__(self, upstream: Counted):
        self.upstream, self.clock = upstream, Clock()
        self.standings = Standings(upstream, self.clock)

    async def anew(self) -> bool:
        """Whether the services are looked at for the next request."""
        before = self.upstream.looks
        assert await self.standings.present() is not None
        return self.upstream.looks > before


@pytest_asyncio.fixture(loop_scope="module")
async def looked(recorded: Mapping[str, FastAPI]) -> AsyncIterator[Looked]:
    async with AsyncExitStack() as stack:
        names = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        yield Looked(Counted(names))


async def test_a_look_holds_for_the_requests_after_it(looked: Looked) -> None:
    assert [await looked.anew(), await looked.anew()] == [True, False]


@pytest.mark.parametrize(("age", "anew"), [(TRUSTED / 2, False), (TRUSTED * 1.01, True)])
async def test_a_look_holds_for_a_moment_only(looked: Looked, age: float, anew: bool) -> None:
    await looked.anew()
    looked.clock.now += age

    assert await looked.anew() is anew


async def test_a_look_that_ages_is_renewed_before_anybody_waits(looked: Looked) -> None:
    await looked.anew()
    looks = looked.upstream.looks
    looked.clock.now += TRUSTED * 0.6
    assert not await looked.anew()

    for _ in range(1000):
        if looked.upstream.looks >= looks + len(looked.upstream.services):
            break
        await asyncio.sleep(0.01)
    looked.clock.now += TRUSTED * 0.6
    assert not await looked.anew()


async def test_any_answer_of_a_service_ends_it(looked: Looked) -> None:
    await looked.anew()
    await looked.upstream.ask("/meetings/states", {"on": "2025-01-01"})

    assert await looked.anew()


async def test_a_refusal_ends_it_too(looked: Looked) -> None:
    await looked.anew()
    with pytest.raises(Problem):
        await looked.upstream.ask("/meetings/nothing")

    assert await looked.anew()


async def test_whatever_is_forwarded_is_heard_before_it_is_passed_on(recorded: Mapping[str, FastAPI]) -> None:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        app = create_app(Settings(), services=clients)
        upstream: Upstream = app.state.upstream
        gateway = await stack.enter_async_context(client_of(app, "gateway"))
        counts = [upstream.heard]
        path, body = command("reports", "RecordNationalResources", RESOURCES, "144")
        for method, target, content in (("POST", path, body), ("GET", "/feeds/reports", None), ("POST", path, None)):
            await gateway.request(method, target, json=content)
            counts.append(upstream.heard)

    assert counts == sorted(set(counts))


async def test_a_command_whose_answer_was_lost_is_heard_too() -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9") as nobody:  # where nobody listens
        app = create_app(Settings(), services={"reports": nobody})
        upstream: Upstream = app.state.upstream
        async with client_of(app, "gateway") as gateway:
            answer = await gateway.post("/reports/commands/RecordNationalResources", json={})

    assert (answer.status_code, upstream.heard) == (503, 1)


RESOURCES = {"state": "CHE", "year": 2024, "received": "2025-03-02"}
