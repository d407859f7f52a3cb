"""Starts `tests.contracts.writing` and reads what it prints."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process


async def writing(database: str, name: str, processes: int, count: int) -> Process:
    """So many processes that append `count` commands each."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contracts.writing", database, name, str(processes), str(count), stdout=PIPE
    )


def acknowledgements(output: bytes) -> list[tuple[int, str]]:
    """(position, id) of each complete line; a process that was killed may leave half of one."""
    lines = output.decode().splitlines(keepends=True)
    return [(int(position), id) for position, id in (line.split() for line in lines if line.endswith("\n"))]
