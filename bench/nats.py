"""A nats-server of its own for one bench, with the durability that the case is about."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from shared.bus.server import find_binary

SYNC = {"always": "always: on the disk when acknowledged", "2m": "the default, 2 minutes: not safe from power failures"}
"""sync_interval -> what it means."""


@asynccontextmanager
async def nats_server(folder: Path, sync: str) -> AsyncIterator[str]:
    """Its URL."""
    process = await asyncio.create_subprocess_exec(
        *(str(find_binary()), "-c", str(_configuration(folder, sync))), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield await asyncio.to_thread(_url, folder)
    finally:
        process.terminate()
        await process.wait()


def _configuration(folder: Path, sync: str) -> Path:
    folder.mkdir(parents=True)
    where, file = json.dumps(str(folder)), folder / "nats.conf"
    jetstream = f'jetstream {{ store_dir: {where}, sync_interval: "{sync}" }}'
    file.write_text(f'listen: "127.0.0.1:-1"\nports_file_dir: {where}\n{jetstream}\n')
    return file


def _url(folder: Path) -> str:
    """Where it listens, once it has written that down."""
    for _ in range(1000):
        for file in folder.glob("*.ports"):
            if text := file.read_text():
                found: str = json.loads(text)["nats"][0]
                return found
        time.sleep(0.01)
    raise TimeoutError("nats-server did not start")
