"""G6: a durable projection made anew by our applier, beside the durable runner of `eventsourcing`, both on SQLite."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from cProfile import Profile
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, Literal

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bench import peer
from bench.profiled import own_time
from bench.rounds import alternated, machine, sqlite_mode
from bench.synthetic import Cells, digest, equal, expected, ledger_file, pages, sizes
from shared.database import async_engine, put
from shared.events.envelope import Recorded
from shared.ledger.sqlite import SqliteStore
from shared.projecting.applying import MOST_AT_ONCE, Applier
from shared.projecting.bookkeeping import metadata, positions
from shared.projecting.writing import Writer

PEER_AT_MOST = 2_000
"""Events that the library is given: it takes a transaction for each."""

GOAL = 25

cells: Final = Table(
    "cells", MetaData(), Column("state", String, primary_key=True), Column("code", String, primary_key=True),
    Column("meeting", Integer, primary_key=True), Column("answer", String),
)  # fmt: skip


class CellsProjection:
    """A row a cell, written as our projections write theirs: a statement for all the events of a transaction."""

    name = "cells"
    version = 1
    sources: Sequence[str] = ("reports",)
    tables: Sequence[Table] = (cells,)
    policy: Literal["stop", "park"] = "stop"

    def in_generation(self, generation: int) -> CellsProjection:
        return self

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        said = ((event.data, event.data.get("answer", event.data.get("said"))) for event in events)
        rows = [
            {"state": data["reporter"], "code": data["code"], "meeting": data["meeting"], "answer": answer}
            for data, answer in said
        ]
        connection.execute(put(connection, cells), rows)


async def _quiet(*_: object) -> None:
    """Nobody waits for progress here."""


async def rebuilt(store: SqliteStore, engine: AsyncEngine, profiler: Profile | None = None) -> Cells:
    """All events applied to empty tables, batch by batch, rows and position in one transaction each.

    A `profiler` looks at the thread in which they are written.
    """
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.run_sync(cells.create)
        first = {"projection": "cells", "generation": 1, "source": "reports", "position": 0, "event_id": ""}
        await connection.execute(insert(positions).values(first))
    writer = Writer(engine, "cells")
    applier = Applier(CellsProjection(), 1, "reports", writer, progress=_quiet, hindered=_quiet)
    await applier.load()
    if profiler:
        await writer.transaction(lambda _: profiler.enable())
    for page in pages(store, MOST_AT_ONCE):
        await applier.take([Recorded(raw, bytes(32)) for raw in page])
    if profiler:
        await writer.transaction(lambda _: profiler.disable())
    await writer.close()
    async with engine.connect() as connection:
        rows = (await connection.execute(select(cells))).all()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


Case = Callable[[], Awaitable[float]]
OURS, THEIRS = "our applier", "peer: durable runner"


async def profile(store: SqliteStore, path: Path) -> str:
    """Where the time of the writing thread goes."""
    profiler, engine = Profile(), async_engine(f"sqlite:///{path}", "bench")
    await rebuilt(store, engine, profiler)
    await engine.dispose()
    return own_time(profiler)


def cases(folder: Path, store: SqliteStore, events: int) -> Mapping[str, Case]:
    """Ours over all events, the library's over as many as it can be given."""
    few, numbers = min(events, PEER_AT_MOST), count()
    ready, wanted, theirs = peer.ready(few), expected(events), expected(few)

    async def ours() -> float:
        engine = async_engine(f"sqlite:///{folder / f'ours-{next(numbers)}.sqlite'}", "bench")
        began = perf_counter()
        found = await rebuilt(store, engine)
        took = perf_counter() - began
        await engine.dispose()
        equal("our projection", [digest(found)], wanted)
        return events / took

    async def library() -> float:
        path = folder / f"theirs-{next(numbers)}.sqlite"
        env = {"KEPT_PERSISTENCE_MODULE": "eventsourcing.sqlite", "KEPT_SQLITE_DBNAME": str(path)}
        run = partial(peer.run, ready, few, peer.Kept, env)
        began = perf_counter()
        found = await asyncio.to_thread(run)
        took = perf_counter() - began
        equal("the peer's projection", [digest(found)], theirs)
        return few / took

    return {OURS: ours, THEIRS: library}


def report(events: int, measured: Mapping[str, Sequence[float]]) -> str:
    """The table."""
    within = ratios(measured)
    low, _, high = quantiles(within, n=4)
    lines = [f"  {events:,} events"]
    lines += [f"  {name:<24} {median(rates):>10,.0f} events/s" for name, rates in measured.items()]
    spread = f"quartiles {low:.1f} to {high:.1f}, all rounds {min(within):.1f} to {max(within):.1f}"
    lines.append(f"  ours to the peer's: {median(within):.1f} ({spread}), goal {GOAL}")
    return "\n".join(lines)


def ratios(measured: Mapping[str, Sequence[float]]) -> list[float]:
    """Our rate to the peer's, round by round."""
    return [one / other for one, other in zip(measured[OURS], measured[THEIRS], strict=True)]


async def measure() -> None:
    """Each size."""
    for events in sizes(10_000, 50_000):
        with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
            folder = Path(scratch)
            store = ledger_file(folder / "ledger.sqlite", events)
            measured = await alternated(cases(folder, store, events))
            print(report(events, measured), flush=True)
            if max(ratios(measured)) < GOAL:
                print("  missed; once more, the time of the writing thread goes to:")
                print(await profile(store, folder / "profile.sqlite"))
            print(flush=True)


def main() -> None:
    """Measure and print."""
    print(
        f"G6 rebuild: a row for each State, code and meeting, made anew from all events; ours {MOST_AT_ONCE:,} events"
    )
    print("in a transaction with the position, each tried batch counted before; the peer's a transaction an event, as")
    print(f"its runner works, over {PEER_AT_MOST:,} events that are in memory already. Its PostgreSQL module needs a")
    print("package that is not installed here, and its SQLite recorder gives no subscriptions.")
    print(f"{machine()}; {sqlite_mode()} (ours; the peer's WAL/FULL, as it sets it)")
    print(
        "All figures from columns (goal: 20 times the rate of G5) are not measured: there is no such way. Figures are"
    )
    print("computed from facts, which are rows in the database and an index in memory; that is G7.", end="\n\n")
    asyncio.run(measure())


if __name__ == "__main__":
    main()
