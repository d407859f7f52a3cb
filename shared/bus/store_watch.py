"""Notices that a JetStream store was wiped, swapped or cut short under a running server, which itself does not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

Snapshot = Mapping[Path, tuple[int, int]]
"""path -> (inode, size in bytes; 0 for a folder)."""

_COMES_AND_GOES = ("obs", "batches")
"""Folders in which a server makes and removes things all the time: consumers, batches under way."""


def snapshot(jetstream: Path) -> Snapshot:
    """The folders of a store that outlive any message, and its message blocks. Costs some 0.1 ms."""
    found: dict[Path, tuple[int, int]] = {}
    for folder, inside, files in os.walk(jetstream):  # which passes over what vanishes while it looks
        inside[:] = [name for name in inside if name not in _COMES_AND_GOES and not name.startswith("__")]
        for path in (Path(folder), *(Path(folder, name) for name in files if name.endswith(".blk"))):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # gone between listing and looking; what matters is whether it was there before
            found[path] = (status.st_ino, status.st_size if path.suffix == ".blk" else 0)
    return found


def damage(before: Snapshot, now: Snapshot) -> str | None:
    """What changed that a server never does itself, in words; None when all is as it should be.

    Our streams never delete or purge, so a block of messages only ever grows.
    """
    for path, (inode, size) in before.items():
        if path not in now:
            return f"{path} is gone"
        if now[path][0] != inode:
            return f"{path} was replaced"
        if now[path][1] < size:
            return f"{path} was cut from {size} to {now[path][1]} bytes"
    return None


async def settled(folder: Path, quiet: float = 1.0) -> None:
    """Wait until nothing below `folder` has changed for `quiet` seconds, so that a copy under way can finish."""

    def listing() -> list[tuple[Path, int, int]]:
        rows = []
        for inside, _, files in os.walk(folder):
            for path in (Path(inside), *(Path(inside, name) for name in files)):
                with suppress(FileNotFoundError):  # it vanished meanwhile, which the next listing will show
                    status = path.stat()
                    rows.append((path, status.st_size, status.st_mtime_ns))
        return sorted(rows)

    step, calm, last = 0.1, 0.0, listing()
    while calm < quiet:
        await asyncio.sleep(step)
        now = await asyncio.to_thread(listing)
        calm, last = (calm + step, last) if now == last else (0.0, now)
