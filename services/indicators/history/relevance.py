"""Which facts can matter to a figure: what it looked at when it was computed, and what is linked to that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.indicators.facts.fact import Fact
from services.indicators.world.world import UNREAD, World

ALWAYS = frozenset(
    {
        "SignatureRecorded", "InstrumentDeposited", "WithdrawalNotified", "ArmedConflictStatusRecorded",
        "CoverageDeclared", "MeetingScheduled", "PracticeAssessed", "RequestContentAssessed", "CycleDefined",
    }
)  # fmt: skip
"""Kinds that a world digests when it is made, so that nobody can tell which figure reads them."""


@dataclass
class Looked:
    """What computations have looked at: kinds of fact, and practice codes. `everything` = all kinds were walked."""

    kinds: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    everything: bool = False

    def at(self, fact: Fact) -> bool:
        """Whether facts of this kind, or under this practice code, were looked at."""
        if fact.kind in UNREAD:
            return False
        if self.everything or fact.kind in ALWAYS or fact.kind in self.kinds:
            return True
        return fact.kind == "PracticeReported" and fact.data["code"] in self.codes

    def __or__(self, other: Looked) -> Looked:
        everything = self.everything or other.everything
        return Looked(self.kinds | other.kinds, self.codes | other.codes, everything)

    def __le__(self, other: Looked) -> bool:
        if other.everything:
            return True
        return not self.everything and self.kinds <= other.kinds and self.codes <= other.codes


def watched(world: World, looked: Looked) -> World:
    """The same world, noting in `looked` what is read of it."""
    by_kind, by_code = _Noted(world.by_kind, looked.kinds, looked), _Noted(world.by_code, looked.codes, looked)
    return replace(world, by_kind=by_kind, by_code=by_code, nearby=None, shared=None, memo={})


class _Noted(Mapping[str, Sequence[Fact]]):
    """Facts by name; each name that is asked for is noted, whether there are facts under it or not."""

    def __init__(self, facts: Mapping[str, Sequence[Fact]], names: set[str], looked: Looked):
        self._facts, self._names, self._looked = facts, names, looked

    def __getitem__(self, name: str) -> Sequence[Fact]:
        self._names.add(name)
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        self._looked.everything = True
        return iter(self._facts)

    def __len__(self) -> int:
        self._looked.everything = True
        return len(self._facts)


def relevant(facts: Iterable[Fact], looked: Looked, indicator: str) -> dict[str, Fact]:
    """The facts, by id, that can matter to the figure of an indicator that looks at no more than `looked`."""
    return with_linked(facts, lambda fact: defines(fact, indicator) or looked.at(fact))


def defines(fact: Fact, indicator: str) -> bool:
    """Whether it is a version of the indicator's definition."""
    return fact.kind == "IndicatorDefined" and bool(fact.data["indicator"] == indicator)


def with_linked(facts: Iterable[Fact], wanted: Callable[[Fact], bool]) -> dict[str, Fact]:
    """The wanted facts, by id, and those that correct, revise or retract one of them or are undone by one of them."""
    all_ = {fact.id: fact for fact in facts}
    linked: dict[str, list[str]] = {}
    for fact in all_.values():
        for target in (fact.corrects, fact.revises, fact.retracts):
            if target in all_:
                linked.setdefault(fact.id, []).append(target)
                linked.setdefault(target, []).append(fact.id)
    waiting = [fact.id for fact in all_.values() if wanted(fact)]
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += linked.get(one, ())
    return {id: fact for id, fact in all_.items() if id in found}
