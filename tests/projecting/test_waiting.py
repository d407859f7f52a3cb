"""Whoever asks how far the read models are may say what they must hold, and is answered once they do."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.ledger.port import Ledger
from shared.projecting import ProjectionRunner
from shared.projecting.api import LONGEST_WAIT, projections_router
from tests.bus.support import PATIENCE, say
from tests.projecting.support import Heard, started


async def ask(runner: ProjectionRunner, **query: Any) -> httpx.Response:
    app = FastAPI()
    app.include_router(projections_router({"heard": runner}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        return await client.get("/projections", params=query)


async def position(runner: ProjectionRunner, **query: Any) -> int:
    (row,) = (await ask(runner, **query)).json()
    return int(row["position"])


async def test_an_answer_waits_until_the_rows_hold_a_position(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    runner = await started(Heard(), engine, bus)
    asking = asyncio.create_task(position(runner, holding="reports:7,meetings:3", within=LONGEST_WAIT))
    await runner.wait_for("meetings", await say(ledger, 2), PATIENCE)
    assert not asking.done()

    await say(ledger, 1)

    assert await asking == 3
    await runner.stop()


async def test_an_answer_that_waited_in_vain_tells_how_far_the_rows_are(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", await say(ledger, 1), PATIENCE)

    assert await position(runner, holding="meetings:2", within=0.01) == 1
    await runner.stop()


@pytest.mark.parametrize(
    "query",
    [
        {"holding": "meetings"},
        {"holding": "meetings:-1"},
        {"holding": "meetings:1,"},
        {"holding": "meetings:1", "within": LONGEST_WAIT + 0.1},
        {"holding": "meetings:1", "within": -0.1},
    ],
)
async def test_a_question_that_cannot_be_waited_for_is_refused(
    bus: Bus, engine: AsyncEngine, query: dict[str, Any]
) -> None:
    runner = await started(Heard(), engine, bus)

    assert (await ask(runner, **query)).status_code == 422
    await runner.stop()
