"""G4: groups of events onto the stream, and off it again, beside what the NATS client offers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from nats.js.api import StorageType, StreamConfig

from bench.append import command
from bench.rounds import alternated, machine, ratio
from shared.bus import publishing
from shared.bus.connection import Bus, stream_config
from shared.bus.reader import reading
from shared.bus.server import NatsServer
from shared.events.envelope import Recorded
from shared.ledger import open_ledger
from shared.ledger.port import Ledger

GROUPS = (1, 8, 32, 100, 500)
TIMES = {1: 40, 8: 20, 32: 10, 100: 6, 500: 3}
"""Groups of each size in one round."""

ROUNDS = 5
READ = 10_000
"""Events read in one run."""


@dataclass(frozen=True, slots=True)
class Run:
    """Events per second, and the seconds that each group took."""

    rate: float
    took: Sequence[float]


Publish = Callable[[Sequence[Recorded]], Awaitable[object]]


class Events:
    """Events of a ledger, each handed out once, in the order of their positions."""

    def __init__(self, ledger: Ledger):
        self._ledger, self._at = ledger, 0

    async def group(self, size: int) -> Sequence[Recorded]:
        """The next `size` events."""
        await self._ledger.append(command(size))
        found = await self._ledger.read(after=self._at, limit=size)
        self._at += len(found)
        return found


def pipelined(bus: Bus, subject: str) -> Publish:
    """`publish_async`, then all acknowledgements: what the client offers."""

    async def publish(events: Sequence[Recorded]) -> None:
        await asyncio.gather(*[await bus.js.publish_async(subject, one.raw) for one in events])

    return publish


def awaited(bus: Bus, subject: str) -> Publish:
    """`publish` with its acknowledgement, one after another."""

    async def publish(events: Sequence[Recorded]) -> None:
        for one in events:
            await bus.js.publish(subject, one.raw)

    return publish


def ours(bus: Bus) -> Publish:
    """As the relay does: fenced, pipelined for few events, one atomic batch for many."""

    async def publish(events: Sequence[Recorded]) -> None:
        await publishing.publish(bus, events)

    return publish


def publishing_case(events: Events, publish: Publish, size: int) -> Callable[[], Awaitable[Run]]:
    """Some groups, each acknowledged before the next."""

    async def run() -> Run:
        took = []
        for group in [await events.group(size) for _ in range(TIMES[size])]:
            began = perf_counter()
            await publish(group)
            took.append(perf_counter() - began)
        return Run(size * len(took) / sum(took), took)

    return run


def fetching_case(bus: Bus, stream: str) -> Callable[[], Awaitable[Run]]:
    """`fetch(100)` with an acknowledgement each, as the client's documentation has it."""

    async def run() -> Run:
        subscription = await bus.js.pull_subscribe("", stream=stream)
        seen, took, began = 0, list[float](), perf_counter()
        while seen < READ:
            before = perf_counter()
            messages = await subscription.fetch(100, timeout=10)
            for one in messages:
                await one.ack()
            seen += len(messages)
            took.append(perf_counter() - before)
        rate = seen / (perf_counter() - began)
        await subscription.unsubscribe()
        return Run(rate, took)

    return run


def reading_case(bus: Bus, ledger: str) -> Callable[[], Awaitable[Run]]:
    """As our read models read; each position once and in order, which is checked."""

    async def run() -> Run:
        async with reading(bus, ledger, 1) as reader:
            position, took, began = 0, list[float](), perf_counter()
            while position < READ:
                before = perf_counter()
                for event in await reader.next():
                    if event.position != position + 1:
                        raise RuntimeError(f"event {event.position} after {position}")
                    position = event.position
                took.append(perf_counter() - before)
            return Run(position / (perf_counter() - began), took)

    return run


async def measure(folder: Path) -> tuple[dict[tuple[str, str], list[Run]], str]:
    """Publishing in groups of each size, then reading; all in turns against one server."""
    async with NatsServer(folder / "nats") as server:
        bus = await Bus.connect(server.url, name="bench")
        ledger = open_ledger("reports", origin="bench", database=f"sqlite:///{folder / 'ledger.sqlite'}")
        await ledger.start()
        await bus.ensure_stream("reports")
        for name in ("PIPELINED", "AWAITED"):
            await bus.js.add_stream(StreamConfig(name=name, subjects=[f"{name.lower()}.>"], storage=StorageType.FILE))
        second = open_ledger("reports", origin="bench", database=f"sqlite:///{folder / 'second.sqlite'}")
        await second.start()  # so that both sides publish events never seen before
        mine, theirs = Events(ledger), Events(second)
        cases: dict[tuple[str, str], Callable[[], Awaitable[Run]]] = {}
        for size in GROUPS:
            cases["ours", f"groups of {size}"] = publishing_case(mine, ours(bus), size)
            cases["publish_async", f"groups of {size}"] = publishing_case(theirs, pipelined(bus, "pipelined.a"), size)
            cases["publish, acknowledged", f"groups of {size}"] = publishing_case(
                theirs, awaited(bus, "awaited.a"), size
            )
        measured = await alternated(cases, ROUNDS)
        readers = {
            ("ours", "reading"): reading_case(bus, "reports"),
            ("fetch(100)", "reading"): fetching_case(bus, stream_config("reports").name or ""),
        }
        measured |= await alternated(readers, ROUNDS)
        await bus.close()
        for one in (ledger, second):
            await one.stop()
        return measured, "JetStream file storage, sync always"


def report(measured: dict[tuple[str, str], list[Run]], mode: str) -> str:
    """The table."""
    lines = [f"G4  Relay and consumer; {mode}", machine(), ""]
    lines.append(f"  {'':40}{'events/s':>10}{'p50 ms':>9}{'p99 ms':>9}   ours to it")
    for (who, what), runs in measured.items():
        took = [seconds * 1000 for run in runs for seconds in run.took]
        rates = [run.rate for run in runs]
        line = f"  {what + ', ' + who:40}{median(rates):10,.0f}{median(took):9.2f}{quantiles(took, n=100)[98]:9.2f}"
        if who != "ours":
            line += f"   {ratio([run.rate for run in measured['ours', what]], rates):.2f}"
        lines.append(line)
    lines.append("  goals: >= 0.9 of the better at any size; >= 5 x publish_async at 500; reading >= 3 x fetch(100)")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        print(report(*asyncio.run(measure(Path(scratch)))), flush=True)


if __name__ == "__main__":
    main()
