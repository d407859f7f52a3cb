"""Whatever happens to NATS, the rows stay the fold of the ledger: nothing lost, nothing double."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus, stream_name
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.ledger.port import Ledger
from tests.bus.support import PATIENCE, eventually, kill, replaced, say, watched, whole
from tests.projecting.support import Heard, started


async def fold(ledger: Ledger) -> list[tuple[int, str]]:
    return [(event.position, event.id) for event in await whole(ledger)]


async def test_kill_9_of_the_server_while_projecting(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    for _ in range(4):
        await say(ledger, 100)
        await asyncio.sleep(0.02)
        killed = kill(server)
        await say(ledger, 5, together=False)
        await replaced(server, killed)

    await runner.wait_for("meetings", (await ledger.head()).position, PATIENCE)

    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_killed_and_quiet_server_comes_back_and_the_next_event_arrives(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 3), PATIENCE)

    killed = kill(server)
    await replaced(server, killed)

    await runner.wait_for("meetings", await say(ledger, 1), PATIENCE)
    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_the_store_wiped_while_projecting(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 100), PATIENCE)
    await watched(server)

    shutil.rmtree(server.jetstream)
    await say(ledger, 50)
    await eventually(lambda: server.restarts == 1)
    head = await say(ledger, 50)

    await runner.wait_for("meetings", head, PATIENCE)
    assert await heard.rows(engine) == await fold(ledger)
    assert runner.status()[0]["lag"] == 0
    await runner.stop()


async def test_an_old_copy_of_the_store_restored_while_projecting(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, tmp_path: Path
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 40), PATIENCE)
    await watched(server)
    shutil.copytree(server.jetstream, tmp_path / "old")
    await runner.wait_for("meetings", await say(ledger, 40), PATIENCE)

    server.jetstream.rename(tmp_path / "aside")
    shutil.copytree(tmp_path / "old", server.jetstream)
    await say(ledger, 40)
    await eventually(lambda: server.restarts == 1)
    head = await say(ledger, 40)

    await runner.wait_for("meetings", head, PATIENCE)
    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_rebuild_during_a_wipe(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 100), PATIENCE)
    await watched(server)

    shutil.rmtree(server.jetstream)
    await eventually(lambda: server.pid is None)
    await runner.rebuild()

    await runner.wait_for("meetings", 100, PATIENCE)
    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_consumer_deleted_behind_our_back_is_replaced(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 3), PATIENCE)

    for consumer in await bus.js.consumers_info(stream_name("meetings")):
        await bus.js.delete_consumer(stream_name("meetings"), consumer.name)

    await runner.wait_for("meetings", await say(ledger, 3), PATIENCE)
    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


async def test_a_foreign_message_is_not_applied_and_said_until_the_stream_is_ours_again(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 2), PATIENCE)
    await bus.nc.request("ccm.meetings.MeetingScheduled.-", b"not an event")
    await eventually(lambda: "message 3" in (runner.status()[0]["error"] or ""))
    assert len(await heard.rows(engine)) == 2

    head = await say(ledger, 2)
    await bus.js.delete_stream(stream_name("meetings"))

    await runner.wait_for("meetings", head, PATIENCE)
    assert await heard.rows(engine) == await fold(ledger)
    await runner.stop()


class Proxy:
    """Stands between client and server, and can fall silent towards the connections it has, without closing them."""

    def __init__(self, port: int) -> None:
        self._port, self._silenced, self._tasks = port, 0, set[asyncio.Task[None]]()
        self._count = 0

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def fall_silent(self) -> None:
        self._silenced = self._count

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        for source, sink in ((reader, back), (there, writer)):
            self._tasks.add(asyncio.create_task(self._pass_on(self._count, source, sink)))

    async def _pass_on(self, number: int, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if number > self._silenced:
                sink.write(data)
                await sink.drain()
        sink.close()


async def test_a_connection_that_falls_silent_is_left(
    server: NatsServer, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    assert server.port
    async with Proxy(server.port) as proxy:
        bus = await Bus.connect(server.url.replace(f":{server.port}", f":{proxy.port}"), name="proxied")
        heard = Heard()
        runner = await started(heard, engine, bus)
        await runner.wait_for("meetings", await say(ledger, 3), PATIENCE)

        proxy.fall_silent()

        await runner.wait_for("meetings", await say(ledger, 3), PATIENCE)
        assert await heard.rows(engine) == await fold(ledger)
        await runner.stop()
        await bus.close()
