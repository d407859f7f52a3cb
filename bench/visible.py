"""G3: from sending a command until GraphQL, in another process, answers from a read model that holds it.

Ours: the four services and a nats-server, the command sent to the reports service, the gateway asked: again and again,
or once and told what the answer must hold (`minPosition`). The naive way: one process that takes the command, one that
projects and is asked again and again, a nats-server of their own. Each idle, and while half of the commands that it can
take keep coming.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from operator import truediv
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx
import orjson

from bench.load import load
from bench.nats import nats_server
from bench.rounds import alternated, machine, spread, sqlite_mode
from shared.states import states as all_states
from tests.journeys.system import four_processes

COMMANDS, ROUNDS = 25, 6
"""150 commands for each case, each waited for; a warming-up round besides."""

OURS, ONCE, NAIVE = "ours", "ours, asked once", "naive"
IDLE, BUSY = "idle", "at half the load"

PROBED, CONNECTIONS = 300, 8
"""Commands that tell how many a second are possible, and over how many connections."""

READ = "{ ledgers { ledger readModels { service position } } }"
READ_ONCE = """query ($at: Int!) {
  ledgers(minPosition: [{ledger: reports, position: $at}]) { ledger readModels { service position } } }"""
READ_NAIVE = "query ($id: ID!) { seen(id: $id) }"


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


@dataclass(frozen=True, slots=True)
class Way:
    """Where the commands go, and how one sees that the event of an answer is there to be read."""

    commands: str
    reads: str
    visible: Callable[[httpx.AsyncClient, dict[str, Any]], Awaitable[bool]]

    @property
    def port(self) -> int:
        """Of the process that takes the commands."""
        return int(self.commands.rsplit(":", 1)[1])


async def command(client: httpx.AsyncClient, sent: bytes) -> dict[str, Any]:
    """Send a command; its answer."""
    head, _, body = sent.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode()
    answer = await client.post(path, content=body, headers={"content-type": "application/json"})
    answer.raise_for_status()
    return dict(answer.json())


async def projected(client: httpx.AsyncClient, recorded: dict[str, Any]) -> bool:
    """Whether the read models of the indicators service hold the event."""
    return await _holds(client, {"query": READ}, recorded)


async def held(client: httpx.AsyncClient, recorded: dict[str, Any]) -> bool:
    """The same of an answer that waits for it."""
    return await _holds(client, {"query": READ_ONCE, "variables": {"at": recorded["position"]}}, recorded)


async def _holds(client: httpx.AsyncClient, asked: dict[str, Any], recorded: dict[str, Any]) -> bool:
    answer = (await client.post("/graphql", json=asked)).json()
    (reports,) = [one for one in answer["data"]["ledgers"] if one["ledger"] == "reports"]
    rows = [one for one in reports["readModels"] if one["service"] == "indicators"]
    return all(one["position"] >= recorded["position"] for one in rows)


async def seen(client: httpx.AsyncClient, recorded: dict[str, Any]) -> bool:
    """Whether the naive view holds the event."""
    asked = {"query": READ_NAIVE, "variables": {"id": recorded["ids"][0]}}
    return bool((await client.post("/graphql", json=asked)).json()["data"]["seen"])


@dataclass(frozen=True, slots=True)
class Run:
    """Of each command, the seconds until its answer, and until it was seen."""

    answered: list[float]
    seen: list[float]


def run_of(way: Way, rate: Callable[[], float]) -> Callable[[], Awaitable[Run]]:
    """Some commands, one after the other, while `rate` others a second come."""

    async def run() -> Run:
        async with (
            httpx.AsyncClient(base_url=way.commands, timeout=60) as client,
            httpx.AsyncClient(base_url=way.reads, timeout=60) as reader,
            others(way, rate()),
        ):
            took = Run([], [])
            for _ in range(COMMANDS):
                began = perf_counter()
                recorded = await command(client, request())
                took.answered.append(perf_counter() - began)
                while not await way.visible(reader, recorded):
                    pass
                took.seen.append(perf_counter() - began)
            return took

    return run


@asynccontextmanager
async def others(way: Way, rate: float) -> AsyncIterator[None]:
    """So many commands a second beside it."""

    async def come() -> None:
        async with httpx.AsyncClient(base_url=way.commands, timeout=60) as client:
            while True:
                await asyncio.gather(asyncio.sleep(1 / rate), command(client, request()))

    coming = asyncio.create_task(come()) if rate else None
    try:
        yield
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.wait([coming])


@asynccontextmanager
async def naive_way(folder: Path) -> AsyncIterator[Way]:
    """Its two processes and their nats-server."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(nats_server(folder / "nats", "always"))
        ports = []
        for part in ("command", "view"):
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bench.naive_view", part, str(folder), url), stdout=asyncio.subprocess.PIPE
            )
            stack.push_async_callback(process.wait)
            stack.callback(process.terminate)
            assert process.stdout
            ports.append(int(await process.stdout.readline()))
        commands, reads = (f"http://127.0.0.1:{port}" for port in ports)
        yield Way(commands, reads, seen)


