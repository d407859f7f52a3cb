"""G4, the first half: groups of events onto their stream, beside the two ways that a client has of sending them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from nats.nuid import NUID

from bench.append import command
from bench.nats import SYNC, nats_server
from bench.profiled import profile_of
from bench.rounds import alternated, machine, ratio, spread
from shared import collector
from shared.bus import publishing
from shared.bus.connection import Bus, stream_config
from shared.bus.pace import Pace
from shared.events.envelope import Recorded, cloudevent
from shared.ledger import open_ledger
from shared.ledger.port import Ledger

GROUPS = {1: 15, 8: 8, 32: 4, 100: 2, 500: 1}
"""Events in a group -> groups of that size in one round."""

ROUNDS = 15
"""Many short ones: what else the machine does then falls on all cases alike."""

OURS, BASES = "ours", ("pipelined", "atomic")
AT_LEAST, AT_LEAST_OF_500 = 0.9, 5.0


@dataclass(frozen=True, slots=True)
class Run:
    """Events per second in the median group, and the seconds that each took: one hiccup of the disk is not a rate."""

    rate: float
    took: Sequence[float]


Sent = tuple[Sequence[Recorded], Sequence[bytes]]
"""Events, and their bodies as they travel; the two client's ways are given the bodies for nothing."""

Publish = Callable[[Sent], Awaitable[object]]
Cases = dict[tuple[str, int], Callable[[], Awaitable[Run]]]


class Events:
    """Events of a ledger, each handed out once, in the order of their positions."""

    def __init__(self, ledger: Ledger):
        self._ledger, self._at = ledger, 0

    async def group(self, size: int) -> Sent:
        """The next `size` events."""
        await self._ledger.append(command(size))
        stored = await self._ledger.read(after=self._at, limit=size)
        self._at += len(stored)
        unread = [Recorded(one.raw, one.hash, one.traceparent) for one in stored]  # nothing looked up beforehand
        return unread, [cloudevent(one) for one in stored]


def pipelined(bus: Bus, subject: str) -> Publish:
    """`publish_async`, then all acknowledgements: nothing is expected of the stream, no repetition is noticed."""

    async def publish(sent: Sent) -> None:
        await asyncio.gather(*[await bus.js.publish_async(subject, body) for body in sent[1]])

    return publish


def atomic(bus: Bus, subject: str) -> Publish:
    """One atomic batch, whatever its size: nothing is expected of the stream either."""
    nuid = NUID()

    async def publish(sent: Sent) -> None:
        batch = nuid.next().decode()
        *most, last = sent[1]
        for number, body in enumerate(most, start=1):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            await bus.nc.publish(subject, body, headers=headers)
        headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(sent[1])), "Nats-Batch-Commit": "1"}
        answer = await bus.nc.request(subject, last, timeout=10, headers=headers)
        if b'"error"' in answer.data:
            raise RuntimeError(answer.data.decode())

    return publish


def ours(bus: Bus) -> Publish:
    """As the relay does: encoded here, fenced on the position before, each known by its id."""

    pace = Pace()

    async def publish(sent: Sent) -> None:
        if await publishing.publish(bus, sent[0], pace) != sent[0][-1].position:
            raise RuntimeError("some were left over")

    return publish


def case(events: Events, publish: Publish, size: int) -> Callable[[], Awaitable[Run]]:
    """Some groups, each acknowledged before the next."""

    async def run() -> Run:
        took = []
        for group in [await events.group(size) for _ in range(GROUPS[size])]:
            began = perf_counter()
            await publish(group)
            took.append(perf_counter() - began)
        return Run(size / median(took), took)

    return run


async def measure(folder: Path, sync: str) -> str:
    """All cases in turns against one server with this `sync_interval`; the table."""
    async with nats_server(folder / "nats", sync) as url:
        bus = await Bus.connect(url, name="bench")
        await bus.ensure_stream("reports")
        ways = {OURS: ours(bus)}
        for name, way in zip(BASES, (pipelined, atomic), strict=True):  # onto streams like ours, but for the name
            settings = dataclasses.replace(stream_config("reports"), name=name.upper(), subjects=[f"{name}.>"])
            await bus.js.add_stream(settings)
            ways[name] = way(bus, f"{name}.a")
        ledgers = {name: open_ledger("reports", origin="bench", database=f"sqlite:///{folder / name}") for name in ways}
        for ledger in ledgers.values():
            await ledger.start()
        events = {name: Events(ledger) for name, ledger in ledgers.items()}
        collector.settle()
        cases: Cases = {(name, size): case(events[name], way, size) for size in GROUPS for name, way in ways.items()}
        measured = await alternated(cases, ROUNDS)
        lines = [report(measured, sync)]
        if sync == "always":
            lines += [await profile_of(f"ours in groups of {size}", cases[OURS, size]) for size in missed(measured)]
        await bus.close()
        for ledger in ledgers.values():
            await ledger.stop()
        return "\n".join(lines)


def against_better(measured: dict[tuple[str, int], list[Run]], size: int) -> tuple[list[float], list[float]]:
    """Our rates, and those of whichever of the two ways was faster on the whole."""
    rates = {name: [run.rate for run in measured[name, size]] for name in (OURS, *BASES)}
    return rates[OURS], max((rates[name] for name in BASES), key=median)


def missed(measured: dict[tuple[str, int], list[Run]]) -> list[int]:
    """Group sizes at which the whole spread is on the wrong side."""
    return [
        size
        for size in GROUPS
        if max(one / other for one, other in zip(*against_better(measured, size), strict=True)) < AT_LEAST
    ]


def report(measured: dict[tuple[str, int], list[Run]], sync: str) -> str:
    """The table."""
    lines = [f"G4  Relay; JetStream file storage, sync_interval {SYNC[sync]}; {ROUNDS} rounds", machine(), ""]
    lines.append(f"  {'':26}{'events/s':>10}{'p50 ms':>9}{'p99 ms':>9}   ours to it")
    for (name, size), runs in measured.items():
        took = [seconds * 1000 for run in runs for seconds in run.took]
        rates = [run.rate for run in runs]
        line = f"  {f'groups of {size}, {name}':26}{median(rates):10,.0f}{median(took):9.2f}"
        line += f"{quantiles(took, n=100)[98]:9.2f}"
        if name != OURS:
            line += f"   {spread([run.rate for run in measured[OURS, size]], rates)}"
        lines.append(line)
    worst = min(ratio(*against_better(measured, size)) for size in GROUPS)
    of_500 = ratio(*([run.rate for run in measured[name, 500]] for name in (OURS, "pipelined")))
    lines.append(f"  goal: >= {AT_LEAST} of the better of the two at any size; the least is {worst:.2f}")
    if sync == "always":
        lines.append(f"  goal: >= {AT_LEAST_OF_500:.0f} x pipelined at 500; it is {of_500:.1f}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print; we deploy with `always`."""
    for sync in SYNC:
        with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
            print(asyncio.run(measure(Path(scratch), sync)), flush=True)


if __name__ == "__main__":
    main()
