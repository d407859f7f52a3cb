"""A State in one term of membership, seen on a day, with what the record holds of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from services.indicators.duties.types import Cause, sources
from services.indicators.facts.fact import Bounds, Fact
from services.indicators.world.coverage import Alternatives
from services.indicators.world.world import World
from shared.treaty.membership import Term


@dataclass(frozen=True, slots=True)
class Member:
    """`term` is in force on `on`, or its withdrawal has taken effect since; `own` are the State's facts by kind."""

    state: str
    term: Term
    own: Mapping[str, Sequence[Fact]]
    world: World
    on: date

    @property
    def certain(self) -> bool:
        """Whether verified acts alone say the same of its membership."""
        return self.world.certain_membership.of(self.state).term(self.on) == self.term

    @property
    def over(self) -> bool:
        """Whether its withdrawal has taken effect."""
        return self.term.over(self.on)

    def entry(self) -> Cause:
        """CR-02: the entry into force that every obligation begins with."""
        deposits = [fact for fact in self.world.acts.get(self.state, ()) if fact.kind == "InstrumentDeposited"]
        own = [fact for fact in deposits if fact.data["deposited"] == self.term.deposited.isoformat()]
        day = Bounds(self.term.in_force, self.term.in_force)
        words = f"entry into force for the State on {self.term.in_force}"
        return Cause("rule", day, words, "17", "CR-02", sources(*own), all(fact.sure for fact in own))

    def withdrawal(self) -> Cause:
        """CR-07: the withdrawal that ends every obligation. Only for a member whose term is over."""
        left = Bounds(self.term.left, self.term.left)
        notices = self.own.get("WithdrawalNotified", ())
        words = f"the withdrawal took effect on {left.first}"
        return Cause("rule", left, words, "20.3", "CR-07", sources(*notices[-1:]))

    def through(self, subjects: Alternatives, first: date) -> date | None:
        """The last day to which the record is complete from `first` on; None before that."""
        return self.world.coverage.through(subjects, first) if first <= self.on else None


def members(world: World, on: date) -> list[Member]:
    """Every State that is or was party on a day (obligations run from entry into force, Article 17.2), by code."""
    found = (member(state, world, on) for state in sorted(world.acts))
    return [one for one in found if one is not None]


def member(state: str, world: World, on: date) -> Member | None:
    """A State that is or was party on a day; None before that."""
    term = world.possible_membership.of(state).term(on)
    if term is None or not term.in_force <= on:
        return None
    return Member(state, term, facts_of(state, world), world, on)


def facts_of(state: str, world: World) -> Mapping[str, Sequence[Fact]]:
    """A State's facts by kind, in fold order."""
    return _Own(state, world)


@dataclass(frozen=True, slots=True)
class _Own(Mapping[str, Sequence[Fact]]):
    """Looks up one kind at a time, so that a world that is watched can tell which kinds an obligation reads."""

    of: str
    world: World

    def __getitem__(self, kind: str) -> Sequence[Fact]:
        key = ("by state", kind)
        if key not in self.world.memo:
            index: dict[str, list[Fact]] = {}
            for fact in self.world.by_kind.get(kind, ()):
                if fact.state:
                    index.setdefault(fact.state, []).append(fact)
            self.world.memo[key] = index
        return cast(dict[str, list[Fact]], self.world.memo[key])[self.of]

    def __iter__(self) -> Iterator[str]:
        return (kind for kind in self.world.by_kind if kind in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
