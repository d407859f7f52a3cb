"""Many events applied at once: one transaction in a thread, and one poisonous event among them spoils no other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.meetings.read_models import PROJECTIONS, meetings
from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.events.envelope import Recorded
from shared.ledger.port import Ledger
from shared.projecting import NotProjected, ProjectionRunner
from shared.projecting.applying import MOST_ATTEMPTS
from shared.projecting.generations import of_generation
from tests.bus.support import PATIENCE, deposit, eventually, say, whole
from tests.projecting.support import Heard, started


async def at_once(runner: ProjectionRunner, relay: Relay, ledger: Ledger, *states: str) -> int:
    """Deposits that are all on the stream before the runner looks at it; answers the head."""
    head = await deposit(ledger, *states)
    await relay.wait_for(head, timeout=PATIENCE)
    await runner.start()
    return head


async def test_poison_in_the_middle_of_a_batch_keeps_what_stands_before_it_and_lets_the_rest_wait(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="stop")
    heard.poison = {3}
    runner = ProjectionRunner(heard, engine, bus)
    head = await at_once(runner, relay, ledger, "LAO", "ZMB", "NOR", "FRA", "DEU")

    with pytest.raises(NotProjected, match="cannot stomach 3"):
        await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert heard.batches == [[1, 2, 3, 4, 5], [1], [2], *[[3]] * MOST_ATTEMPTS]
    assert [position for position, _ in await heard.rows(engine)] == [1, 2]
    assert runner.status()[0]["position"] == 2
    await runner.stop()


async def test_poison_in_the_middle_of_a_batch_is_parked_alone_and_the_rest_goes_on(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="park")
    heard.poison = {2}
    runner = ProjectionRunner(heard, engine, bus)
    head = await at_once(runner, relay, ledger, "LAO", "ZMB", "NOR", "ZMB", "DEU")
    await runner.wait_for("meetings", head, timeout=PATIENCE)
    more = await deposit(ledger, "FRA", "ZMB", "PER")
    await runner.wait_for("meetings", more, timeout=PATIENCE)

    assert [position for position, _ in await heard.rows(engine)] == [1, 3, 5, 6, 8]
    assert runner.status()[0]["parked"] == 3
    await runner.stop()


async def test_events_that_touch_one_row_leave_it_as_the_last_of_them_says(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    runner = ProjectionRunner(PROJECTIONS[0], engine, bus)
    await relay.wait_for(await say(ledger, 40), timeout=PATIENCE)  # one meeting scheduled again and again
    await runner.start()
    await runner.wait_for("meetings", await say(ledger, 2), timeout=PATIENCE)

    table = of_generation(meetings, 1)
    async with engine.connect() as connection:
        found = (await connection.execute(select(table).order_by(table.c.position))).all()
    ids = [event.id for event in await whole(ledger)]
    assert [(row.title, row.event_ids) for row in found] == [("Meeting 40", ids[:40]), ("Meeting 42", ids[40:])]
    await runner.stop()


class Slow(Heard):
    """Waits in the middle of a transaction until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        super().apply(connection, events)
        self.begun.set()
        assert self.go_on.wait(10), "nobody let it go on"


async def test_the_event_loop_goes_on_while_rows_are_written(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    slow = Slow()
    runner = await started(slow, engine, bus)
    head = await say(ledger, 3)
    await eventually(slow.begun.is_set)

    slow.go_on.set()  # which the loop could not do while it was writing itself

    await runner.wait_for("meetings", head, timeout=PATIENCE)
    await runner.stop()


async def test_a_stop_lets_the_transaction_under_way_end(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    slow = Slow()
    runner = await started(slow, engine, bus)
    head = await say(ledger, 3)
    await eventually(slow.begun.is_set)
    stopping = asyncio.create_task(runner.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()

    slow.go_on.set()
    await stopping

    (applied,) = slow.batches
    assert [position for position, _ in await slow.rows(engine)] == applied
    again = Heard()
    runner = await started(again, engine, bus)
    await runner.wait_for("meetings", head, timeout=PATIENCE)
    assert again.tries == list(range(len(applied) + 1, head + 1))
    await runner.stop()
