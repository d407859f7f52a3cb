"""G1: appending to the ledger beside the bare driver, with the same durability, in one alternated run."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from statistics import mean, median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
import uvloop
from uuid_utils import uuid7

from bench import peer
from bench.growth import slope
from bench.rounds import alternated, machine, ratio, sqlite_mode
from bench.synthetic import sizes
from shared.database import configure_sqlite, libpq_url, sqlite_path
from shared.events.base import Effective, Known
from shared.events.envelope import Proposed, timestamp
from shared.events.reports import PracticeReported
from shared.ledger import open_ledger
from shared.ledger.planning import EventRow
from shared.ledger.port import Append, Ledger
from tests import postgres

SINGLE, BATCHES, BATCH, FILLING, CONNECTIONS = 50, 10, 100, 1_000, 64
ROUNDS = 25
"""Many short ones: what else the machine does then falls on both sides of a ratio."""

SIZE = 624
"""Bytes of an event, as in `docs/decisions/0001`; what the ledger stores comes out within a few bytes of it."""

SLOPE = 0.05
"""The most that the time of an appended event may grow as a power of the number of events there."""

GOALS = {"batch 1": 0.75, f"batch {BATCH}": 0.80}
"""Of the driver's rate, on SQLite."""

PEER, PEER_GOAL = "eventsourcing", 1.3
"""The library's `save` on SQLite, under our durability. Its PostgreSQL module needs a package that is not installed."""

_TABLE = """CREATE TABLE bare (position {integer} PRIMARY KEY, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL,
version INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT, schemaversion INTEGER NOT NULL, knowntime TEXT NOT NULL,
recordedtime TEXT NOT NULL, raw {bytes} NOT NULL, hash {bytes} NOT NULL, traceparent TEXT, UNIQUE (stream, version))"""

_codes = count(1)


@dataclass(frozen=True, slots=True)
class Run:
    """Events per second, and the seconds each transaction took."""

    rate: float
    took: Sequence[float]


Row = tuple[int | str | bytes | None, ...]
COLUMNS = len(EventRow._fields)
Case = Callable[[], Awaitable[Run]]


def facts(events: int) -> tuple[Proposed, ...]:
    """So many events on one new stream, none of them made from another."""
    code = f"c{next(_codes):07d}"
    return tuple(_fact(code) for _ in range(events))


def _fact(code: str) -> Proposed:
    held = Known(time=date(2025, 4, 30))
    event = PracticeReported(
        reporter="LAO",
        code=code,
        answer="yes",
        received=held.time.isoformat(),
        period_from=date(2024, 7, 1),
        period_to=date(2025, 6, 30),
    )
    return Proposed(event=event, known=held, effective=Effective(from_=date(2024, 7, 1)))


def command(events: int) -> Append:
    """One command with so many events on one new stream."""
    proposed = facts(events)
    stream = proposed[0].event.stream
    return Append(stream, 0, proposed, key=stream, body_hash="0" * 64, actor="bench")


def ledger_case(ledger: Ledger, transactions: int, batch: int) -> Case:
    """Appends one after another, each awaited: `batch` events in one command."""

    async def run() -> Run:
        took = []
        for asked in [command(batch) for _ in range(transactions)]:
            began = perf_counter()
            await ledger.append(asked)
            took.append(perf_counter() - began)
        return Run(transactions * batch / sum(took), took)

    return run


def group_case(ledger: Ledger, commands: int) -> Case:
    """Commands of one event each from many callers at once, each waiting for its own answer."""

    async def caller(asked: Iterable[Append], took: list[float]) -> None:
        for one in asked:
            began = perf_counter()
            await ledger.append(one)
            took.append(perf_counter() - began)

    async def run() -> Run:
        asked, took = iter([command(1) for _ in range(commands)]), list[float]()
        began = perf_counter()
        await asyncio.gather(*(caller(asked, took) for _ in range(CONNECTIONS)))
        return Run(commands / (perf_counter() - began), took)

    return run


