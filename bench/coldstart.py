"""G9: from nothing running to ready, and the memory of all its processes, beside a bare FastAPI application."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx
import psutil

from bench.rounds import alternated, machine, ratio, sqlite_mode

PATIENCE = 120.0
ASK_EVERY = 0.01

BARE = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/readyz")
async def ready() -> dict[str, str]:
    return {"status": "ready"}
uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process to the first 200 of /readyz, and its memory then, with its children's."""

    seconds: float
    resident: int


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(command: list[str], port: int, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, running; ended with SIGTERM."""
    environment = os.environ | {"STOCKTAKE_PORT": str(port), "STOCKTAKE_DATA": str(data)}
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield started
    finally:
        started.terminate()
        started.communicate(timeout=30)


async def until_ready(started: subprocess.Popen[bytes], port: int, path: str = "/readyz") -> None:
    """Ask until it answers 200; raises RuntimeError with its last words when it ends before."""
    deadline = perf_counter() + PATIENCE
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        while perf_counter() < deadline:
            try:
                if (await client.get(path)).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:  # it does not listen yet
                if started.poll() is not None:
                    assert started.stderr
                    said = started.stderr.read().decode()
                    raise RuntimeError(f"{started.args!r} ended with {started.returncode}: {said}") from None
            await asyncio.sleep(ASK_EVERY)
    raise TimeoutError(f"not ready in {PATIENCE} s")


def start_of(command: Callable[[int], list[str]], folder: Callable[[], Path]) -> Callable[[], Awaitable[Start]]:
    """A run that starts the command on a fresh port and on the folder it is given, and ends it again."""

    async def run() -> Start:
        port, began = free_port(), perf_counter()
        with process(command(port), port, folder()) as started:
            await until_ready(started, port)
            seconds = perf_counter() - began
            ours = [parent := psutil.Process(started.pid), *parent.children(recursive=True)]
            return Start(seconds, sum(one.memory_info().rss for one in ours))

    return run


def services(_: int) -> list[str]:
    return [sys.executable, "-m", "services"]


def bare(port: int) -> list[str]:
    return [sys.executable, "-c", BARE, str(port)]


async def load_record(folder: Path) -> None:
    """What `stocktake up` does on a new folder: the whole record over the public commands."""
    port = free_port()
    with process(services(port), port, folder) as started:
        await until_ready(started, port)
        importing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.cli.main", "record", "import"),
            env=os.environ | {"STOCKTAKE_URL": f"http://127.0.0.1:{port}"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await importing.communicate()
        if importing.returncode:
            raise RuntimeError(said.decode())


async def measure() -> dict[str, list[Start]]:
    """Each start in turn, several times."""
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        root = Path(scratch)
        loaded, fresh = root / "loaded", iter(root / str(number) for number in range(100))
        await load_record(loaded)
        return await alternated(
            {
                "bare FastAPI, one route": start_of(bare, lambda: root),
                "all services, new data folder": start_of(services, lambda: next(fresh)),
                "all services, the record loaded": start_of(services, lambda: loaded),
            },
            rounds=3,
        )


def report(measured: dict[str, list[Start]]) -> str:
    """The table: seconds and megabytes, and the ratio of the seconds to the bare application's."""
    base, *_ = measured
    lines = [
        f"Cold start to ready, with the embedded nats-server ({sqlite_mode()}, JetStream sync always)",
        machine(),
        "",
        f"  {'':48}{'seconds':>9}{'x bare':>8}{'MB':>6}",
    ]
    for name, starts in measured.items():
        seconds = [one.seconds for one in starts]
        against = ratio(seconds, [one.seconds for one in measured[base]])
        megabytes = median(one.resident for one in starts) / 1e6
        lines.append(f"  {name:48}{median(seconds):9.2f}{against:8.1f}{megabytes:6.0f}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    print(report(asyncio.run(measure())), flush=True)


if __name__ == "__main__":
    main()
