"""Establishes a plan's baselines: computed at the cut, and recorded all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from services.indicators.figures.baselines import Baseline, NoSuchBaseline, baselines
from services.indicators.figures.established import establishing, refuse_unaccepted, refuse_unadopted
from services.indicators.history.replay import check_plan
from services.indicators.plans.definition import Plan
from services.indicators.serving.figures import Figures
from services.indicators.world.cutting import Question
from shared.amendments import held, standing
from shared.decider import Refused
from shared.events.base import Known, Passage
from shared.events.envelope import Proposed, merged
from shared.handling import Asked
from shared.ledger.port import Append, Appended, Ledger
from shared.problems import Problem
from shared.telemetry import current_traceparent


class Establishing:
    """The write side of baselines."""

    def __init__(self, figures: Figures, ledger: Ledger, plans: Mapping[str, Plan], today: Callable[[], date]) -> None:
        self._figures, self._ledger, self._plans, self._today = figures, ledger, plans, today

    async def establish(
        self,
        plan: str,
        as_of: date,
        adopted: date,
        accepted: Sequence[str],
        passages: tuple[Passage, ...],
        asked: Asked,
    ) -> Appended:
        """Record one BaselineEstablished for each indicator. Raises Problem 404, 409, 422, 503, and Refused."""
        answered = await self._ledger.answered(asked.key, asked.body_hash)
        if answered is not None:
            return answered
        found = await self._computed(plan, as_of, adopted)
        refuse_unaccepted(found, accepted)
        stream = f"baseline-{plan}"
        recorded = await self._ledger.read_stream(stream)
        if standing(held(recorded)):
            detail = f"the baselines of {plan} stand; retract what should never have been recorded"
            raise Refused("already-recorded", detail, field="/plan")
        events = [establishing(one, plan, adopted, passages[0].document) for one in found]
        known = Known(time=self._today())
        proposed = (Proposed(one, known, one.holds, merged(passages)) for one in events)
        return await self._ledger.append(
            Append(
                stream,
                recorded[-1].version if recorded else 0,
                tuple(proposed),
                asked.key,
                asked.body_hash,
                asked.actor,
                asked.onbehalfof,
                current_traceparent(),
            )
        )

    async def _computed(self, plan: str, as_of: date, adopted: date) -> Sequence[Baseline]:
        read = await self._figures.held(Question())
        if read.stale:
            detail = "a service does not say how far its ledger is; no baseline is taken from half a record"
            raise Problem(503, "neighbour-missing", "A service does not answer", detail)
        check_plan(read.record, plan, "/plan")
        refuse_unadopted(plan, self._plans.get(plan), adopted, as_of, self._today())
        try:
            return await self._figures.compute(lambda: baselines(read.record, plan, as_of))
        except NoSuchBaseline as lacking:
            raise Problem(422, "cycle-ambiguous", "Which cycle?", str(lacking), field="/asOf") from lacking