def bare_rows(first: int, batch: int) -> list[Row]:
    """What the driver alone is given: the rows of the ledger's own table, ready-made."""
    (fact,), now = facts(1), timestamp(datetime.now(UTC))
    event = fact.event
    return [
        (
            *(first + n, str(uuid7()), event.stream, n + 1, event.type_name(), event.subject, 1, "2025-04-30", now),
            *(bytes(SIZE), bytes(32), None),
        )
        for n in range(batch)
    ]


def bare_case(store: Callable[[list[Row]], None], transactions: int, batch: int) -> Case:
    """The same number of rows by the driver alone, in the caller's own thread, a transaction for each batch."""
    positions = count(1 if batch == 1 else 10_000_000, batch)

    async def run() -> Run:
        took = []
        for rows in [bare_rows(next(positions), batch) for _ in range(transactions)]:
            began = perf_counter()
            store(rows)
            took.append(perf_counter() - began)
        return Run(transactions * batch / sum(took), took)

    return run


def peer_case(app: peer.Statements, transactions: int, batch: int) -> Case:
    """The library `eventsourcing` saves events that are made already, in its caller's thread."""

    async def run() -> Run:
        took = []
        for events in [peer.fresh(batch) for _ in range(transactions)]:
            began = perf_counter()
            app.save(*events)
            took.append(perf_counter() - began)
        return Run(transactions * batch / sum(took), took)

    return run


