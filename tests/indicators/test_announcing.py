"""The clocks of two running services: real ledgers, a real nats-server, real projections, a day of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.indicators.duties.types import Deadline, Source
from services.indicators.world.world import World
from shared.bus.server import NatsServer
from shared.events.meetings import InstrumentDeposited
from shared.settings import Settings
from tests.indicators.conftest import TODAY, Trio, trio
from tests.indicators.test_api import PLAN, deposit, tell_the_record

DUE = date(2026, 12, 1)
"""Ten days after the tests' today."""


def deadlines(world: World, on: date) -> Sequence[Deadline]:
    """One deadline of every State that has deposited, as far as this world tells."""
    source = Source("D", "1", "event")
    first = Deadline("LAO", "7.1", "initial_report", DUE, "ahead", "in words", (source,), "transparency")
    acting = [first if on <= DUE else replace(first, status="overdue")]
    return [replace(one, state=state) for one in acting for state in sorted(world.possible_membership.deposited(on))]


async def run(services: Trio, name: str) -> Any:
    answer = await services.clients[name].post(f"/{name}/clock/run")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def heads(services: Trio) -> dict[str, int]:
    return {
        name: (await client.get(f"/{name}/ledger/head")).json()["position"] for name, client in services.clients.items()
    }


async def announced(services: Trio, name: str) -> list[str]:
    """The natural names of the clock's events in a ledger, in order."""
    events = (await services.clients[name].get(f"/{name}/ledger/events?limit=1000")).json()["events"]
    return [f"{one['type'].rsplit('.', 1)[1]} {one['stream']}" for one in events if one["actor"] == "clock"]


async def test_figures_are_what_they_were_before_the_clock_announced(settings: Settings) -> None:
    async with trio(settings, [PLAN], deadlines=deadlines) as services:
        await tell_the_record(services)
        before = await services.ask("/figures", plan="X", meeting="13MSP", evidence="true")
        populations = await services.ask("/populations/parties", on="2025-06-30")

        assert await run(services, "meetings") == {"announced": 3, "on": "2026-11-21"}
        assert (await run(services, "indicators"))["announced"] == 1

        after = await services.ask("/figures", plan="X", meeting="13MSP", evidence="true")
        assert [_without_cut(row) for row in after["figures"]] == [_without_cut(row) for row in before["figures"]]
        assert after["cut"]["positions"] != before["cut"]["positions"]
        again = await services.ask("/populations/parties", on="2025-06-30")
        assert _without_cut(again) == _without_cut(populations)


def _without_cut(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "cut"}


async def test_what_each_service_announces(settings: Settings) -> None:
    days = [TODAY]
    async with trio(settings, [PLAN], deadlines=deadlines, today=lambda: days[0]) as services:
        await tell_the_record(services)
        for name in ("meetings", "indicators"):
            await run(services, name)
        assert await announced(services, "meetings") == [
            "EntryIntoForceReached membership-LAO",
            "EntryIntoForceReached membership-LTU",
            "WithdrawalTookEffect membership-LTU",
        ]
        assert await announced(services, "indicators") == ["ClockStarted clock"]

        days[0] = date(2026, 11, 24)
        assert (await run(services, "indicators"))["announced"] == 1
        days[0] = date(2026, 12, 3)
        assert (await run(services, "indicators"))["announced"] == 1

        assert (await announced(services, "indicators"))[1:] == [
            "DeadlineApproaching deadline-LAO-initial_report-2026-12-01",
            "DeadlinePassed deadline-LAO-initial_report-2026-12-01",
        ]
        assert (await services.ask("/ledger/verify"))["sound"]


async def test_a_restart_on_the_same_day_adds_nothing_and_two_runs_at_once_add_each_once(settings: Settings) -> None:
    async with trio(settings, [PLAN], deadlines=deadlines) as services:
        await tell_the_record(services)
        await asyncio.gather(*(run(services, name) for name in ("meetings", "meetings", "indicators", "indicators")))
        standing = await heads(services)
        assert len(await announced(services, "meetings")) == 3

    async with trio(settings, [PLAN], deadlines=deadlines) as services:
        assert [(await run(services, name))["announced"] for name in ("meetings", "indicators")] == [0, 0]
        assert await heads(services) == standing


async def test_a_deposit_after_the_fact_changes_only_what_is_announced_next(settings: Settings) -> None:
    async with trio(settings, [PLAN], deadlines=deadlines) as services:
        await services.told(deposit("LAO"))
        await run(services, "meetings")
        await services.told(InstrumentDeposited(state="CHL", instrument="accession", deposited=date(2011, 3, 24)))
        await services.told(InstrumentDeposited(state="VUT", instrument="accession", deposited=date(2026, 10, 1)))

        assert (await run(services, "meetings"))["announced"] == 1
        assert (await announced(services, "meetings"))[-1] == "EntryIntoForceReached membership-CHL"


async def test_an_empty_record_is_no_first_run(settings: Settings) -> None:
    async with trio(settings, [PLAN], deadlines=deadlines) as services:
        before = await heads(services)
        for name in ("meetings", "indicators"):
            answer = await services.clients[name].post(f"/{name}/clock/run")
            assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "record-empty")
            stands = (await services.clients[name].get(f"/{name}/clock")).json()
            assert stands == {"ledger": name, "byItself": False, "last": None, "postponed": None}

        assert await heads(services) == before


async def test_nothing_is_announced_while_a_neighbour_does_not_answer(settings: Settings) -> None:
    async with trio(settings, [PLAN], deadlines=deadlines, without=["reports"]) as services:
        await services.told(deposit("LAO"))
        await services.projected("meetings", 1)
        before = await heads(services)
        answer = await services.clients["indicators"].post("/indicators/clock/run")

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, "neighbour-missing")
        assert await heads(services) == before


async def test_nothing_is_announced_while_the_read_models_are_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    async with AsyncExitStack() as first, AsyncExitStack() as again:
        server = await first.enter_async_context(NatsServer(tmp_path / "nats"))
        settings = Settings(data=tmp_path, nats_url=server.url, clock=False)
        services = await again.enter_async_context(trio(settings, [PLAN], deadlines=deadlines, patience=0.3))
        await services.projected("indicators", 5)
        await first.aclose()  # the deposit is recorded, and no read model hears of it
        await services.told(deposit("LAO"))
        before = await heads(services)

        for name in ("meetings", "indicators"):
            answer = await services.clients[name].post(f"/{name}/clock/run")
            assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, "projection-behind")
        assert await heads(services) == before


async def test_started_with_the_services_it_runs_beside_them(settings: Settings) -> None:
    """By itself it would run a minute after a start: that it is wired is seen, and that it stops with them."""
    async with trio(settings.model_copy(update={"clock": True}), [PLAN], deadlines=deadlines) as services:
        for name in ("meetings", "indicators"):
            assert (await services.clients[name].get(f"/{name}/clock")).json()["byItself"] is True
            assert f"{name}-clock" in {task.get_name() for task in asyncio.all_tasks()}

    assert not {"meetings-clock", "indicators-clock"} & {task.get_name() for task in asyncio.all_tasks()}
