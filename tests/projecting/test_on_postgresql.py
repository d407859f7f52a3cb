"""The same runtime with its rows in PostgreSQL, in a schema of their own."""

from __future__ import annotations

import asyncio

from sqlalchemy import text

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.database import async_engine, engine_for_threads, reading
from shared.ledger.port import Ledger
from shared.projecting import ProjectionRunner
from shared.projecting.bookkeeping import Books
from shared.projecting.generations import make_tables
from shared.projecting.live import LiveTables
from tests.bus.support import PATIENCE, deposit, eventually, say, whole
from tests.projecting.support import Heard, answered_by, remade, started


async def test_rows_positions_poison_and_rebuild(bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str) -> None:
    engine = async_engine(postgres_url, "meetings")
    heard = Heard(policy="park")
    heard.poison = {2}
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await deposit(ledger, "LAO", "ZMB", "ZMB", "NOR"), timeout=PATIENCE)
    assert [position for position, _ in await heard.rows(engine)] == [1, 4]
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM meetings.projection_parked"))).scalar_one() == 2

    heard.poison = set()
    await remade(runner)
    await runner.wait_for("meetings", await say(ledger, 300), timeout=PATIENCE)

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
        await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await heard.rows(engines[0]) == [(event.position, event.id) for event in await whole(ledger)]
    for runner, engine in zip(runners, engines, strict=True):
        await runner.stop()
        await engine.dispose()


async def test_two_processes_count_their_first_try_at_the_same_time(postgres_url: str) -> None:
    engine = async_engine(postgres_url, "meetings")
    async with engine.begin() as connection:
        await make_tables(connection, Heard())
    threads, books = engine_for_threads(engine), Books("heard", 1, "meetings")

    def count(first: int, last: int) -> int:
        with threads.begin() as connection:
            return books.begin(connection, first, last)

    def waiting() -> bool:
        locked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        with threads.connect() as connection:
            return bool(connection.execute(text(locked)).scalar_one())

    with threads.begin() as first_of_two:
        assert books.begin(first_of_two, 1, 5) == 1
        other = asyncio.create_task(asyncio.to_thread(count, 1, 5))
        await eventually(waiting)
    assert await other == 2
    assert [count(1, 5), count(1, 4), count(1, 4)] == [3, 1, 2]
    threads.dispose()
    await engine.dispose()


async def test_a_dropped_connection_is_waited_out(bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str) -> None:
    engine, other = async_engine(postgres_url, "meetings"), async_engine(postgres_url, "meetings")
    heard = Heard()
    runner = await started(heard, engine, bus)
    for _ in range(3):
        await runner.wait_for("meetings", await say(ledger, 20), timeout=PATIENCE)
        async with other.connect() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )

    await runner.wait_for("meetings", await say(ledger, 20), timeout=PATIENCE)
    assert await heard.rows(engine) == [(event.position, event.id) for event in await whole(ledger)]
    await runner.stop()
    await engine.dispose()
    await other.dispose()


async def test_generations_are_built_compared_switched_and_rolled_back_while_events_arrive_and_answers_are_given(
    bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str
) -> None:
    engines = [async_engine(postgres_url, "meetings"), async_engine(postgres_url, "meetings")]
    heard, going, seen = Heard(), True, list[int]()
    live = LiveTables(reading(engines[1]), heard)
    runners = [
        ProjectionRunner(one, engine, bus, ledgers=lambda _: ledger.read)
        for one, engine in zip((heard, Heard()), engines, strict=True)
    ]
    for runner in runners:
        await runner.start()
    await runners[0].wait_for("meetings", await say(ledger, 300), timeout=PATIENCE)

    async def append() -> None:
        while going:
            await say(ledger, 1)
            await asyncio.sleep(0.02)

    async def ask() -> None:
        while going:
            async with live.reading() as now:
                table = now.of(heard.table)
                await asyncio.sleep(0.005)  # a switch or a rebuild may come between
                rows = await now.connection.execute(table.select().order_by(table.c.position))
            positions = [row.position for row in rows]
            assert positions == list(range(1, len(positions) + 1)) and len(positions) >= 300
            seen.append(now.generation)

    busy = [asyncio.create_task(append()), asyncio.create_task(ask())]
    await answered_by(1, seen, busy)
    await remade(runners[0])
    assert (await runners[0].difference()).equal
    await runners[1].roll_back()
    await remade(runners[1])
    await remade(runners[0])
    await answered_by(4, seen, busy)
    going = False
    await asyncio.gather(*busy)

    assert set(seen) <= {1, 2, 3, 4}
    await runners[0].wait_for("meetings", (await ledger.head()).position, timeout=PATIENCE)
    assert await heard.rows(engines[0]) == [(event.position, event.id) for event in await whole(ledger)]
    async with engines[0].connect() as connection:
        found = await connection.execute(text("SELECT table_name FROM information_schema.tables"))
        assert len([name for name in found.scalars() if name.startswith("heard_rows")]) == 2
    for runner, engine in zip(runners, engines, strict=True):
        await runner.stop()
        await engine.dispose()


async def test_a_difference_names_the_rows(bus: Bus, ledger: Ledger, relay: Relay, postgres_url: str) -> None:
    engine = async_engine(postgres_url, "meetings")
    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", await say(ledger, 5), timeout=PATIENCE)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE heard_rows_g1 SET event_id = 'spoilt' WHERE row = 2"))
        await connection.execute(text("DELETE FROM heard_rows_g1 WHERE row = 5"))
        await connection.execute(text("INSERT INTO heard_rows_g1 VALUES (9, 'x', 9, 'x', 1)"))
    await runner.rebuild()
    await runner.wait_built(30)

    (table,) = (await runner.difference()).tables

    assert [(row.change, dict(row.key)) for row in table.named] == [
        ("changed", {"row": 2}),
        ("added", {"row": 5}),
        ("removed", {"row": 9}),
    ]
    assert table.named[0].columns["event_id"] == ("spoilt", (await whole(ledger))[1].id)
    assert table.differing == 3
    await runner.stop()
    await engine.dispose()
