"""The rows equal a fold of the ledger, each event once, whatever is rebuilt, restarted or delivered again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus, stream_name
from shared.bus.relay import Relay
from shared.ledger.port import Ledger
from shared.projecting import NotProjected, ProjectionRunner
from tests.bus.support import PATIENCE, eventually, ledger_at, say, whole
from tests.projecting.support import Heard, remade, started


async def fold(ledger: Ledger) -> list[tuple[int, str]]:
    return [(event.position, event.id) for event in await whole(ledger)]


async def test_every_event_is_applied_once_and_in_order(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    for size in (1, 300, 1, 1, 20):
        head = await say(ledger, size)
        await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    (row,) = runner.status()
    assert row.pop("rate") > 0
    assert [row] == [
        {
            "projection": "heard",
            "source": "meetings",
            "position": 323,
            "head": 323,
            "lag": 0,
            "state": "running",
            "error": None,
            "parked": 0,
            "generation": 1,
            "role": "live",
            "version": 1,
        }
    ]
    assert runner.fault() is None
    await runner.stop()


async def test_a_projection_that_starts_late_catches_up(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    await relay.wait_for(await say(ledger, 700), timeout=PATIENCE)
    heard = Heard()
    runner = await started(heard, engine, bus)

    await runner.wait_for("meetings", 700, timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_projection_that_starts_before_there_is_a_stream_waits_for_it(
    bus: Bus, ledger: Ledger, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await eventually(lambda: runner.status()[0]["state"] == "waiting" and runner.status()[0]["error"] is not None)
    relay = Relay(ledger, bus)
    await relay.start()

    await runner.wait_for("meetings", await say(ledger, 3), timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()
    await relay.stop()


async def test_a_restarted_projection_goes_on_after_its_position(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    for _ in range(4):
        runner = await started(heard, engine, bus)
        head = await say(ledger, 30)
        await asyncio.sleep(0.02)  # stopped somewhere, perhaps in the middle of a batch
        await runner.stop()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_rebuild_makes_the_same_rows_again(bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    head = await say(ledger, 50)
    await runner.wait_for("meetings", head, timeout=PATIENCE)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE heard_rows_g1 SET event_id = 'spoilt'"))

    await remade(runner)
    await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_new_version_of_a_projection_starts_from_position_1(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    head = await say(ledger, 5)
    first = await started(Heard(version=1), engine, bus)
    await first.wait_for("meetings", head, timeout=PATIENCE)
    await first.stop()

    heard = Heard(version=2)
    second = await started(heard, engine, bus)
    await second.wait_for("meetings", head, timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    async with engine.connect() as connection:
        assert set((await connection.execute(text("SELECT version FROM heard_rows_g2"))).scalars()) == {2}
    await second.stop()


async def test_each_source_has_a_position_of_its_own(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, tmp_path: Path
) -> None:
    async with ledger_at(tmp_path / "reports.sqlite", "reports") as reports:
        other = Relay(reports, bus)
        await other.start()
        heard = Heard(sources=("meetings", "reports"))
        runner = await started(heard, engine, bus)
        heads = {"meetings": await say(ledger, 40), "reports": await say(reports, 25)}

        for source, head in heads.items():
            await runner.wait_for(source, head, timeout=PATIENCE)

        assert await heard.rows(engine) == await fold(ledger)
        assert await heard.rows(engine, "reports") == await fold(reports)
        await runner.stop()
        await other.stop()


async def test_two_processes_with_one_projection_have_one_effect(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runners = [await started(heard, engine, bus), await started(Heard(), engine, bus)]
    for size in (1, 50, 3, 1, 100):
        head = await say(ledger, size)
    for runner in runners:
        await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    for runner in runners:
        await runner.stop()


async def test_a_ledger_with_another_history_stops_the_projection_until_it_is_rebuilt(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, tmp_path: Path
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 5), timeout=PATIENCE)
    await runner.stop()
    await relay.stop()
    await bus.js.delete_stream(stream_name("meetings"))
    async with ledger_at(tmp_path / "another.sqlite") as another:
        await say(another, 9)
        other = Relay(another, bus)
        await other.start()
        runner = ProjectionRunner(heard, engine, bus)
        await runner.start()

        with pytest.raises(NotProjected, match="rebuild"):
            await runner.wait_for("meetings", 9, timeout=PATIENCE)
        assert runner.fault()
        await remade(runner)
        await runner.wait_for("meetings", 9, timeout=PATIENCE)

        assert await heard.rows(engine) == await fold(another)
        await runner.stop()
        await other.stop()


async def test_readiness_turns_red_when_a_head_moves_and_the_projection_does_not(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", await say(ledger, 3), timeout=PATIENCE)
    monkeypatch.setattr("shared.projecting.source.STALL", 0.3)
    await asyncio.sleep(0.4)  # long quiet is no stall
    assert runner.fault() is None

    bus.heads.saw("meetings", 5)  # a heartbeat says there is more, but the stream does not bring it
    assert runner.fault() is None
    await eventually(lambda: runner.fault() is not None)

    assert "2 events behind" in (runner.fault() or "")
    assert runner.status()[0]["lag"] == 2
    await runner.stop()