Measured = dict[tuple[str, str], list[Run]]


async def measure(ways: Mapping[str, Way]) -> tuple[Measured, dict[str, float]]:
    """How many commands each way takes, then all cases in turns."""
    most = {}
    for name, way in ways.items():
        most[name] = (await load(way.port, [request() for _ in range(PROBED)], CONNECTIONS)).rate
    cases = {}
    for name, way in ways.items():
        cases[name, IDLE] = run_of(way, lambda: 0.0)
        cases[name, BUSY] = run_of(way, partial(truediv, most[name], 2))
    return await alternated(cases, ROUNDS), most


def report(measured: Measured, most: Mapping[str, float]) -> str:
    """The table."""
    lines = [
        f"G3  Command -> visible over GraphQL in another process ({sqlite_mode()}, JetStream sync always)",
        machine(),
        *(f"{name}: {rate:,.0f} commands a second at most, {CONNECTIONS} connections" for name, rate in most.items()),
        "",
        f"  {'':34}{'p50 ms':>9}{'p99 ms':>9}   p50 x idle         p99 x idle p50     p50 x naive        answer p50",
    ]
    p50 = {case: [median(run.seen) for run in runs] for case, runs in measured.items()}
    p99 = {case: [quantiles(run.seen, n=100)[98] for run in runs] for case, runs in measured.items()}
    for name, when in measured:
        case, idle = (name, when), p50[name, IDLE]
        answered = median(median(run.answered) for run in measured[case]) * 1000
        shown = [spread(p50[case], idle), spread(p99[case], idle), spread(p50[case], p50[NAIVE, when])]
        figures = f"{median(p50[case]) * 1000:9.2f}{median(p99[case]) * 1000:9.2f}"
        lines.append(f"  {f'{name}, {when}':34}{figures}   {'  '.join(f'{one:17}' for one in shown)}{answered:8.2f}")
    lines.append(
        "  what follows the answer: relay, one commit for each read model, and until it is seen polls, or one answer"
    )
    lines.append("  goals, ours: p50 <= 0.65 x naive and p99 <= 2.2 x p50, idle; at half the load p50 <= 2 x idle")
    return "\n".join(lines)


async def run(folder: Path, ours: Way) -> str:
    """All ways side by side; the table."""
    async with naive_way(folder) as naive:
        return report(*await measure({OURS: ours, ONCE: replace(ours, visible=held), NAIVE: naive}))


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        system = four_processes(Path(scratch, "ours"), "")  # no database URL: a SQLite file each
        try:
            system.start()
            reports = f"http://127.0.0.1:{system.parts['reports'].environment['STOCKTAKE_PORT']}"
            print(asyncio.run(run(Path(scratch, "naive"), Way(reports, system.url, projected))), flush=True)
        finally:
            system.stop()


if __name__ == "__main__":
    main()
