"""Gathers what there is to tell of figures: the now-figures of every set that is followed, beside what was told."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from services.indicators.history.changes import notices
from services.indicators.history.following import Now, cut_now, now_of, reach, sets_to_follow, told
from services.indicators.plans.definition import Plan
from services.indicators.serving.figures import Figures, Held
from services.indicators.world.cutting import Question
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from shared.announcement import announcement
from shared.clock import empty_record, still_behind
from shared.events.envelope import Proposed
from shared.problems import Problem


class Follower:
    """What is to be told; it remembers nothing but figures, and those only while no fact is added."""

    def __init__(self, figures: Figures, plans: Iterable[Plan]) -> None:
        self._figures = figures
        self._ends = {plan.id: plan.until for plan in plans if plan.until is not None}
        self._seen: Hashable = None
        self._now: dict[tuple[str, str], Mapping[str, Now]] = {}

    async def due(self, on: date) -> Sequence[Proposed]:
        """The notices to append. Raises Problem 503 while a ledger is not all there, 409 without any act."""
        record = (await self._settled()).record
        if not await self._figures.compute(lambda: _has_acts(record, on)):
            raise empty_record()
        before = await self._figures.compute(lambda: told(record.facts))
        found: list[Proposed] = []
        for plan, cycle in await self._figures.compute(lambda: sets_to_follow(record, self._ends)):
            now = await self._current(record, plan, cycle, on)
            waiting = notices(record, plan, cycle, now, before, cut_now(record, cycle, on))
            # one at a time: questions are answered between two of them
            while (notice := await self._figures.compute(partial(next, waiting, None))) is not None:
                found.append(announcement(notice))
        return found

    async def _settled(self) -> Held:
        """The record at the heads of all three ledgers, with no read model behind them: never during a rebuild."""
        held = await self._figures.held(Question())
        if held.stale:
            detail = "a service does not say how far its ledger is; no change is told from half a record"
            raise Problem(503, "neighbour-missing", "A service does not answer", detail)
        projected = self._figures.projected()
        if behind := [name for name, head in held.heads.items() if projected[name] < head]:
            raise still_behind(f"the facts of {', '.join(sorted(behind))} are still being projected")
        return held

    async def _current(self, record: Record, plan: str, cycle: Cycle, on: date) -> Mapping[str, Now]:
        """The now-figures of a set; computed once for as long as no fact that figures read is added."""
        seen = (reach(record), on)
        if self._seen != seen:
            self._seen, self._now = seen, {}
        if (plan, cycle.name) not in self._now:
            current = partial(now_of, record, plan, cycle, cut_now(record, cycle, on))
            self._now[plan, cycle.name] = await self._figures.compute(current)
        return self._now[plan, cycle.name]


def _has_acts(record: Record, on: date) -> bool:
    """Whether any act of a State is recorded yet."""
    cut = next((cut_now(record, cycle, on) for cycle in record.cycles.values()), None)
    return cut is not None and bool(record.world(cut).possible_membership.states)
