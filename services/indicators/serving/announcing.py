"""Gathers what the clock of deadlines needs: the world of today at the heads of all three ledgers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from services.indicators.duties.announcing import Deadlines, announcements
from services.indicators.serving.figures import Figures
from services.indicators.world.cutting import Question
from services.indicators.world.world import Cut, cut_facts, world_of
from shared.clock import Due, empty_record
from shared.events.envelope import Proposed
from shared.events.indicators import ClockStarted
from shared.events.registry import decode_all
from shared.ledger.port import Ledger
from shared.problems import Problem


def due_of(figures: Figures, ledger: Ledger, deadlines: Deadlines) -> Due:
    """What the service's clock is to announce; Problem 503 while a ledger is not all there, 409 without any act."""

    async def due(on: date) -> Sequence[Proposed]:
        held = await figures.held(Question())
        if held.stale:
            detail = "a service does not say how far its ledger is; the clock does not announce from half a record"
            raise Problem(503, "neighbour-missing", "A service does not answer", detail)
        cut = Cut("reconstructed", on, on, held.record.positions)
        started = await _started(ledger)

        def proposed() -> list[Proposed] | None:
            world = world_of(cut_facts(held.record.facts, cut))  # our own: it remembers every day it is asked about
            if not world.possible_membership.states:
                return None
            return announcements(partial(deadlines, world), started, on)

        found = await figures.compute(proposed)
        if found is None:
            raise empty_record()
        return found

    return due


async def _started(ledger: Ledger) -> date | None:
    """The day of the first run that the ledger holds."""
    recorded = decode_all(await ledger.read_stream(ClockStarted.stream_name))
    return next((event.day for event in recorded if isinstance(event, ClockStarted)), None)
