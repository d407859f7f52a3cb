"""G3: from sending a command until GraphQL, in another process, answers from a read model that holds it.

Four processes and a nats-server of their own. Idle, and while half of the commands that are possible keep coming.
The naive way is not measured here: the ratios are to the idle p50.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx
import orjson

from bench.load import load
from bench.rounds import alternated, machine, ratio, sqlite_mode
from shared.states import states as all_states
from tests.journeys.system import System, four_processes

COMMANDS, ROUNDS = 30, 5
"""150 commands, each waited for."""

PROBED, CONNECTIONS = 300, 8
"""Commands that tell how many a second are possible, and over how many connections."""

READ = "{ ledgers { ledger readModels { service position } } }"


_numbers = count()


def request() -> bytes:
    """RecordStatement that the deployed service takes, each of another State or on another day."""
    states = sorted(all_states())
    day, number = divmod(next(_numbers), len(states))
    fact = {
        "reporter": states[number],
        "code": "workplan.annual",
        "answer": "yes",
        "received": "2025-04-30",
        "period_from": (date(2020, 1, 1) + timedelta(days=day)).isoformat(),
        "period_to": (date(2020, 1, 1) + timedelta(days=day)).isoformat(),
    }
    body = orjson.dumps({"fact": fact, "passages": [{"document": "CCM/MSP/2025/9", "paragraph": "table 3, row 12"}]})
    head = "POST /reports/commands/RecordStatement HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def command(client: httpx.AsyncClient, sent: bytes) -> int:
    """Send a command; its position."""
    head, _, body = sent.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode()
    answer = await client.post(path, content=body, headers={"content-type": "application/json"})
    answer.raise_for_status()
    return int(answer.json()["position"])


async def until_visible(client: httpx.AsyncClient, position: int) -> None:
    """Ask until the read models of the indicators service hold this position of the reports ledger."""
    while True:
        answer = (await client.post("/graphql", json={"query": READ})).json()
        (reports,) = [one for one in answer["data"]["ledgers"] if one["ledger"] == "reports"]
        if all(one["position"] >= position for one in reports["readModels"] if one["service"] == "indicators"):
            return


def run_of(system: System, rate: Callable[[], float]) -> Callable[[], Awaitable[list[float]]]:
    """Seconds that each of some commands took to be seen, while `rate` others a second come."""

    async def run() -> list[float]:
        async with httpx.AsyncClient(base_url=system.url, timeout=60) as client, others(system, rate()):
            took = []
            for _ in range(COMMANDS):
                began = perf_counter()
                await until_visible(client, await command(client, request()))
                took.append(perf_counter() - began)
            return took

    return run


@asynccontextmanager
async def others(system: System, rate: float) -> AsyncIterator[None]:
    """So many commands a second beside it."""

    async def come() -> None:
        async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
            while True:
                await asyncio.gather(asyncio.sleep(1 / rate), command(client, request()))

    coming = asyncio.create_task(come()) if rate else None
    try:
        yield
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.wait([coming])


async def measure(system: System) -> tuple[dict[str, list[list[float]]], float]:
    """How many commands are possible, then idle and half of that in turns."""
    port = int(system.url.rsplit(":", 1)[1])
    most = (await load(port, [request() for _ in range(PROBED)], CONNECTIONS)).rate
    cases = {"idle": run_of(system, lambda: 0.0), "at half the load": run_of(system, lambda: most / 2)}
    return await alternated(cases, ROUNDS), most


def report(measured: dict[str, list[list[float]]], most: float) -> str:
    """The table."""
    lines = [
        f"G3  Command -> visible over GraphQL in another process ({sqlite_mode()}, JetStream sync always)",
        machine(),
        f"At most {most:,.0f} commands a second through the gateway over {CONNECTIONS} connections",
        "",
        f"  {'':20}{'p50 ms':>9}{'p99 ms':>9}{'p50 x idle':>12}{'p99 x idle p50':>16}",
    ]
    idle = [median(took) for took in measured["idle"]]
    for name, runs in measured.items():
        p50, p99 = [median(took) for took in runs], [quantiles(took, n=100)[98] for took in runs]
        against = f"{ratio(p50, idle):12.2f}{ratio(p99, idle):16.2f}"
        lines.append(f"  {name:20}{median(p50) * 1000:9.2f}{median(p99) * 1000:9.2f}{against}")
    lines.append("  goals: p99 <= 2.2 x p50 idle; at half the load p50 <= 2 x idle")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        system = four_processes(Path(scratch), "")  # no database URL: a SQLite file each
        try:
            system.start()
            print(report(*asyncio.run(measure(system))), flush=True)
        finally:
            system.stop()


if __name__ == "__main__":
    main()
