"""Answers questions about figures from the ledgers' heads: waits for the facts to be there, computes, remembers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import httpx
import structlog

from services.indicators.facts.fact import LEDGERS
from services.indicators.facts.store import FactBook, FactsMissing
from services.indicators.figures.figure_set import FigureSet
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.record import Record
from shared.ledger.port import Ledger
from shared.problems import Problem
from shared.projecting.live import LiveTables
from shared.projecting.runner import NotProjected, ProjectionRunner

log = structlog.get_logger("stocktake.indicators")

PATIENCE = 2.0
"""Seconds to wait for the facts to reach the heads, and for another service to say its head."""

MOST_SETS = 12
"""Figure sets kept: a few meetings, cuts and definitions at the latest heads."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held:
    """The record at some heads; `stale` = a service did not answer, and what is projected of it was taken."""

    record: Record
    heads: Mapping[str, int]
    stale: bool


class Figures:
    """The read side of the service. Never stale in silence: every answer rests on heads asked for it."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        live: LiveTables,
        runner: Callable[[], ProjectionRunner],
        clients: Mapping[str, httpx.AsyncClient],
        today: Callable[[], date],
        patience: float = PATIENCE,
    ) -> None:
        self._ledger, self._live, self._runner, self._clients = ledger, live, runner, clients
        self.today, self._patience = today, patience
        self._book = FactBook()
        self._reading = asyncio.Lock()
        self._computing = asyncio.Lock()
        self._record: Record | None = None
        self._generation = 0  # of the facts that the record and the sets rest on
        self._sets: OrderedDict[Any, FigureSet] = OrderedDict()

    async def held(self, question: Question) -> Held:
        """The record that answers a question. Raises Problem 503 `projection-behind`."""
        projected = self.projected()
        heads: dict[str, int] = {}
        stale = False
        for ledger, head in zip(LEDGERS, await asyncio.gather(*map(self._head, LEDGERS)), strict=True):
            heads[ledger] = projected[ledger] if head is None else head
            stale = stale or head is None
        wanted = {ledger: min(dict(question.positions).get(ledger, head), head) for ledger, head in heads.items()}
        return Held(await self._read(wanted), heads, stale)

    def projected(self) -> dict[str, int]:
        """How far the facts of each ledger are stored."""
        return {row["source"]: int(row["position"]) for row in self._runner().status()}

    async def figure_set(self, question: Question) -> tuple[FigureSet, bool]:
        """The figures of a question's cycle and cut, and whether they are stale. Raises Problem."""
        held = await self.held(question)
        cycle, cut = cut_of(question, held.record.cycles, held.heads, self.today())
        cut = held.record.attested(cut)
        key = (held.record.positions, cycle, cut, question.definition)
        if key not in self._sets:
            while len(self._sets) >= MOST_SETS:
                self._sets.popitem(last=False)
            self._sets[key] = FigureSet(held.record, cycle, cut, question.definition)
        self._sets.move_to_end(key)
        return self._sets[key], held.stale

    async def compute(self, work: Callable[[], T]) -> T:
        """Run a computation beside the event loop; one at a time, so that equal questions share their work."""
        async with self._computing:
            return await asyncio.to_thread(work)

    def _at(self, positions: tuple[tuple[str, int], ...]) -> Record:
        """The record at some positions; whatever was remembered of another generation is forgotten first."""
        if self._generation != self._book.generation:
            self._generation, self._record = self._book.generation, None
            self._sets.clear()
        if self._record is None or self._record.positions != positions:
            self._record = Record(tuple(self._book.facts), positions, self._book.index)
        return self._record

    async def _head(self, ledger: str) -> int | None:
        """The head of a ledger, asked of its service; None when the service does not answer."""
        if ledger == self._ledger.name:
            return (await self._ledger.head()).position
        client = self._clients.get(ledger)
        if client is None:
            return None
        try:
            answer = await client.get(f"/{ledger}/ledger/head", timeout=self._patience)
            answer.raise_for_status()
            return int(answer.json()["position"])
        except (httpx.HTTPError, KeyError, ValueError) as failure:
            log.warning("a ledger's head is unknown", ledger=ledger, error=repr(failure))
            return None

    async def _read(self, wanted: Mapping[str, int]) -> Record:
        """The record of the generation that is live now."""
        generation = await self._live.generation()
        try:
            if not self._book.reaches(generation, wanted):
                runner = self._runner()
                waits = (runner.wait_for(ledger, to, self._patience) for ledger, to in wanted.items())
                await asyncio.gather(*waits)
            async with self._reading:
                if not self._book.reaches(generation, wanted):
                    await self._book.read(self._live, wanted)
                return self._at(tuple(sorted(wanted.items())))
        except (NotProjected, FactsMissing) as behind:
            title = "The facts have not caught up with the ledgers yet"
            raise Problem(503, "projection-behind", title, str(behind)) from behind
