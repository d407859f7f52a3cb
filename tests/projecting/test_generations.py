"""A generation is built beside the live one, compared at equal positions, exchanged by one row and rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.ledger.port import Ledger
from shared.projecting import NotProjected, ProjectionRunner
from shared.projecting.generations import Apart, OtherVersion, roles_of
from shared.projecting.live import LiveTables
from shared.projecting.roles import Generation, NotHeld, Roles
from tests.bus.support import PATIENCE, eventually, say, whole
from tests.projecting.support import Heard, answered_by, remade, started


async def fold(ledger: Ledger) -> list[tuple[int, str]]:
    return [(event.position, event.id) for event in await whole(ledger)]


async def pointer(engine: AsyncEngine, name: str = "heard") -> Roles | None:
    async with engine.connect() as connection:
        return await roles_of(connection, name)


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        found = await connection.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'heard_rows_g%'"))
        return set(found.scalars())


@asynccontextmanager
async def running(
    heard: Heard, engine: AsyncEngine, bus: Bus, ledger: Ledger | None = None, *, by_itself: bool = True
) -> AsyncIterator[ProjectionRunner]:
    """A runner that builds from the ledger itself, if it is given one."""
    runner = ProjectionRunner(
        heard, engine, bus, ledgers=lambda _: ledger.read if ledger else None, by_itself=by_itself
    )
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()


def standing(runner: ProjectionRunner, role: str) -> int:
    return next(int(row["position"]) for row in runner.overview() if row["role"] == role)


async def test_a_candidate_is_built_beside_the_live_rows_which_go_on_answering(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    async with running(heard, engine, bus, ledger) as runner:
        await runner.wait_for("meetings", await say(ledger, 50), PATIENCE)
        await runner.rebuild()
        await runner.wait_built(PATIENCE)
        await runner.wait_for("meetings", await say(ledger, 5), PATIENCE)
        await eventually(lambda: standing(runner, "candidate") == 55)

        assert await pointer(engine) == Roles(Generation(1, 1), candidate=Generation(2, 1), latest=2)
        assert await heard.rows(engine) == await heard.rows(engine, generation=2) == await fold(ledger)
        assert [row["role"] for row in runner.overview()] == ["live", "candidate"]
        assert [row["role"] for row in runner.status()] == ["live"]


async def test_the_ledger_is_read_before_the_stream_and_the_stream_brings_what_follows(
    bus: Bus, ledger: Ledger, engine: AsyncEngine
) -> None:
    await say(ledger, 300)
    heard = Heard()
    async with running(heard, engine, bus, ledger) as runner:  # no relay runs: there is nothing on the stream
        await runner.rebuild()
        await eventually(lambda: standing(runner, "candidate") == 300)
        candidate = next(row for row in runner.overview() if row["role"] == "candidate")
        assert candidate["rate"] is None or candidate["rate"] > 0
        assert standing(runner, "live") == 0

        relay = Relay(ledger, bus)
        await relay.start()
        head = await say(ledger, 3)
        await eventually(lambda: standing(runner, "candidate") == head and standing(runner, "live") == head)
        await relay.stop()

    assert await heard.rows(engine, generation=2) == await fold(ledger)


async def test_a_switch_lets_the_candidate_answer_and_a_rollback_the_former_and_both_are_kept_up(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    async with running(heard, engine, bus, ledger) as runner:
        await runner.wait_for("meetings", await say(ledger, 9), PATIENCE)
        await remade(runner)
        assert await pointer(engine) == Roles(Generation(2, 1), previous=Generation(1, 1), latest=2)
        await runner.wait_for("meetings", await say(ledger, 9), PATIENCE)

        assert await runner.roll_back(PATIENCE) == Roles(Generation(1, 1), candidate=Generation(2, 1), latest=2)
        assert await heard.rows(engine) == await fold(ledger), "kept up while it did not answer"
        await runner.wait_for("meetings", await say(ledger, 1), PATIENCE)
        assert (await runner.switch(PATIENCE)).live.number == 2
        assert await heard.rows(engine) == await fold(ledger)


async def test_a_later_rebuild_drops_the_oldest(bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine) -> None:
    heard = Heard()
    async with running(heard, engine, bus, ledger) as runner:
        await runner.wait_for("meetings", await say(ledger, 3), PATIENCE)
        await remade(runner)
        assert await tables(engine) == {"heard_rows_g1", "heard_rows_g2"}

        assert await runner.rebuild() == 3
        assert await tables(engine) == {"heard_rows_g2", "heard_rows_g3"}
        assert await runner.rebuild() == 4, "a candidate that nobody switched to gives way, too"

        assert await tables(engine) == {"heard_rows_g2", "heard_rows_g4"}
        async with engine.connect() as connection:
            kept = await connection.execute(text("SELECT DISTINCT generation FROM projection_positions"))
            assert set(kept.scalars()) == {2, 4}
        assert await heard.rows(engine) == await fold(ledger)


async def test_what_is_not_there_cannot_be_switched_to_rolled_back_to_or_compared(
    bus: Bus, ledger: Ledger, engine: AsyncEngine
) -> None:
    async with running(Heard(), engine, bus) as runner:
        with pytest.raises(NotHeld, match="no candidate"):
            await runner.switch()
        with pytest.raises(NotHeld, match="no previous"):
            await runner.roll_back()
        with pytest.raises(NotHeld, match="no second generation"):
            await runner.difference()


async def test_a_candidate_behind_the_live_rows_is_refused(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    heard.poison_only(2, {4})
    async with running(heard, engine, bus, ledger) as runner:
        await runner.wait_for("meetings", await say(ledger, 9), PATIENCE)
        await runner.rebuild()
        with pytest.raises(NotProjected, match="cannot stomach 4"):
            await runner.wait_built(PATIENCE)

        with pytest.raises(Apart, match="generation 2 stands at meetings:3, behind generation 1 at meetings:9"):
            await runner.switch(patience=0)
        with pytest.raises(Apart):
            await runner.difference(patience=0)

        assert runner.fault() is None, "only the live rows make a service unready"
        assert (await pointer(engine) or Roles(Generation(0, 0))).live.number == 1
        assert await heard.rows(engine) == await fold(ledger)


async def test_poison_is_parked_in_the_candidate_alone_and_shows_as_a_difference(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="park")
    heard.poison_only(2, {2})
    async with running(heard, engine, bus, ledger) as runner:
        await runner.wait_for("meetings", await say(ledger, 5, together=False), PATIENCE)
        await runner.rebuild()
        await runner.wait_built(PATIENCE)

        found = await runner.difference()
        assert (found.equal, found.parked) == (False, (0, 1))
        assert [row["parked"] for row in runner.overview()] == [0, 1]
        assert await heard.rows(engine) == await fold(ledger)


async def test_a_live_generation_that_poison_stopped_is_replaced_by_a_repaired_one_compared_where_it_stands(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    heard.poison_only(1, {4})
    async with running(heard, engine, bus, ledger) as runner:
        await say(ledger, 9)
        await eventually(lambda: runner.fault() is not None)
        await runner.rebuild()
        await runner.wait_built(PATIENCE)

        found = await runner.difference()
        assert (found.equal, dict(found.positions)) == (True, {"meetings": 3}), "held there, to be compared"
        await runner.switch()
        await runner.wait_for("meetings", 9, PATIENCE)

        assert await heard.rows(engine) == await fold(ledger)
        assert runner.fault() is None
        with pytest.raises(Apart):
            await runner.roll_back(patience=0)


async def test_a_new_version_is_compared_with_the_rows_it_replaces_and_the_rows_are_named(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    async with running(Heard(version=1), engine, bus, ledger) as first:
        await first.wait_for("meetings", await say(ledger, 30), PATIENCE)

    async with running(Heard(version=2), engine, bus, ledger, by_itself=False) as second:
        await say(ledger, 3)
        await second.wait_built(PATIENCE)
        assert second.fault() == "projection heard is being made for version 2"

        found = await second.difference()

        assert not found.equal
        assert dict(found.positions) == {"meetings": 30}, "where the earlier code left its rows"
        (table,) = found.tables
        assert (table.table, table.differing, table.live and table.live.rows) == ("heard_rows", 30, 30)
        assert [dict(row.key) for row in table.named] == [{"row": n} for n in range(1, 21)], "the first twenty"
        assert {row.change for row in table.named} == {"changed"}
        assert all(dict(row.columns) == {"version": (1, 2)} for row in table.named)

        await second.switch()
        await second.wait_for("meetings", 33, PATIENCE)
        with pytest.raises(OtherVersion, match="made by version 1 of heard; this code has version 2"):
            await second.roll_back()


async def test_earlier_code_started_again_takes_up_its_own_rows(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    async with running(Heard(version=1), engine, bus, ledger) as first:
        await first.wait_for("meetings", await say(ledger, 3), PATIENCE)
    async with running(Heard(version=2), engine, bus, ledger) as second:
        await second.wait_for("meetings", await say(ledger, 3), PATIENCE)

    heard = Heard(version=1)
    async with running(heard, engine, bus, ledger) as again:
        await again.wait_for("meetings", await say(ledger, 3), PATIENCE)

    assert await pointer(engine) == Roles(Generation(1, 1), candidate=Generation(2, 2), latest=2)
    assert await heard.rows(engine) == await fold(ledger)


async def test_another_process_sees_a_switch_and_feeds_what_it_finds(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    async with running(heard, engine, bus, ledger) as one, running(Heard(), engine, bus, ledger) as other:
        await one.wait_for("meetings", await say(ledger, 20), PATIENCE)
        await remade(one)
        await eventually(lambda: other.status()[0]["generation"] == 2)
        await one.stop()

        await other.wait_for("meetings", await say(ledger, 20), PATIENCE)
        assert (await other.roll_back(PATIENCE)).live.number == 1

    assert await heard.rows(engine) == await fold(ledger)


async def test_while_many_events_arrive_every_answer_is_of_one_generation_and_whole(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    live = LiveTables(engine.execution_options(reading=True), heard)
    seen: list[int] = []
    going = True

    async def append() -> None:
        while going:
            await say(ledger, 1)
            await asyncio.sleep(0.02)

    async def ask() -> None:
        while going:
            async with live.reading() as reading:
                table = reading.of(heard.table)
                rows = (await reading.connection.execute(table.select().order_by(table.c.position))).all()
            assert [row.position for row in rows] == list(range(1, len(rows) + 1))
            assert {row.event_id for row in rows} <= {event.id for event in await whole(ledger)}
            seen.append(reading.generation)
            await asyncio.sleep(0.01)

    async with running(heard, engine, bus, ledger) as runner:
        await runner.wait_for("meetings", await say(ledger, 100), PATIENCE)
        busy = [asyncio.create_task(append()), asyncio.create_task(ask())]
        await answered_by(1, seen, busy)
        await remade(runner)
        assert (await runner.difference(PATIENCE)).equal
        await answered_by(2, seen, busy)
        await runner.roll_back(PATIENCE)
        await answered_by(1, seen, busy)
        going = False
        await asyncio.gather(*busy)
        await runner.wait_for("meetings", (await ledger.head()).position, PATIENCE)
        assert await heard.rows(engine) == await fold(ledger)
        await eventually(lambda: standing(runner, "candidate") == standing(runner, "live"))
        assert await heard.rows(engine, generation=2) == await fold(ledger)

    assert [seen[0], *(b for a, b in pairwise(seen) if a != b)] == [1, 2, 1]


async def test_rows_of_before_there_were_generations_are_made_anew(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        for statement in (
            "CREATE TABLE projection_positions (projection TEXT, source TEXT, version INT, position INT)",
            "INSERT INTO projection_positions VALUES ('heard', 'meetings', 1, 7)",
            "CREATE TABLE heard_rows (row INTEGER PRIMARY KEY, position INT)",
        ):
            await connection.execute(text(statement))
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 5), PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    async with engine.connect() as connection:
        left = await connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'heard_rows'"))
        assert left.first() is None
    await runner.stop()
