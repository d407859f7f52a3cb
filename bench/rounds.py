"""Cases measured in turns, in rotated order, so that whatever else the machine does falls on all of them alike."""

from __future__ import annotations

import gc
import platform
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TypeVar

from shared import collector
from shared.database import sqlite_durability, views_durability

ROUNDS = 5
"""Measured rounds, after one for warming up that is thrown away."""

K = TypeVar("K")
T = TypeVar("T")


async def alternated(cases: Mapping[K, Callable[[], Awaitable[T]]], rounds: int = ROUNDS) -> dict[K, list[T]]:
    """Each case once per round; round n begins with case n, and the warm-up round is left out."""
    measured: dict[K, list[T]] = {name: [] for name in cases}
    order = list(cases)
    for round_ in range(rounds + 1):
        first = round_ % len(order)
        for name in order[first:] + order[:first]:
            result = await cases[name]()
            if round_ > 0:
                measured[name].append(result)
    return measured


@contextmanager
def settled() -> Iterator[None]:
    """Python's collector as our services set it once they have started; it is set back."""
    threshold = gc.get_threshold()
    collector.settle()
    try:
        yield
    finally:
        gc.set_threshold(*threshold)
        gc.unfreeze()


def ratio(case: Sequence[float], base: Sequence[float]) -> float:
    """The median of the ratios within each round."""
    return median(one / other for one, other in zip(case, base, strict=True))


def spread(case: Sequence[float], base: Sequence[float]) -> str:
    """The ratio, and between what it lay from round to round."""
    ratios = [one / other for one, other in zip(case, base, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def sqlite_mode() -> str:
    """The durability of every SQLite file here: the same on both sides of each comparison."""
    return f"SQLite {'/'.join(sqlite_durability())}, read models {'/'.join(views_durability())}"


def machine() -> str:
    """What these figures hold for."""
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        cpu = next(line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
        cores = cpuinfo.count("processor\t")
    except (OSError, StopIteration):  # not Linux
        cpu, cores = platform.processor() or platform.machine(), 0
    return f"{cpu}, {cores or '?'} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
