"""What a set expression finds: who certainly, who possibly, who could be for want of coverage, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from services.indicators.facts.fact import Fact
from services.indicators.world.stateset import bit, everybody


@dataclass(frozen=True, slots=True)
class Item:
    """One fact that was selected. `sure` = it certainly belongs; `pending` = a judgement on it is missing."""

    fact: Fact
    sure: bool
    states: tuple[str, ...]
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """One question asked of the record, and whether the record is declared complete for it.

    `through` is the last day up to which it is complete from the first day on; None when not even that day is.
    """

    subject: str
    first: date
    last: date
    covered: bool
    through: date | None
    declarations: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A set of States in three masks, certain within possible within open, and where it comes from.

    possible adds unverified, imprecise and contradicting facts, unnamed recipients and missing judgements;
    open adds everybody of whom the record, being incomplete, cannot say no. `pending` are the States that are
    possible for want of a judgement. `items` are the facts to count, `evidence` all that speak for a State.
    """

    certain: int = 0
    possible: int = 0
    open: int = 0
    pending: int = 0
    items: tuple[Item, ...] = ()
    evidence: tuple[Item, ...] = ()
    leaves: tuple[Leaf, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the record can say no of everybody outside `possible`.

        Every leaf must be covered, unless the covered ones alone leave nobody: what is named under an incomplete
        record may have ended since, or not be all.
        """
        return self.open == self.possible and (self.covered or not self.possible)

    @property
    def covered(self) -> bool:
        """Whether every leaf is covered: asked where facts are counted, not States."""
        return all(leaf.covered for leaf in self.leaves)

    def without_items(self) -> Found:
        """The same States, with nothing to count."""
        if not self.items:
            return self
        return Found(self.certain, self.possible, self.open, self.pending, (), self.evidence, self.leaves)

    def facts_of(self, state: str) -> list[Fact]:
        """The facts that speak for a State, in fold order, each once."""
        found = {item.fact.id: item.fact for item in self.evidence if state in item.states}
        return sorted(found.values(), key=lambda fact: fact.order)


NOBODY = Found()


def from_items(items: Sequence[Item], leaves: Sequence[Leaf], *, unnamed: bool = False) -> Found:
    """The set that selected facts name. `unnamed`: one of them names nobody, so that anybody is possible."""
    certain = possible = pending = 0
    for item in items:
        for state in item.states:
            own = bit(state)
            possible |= own
            if item.sure:
                certain |= own
            if item.pending:
                pending |= own
    if unnamed:
        possible = everybody()
    open_ = possible if all(leaf.covered for leaf in leaves) else everybody()
    return Found(certain, possible, open_, pending & ~certain, tuple(items), tuple(items), tuple(leaves))


def intersection(sets: Sequence[Found]) -> Found:
    """Who is in all of them; the facts to count are those of the first set that has any."""
    certain = possible = open_ = everybody()
    pending = 0
    for one in sets:
        certain &= one.certain
        possible &= one.possible
        open_ &= one.open
        pending |= one.pending
    items = next((one.items for one in sets if one.items), ())
    return Found(
        certain,
        possible,
        open_,
        pending & possible & ~certain,
        kept(items, certain, possible),
        tuple(chain.from_iterable([one.evidence for one in sets])),
        tuple(chain.from_iterable([one.leaves for one in sets])),
    )


def union(sets: Sequence[Found]) -> Found:
    """Who is in at least one of them."""
    certain = possible = open_ = pending = 0
    for one in sets:
        certain |= one.certain
        possible |= one.possible
        open_ |= one.open
        pending |= one.pending
    return Found(
        certain,
        possible,
        open_,
        pending & ~certain,
        tuple(chain.from_iterable([one.items for one in sets])),
        tuple(chain.from_iterable([one.evidence for one in sets])),
        tuple(chain.from_iterable([one.leaves for one in sets])),
    )


def complement(one: Found) -> Found:
    """Who is not in it: certainly only those of whom the record can say no; nothing speaks for an absence."""
    return Found(
        certain=everybody() & ~one.open,
        possible=everybody() & ~one.certain,
        open=everybody() & ~one.certain,
        pending=one.pending,
        leaves=one.leaves,
    )


def kept(items: Sequence[Item], certain: int, possible: int) -> tuple[Item, ...]:
    """The items whose States remain: sure only where one of their States is certain, gone where none is possible."""
    found = []
    for item in items:
        own = 0
        for state in item.states:
            own |= bit(state)
        if own & possible:
            found.append(item if own & certain or not item.sure else replace(item, sure=False))
    return tuple(found)
