"""G8: the whole plan table in one GraphQL query over HTTP, 85 indicators at four meetings with their States.

Every case is a server of its own with one worker, is asked by the same query, and answers the same: that is checked
before anything is timed. The gateway is the one that is deployed, over services that answer at once.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import orjson

from bench.coldstart import free_port, until_ready
from bench.keepalive import KeepAlive
from bench.load import Load
from bench.rounds import ROUNDS, alternated, machine
from bench.table_answers import answers, by_the_stock_executor
from bench.table_profile import profile
from bench.table_questions import ANSWERS, BODY, MEETINGS, QUERY

SECONDS = 0.25
"""Of one run; long enough for some answers of the slowest case."""

MANY = 8
"""Connections of the second run of each case."""

FIRST = 10_000_000
NUMBERS = count(FIRST + 1)
"""Of requests: each once in all runs together, and all of the same length."""

STOCK, ENCODED, STATIC = "strawberry as in its tutorial", "FastAPI, ready objects encoded", "FastAPI, ready bytes"
RAW = "raw ASGI, ready bytes"
BUILT, KEPT, MOVED = "gateway, built anew", "gateway, kept", "gateway, asked anew"

OTHERS = {STOCK: "stock", ENCODED: "encoded", STATIC: "static", RAW: "raw"}

Case = tuple[str, int]
"""A server, and how many connections ask it at once."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A case is to reach so many times the rate of another."""

    case: str
    base: str
    times: float


GOALS = (Goal(BUILT, STOCK, 20), Goal(BUILT, ENCODED, 0.25), Goal(KEPT, STATIC, 0.85))
TAIL = 2.0
"""The most that the p99 of a built answer may be of its p50, on one connection."""


