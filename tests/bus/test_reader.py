"""Reading a stream: every event once, in order, however slow the taker, and never more at once than asked for."""

from __future__ import annotations

import asyncio

import pytest

from shared.bus.connection import Bus, stream_name
from shared.bus.reader import AT_ONCE, ForeignMessage, Resubscribe, StreamReader, reading
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.ledger.port import Ledger
from tests.bus.support import TRACEPARENT, kill, say, whole

MANY = 5 * AT_ONCE


async def relayed(bus: Bus, ledger: Ledger, count: int) -> None:
    relay = Relay(ledger, bus)
    await relay.start()
    await relay.wait_for(await say(ledger, count), timeout=30)
    await relay.stop()


async def up_to(reader: StreamReader, last: int) -> list[tuple[int, str]]:
    """(position, id) of everything read until `last` came."""
    seen: list[tuple[int, str]] = []
    while not seen or seen[-1][0] < last:
        seen += [(event.position, event.id) for event in await reader.next()]
    return seen


async def test_every_event_is_read_once_in_order_with_its_trace(bus: Bus, ledger: Ledger) -> None:
    await relayed(bus, ledger, 20)

    async with reading(bus, "meetings", 6) as reader:
        events = await reader.next()
        while len(events) < 15:
            events += await reader.next()

    assert [(event.position, event.raw) for event in events] == [
        (event.position, event.raw) for event in (await whole(ledger))[5:]
    ]
    assert {event.traceparent for event in events} == {TRACEPARENT}


async def test_a_slow_taker_misses_nothing_and_little_waits_for_it(bus: Bus, ledger: Ledger) -> None:
    await relayed(bus, ledger, MANY)
    batches: list[int] = []

    async with reading(bus, "meetings", 1) as reader:
        seen: list[tuple[int, str]] = []
        while not seen or seen[-1][0] < MANY:
            events = await reader.next()
            batches.append(len(events))
            seen += [(event.position, event.id) for event in events]
            await asyncio.sleep(0.1)  # much longer than the next ones need to come

    assert seen == [(event.position, event.id) for event in await whole(ledger)]
    assert max(batches) <= AT_ONCE
    assert bus.errors == 0


async def test_no_more_is_asked_for_while_an_answer_is_due(bus: Bus, ledger: Ledger) -> None:
    await relayed(bus, ledger, 1)

    async with reading(bus, "meetings", 1) as reader:
        for position in range(1, 5):
            await up_to(reader, position)
            await relayed(bus, ledger, 1)

        (consumer,) = await bus.js.consumers_info(stream_name("meetings"))
        assert (consumer.num_waiting or 0) <= 1


async def test_nothing_new_is_said_rather_than_waited_for(bus: Bus, ledger: Ledger) -> None:
    await relayed(bus, ledger, 1)

    async with reading(bus, "meetings", 2) as reader:
        assert await reader.next() == []
        assert await reader.next() == []


async def test_a_connection_that_broke_ends_the_reading(server: NatsServer, bus: Bus, ledger: Ledger) -> None:
    await relayed(bus, ledger, 3)

    async with reading(bus, "meetings", 1) as reader:
        assert len(await up_to(reader, 3)) == 3
        kill(server)
        with pytest.raises(Resubscribe):
            while True:
                await reader.next()


async def test_what_stands_before_a_foreign_message_is_read_and_then_the_message_is_named(
    bus: Bus, ledger: Ledger
) -> None:
    await relayed(bus, ledger, 2)
    await bus.nc.request("ccm.meetings.MeetingScheduled.-", b"not an event")

    async with reading(bus, "meetings", 1) as reader:
        assert [position for position, _ in await up_to(reader, 2)] == [1, 2]
        with pytest.raises(ForeignMessage, match=f"message 3 of {stream_name('meetings')}"):
            while True:
                await reader.next()


async def test_what_does_not_come_from_the_stream_is_no_event(bus: Bus, ledger: Ledger) -> None:
    await relayed(bus, ledger, 1)

    async with reading(bus, "meetings", 1) as reader:
        (event,) = await reader.next()
        reader.take(b"", b"", event.raw, None)
        with pytest.raises(ForeignMessage, match="came from"):
            await reader.next()
