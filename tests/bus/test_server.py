"""The embedded nats-server: found, refused, restarted, and never left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.bus.connection import Bus
from shared.bus.server import NatsServer, ServerNotStarted, find_binary
from shared.bus.versions import UnsuitableServer, require_version
from tests.bus.support import eventually, kill, replaced, watched

PARENT = """
import asyncio, sys
from pathlib import Path
from shared.bus.server import NatsServer

async def main():
    async with NatsServer(Path(sys.argv[1])) as server:
        print(server.pid, server.url, flush=True)
        await asyncio.sleep(60)

if sys.argv[2:] == ["uvloop"]:
    import uvloop
    uvloop.run(main())
else:
    asyncio.run(main())
"""


def parent(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], int]:
    """A process that holds a server, and that server's process id."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), *arguments], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert process.stdout
    return process, int(process.stdout.readline().split()[0])


def fake_binary(folder: Path, says: str) -> Path:
    path = folder / "fake-nats-server"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def gone(pid: int) -> bool:
    """Whether the process has ended; a zombie has, although nobody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_binary_is_the_one_from_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NATS_SERVER", raising=False)

    assert find_binary().parent == Path(sys.executable).parent


@pytest.mark.parametrize("says", ["nats-server: v2.11.99", "nats-server: v2.9.10", "nats-server: v1.12.0"])
async def test_an_old_server_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    monkeypatch.setenv("NATS_SERVER", str(fake_binary(tmp_path, says)))
    monkeypatch.delenv("NATS_URL", raising=False)

    with pytest.raises(UnsuitableServer, match=r"2\.12 or newer is needed"):
        await NatsServer(tmp_path / "nats").start()


async def test_a_program_that_is_no_nats_server_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NATS_SERVER", str(fake_binary(tmp_path, "hello")))
    monkeypatch.delenv("NATS_URL", raising=False)

    with pytest.raises(UnsuitableServer, match="does not say which version"):
        await NatsServer(tmp_path / "nats").start()


@pytest.mark.parametrize("says", ["nats-server: v2.12.0", "v2.15.1", "3.0.0"])
def test_a_new_server_is_accepted(says: str) -> None:
    assert require_version(says, "here")


async def test_with_a_url_in_the_environment_no_server_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NATS_URL", "nats://elsewhere:4222")

    async with NatsServer(tmp_path / "nats") as server:
        assert (server.url, server.pid) == ("nats://elsewhere:4222", None)
    assert not (tmp_path / "nats").exists()


async def test_it_starts_and_says_how_long_that_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    began = time.perf_counter()

    async with NatsServer(tmp_path / "nats") as server:
        bus = await Bus.connect(server.url, name="test")

        print(f"nats-server start to connected: {time.perf_counter() - began:.3f} s")
        assert bus.nc.is_connected
        await bus.close()


async def test_no_process_is_left_after_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    async with NatsServer(tmp_path / "nats") as server:
        pid = server.pid

    assert pid and gone(pid)


@pytest.mark.parametrize("loop", [[], ["uvloop"]])
def test_it_dies_with_its_parent_even_on_kill_9_and_the_next_start_works(tmp_path: Path, loop: list[str]) -> None:
    for _ in range(2):
        process, pid = parent(tmp_path / "nats", *loop)
        assert not gone(pid)

        process.send_signal(signal.SIGKILL)
        process.wait()

        deadline = time.monotonic() + 60
        while not gone(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert gone(pid)


async def test_a_second_server_on_the_same_folder_is_refused(server: NatsServer) -> None:
    second = NatsServer(server.store_dir)

    with pytest.raises(ServerNotStarted, match="another nats-server"):
        await second.start()


async def test_a_killed_server_comes_back_on_its_port(server: NatsServer, bus: Bus) -> None:
    for _ in range(3):
        port = server.port
        await replaced(server, kill(server))

        await eventually(lambda: bus.nc.is_connected)
        assert server.port == port
        await bus.nc.flush()


async def test_a_taken_port_is_waited_for(server: NatsServer, bus: Bus) -> None:
    assert server.port
    kill(server)
    squatter = await _squat(server.port)
    await eventually(lambda: server.error is not None)

    squatter.close()
    await squatter.wait_closed()

    await eventually(lambda: server.pid is not None and server.error is None)
    await eventually(lambda: bus.nc.is_connected)


async def _squat(port: int) -> asyncio.Server:
    async def ignore(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    while True:
        try:
            return await asyncio.start_server(ignore, "127.0.0.1", port)
        except OSError:  # the killed server still holds it
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "path", ["jetstream", "jetstream/STOCKTAKE", "jetstream/STOCKTAKE/streams/EVT_MEETINGS/msgs", "."]
)
async def test_a_wiped_store_is_noticed(server: NatsServer, bus: Bus, path: str) -> None:
    await bus.ensure_stream("meetings")
    await watched(server, blocks=False)

    shutil.rmtree(server.store_dir / path)

    await eventually(lambda: server.restarts == 1)
    await eventually(lambda: bus.nc.is_connected)
    await bus.ensure_stream("meetings")


async def test_a_block_that_was_cut_short_is_noticed(server: NatsServer, bus: Bus) -> None:
    await bus.ensure_stream("meetings")
    for _ in range(5):
        await bus.js.publish("ccm.meetings.X.-", b"x" * 1000)
    await watched(server)

    (block,) = server.jetstream.glob("**/*.blk")
    os.truncate(block, 100)

    await eventually(lambda: server.restarts == 1)


async def test_ordinary_life_restarts_nothing(server: NatsServer, bus: Bus) -> None:
    await bus.ensure_stream("meetings")
    for _ in range(500):
        await bus.js.publish("ccm.meetings.X.-", b"x" * 20_000)
    await asyncio.sleep(1.2)

    assert server.restarts == 0