def bare_sqlite(path: Path) -> Callable[[list[Row]], None]:
    """A connection with the ledger's own pragmas."""
    connection = sqlite3.connect(path, isolation_level=None)
    configure_sqlite(connection)
    connection.execute(_TABLE.format(integer="INTEGER", bytes="BLOB"))
    insert = f"INSERT INTO bare VALUES ({', '.join('?' * COLUMNS)})"

    def store(rows: list[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        if len(rows) == 1:  # a third faster than executemany
            connection.execute(insert, rows[0])
        else:
            connection.executemany(insert, rows)
        connection.execute("COMMIT")

    return store


def bare_postgres(url: str) -> Callable[[list[Row]], None]:
    """A connection that waits for the flush, as the ledger's does."""
    connection = psycopg.connect(libpq_url(url), options="-c synchronous_commit=on", prepare_threshold=0)
    connection.execute(_TABLE.format(integer="bigint", bytes="bytea"))
    connection.commit()

    def store(rows: list[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO bare VALUES ({', '.join(['%b'] * COLUMNS)})", rows)
        connection.commit()

    return store


async def cases(
    mode: str, bare: Callable[[list[Row]], None], ledger: Ledger, other: peer.Statements | None = None
) -> None:
    """Start the ledger, measure, print, and check that what was measured is a sound ledger."""
    await ledger.start()
    beside = {
        (PEER, f"batch {batch}"): peer_case(other, transactions, batch)
        for transactions, batch in ((SINGLE, 1), (BATCHES, BATCH))
        if other is not None
    }
    measured = await alternated(
        {
            **beside,
            ("driver", "batch 1"): bare_case(bare, SINGLE, 1),
            ("ledger", "batch 1"): ledger_case(ledger, SINGLE, 1),
            ("driver", f"batch {BATCH}"): bare_case(bare, BATCHES, BATCH),
            ("ledger", f"batch {BATCH}"): ledger_case(ledger, BATCHES, BATCH),
            ("ledger", f"{CONNECTIONS} callers"): group_case(ledger, CONNECTIONS * 5),
        },
        ROUNDS,
    )
    verified = await ledger.verify()
    bytes_each = mean(len(one.raw) for one in await ledger.tail(200))
    await ledger.stop()
    if verified.fault:
        raise RuntimeError(verified.fault)
    print(report(mode, measured, bytes_each))


def report(mode: str, measured: dict[tuple[str, str], list[Run]], bytes_each: float) -> str:
    """The table of one database."""
    lines = [f"{mode}; driver {SIZE} B an event, ledger {bytes_each:.0f} B", ""]
    lines.append(f"  {'':<22} {'events/s':>9} {'p50 ms':>8} {'p99 ms':>8}   ratio to the driver (quartiles)")
    for (who, what), runs in measured.items():
        rates = [run.rate for run in runs]
        took = [seconds * 1000 for run in runs for seconds in run.took]
        tail = quantiles(took, n=100)[98]
        line = f"  {who + ', ' + what:<22} {median(rates):>9,.0f} {median(took):>8.2f} {tail:>8.2f}"
        if who == "ledger":
            line += f"   {_beside(rates, measured['driver', what if what in GOALS else 'batch 1'])}"
            line += f", goal {GOALS[what]:.2f}" if what in GOALS and mode.startswith("SQLite") else ""
            line += "" if what in GOALS else " of its batch 1"
        if (who, what) == ("ledger", "batch 1") and (saved := measured.get((PEER, what))):
            line += f"; {_beside(rates, saved)} to {PEER}, goal {PEER_GOAL}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _beside(rates: Sequence[float], others: Sequence[Run]) -> str:
    """The ratio to other runs of the same rounds, with its quartiles."""
    base = [run.rate for run in others]
    low, _, high = quantiles([one / other for one, other in zip(rates, base, strict=True)], n=4)
    return f"{ratio(rates, base):.2f} ({low:.2f} to {high:.2f})"


async def growth(folder: Path) -> None:
    """G10: the time of an event in ledgers that hold more and more already, in turns."""
    ledgers: dict[int, Ledger] = {}
    for events in sizes(10_000, 30_000, 100_000):
        ledgers[events] = open_ledger("reports", origin="bench", database=f"sqlite:///{folder / f'{events}.sqlite'}")
        await ledgers[events].start()
        for _ in range(events // FILLING):
            await ledgers[events].append(command(FILLING))
    measured = await alternated(
        {events: ledger_case(one, BATCHES, BATCH) for events, one in ledgers.items()}, ROUNDS // 2
    )
    for one in ledgers.values():
        await one.stop()
    seconds = {events: 1 / median(run.rate for run in runs) for events, runs in measured.items()}
    print(f"G10 growth, {sqlite_mode()}, batch {BATCH} onto a ledger that holds")
    for events, took in seconds.items():
        print(f"  {events:>9,} events {1 / took:>9,.0f} events/s")
    if len(seconds) > 1:
        print(f"  seconds of an event ~ events^{slope(seconds):.3f}, goal at most {SLOPE}", end="\n\n")


async def measure() -> None:
    """SQLite, then PostgreSQL."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="stocktake-bench-")))
        await growth(folder)
        database = f"sqlite:///{folder / 'ledger.sqlite'}"
        ledger = open_ledger("reports", origin="bench", database=database)
        bare = bare_sqlite(sqlite_path(f"sqlite:///{folder / 'bare.sqlite'}"))
        await cases(sqlite_mode(), bare, ledger, peer.saving(folder / "peer.sqlite"))
        server = stack.enter_context(postgres.server())
        url = stack.enter_context(postgres.database(server))
        ledger = open_ledger("reports", origin="bench", database=url)
        await cases("PostgreSQL synchronous_commit=on, fsync=on", bare_postgres(url), ledger)


def main() -> None:
    """Measure and print."""
    print(
        "G1 append. The driver stores ready-made rows in a table like the ledger's, in its caller's thread, and checks"
    )
    print(
        "nothing. The ledger is awaited by a coroutine; it makes the rows (canonical bytes, hash chain), checks version"
    )
    print("and key, stores the key, locks and moves the head. Batch N of the ledger is N events in one command.")
    print(machine(), end="\n\n")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # the loop that serves the services
        runner.run(measure())


if __name__ == "__main__":
    main()
