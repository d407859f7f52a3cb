"""What the facts of a generation amount to: the hash of the figure set of every defined cycle (model §8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.facts.fact import LEDGERS
from services.indicators.facts.store import stored_facts
from services.indicators.history.replay import replayed
from services.indicators.world.cutting import Question
from services.indicators.world.record import Record
from shared.projecting.bookkeeping import stands
from shared.projecting.comparing import SetsOf
from shared.projecting.live import Reading


def figure_sets(projection: str, today: Callable[[], date]) -> SetsOf:
    """The sets by cycle, computed from the rows of whichever generation is asked for."""

    async def sets_of(connection: AsyncConnection, generation: int) -> Callable[[], Mapping[str, str]]:
        reading = Reading(connection, generation, projection)
        heads = dict.fromkeys(LEDGERS, 0) | await stands(connection, projection, generation)
        facts = [fact for name, head in heads.items() for fact in await stored_facts(reading, name, 0, head)]
        day = today()

        def computed() -> Mapping[str, str]:
            cycles = Record(facts, tuple(sorted(heads.items()))).cycles
            return {name: str(replayed(facts, Question(meeting=name), heads, day)["hash"]) for name in cycles}

        return computed

    return sets_of
