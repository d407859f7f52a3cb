"""G4, the second half: a stream's events made effects, beside the client's `fetch(100)` with an acknowledgement each.

The effect is the same on both sides: a row per event and the position, in one SQLite transaction per batch that was
handed over; in memory, as what a disk takes for it is no matter of the bus, and is measured in `rebuild`.

Afterwards both hold exactly the ledger's events, once and in order, although some came twice: an event was published
again, a batch was not acknowledged (theirs), a position was gone back to (ours).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import nats
import orjson
import structlog
from nats.aio.msg import Msg

from bench.append import command
from bench.nats import nats_server
from bench.profiled import profile_of
from bench.rounds import alternated, machine, ratio, spread
from shared import collector
from shared.bus import publishing
from shared.bus.connection import Bus, stream_name
from shared.bus.pace import Pace
from shared.bus.reader import reading
from shared.events.envelope import cloudevent
from shared.ledger import open_ledger
from shared.ledger.port import Ledger
from shared.projecting.applying import MOST_AT_ONCE
from shared.projecting.order import in_order

EVENTS, ROUNDS = 6_000, 15
"""Many short rounds: what else the machine does then falls on all cases alike."""

AGAIN = 100
"""Events that come a second time in each run."""

OURS, THEIRS, REPLAY = "ours", "fetch(100), acknowledging each", "ours, from the ledger"
AT_LEAST = 3.0

Row = tuple[int, str, str, str | None]
"""Position, id, type and subject of an event."""


class Effects:
    """Rows and the position that they stand for, in a database of one run."""

    def __init__(self) -> None:
        self.position = 0
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.execute("CREATE TABLE effects (position INTEGER NOT NULL, id, type, subject)")
        self._connection.execute("CREATE TABLE stands (position INTEGER NOT NULL)")
        self._connection.execute("INSERT INTO stands VALUES (0)")

    def commit(self, rows: list[Row]) -> None:
        """All of them and the last one's position, or nothing."""
        if rows:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT INTO effects VALUES (?, ?, ?, ?)", rows)
            self._connection.execute("UPDATE stands SET position = ?", (rows[-1][0],))
            self._connection.execute("COMMIT")
            self.position = rows[-1][0]

    def digest(self) -> str:
        """Of the rows in the order in which they were written, and of the position."""
        rows = self._connection.execute("SELECT position, id, type, subject FROM effects ORDER BY rowid").fetchall()
        return digest(rows, *self._connection.execute("SELECT position FROM stands").fetchone())

    def close(self) -> None:
        """Forget all."""
        self._connection.close()


def digest(rows: Iterable[Row], position: int) -> str:
    """Equal for the same rows in the same order."""
    return hashlib.sha256(orjson.dumps([list(rows), position])).hexdigest()


Consume = Callable[[Effects], Awaitable[None]]


def fetching(url: str) -> Consume:
    """As the client's documentation has it, by the client as it comes; the stream's sequence tells repetitions."""

    async def consume(effects: Effects) -> None:
        async with await nats.connect(url) as client:
            subscription = await client.jetstream().pull_subscribe("", stream=stream_name("reports"))
            lost = False
            while effects.position < EVENTS:
                messages = await subscription.fetch(100, timeout=10)
                effects.commit(_rows(messages, effects.position))
                if effects.position >= EVENTS // 2 and not lost:  # as when the connection breaks before the answers
                    lost = True
                    for one in messages:
                        await one.nak()
                else:
                    for one in messages:
                        await one.ack()
            await subscription.unsubscribe()

    return consume


def _rows(messages: list[Msg], position: int) -> list[Row]:
    rows = []
    for message in messages:
        event = orjson.loads(message.data)["data"]
        if event["position"] == position + 1:
            position += 1
            rows.append((position, event["id"], event["type"], event["subject"]))
    return rows


def reading_on(bus: Bus) -> Consume:
    """As our read models take events off the stream: from a position of their own, here going back once."""

    async def consume(effects: Effects) -> None:
        for first, last in ((1, EVENTS // 2), (EVENTS // 2 - AGAIN + 1, EVENTS)):
            async with reading(bus, "reports", first) as reader:
                while effects.position < last:
                    events, gap = in_order(effects.position, await reader.next())
                    if gap:
                        raise RuntimeError(f"position {effects.position + 1} was missing")
                    effects.commit([(one.position, one.id, one.type, one.subject) for one in events])

    return consume


def replaying(ledger: Ledger) -> Consume:
    """As our read models take what happened so far, where they reach the ledger itself: SQL, and no bus."""

    async def consume(effects: Effects) -> None:
        while effects.position < EVENTS:
            events = await ledger.read(after=effects.position, limit=MOST_AT_ONCE)
            effects.commit([(one.position, one.id, one.type, one.subject) for one in events])

    return consume


def case(consume: Consume, expected: str) -> Callable[[], Awaitable[float]]:
    """Events per second, after the effects have been compared with the ledger."""

    async def run() -> float:
        with closing(Effects()) as effects:
            began = perf_counter()
            await consume(effects)
            rate = EVENTS / (perf_counter() - began)
            if effects.digest() != expected:
                raise RuntimeError("not the ledger's events, once and in order")
            return rate

    return run


async def filled(bus: Bus, ledger: Ledger) -> str:
    """The stream holds the ledger, one event having been published again; the digest of the right effects."""
    await bus.ensure_stream("reports")
    rows, pace = list[Row](), Pace()
    while len(rows) < EVENTS:
        await ledger.append(command(500))
        events = await ledger.read(after=len(rows), limit=500)
        await publishing.publish(bus, events, pace)
        rows += [(one.position, one.id, one.type, one.subject) for one in events]
    again = await bus.js.publish(
        f"{events[-1].type}.LAO", cloudevent(events[-1]), headers={"Nats-Msg-Id": events[-1].id}
    )
    if not again.duplicate:
        raise RuntimeError("an event stands on the stream twice")
    return digest(rows, EVENTS)


async def measure(folder: Path) -> str:
    """The cases in turns; the table."""
    async with nats_server(folder / "nats", "always") as url:
        bus = await Bus.connect(url, name="bench")
        ledger = open_ledger("reports", origin="bench", database=f"sqlite:///{folder / 'ledger.sqlite'}")
        await ledger.start()
        expected = await filled(bus, ledger)
        collector.settle()
        ways = {OURS: reading_on(bus), THEIRS: fetching(url), REPLAY: replaying(ledger)}
        cases = {name: case(way, expected) for name, way in ways.items()}
        measured = await alternated(cases, ROUNDS)
        lines = [report(measured)]
        if max(one / other for one, other in zip(measured[OURS], measured[THEIRS], strict=True)) < AT_LEAST:
            lines += [await profile_of(name, cases[name]) for name in (OURS, THEIRS)]
        await bus.close()
        await ledger.stop()
        return "\n".join(lines)


def report(measured: dict[str, list[float]]) -> str:
    """The table."""
    lines = [
        f"G4  Consumer; {EVENTS:,} events, a row each and the position, in memory; {ROUNDS} rounds",
        machine(),
        "Effects compared after each run: the ledger's events, once and in order, although some came twice",
        "",
        f"  {'':34}{'events/s':>10}   to {THEIRS}",
    ]
    for name, rates in measured.items():
        lines.append(f"  {name:34}{median(rates):10,.0f}   {spread(rates, measured[THEIRS])}")
    lines.append(f"  goal: >= {AT_LEAST:.0f} x; it is {ratio(measured[OURS], measured[THEIRS]):.2f}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        print(asyncio.run(measure(Path(scratch))), flush=True)


if __name__ == "__main__":
    main()
