"""G2: an HTTP command made durable and published, beside a no-op POST and the naive way, at 1, 8 and 64 connections."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
import orjson

from bench.load import Load, load
from bench.rounds import alternated, machine, ratio, sqlite_mode
from shared.states import states

CONNECTIONS = (1, 8, 64)
TARGET_SECONDS = 0.5
"""How long one run should take at the rate seen while warming up; its length is bounded in requests."""

FEWEST, MOST, FIRST = 40, 6000, 100

TITLES = {
    "no-op": "FastAPI POST that does nothing",
    "naive": "naive: event + outbox row, publish, mark sent",
    "published": "ours, answering when NATS has acknowledged",
    "durable": "ours, answering when durable (as deployed)",
    "alone": "ours, as `published`, without read models",
}

_numbers = count()
_STATES = sorted(states())


def durability(case: str) -> str:
    """What survives a power failure when the answer arrives."""
    return "none" if case == "no-op" else f"{sqlite_mode()}, JetStream sync always"


def request() -> bytes:
    """RecordStatement with a fact never sent before; some 620 bytes once it is an event."""
    later, number = divmod(next(_numbers), len(_STATES))  # another State each time, then another day
    day = (date(2020, 1, 1) + timedelta(days=later)).isoformat()
    body = orjson.dumps(
        {
            "fact": {
                "reporter": _STATES[number],
                "code": "workplan.annual",
                "answer": "yes",
                "keys": ["gender", "age"],
                "detail": "as the report has it",
                "received": "2025-04-30",
                "period_from": day,
                "period_to": day,
            },
            "passages": [{"document": "CCM/MSP/2025/9", "paragraph": "table 3, row 12"}],
        }
    )
    head = (
        "POST /reports/commands/RecordStatement HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@asynccontextmanager
async def serving(case: str, folder: Path) -> AsyncIterator[int]:
    """The case in a process of its own, and its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.serve", case, str(folder), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


async def settled(case: str, port: int) -> None:
    """Until relay and read models have caught up, so that no case pays for the one before it."""
    if case in ("no-op", "naive"):
        return
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/reports") as client:
        while True:
            head = (await client.get("/ledger/head")).json()["position"]
            relay = (await client.get("/relay")).json()
            rows = (await client.get("/projections")).json()
            if relay["relayed"] >= head and all(row["position"] >= head for row in rows):
                return
            await asyncio.sleep(0.05)


def run_of(case: str, port: int, connections: int) -> Callable[[], Awaitable[Load]]:
    """A run of this case; the first one measures how long the following ones should be."""
    length = FIRST

    async def run() -> Load:
        nonlocal length
        seen = await load(port, [request() for _ in range(length)], connections)
        await settled(case, port)
        length = max(FEWEST, min(MOST, int(seen.rate * TARGET_SECONDS)))
        return seen

    return run


async def measure() -> dict[tuple[str, int], list[Load]]:
    """Every case at every number of connections, round after round."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="stocktake-bench-")))
        ports = {case: await stack.enter_async_context(serving(case, folder / case)) for case in TITLES}
        runs = {
            (case, connections): run_of(case, port, connections)
            for connections in CONNECTIONS
            for case, port in ports.items()
        }
        return await alternated(runs)


def report(measured: dict[tuple[str, int], list[Load]]) -> str:
    """The table: rate, p50 and p99, and the ratios to the naive way and to doing nothing."""
    lines = ["G2  HTTP command -> durable -> published (acknowledged) -> answer; one uvicorn worker", machine(), ""]
    for connections in CONNECTIONS:
        lines.append(f"{connections} connection{'s' * (connections > 1)}")
        lines.append(f"  {'':48}{'cmd/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'x naive':>9}{'x no-op':>9}  durability")
        rates = {case: [one.rate for one in measured[case, connections]] for case in TITLES}
        for case, title in TITLES.items():
            seen = measured[case, connections]
            p50, p99 = (median(getattr(one, name) for one in seen) * 1000 for name in ("p50", "p99"))
            against = [ratio(rates[case], rates[base]) for base in ("naive", "no-op")]
            lines.append(
                f"  {title:48}{median(rates[case]):8,.0f}{p50:9.2f}{p99:9.2f}{against[0]:9.2f}{against[1]:9.2f}"
                f"  {durability(case)}"
            )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    print(report(asyncio.run(measure())), flush=True)


if __name__ == "__main__":
    main()
