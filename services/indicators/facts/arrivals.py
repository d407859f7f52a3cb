"""How far a ledger had been recorded by a day, without reading all of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Final

from services.indicators.facts.fact import Fact

BLOCK: Final = 256
"""Events of which it is remembered when the first was recorded."""


class Arrivals:
    """The positions of one ledger with the days on which they were recorded.

    A ledger records them in this order; an older day may follow a later one where facts were carried over.
    """

    def __init__(self) -> None:
        self._facts: list[Fact] = []
        self._earliest: list[date] = []

    def add(self, facts: Sequence[Fact]) -> None:
        """File more events; cheapest in the order of their positions."""
        begins = len(self._facts)
        ordered = not begins or min(fact.position for fact in facts) > self._facts[-1].position
        self._facts.extend(facts)
        self._facts.sort(key=_position)
        first = begins // BLOCK if ordered else 0
        self._earliest[first:] = [
            min(fact.recorded for fact in self._facts[at : at + BLOCK])
            for at in range(first * BLOCK, len(self._facts), BLOCK)
        ]

    def reached(self, limit: int, day: date) -> int:
        """The last position up to `limit` that was recorded by the day; 0 where none was."""
        end = bisect_right(self._facts, limit, key=_position)
        while end:
            block = (end - 1) // BLOCK
            if self._earliest[block] <= day:
                for fact in reversed(self._facts[block * BLOCK : end]):
                    if fact.recorded <= day:
                        return fact.position
            end = block * BLOCK
        return 0


_position = attrgetter("position")
