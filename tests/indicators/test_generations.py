"""The facts are built anew while facts arrive and figures are asked for: no question fails, no figure changes."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import text

from shared.database import async_engine, views_url
from shared.settings import Settings
from shared.states import states
from tests.indicators.conftest import Trio, trio
from tests.indicators.test_api import PLAN, deposit, tell_the_record

STATES = [state for state in states() if state not in ("LAO", "LTU")]
"""Whose deposits arrive meanwhile, beyond the positions that are asked about."""


async def operated(services: Trio, what: str) -> Any:
    answer = await services.clients["indicators"].post(f"/indicators/projections/facts/{what}")
    assert answer.status_code < 300, answer.text
    return answer.json()


async def built(services: Trio) -> None:
    """Wait until the candidate holds as much as the live facts."""
    async with asyncio.timeout(60):
        while True:
            rows = await services.ask("/projections")
            live = {row["source"]: row["position"] for row in rows if row["role"] == "live"}
            other = {row["source"]: row["position"] for row in rows if row["role"] == "candidate"}
            if all(other[source] >= position for source, position in live.items()):
                return
            await asyncio.sleep(0.05)


async def test_a_rebuild_a_switch_and_a_rollback_while_facts_arrive_and_figures_are_asked_for(
    settings: Settings,
) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        before = await services.ask("/explanations/X-1.1", meeting="13MSP")
        positions = ",".join(f"{ledger}:{position}" for ledger, position in before["cut"]["positions"].items())
        going, asked = True, 0

        async def asked_again() -> None:
            """Wait for an answer to a question that was put after this moment: the one under way does not count."""
            enough = asked + 2
            async with asyncio.timeout(60):
                while asked < enough:
                    for task in busy:
                        if task.done():
                            task.result()  # what went wrong there is what is to be seen
                    await asyncio.sleep(0.02)

        async def arrive() -> None:
            for state in STATES:
                if going:
                    await services.told(deposit(state))
                    await asyncio.sleep(0.02)

        async def ask() -> None:
            nonlocal asked
            while going:
                then = await services.ask("/explanations/X-1.1", meeting="13MSP", positions=positions)
                assert then == before
                await services.ask("/figures", plan="X", meeting="13MSP")  # at the heads, which move
                asked += 1

        busy = [asyncio.create_task(arrive()), asyncio.create_task(ask())]
        await operated(services, "rebuild")
        await asked_again()
        await built(services)
        assert await operated(services, "switch") == {"projection": "facts", "live": 2, "previous": 1}
        await asked_again()
        assert await operated(services, "rollback") == {"projection": "facts", "live": 1, "candidate": 2}
        await asked_again()
        going = False
        await asyncio.gather(*busy)

        difference = await services.ask("/projections/facts/diff")
        assert difference["equal"] and [one["name"] for one in difference["sets"]] == ["12MSP", "13MSP"]
        assert all(len(one["live"]) == 64 and one["live"] == one["other"] for one in difference["sets"])


async def test_a_fact_that_was_spoilt_is_found_by_the_comparison_and_mended_by_the_switch(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        sound = await services.ask("/figures/X-1.1", meeting="13MSP")
        await operated(services, "rebuild")
        await built(services)
    engine = async_engine(views_url("indicators", data=settings.data), "indicators")
    async with engine.begin() as connection:  # behind the service's back, as a fault of a disk would
        spoilt = await connection.execute(
            text("UPDATE facts_g1 SET type = 'ccm.reports.PracticeReported', data = replace(data, '\"yes\"', '\"no\"')"
                 " WHERE type = 'ccm.reports.PracticeReported'")
        )  # fmt: skip
    await engine.dispose()
    assert spoilt.rowcount > 0

    async with trio(settings, [PLAN]) as services:
        wrong = await services.ask("/figures/X-1.1", meeting="13MSP")
        await built(services)
        found = await services.ask("/projections/facts/diff")
        await operated(services, "switch")
        mended = await services.ask("/figures/X-1.1", meeting="13MSP")

    assert wrong["value"] != sound["value"] == mended["value"]
    assert not found["equal"]
    (table,) = found["tables"]
    assert table["differing"] == len(table["named"]) > 0
    assert {column for row in table["named"] for column in row["columns"]} == {"data"}
    assert {one["name"]: one["live"] == one["other"] for one in found["sets"]} == {"12MSP": True, "13MSP": False}
