"""A world made from the index: it reads what it is asked for when it is asked, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, cast

from services.indicators.facts.fact import Fact
from services.indicators.facts.holding import Holding
from services.indicators.facts.index import FactIndex, Name
from services.indicators.grammar.expression import ABOUT_FIGURES
from services.indicators.grammar.window import Axis
from services.indicators.world.clock import MembershipClock
from services.indicators.world.coverage import coverage
from services.indicators.world.frame import Interval
from services.indicators.world.placing import bounds_on
from services.indicators.world.world import ACTS, Cut, World, membership_of, sittings_of
from shared.treaty.membership import Membership

T = TypeVar("T")

Acts = tuple[Membership, Membership, Mapping[str, Sequence[Fact]], MembershipClock]

MANY = 4
"""So many facts of each group in a window that it is quicker to begin with the last of each."""

MOST_DIGESTS = 256
"""What is remembered of facts that several cuts have in common: memberships, coverage, meetings."""


def world_at(index: FactIndex, cut: Cut) -> World:
    """The world of a cut, equal in every answer to the one that `world_of(cut_facts(...))` folds."""
    held = _Held(index, holding(cut))
    acts = sorted((fact for kind in ACTS for fact in held.kind(kind)), key=lambda fact: fact.order)
    certain, possible, by_state, clock = held.digest("membership", acts, _membership)
    return World(
        by_kind=ByKind(held),
        by_code=ByCode(held),
        by_id=ById(held),
        certain_membership=certain,
        possible_membership=possible,
        acts=by_state,
        coverage=held.digest("coverage", held.kind("CoverageDeclared"), coverage),
        sittings=held.digest("sittings", held.kind("MeetingScheduled"), sittings_of),
        judgements=Judgements(held),
        empty=not index.anything(held.cut),
        clock=clock,
        nearby=held,
        shared=index.shared,
    )


def _membership(acts: Sequence[Fact]) -> Acts:
    certain, possible, by_state = membership_of(acts)
    return certain, possible, by_state, MembershipClock(certain, possible)


def holding(cut: Cut) -> Holding:
    """What a cut holds (model §5): by the day of recording on the attested basis, by that of knowledge else."""
    return Holding(dict(cut.positions), cut.known_by, by_recording=cut.basis == "attested")


@dataclass(frozen=True)
class _Held:
    """The index as one cut sees it."""

    index: FactIndex
    cut: Holding
    windows: dict[object, Sequence[Fact]] = field(default_factory=dict)

    def kind(self, kind: str) -> Sequence[Fact]:
        return () if kind in ABOUT_FIGURES else self.standing(("kind", kind))

    def standing(self, name: Name) -> Sequence[Fact]:
        """The facts under a name, in fold order."""
        return self.index.standing(name, self.cut)

    def touching(self, name: Name, axis: Axis, dated_by: str | None, days: Interval) -> Sequence[Fact]:
        """The facts under a name that can lie in a window of these days."""
        key = name, axis, dated_by, days
        if key not in self.windows:
            by = partial(bounds_on, axis=axis, dated_by=dated_by)
            self.windows[key] = self.index.touching(name, self.cut, (axis, dated_by), by, days.first, days.last)
        return self.windows[key]

    def last_first(
        self, name: Name, attributes: tuple[str, ...], axis: Axis, dated_by: str | None, days: Interval
    ) -> Iterable[Iterable[Fact]] | None:
        """The facts under a name in groups from the last on, where that is less work than to read the window."""
        by = partial(bounds_on, axis=axis, dated_by=dated_by)
        facts, groups = self.index.sizes(name, attributes, (axis, dated_by), by, days.first, days.last)
        return self.index.groups(name, attributes, self.cut) if facts > MANY * groups else None

    def digest(self, what: str, facts: Sequence[Fact], make: Callable[[Sequence[Fact]], T]) -> T:
        """What these facts add up to, remembered for every other cut that holds just these."""
        key = (what, *((fact.id, fact.predecessors) for fact in facts))
        digests = self.index.digests
        if key not in digests:
            while len(digests) >= MOST_DIGESTS:
                digests.pop(next(iter(digests)))
            digests[key] = make(facts)
        return cast(T, digests[key])  # the key names the kind of digest


@dataclass(frozen=True)
class ByKind(Mapping[str, Sequence[Fact]]):
    """The facts that stand, by kind; a kind without any is not in it."""

    held: _Held

    def __getitem__(self, kind: str) -> Sequence[Fact]:
        return _some(self.held.kind(kind), kind)

    def __iter__(self) -> Iterator[str]:
        firsts = {kind: facts[0].order for _, kind in self._names() if (facts := self.held.kind(kind))}
        return iter(sorted(firsts, key=firsts.__getitem__))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _names(self) -> list[Name]:
        return self.held.index.names("kind")


@dataclass(frozen=True)
class ByCode(Mapping[str, Sequence[Fact]]):
    """The statements that stand, by practice code; a code without any is not in it."""

    held: _Held

    def __getitem__(self, code: str) -> Sequence[Fact]:
        return _some(self.held.index.standing(("code", code), self.held.cut), code)

    def __iter__(self) -> Iterator[str]:
        names = (name[1] for name in self.held.index.names("code"))
        return (code for code in names if code in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class ById(Mapping[str, Fact]):
    """The facts that stand, by id."""

    held: _Held

    def __getitem__(self, id: str) -> Fact:
        fact = self.held.index.one(self.held.index.by_id[id], self.held.cut)
        if fact is None:
            raise KeyError(id)
        return fact

    def __iter__(self) -> Iterator[str]:
        return (id for id in list(self.held.index.by_id) if id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Judgements(Mapping[tuple[str, str], Fact]):
    """The last judgement on each (event or request, word)."""

    held: _Held

    def __getitem__(self, judged: tuple[str, str]) -> Fact:
        fact = self.held.index.last(("judged", *judged), self.held.cut)
        if fact is None:
            raise KeyError(judged)
        return fact

    def __iter__(self) -> Iterator[tuple[str, str]]:
        names = ((name[1], name[2]) for name in self.held.index.names("judged"))
        return (judged for judged in names if judged in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _some(facts: Sequence[Fact], name: str) -> Sequence[Fact]:
    if not facts:
        raise KeyError(name)
    return facts
