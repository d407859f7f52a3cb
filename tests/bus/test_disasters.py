"""NATS may lose everything and nothing is lost: kills, wipes, old copies, other servers."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from shared.bus.connection import Bus, stream_name
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.ledger.port import Ledger
from tests.bus.support import PATIENCE, eventually, kill, replaced, same_as_ledger, say, watched, whole


@pytest.fixture
async def relay(bus: Bus, ledger: Ledger):  # type: ignore[no-untyped-def]  # pytest knows what a fixture gives
    relay = Relay(ledger, bus, look_every=0.2)
    await relay.start()
    yield relay
    await relay.stop()


async def test_kill_9_of_the_server_while_publishing(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay
) -> None:
    for _ in range(4):
        for size in (1, 1, 60, 2):
            await say(ledger, size)
        await asyncio.sleep(0.02)
        killed = kill(server)
        await say(ledger, 30, together=False)
        await replaced(server, killed)

    await relay.wait_for((await ledger.head()).position, PATIENCE)

    await same_as_ledger(bus, ledger)


async def test_the_store_wiped_while_running_is_filled_again_although_the_ledger_is_quiet(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay
) -> None:
    await relay.wait_for(await say(ledger, 300), PATIENCE)
    await watched(server)

    shutil.rmtree(server.jetstream)

    await eventually(lambda: server.restarts == 1)
    await eventually(lambda: holds_all(bus, ledger))
    await same_as_ledger(bus, ledger)


async def test_the_store_wiped_under_load(server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay) -> None:
    for wipes in (1, 2):
        await relay.wait_for(await say(ledger, 200), PATIENCE)
        await watched(server)
        shutil.rmtree(server.jetstream, ignore_errors=True)
        await say(ledger, 50, together=False)
        await eventually(lambda n=wipes: server.restarts >= n)  # type: ignore[misc]  # mypy infers no lambda with a default

    await eventually(lambda: holds_all(bus, ledger))
    await same_as_ledger(bus, ledger)


async def test_an_old_copy_of_the_store_restored_while_running_is_brought_up_to_date(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, tmp_path: Path
) -> None:
    await relay.wait_for(await say(ledger, 40), PATIENCE)
    await watched(server)
    shutil.copytree(server.jetstream, tmp_path / "old")
    await relay.wait_for(await say(ledger, 40), PATIENCE)

    server.jetstream.rename(tmp_path / "aside")
    shutil.copytree(tmp_path / "old", server.jetstream)

    await eventually(lambda: server.restarts == 1)
    await eventually(lambda: holds_all(bus, ledger))
    await same_as_ledger(bus, ledger)
    await relay.wait_for(await say(ledger, 5), PATIENCE)
    await same_as_ledger(bus, ledger)


async def test_an_old_copy_written_over_the_living_store_is_brought_up_to_date(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, tmp_path: Path
) -> None:
    await relay.wait_for(await say(ledger, 40), PATIENCE)
    shutil.copytree(server.jetstream, tmp_path / "old")
    await relay.wait_for(await say(ledger, 40), PATIENCE)
    await watched(server)

    shutil.copytree(tmp_path / "old", server.jetstream, dirs_exist_ok=True)

    await eventually(lambda: server.restarts == 1)
    await eventually(lambda: holds_all(bus, ledger))
    await same_as_ledger(bus, ledger)


async def test_a_stream_deleted_through_the_api_is_made_anew(bus: Bus, ledger: Ledger, relay: Relay) -> None:
    await relay.wait_for(await say(ledger, 20), PATIENCE)

    await bus.js.delete_stream(stream_name("meetings"))

    await eventually(lambda: holds_all(bus, ledger))
    await same_as_ledger(bus, ledger)


async def test_a_new_and_empty_server_is_filled(bus: Bus, ledger: Ledger, relay: Relay, tmp_path: Path) -> None:
    await relay.wait_for(await say(ledger, 20), PATIENCE)
    await relay.stop()
    async with NatsServer(tmp_path / "new") as new:
        other = await Bus.connect(new.url, name="other")
        again = Relay(ledger, other)
        await again.start()

        await again.wait_for(20, PATIENCE)

        await same_as_ledger(other, ledger)
        await again.stop()
        await other.close()


async def test_while_the_server_is_away_the_relay_says_so_and_how_far_it_is_behind(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay
) -> None:
    await relay.wait_for(await say(ledger, 3), PATIENCE)
    await server.stop()

    await say(ledger, 4)
    await eventually(lambda: relay.status()["state"] == "waiting" and relay.status()["lag"] == 4)
    assert relay.status()["error"]

    await server.start()
    await relay.wait_for(7, PATIENCE)
    assert relay.status()["error"] is None


async def holds_all(bus: Bus, ledger: Ledger) -> bool:
    """Whether the stream, if there is one just now, is as long as the ledger."""
    try:
        info = await bus.js.stream_info(stream_name(ledger.name))
    except NatsError:
        return False
    return info.state.last_seq == len(await whole(ledger))
