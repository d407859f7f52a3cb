"""Answers questions in two times from the ledgers alone: replay, seal and its verification."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import structlog
from opentelemetry import metrics

from services.indicators.facts.ledger_facts import LedgerFacts
from services.indicators.history.replay import replayed, set_of
from services.indicators.history.seals import seals, verified
from services.indicators.world.cutting import Question
from shared.command import Command
from shared.events.base import Effective, Known, Passage
from shared.events.canonical import canonical
from shared.events.indicators import MeetingFiguresSealed
from shared.handling import Asked, Handler
from shared.ledger.port import Appended

log = structlog.get_logger("stocktake.indicators")

_differing = metrics.get_meter("stocktake.indicators").create_gauge(
    "stocktake.seals.differing", description="Seals whose figures come out otherwise today.", unit="{seal}"
)


class Replays:
    """Computes figure sets from a fresh reading of all events; one at a time, beside the event loop."""

    def __init__(self, ledgers: LedgerFacts, handler: Handler, today: Callable[[], date]):
        self._ledgers, self._handler, self.today = ledgers, handler, today
        self._one = asyncio.Lock()

    async def replay(self, question: Question, plan: str | None) -> dict[str, Any]:
        """The set of a question with its hash. Raises Problem 404, 422, 503."""
        async with self._one:
            heads = await self._ledgers.heads()
            wanted = heads | {name: min(at, heads[name]) for name, at in question.positions}
            facts = await self._ledgers.read(wanted)
            return await asyncio.to_thread(replayed, facts, question, heads, self.today(), plan)

    async def seal(
        self, question: Question, plan: str, reason: str | None, passages: tuple[Passage, ...], asked: Asked | None,
        actor: str,
    ) -> Appended:  # fmt: skip
        """Record the plan's figures at a cut. Raises Problem, and Refused when a seal stands and no reason is given."""
        async with self._one:
            heads = await self._ledgers.heads()
            facts = await self._ledgers.read(heads)
            found = await asyncio.to_thread(set_of, facts, question, heads, self.today(), plan)
            answers = await asyncio.to_thread(found.answered, plan)
        fact = MeetingFiguresSealed.model_validate(
            {**answers, "plan": plan, "definitions": question.definition, "reason": reason}
        )
        known = Known(time=self.today())
        command = Command(fact, passages, known, fact.holds or Effective(from_=known.time), self.today())
        return await self._handler.handle(command, asked or _asked(fact, actor))

    async def seals(self, *, figures: bool) -> list[dict[str, Any]]:
        """Every seal, with or without its figures."""
        heads = await self._ledgers.heads()
        facts = await self._ledgers.read({"indicators": heads["indicators"]})
        return [one.answered(figures=figures) for one in seals(facts)]

    async def verify(self) -> list[dict[str, Any]]:
        """Every seal computed again at its cut; how many differ is a metric."""
        async with self._one:
            heads = await self._ledgers.heads()
            facts = await self._ledgers.read(heads)
            rows = [await asyncio.to_thread(verified, one, facts, heads, self.today()) for one in seals(facts)]
        different = [row["event"] for row in rows if not row["sound"]]
        _differing.set(len(different))
        if different:
            log.error("seals come out otherwise today", seals=different)
        return rows


def _asked(fact: MeetingFiguresSealed, actor: str) -> Asked:
    """Without a key the content is the key: the same set at the same positions is sealed once."""
    plain = canonical(fact.data())
    digest = hashlib.sha256(b"SealFigures\n" + plain).hexdigest()
    return Asked(f"seal:{digest}", digest, actor)
