"""The same runtime with its rows in PostgreSQL, in a schema of their own."""

from __future__ import annotations

from sqlalchemy import text

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.database import async_engine
from shared.ledger.port import Ledger
from tests.bus.support import deposit, say, whole
from tests.projecting.support import Heard, remade, started


async def test_rows_positions_poison_and_rebuild(bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str) -> None:
    engine = async_engine(postgres_url, "meetings")
    heard = Heard(policy="park")
    heard.poison = {2}
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await deposit(ledger, "LAO", "ZMB", "ZMB", "NOR"), timeout=30)
    assert [position for position, _ in await heard.rows(engine)] == [1, 4]
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM meetings.projection_parked"))).scalar_one() == 2

    heard.poison = set()
    await remade(runner)
    await runner.wait_for("meetings", await say(ledger, 300), timeout=30)

    assert await heard.rows(engine) == [(event.position, event.id) for event in await whole(ledger)]
    await runner.stop()
    await engine.dispose()


async def test_two_processes_with_one_projection_have_one_effect(
    bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str
) -> None:
    engines = [async_engine(postgres_url, "meetings"), async_engine(postgres_url, "meetings")]
    heard = Heard()
    runners = [await started(heard, engines[0], bus), await started(Heard(), engines[1], bus)]
    for size in (1, 50, 3, 1, 100):
        head = await say(ledger, size)
    for runner in runners:
        await runner.wait_for("meetings", head, timeout=30)

    assert await heard.rows(engines[0]) == [(event.position, event.id) for event in await whole(ledger)]
    for runner, engine in zip(runners, engines, strict=True):
        await runner.stop()
        await engine.dispose()


async def test_a_dropped_connection_is_waited_out(bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str) -> None:
    engine, other = async_engine(postgres_url, "meetings"), async_engine(postgres_url, "meetings")
    heard = Heard()
    runner = await started(heard, engine, bus)
    for _ in range(3):
        await runner.wait_for("meetings", await say(ledger, 20), timeout=30)
        async with other.connect() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    await runner.wait_for("meetings", await say(ledger, 20), timeout=30)
    assert await heard.rows(engine) == [(event.position, event.id) for event in await whole(ledger)]
    await runner.stop()
    await engine.dispose()
    await other.dispose()
