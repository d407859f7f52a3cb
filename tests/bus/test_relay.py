"""The relay keeps the stream equal to the ledger: sequence n is position n, to the byte."""

from __future__ import annotations

import asyncio

import pytest

from shared.bus.connection import Bus, stream_name
from shared.bus.relay import NotRelayed, Relay
from shared.bus.server import NatsServer
from shared.ledger.port import Ledger
from tests.bus.support import PATIENCE, TRACEPARENT, eventually, same_as_ledger, say


@pytest.mark.parametrize("count", [1, 12, 13, 501])
async def test_every_event_stands_at_the_sequence_of_its_position(bus: Bus, ledger: Ledger, count: int) -> None:
    head = await say(ledger, count)
    relay = Relay(ledger, bus)
    await relay.start()

    await relay.wait_for(head, timeout=PATIENCE)

    await same_as_ledger(bus, ledger)
    assert relay.status() == {
        "ledger": "meetings",
        "head": count,
        "relayed": count,
        "lag": 0,
        "state": "running",
        "error": None,
    }
    assert relay.fault() is None
    await relay.stop()


async def test_an_append_wakes_the_relay(bus: Bus, ledger: Ledger) -> None:
    relay = Relay(ledger, bus, look_every=30)
    await relay.start()
    await relay.wait_for(0, timeout=PATIENCE)

    for _ in range(5):
        await relay.wait_for(await say(ledger, 1), timeout=PATIENCE)

    await same_as_ledger(bus, ledger)
    await relay.stop()


async def test_the_trace_travels_as_a_header_and_never_in_the_body(bus: Bus, ledger: Ledger) -> None:
    relay = Relay(ledger, bus)
    await relay.start()
    await relay.wait_for(await say(ledger, 1), timeout=PATIENCE)

    message = await bus.js.get_msg(stream_name("meetings"), seq=1)

    assert message.headers and message.headers["traceparent"] == TRACEPARENT
    assert message.subject == "ccm.meetings.MeetingScheduled.-"
    assert b"traceparent" not in (message.data or b"")
    await relay.stop()


async def test_two_relays_at_once_put_nothing_there_twice(server: NatsServer, bus: Bus, ledger: Ledger) -> None:
    other_bus = await Bus.connect(server.url, name="other")
    relays = [Relay(ledger, bus), Relay(ledger, other_bus)]
    for relay in relays:
        await relay.start()

    for size in (1, 3, 40, 1, 7, 13, 1, 1, 200):
        await say(ledger, size)
        await asyncio.sleep(0.01)
    head = (await ledger.head()).position
    for relay in relays:
        await relay.wait_for(head, timeout=PATIENCE)

    await same_as_ledger(bus, ledger)
    assert [relay.status()["state"] for relay in relays] == ["running", "running"]
    for relay in relays:
        await relay.stop()
    await other_bus.close()


async def test_a_restarted_relay_goes_on_where_the_stream_ends(bus: Bus, ledger: Ledger) -> None:
    for _ in range(3):
        relay = Relay(ledger, bus)
        await relay.start()
        await relay.wait_for(await say(ledger, 20), timeout=PATIENCE)
        await relay.stop()

    await same_as_ledger(bus, ledger)


async def test_a_foreign_message_stops_the_relay_and_is_not_overwritten(bus: Bus, ledger: Ledger) -> None:
    relay = Relay(ledger, bus, look_every=0.1)
    await relay.start()
    await relay.wait_for(await say(ledger, 3), timeout=PATIENCE)
    await bus.nc.request("ccm.meetings.MeetingScheduled.-", b"not an event")  # as an intruder would

    await say(ledger, 5)
    await eventually(lambda: "message 4" in (relay.status()["error"] or ""))

    assert relay.status()["state"] == "stopped" and relay.fault()
    assert (await bus.js.stream_info(stream_name("meetings"))).state.last_seq == 4
    with pytest.raises(NotRelayed):
        await relay.wait_for(8, timeout=0.3)
    await eventually(lambda: relay.status()["lag"] == 5)
    await relay.stop()


async def test_a_stream_beyond_the_ledger_stops_the_relay(bus: Bus, ledger: Ledger) -> None:
    await bus.ensure_stream("meetings")
    await bus.nc.request("ccm.meetings.MeetingScheduled.-", b"{}")
    relay = Relay(ledger, bus)
    await relay.start()

    await eventually(lambda: relay.status()["state"] == "stopped")

    assert "beyond the ledger's head 0" in relay.status()["error"]
    await relay.stop()


async def test_a_stopped_relay_goes_on_once_the_foreign_stream_is_deleted(bus: Bus, ledger: Ledger) -> None:
    await bus.ensure_stream("meetings")
    await bus.nc.request("ccm.meetings.MeetingScheduled.-", b"{}")
    relay = Relay(ledger, bus, look_every=0.1)
    await relay.start()
    await eventually(lambda: relay.status()["state"] == "stopped")
    head = await say(ledger, 4)

    await bus.js.delete_stream(stream_name("meetings"))
    await relay.wait_for(head, timeout=PATIENCE)

    await same_as_ledger(bus, ledger)
    await relay.stop()


async def test_the_heartbeat_says_the_head(server: NatsServer, bus: Bus, ledger: Ledger) -> None:
    head = await say(ledger, 3)
    listener = await Bus.connect(server.url, name="listener")
    await listener.heads.listen()
    await listener.nc.flush()
    relay = Relay(ledger, bus, heartbeat=0.1)
    await relay.start()

    await eventually(lambda: listener.heads.get("meetings") == head)

    await relay.stop()
    await listener.close()