@contextmanager
def served(case: str, folder: Path) -> Iterator[int]:
    """A case of `bench.table_serve` in a process of its own, and its port."""
    command = [sys.executable, "-m", "bench.table_serve", case, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def gateway(services: int) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The gateway as it is deployed, over services at a port."""
    port = free_port()
    urls = {f"STOCKTAKE_{name}_URL": f"http://127.0.0.1:{services}" for name in ("REPORTS", "MEETINGS", "INDICATORS")}
    environment = os.environ | urls | {"STOCKTAKE_PORT": str(port)}
    command = [sys.executable, "-m", "services.gateway"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            yield port, process
        finally:
            process.terminate()


def bodies(*, numbered: bool) -> Iterator[bytes]:
    """The query again and again; `numbered`: with a variable that it does not use, each time another operation."""
    for number in NUMBERS:
        yield orjson.dumps({"query": QUERY, "variables": {"n": number if numbered else FIRST}})


def requests(*, numbered: bool) -> Iterator[bytes]:
    """The same as HTTP has it."""
    for body in bodies(numbered=numbered):
        head = "POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        yield f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def run_of(load: KeepAlive) -> Callable[[], Awaitable[Load]]:
    """A run; the load is this process's only work."""

    async def run() -> Load:
        return load.run(SECONDS)

    return run


async def measure(folder: Path) -> tuple[dict[Case, list[Load]], int]:
    """Start every case, check that all answers are equal, and take turns."""
    known = answers()
    body = await by_the_stock_executor(known)
    (folder / ANSWERS).write_bytes(orjson.dumps(known))
    (folder / BODY).write_bytes(body)
    with ExitStack() as stack:
        still, moving = (stack.enter_context(served(name, folder)) for name in ("services", "moving services"))
        ports = {name: stack.enter_context(served(case, folder)) for name, case in OTHERS.items()}
        for name, behind in ((BUILT, still), (KEPT, still), (MOVED, moving)):
            ports[name], process = stack.enter_context(gateway(behind))
            await until_ready(process, ports[name], "/livez")
        loads = {
            (name, many): KeepAlive(port, requests(numbered=name == BUILT), many)
            for name, port in ports.items()
            for many in (1, MANY)
        }
        for (name, _), load in loads.items():
            for _ in range(3):  # the third is what a gateway has kept
                answered = load.ask()
            # Only strawberry's own encoder writes the same values with other spaces.
            if answered != body and (name != STOCK or orjson.loads(answered) != orjson.loads(body)):
                raise RuntimeError(f"{name} answers something else: {answered[:300]!r}")
        return await alternated({name: run_of(load) for name, load in loads.items()}, ROUNDS), len(body)


def reached(measured: dict[Case, list[Load]], case: str, base: str) -> list[float]:
    """How many times as fast as the base a case answers, by the p50 of each round on one connection."""
    return [other.p50 / one.p50 for one, other in zip(measured[case, 1], measured[base, 1], strict=True)]


def report(measured: dict[Case, list[Load]], size: int) -> str:
    """The table."""
    lines = [
        f"G8  The whole plan table at {len(MEETINGS)} meetings in one query over HTTP: {size:,} bytes of JSON.",
        "One uvicorn worker each. The gateway is deployed as always, over services that answer at once:",
        "  built anew: another operation each time; the services' answers at this position are held;",
        "  kept: the same operation, and no position has moved;",
        "  asked anew: positions have moved each time; how far all is, the plan, four tables, how far all is, by HTTP.",
        "strawberry as in its tutorial resolves over objects in memory, and asks nobody. Nothing is written.",
        machine(),
        "",
        f"  {'':32}{'1 conn':>9}{'':12}{'p50 ms':>8}{'p99 ms':>8}{'8 conns':>9}"
        f"  by p50: {'x stock':>8}{'x encoded':>10}{'x static':>9}",
    ]
    for name in dict.fromkeys(name for name, _ in measured):
        rates = sorted(run.rate for run in measured[name, 1])
        took = [seconds * 1000 for run in measured[name, 1] for seconds in run.seconds]
        many = median(run.rate for run in measured[name, MANY])
        against = [median(reached(measured, name, base)) for base in (STOCK, ENCODED, STATIC)]
        lines.append(
            f"  {name:32}{median(rates):7,.0f}/s{f'{rates[0]:,.0f}-{rates[-1]:,.0f}':>12}{median(took):8.2f}"
            f"{quantiles(took, n=100)[98]:8.2f}{many:7,.0f}/s{against[0]:18.1f}{against[1]:10.2f}{against[2]:9.2f}"
        )
    return "\n".join(lines)


def judged(measured: dict[Case, list[Load]]) -> tuple[str, set[str]]:
    """The goals with the whole spread of their ratios, and the cases that miss one with all of it."""
    lines, missed = [], set()
    for goal in GOALS:
        ratios = reached(measured, goal.case, goal.base)
        lines.append(f"  {goal.case}: {_spread(ratios)} x {goal.base}, goal {goal.times}")
        if max(ratios) < goal.times:
            missed.add(goal.case)
    tails, bare = ([run.p99 / run.p50 for run in measured[case, 1]] for case in (BUILT, RAW))
    lines.append(f"  {BUILT}: p99 is {_spread(tails)} x p50, goal {TAIL}; of {RAW} it is {_spread(bare)} x")
    if min(tails) > TAIL and median(bare) <= TAIL:  # else the machine is too busy to tell
        missed.add(BUILT)
    return "\n".join(lines), missed


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    """Measure and print; where a goal is missed, the profile."""
    os.environ.pop("NATS_URL", None)
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        folder = Path(scratch)
        measured, size = asyncio.run(measure(folder))
        print(report(measured, size), end="\n\n")
        goals, missed = judged(measured)
        print(goals, flush=True)
        for case in sorted(missed):
            asked = islice(bodies(numbered=case == BUILT), 200)
            print(f"  missed; an answer of {case} spends its time in")
            print(asyncio.run(profile(folder, asked)), flush=True)


if __name__ == "__main__":
    main()
