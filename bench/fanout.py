"""Fan-out: one event to a hundred subscribers, from its append to the moment the last of them holds it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import structlog

from bench.append import command
from bench.rounds import alternated, machine, ratio, sqlite_mode
from shared.bus.connection import Bus
from shared.bus.reader import StreamReader, reading
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.ledger import open_ledger
from shared.ledger.port import Ledger

SUBSCRIBERS = (1, 10, 100)
EVENTS = 30
"""Events in one run, one after another."""

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds from the append of an event until all subscribers hold it."""

    took: list[float]


async def until(reader: StreamReader, position: int) -> None:
    """Read up to a position, every event in its place."""
    while True:
        for event in await reader.next():
            if event.position == position:
                return


def run_of(bus_url: str, ledger: Ledger, subscribers: int) -> Callable[[], Awaitable[Run]]:
    """So many subscribers, each with a connection and a consumer of its own."""

    async def run() -> Run:
        async with AsyncExitStack() as stack:
            first = (await ledger.head()).position + 1
            readers = []
            for number in range(subscribers):
                bus = await Bus.connect(bus_url, name=f"subscriber{number}")
                stack.push_async_callback(bus.close)
                readers.append(await stack.enter_async_context(reading(bus, "reports", first)))
            took = []
            for position in range(first, first + EVENTS):
                waiting = [asyncio.create_task(until(one, position)) for one in readers]
                await asyncio.sleep(0)
                began = perf_counter()
                await ledger.append(command(1))
                await asyncio.gather(*waiting)
                took.append(perf_counter() - began)
            return Run(took)

    return run


async def measure(folder: Path) -> dict[int, list[Run]]:
    """A ledger, its relay and one server; the numbers of subscribers in turns."""
    async with NatsServer(folder / "nats") as server:
        bus = await Bus.connect(server.url, name="bench")
        ledger = open_ledger("reports", origin="bench", database=f"sqlite:///{folder / 'ledger.sqlite'}")
        await ledger.start()
        relay = Relay(ledger, bus)
        await relay.start()
        await ledger.append(command(1))
        await relay.wait_for(1, 30)
        measured = await alternated({one: run_of(server.url, ledger, one) for one in SUBSCRIBERS}, ROUNDS)
        await relay.stop()
        await bus.close()
        await ledger.stop()
        return measured


def report(measured: dict[int, list[Run]]) -> str:
    """The table; the ratio is of the medians within a round, to one subscriber."""
    lines = [
        f"Fan-out: append -> the last subscriber holds it ({sqlite_mode()}, JetStream sync always)",
        machine(),
        "All subscribers decode in one process, so that 100 of them cost it 100 decodings an event.",
        "",
        f"  {'subscribers':>12}{'p50 ms':>9}{'p99 ms':>9}{'x one':>8}{'deliveries/s':>14}",
    ]
    base = [median(run.took) for run in measured[1]]
    for subscribers, runs in measured.items():
        took = [seconds for run in runs for seconds in run.took]
        p50, p99 = median(took), quantiles(took, n=100)[98]
        against = ratio([median(run.took) for run in runs], base)
        lines.append(f"  {subscribers:12}{p50 * 1000:9.2f}{p99 * 1000:9.2f}{against:8.1f}{subscribers / p50:14,.0f}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # hundreds come and go
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        print(report(asyncio.run(measure(Path(scratch)))), flush=True)


if __name__ == "__main__":
    main()
