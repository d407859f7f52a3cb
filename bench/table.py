"""G8: the whole plan table over GraphQL, 85 indicators at four meetings with their States, beside the stock executor.

Every case answers the same bytes, which is checked before anything is timed. What the services answer is asked once and
replayed from memory as bytes, so that the gateway alone is measured; the whole system is measured beside it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx
import orjson

from bench.coldstart import PATIENCE, free_port, load_record, process, services, until_ready
from bench.rounds import alternated, machine, ratio
from services.gateway.asking import Asking
from services.gateway.schema import admit, schema
from services.gateway.table_query import table_query
from services.gateway.upstream import Answer, Parameters, Upstream
from shared import collector

QUERY = Path(__file__).parents[1] / "examples" / "queries" / "plan_table.graphql"
ROUNDS = 5
TIMES = {"stock executor": 3}
"""Runs in one round; the others get MANY."""

MANY = 20

GOALS = {
    "short way": "uncached >= 20 x stock, p99 <= 2 x p50",
    "over HTTP, positions unchanged": ">= 0.85 x static bytes",
}


class Replayed(Upstream):
    """The services' answers, asked once; as bytes, which are read anew at each question."""

    def __init__(self, client: httpx.AsyncClient):
        super().__init__(dict.fromkeys(("reports", "meetings", "indicators"), client))
        self._kept: dict[Any, bytes] = {}

    async def ask(self, path: str, parameters: Parameters | None = None) -> Answer:
        key = (path, tuple(sorted((parameters or {}).items())))
        if key not in self._kept:
            self._kept[key] = orjson.dumps((await super().ask(path, parameters)).value)
        return Answer(orjson.loads(self._kept[key]))


class Resident(Replayed):
    """The same as values that are never read again: what the executors alone cost."""

    def __init__(self, client: httpx.AsyncClient):
        super().__init__(client)
        self._values: dict[Any, Answer] = {}

    async def ask(self, path: str, parameters: Parameters | None = None) -> Answer:
        key = (path, tuple(sorted((parameters or {}).items())))
        if key not in self._values:
            self._values[key] = await super().ask(path, parameters)
        return self._values[key]


@dataclass(frozen=True, slots=True)
class Run:
    """Answers per second, and the seconds of each."""

    rate: float
    took: list[float]


Answering = Callable[[], Awaitable[bytes]]


def stock(upstream: Upstream, query: str) -> Answering:
    """As strawberry executes it."""

    async def answer() -> bytes:
        document, _ = admit(query)
        assert document
        result = await schema.execute(query, {}, Asking(upstream, document))
        assert not result.errors, result.errors
        return orjson.dumps({"data": result.data})

    return answer


def short(upstream: Upstream, query: str) -> Answering:
    """As the gateway answers it."""

    async def answer() -> bytes:
        document, _ = admit(query)
        assert document
        compiled = table_query(query, None, document)
        assert compiled
        data = await compiled.answer(Asking(upstream, document), {})
        assert data
        return orjson.dumps({"data": data})

    return answer


def plain(body: bytes) -> Answering:
    """What any JSON API has to do at least: the ready objects encoded."""
    value = orjson.loads(body)

    async def answer() -> bytes:
        return orjson.dumps(value)

    return answer


def posted(client: httpx.AsyncClient, query: str) -> Answering:
    """Asked of the running system."""

    async def answer() -> bytes:
        return (await client.post("/graphql", json={"query": query})).content

    return answer


def fetched(client: httpx.AsyncClient, path: str) -> Answering:
    """Static bytes of the running system."""

    async def answer() -> bytes:
        return (await client.get(path)).content

    return answer


def run_of(name: str, answer: Answering) -> Callable[[], Awaitable[Run]]:
    """Some answers one after another."""

    async def run() -> Run:
        took = []
        for _ in range(TIMES.get(name, MANY)):
            began = perf_counter()
            await answer()
            took.append(perf_counter() - began)
        return Run(len(took) / sum(took), took)

    return run


async def measure(folder: Path) -> tuple[dict[str, list[Run]], int]:
    """Load the record, check that all answers are equal, and take turns."""
    await load_record(folder)
    port, query = free_port(), QUERY.read_text(encoding="utf-8")
    with process(services(port), port, folder) as started:
        await until_ready(started, port)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
            bytes_again, ready = Replayed(client), Resident(client)
            body = await stock(ready, query)()
            cases = {
                "encoding ready objects": plain(body),
                "short way": short(ready, query),
                "short way, services' bytes read each time": short(bytes_again, query),
                "stock executor": stock(ready, query),
                "over HTTP, positions unchanged": posted(client, query),
            }
            for name, answer in cases.items():
                if await answer() != body:
                    raise RuntimeError(f"{name} answers something else")
            cases["static bytes over HTTP"] = fetched(client, "/graphql/schema.graphql")
            collector.settle()
            return await alternated({name: run_of(name, answer) for name, answer in cases.items()}, ROUNDS), len(body)


def report(measured: dict[str, list[Run]], size: int) -> str:
    """The table."""
    lines = [
        f"G8  The whole plan table, {size:,} bytes of JSON; nothing is written, so that no durability is at stake",
        machine(),
        "",
        f"  {'':44}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'x stock':>9}{'x encoding':>12}",
    ]
    rates = {name: [run.rate for run in runs] for name, runs in measured.items()}
    for name, runs in measured.items():
        took = [seconds * 1000 for run in runs for seconds in run.took]
        tail = quantiles(took, n=100)[98]
        against = [ratio(rates[name], rates[base]) for base in ("stock executor", "encoding ready objects")]
        compared = f"{against[0]:9.1f}{against[1]:12.2f}" + (f"   goal {GOALS[name]}" if name in GOALS else "")
        lines.append(f"  {name:44}{median(rates[name]):9,.1f}{median(took):9.2f}{tail:9.2f}{compared}")
    static = ratio(rates["over HTTP, positions unchanged"], rates["static bytes over HTTP"])
    lines.append(f"  over HTTP, positions unchanged: {static:.2f} of static bytes over HTTP")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    os.environ.pop("NATS_URL", None)
    with TemporaryDirectory(prefix="stocktake-bench-") as scratch:
        print(report(*asyncio.run(measure(Path(scratch)))), flush=True)


if __name__ == "__main__":
    main()
