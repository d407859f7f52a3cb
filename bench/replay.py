"""G5: replaying a ledger file into a fold, beside a bare msgspec loop and beside the library `eventsourcing`."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import process_time

import msgspec

from bench import peer
from bench.growth import slope
from bench.rounds import alternated, machine, ratio, sqlite_mode
from bench.synthetic import (
    KIND,
    OLD,
    OLD_VERSION,
    Cells,
    digest,
    equal,
    expected,
    ledger_file,
    pages,
    sizes,
    upcast_said,
)
from shared.events.base import Event
from shared.events.replaying import Replay
from shared.ledger.sqlite import SqliteStore

PEER_AT_MOST = 100_000
"""Events that the library is given: it is some ten times slower, and its rate does not depend on how many there are."""

GOALS = {"bare msgspec loop": 0.8, "peer: select and fold": 5.0, "peer: in-memory runner": 8.0}
"""How many times the rate of each the engine's is to be."""

SLOPE = 1.03
"""The most that the time may grow as a power of the number of events."""


class Data(msgspec.Struct, gc=False):
    """What the fold needs of a statement; version 1 has no `answer`."""

    reporter: str
    code: str
    meeting: int
    answer: str = ""
    said: str = ""


class Stated(msgspec.Struct, gc=False):
    """What the fold needs of an event."""

    type: str
    schemaversion: int
    position: int
    data: Data


class _Today(Event):
    """Stands for the event class in the registry: what counts of it is its version."""

    schemaversion = 2


def replay(store: SqliteStore) -> Cells:
    """The engine's replay: page by page, every event at today's version, no hole."""
    engine = Replay(Stated, types={KIND: _Today}, upcasters={(KIND, OLD_VERSION): upcast_said})
    cells: Cells = {}
    for page in engine.through(pages(store)):
        for one in page:
            data = one.data
            cells[data.reporter, data.code, data.meeting] = data.answer
    return cells


def bare(path: Path) -> Cells:
    """The least that a loop can do: it checks nothing and knows both spellings of the one field that was renamed."""
    decode = msgspec.json.Decoder(Stated).decode
    cells: Cells = {}
    connection = sqlite3.connect(path)
    for (raw,) in connection.execute("SELECT raw FROM events ORDER BY position"):
        data = decode(raw).data
        cells[data.reporter, data.code, data.meeting] = data.answer or data.said
    connection.close()
    return cells


def stages(store: SqliteStore) -> str:
    """Where the seconds of the engine's replay go, each stage with those before it, the least of some rounds."""
    decode = msgspec.json.Decoder(list[Stated]).decode
    engine = partial(Replay, Stated, types={KIND: _Today}, upcasters={(KIND, OLD_VERSION): upcast_said})
    done: dict[str, Callable[[], object]] = {
        "rows from SQLite": lambda: _drained(pages(store)),
        "JSON to objects, a page at a time": lambda: _drained(
            decode(b"[%b]" % b",".join(page)) for page in pages(store)
        ),
        "versions, positions and upcasting": lambda: _drained(engine().through(pages(store))),
        "the fold itself": lambda: replay(store),
    }
    whole = [min(_seconds(run) for _ in range(3)) for run in done.values()]
    own = [one - before for one, before in zip(whole, [0.0, *whole], strict=False)]
    return "\n".join(f"    {took / whole[-1]:4.0%}  {name}" for name, took in zip(done, own, strict=True))


def _drained(found: Iterable[object]) -> None:
    for _ in found:
        pass


def _seconds(run: Callable[[], object]) -> float:
    began = process_time()
    run()
    return process_time() - began


Case = Callable[[], Awaitable[float]]


def timed(name: str, events: int, fold: Callable[[], Cells], wanted: str) -> Case:
    """Events per second of this process's own time; the fold's cells are checked each time, off the clock."""

    async def run() -> float:
        began = process_time()
        cells = fold()
        took = process_time() - began
        equal(name, [digest(cells)], wanted)
        return events / took

    return run


def cases(folder: Path, events: int) -> Mapping[str, Case]:
    """What is measured at one size; the library gets a file of its own with the same statements."""
    path = folder / f"{events}.sqlite"
    store, wanted = ledger_file(path, events), expected(events)
    few = min(events, PEER_AT_MOST)
    library, theirs = peer.filled(folder / f"peer-{few}.sqlite", few), expected(few)
    in_memory = peer.ready(few)
    engine, loop = "replay engine", "bare msgspec loop"
    return {
        engine: timed(engine, events, partial(replay, store), wanted),
        loop: timed(loop, events, partial(bare, path), wanted),
        "peer: select and fold": timed("peer", few, partial(peer.folded, library, few), theirs),
        "peer: in-memory runner": timed("peer's runner", few, partial(peer.run, in_memory, few, peer.Held, {}), theirs),
    }


def report(events: int, measured: Mapping[str, Sequence[float]]) -> str:
    """The table of one size."""
    ours, *_ = measured.values()
    lines = [f"  {events:,} events", f"  {'':<24} {'events/s':>10}   the engine's rate to it (quartiles)"]
    for name, rates in measured.items():
        line = f"  {name:<24} {median(rates):>10,.0f}"
        if name in GOALS:
            within = [one / other for one, other in zip(ours, rates, strict=True)]
            low, _, high = quantiles(within, n=4)
            line += f"   {ratio(ours, rates):.2f} ({low:.2f} to {high:.2f}), goal {GOALS[name]:g}"
        lines.append(line)
    return "\n".join(lines)


async def measure() -> None:
    """Each size in turn, and the growth from the first to the last."""
    seconds: dict[int, float] = {}
    for events in sizes(10_000, 30_000, 100_000):
        with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
            measured = await alternated(cases(Path(scratch), events))
            print(report(events, measured), flush=True)
            ours = measured["replay engine"]
            if any(ratio(ours, measured[name]) < goal for name, goal in GOALS.items()):
                print("  missed; the engine's time goes to")
                with closing(SqliteStore(Path(scratch) / f"{events}.sqlite")) as store:
                    store.open()
                    print(stages(store))
            print(flush=True)
        seconds[events] = events / median(measured["replay engine"])
    if len(seconds) > 1:
        print(f"  G10 growth: seconds ~ events^{slope(seconds):.2f}, goal at most {SLOPE}")


def main() -> None:
    """Measure and print."""
    print("G5 replay: from the file of a ledger to the last answer of each State, code and meeting, in one process.")
    print(
        f"Every {OLD}th event is of an earlier version and upcast by the engine. The bare loop checks neither versions"
    )
    print("nor positions. The peer is `eventsourcing` on SQLite; its runner reads events that are in memory already.")
    print("Seconds are this process's own (all its threads), so that whatever else the machine does counts on no side.")
    print(f"{machine()}; {sqlite_mode()}", end="\n\n")
    asyncio.run(measure())


if __name__ == "__main__":
    main()
