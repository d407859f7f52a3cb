"""The meetings of States Parties and review conferences that have a date, in the order in which they open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from services.indicators.duties.types import Source, sources
from services.indicators.facts.fact import Fact
from services.indicators.world.world import World


@dataclass(frozen=True, slots=True)
class Conference:
    """A meeting that can consider requests and receive declarations; `sources` say when it opens and closes."""

    name: str
    opens: date
    closes: date
    sources: tuple[Source, ...]


def conferences(world: World) -> tuple[Conference, ...]:
    """Dated meetings by their opening; of one held in parts the parts, each of which could be turned to."""
    if "conferences" not in world.memo:
        latest: dict[str, Fact] = {}
        for fact in world.by_kind.get("MeetingScheduled", ()):
            latest[fact.data["meeting"]] = fact
        held_in_parts = {fact.data.get("part_of") for fact in latest.values()}
        found = [
            _conference(fact)
            for name, fact in latest.items()
            if fact.data["kind"] in ("MSP", "RC") and fact.data.get("opens") and name not in held_in_parts
        ]
        world.memo["conferences"] = tuple(sorted(found, key=lambda one: (one.opens, one.name)))
    return cast("tuple[Conference, ...]", world.memo["conferences"])


def _conference(fact: Fact) -> Conference:
    opens = date.fromisoformat(fact.data["opens"])
    closes = fact.data.get("closes")
    return Conference(fact.data["meeting"], opens, date.fromisoformat(closes) if closes else opens, sources(fact))
