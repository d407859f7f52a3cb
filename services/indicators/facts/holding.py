"""What a cut holds of the facts, and what stands of those that are linked with one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.indicators.facts.fact import Fact
from services.indicators.facts.lineage import standing_among


@dataclass(frozen=True)
class Holding:
    """Facts up to some positions that count by a day: that of their recording, or that of their being known."""

    limits: Mapping[str, int]
    day: date
    by_recording: bool
    outcomes: dict[Cluster, Mapping[str, Fact]] = field(default_factory=dict)

    def holds(self, fact: Fact) -> bool:
        """Whether the cut has the fact at all."""
        held = fact.position <= self.limits.get(fact.ledger, 0)
        return held and (not self.by_recording or fact.recorded <= self.day)

    def knows(self, fact: Fact) -> bool:
        """Whether a fact that it has counts by its day."""
        return self.by_recording or fact.known <= self.day


class Cluster:
    """Facts linked with one another, in the order of arrival; remembers what stands of them when which are held."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = facts
        self._standing: dict[tuple[int, int], Mapping[str, Fact]] = {}

    def at(self, cut: Holding) -> Mapping[str, Fact]:
        """The facts of it that stand at a cut, by id."""
        outcome = cut.outcomes.get(self)
        if outcome is None:
            outcome = cut.outcomes[self] = self._of(cut)
        return outcome

    def _of(self, cut: Holding) -> Mapping[str, Fact]:
        held = known = 0
        for at, fact in enumerate(self.facts):
            if cut.holds(fact):
                held |= 1 << at
                known |= (1 << at) if cut.knows(fact) else 0
        if (held, known) not in self._standing:
            among = [fact for at, fact in enumerate(self.facts) if held >> at & 1]
            self._standing[held, known] = {fact.id: fact for fact in standing_among(among, cut.knows)}
        return self._standing[held, known]
