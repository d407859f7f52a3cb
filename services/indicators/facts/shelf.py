"""The facts under one name, in the orders in which they are looked for."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter
from typing import Final

from services.indicators.facts.fact import Bounds, Fact
from services.indicators.facts.holding import Holding

Placing = Callable[[Fact], Bounds]
"""The days by which a window of some axis is to find a fact."""

LENGTHS: Final = (timedelta(0), timedelta(days=31), timedelta(days=366))
"""Spans of days are kept apart by length: what touches a window ends within that of it."""

_order = attrgetter("order")
_rank = attrgetter("rank")


class Row:
    """Facts of one ledger in some order, and beside them what every cut asks of each.

    To look into a fact for that would take ten times as long: each lies somewhere else in memory.
    """

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.facts = list(facts)
        self._positions = array("q", [fact.position for fact in self.facts])
        self._known = array("i", [fact.known.toordinal() for fact in self.facts])
        self._recorded = array("i", [fact.recorded.toordinal() for fact in self.facts])

    def __len__(self) -> int:
        return len(self.facts)

    def insert(self, at: int, fact: Fact) -> None:
        """File one more at a place."""
        self.facts.insert(at, fact)
        self._positions.insert(at, fact.position)
        self._known.insert(at, fact.known.toordinal())
        self._recorded.insert(at, fact.recorded.toordinal())

    def held(self, cut: Holding, low: int = 0, high: int | None = None) -> list[Fact]:
        """Of those from one place to before another the ones that a cut has and that count."""
        facts = self.facts[low:high]
        if not facts:
            return []
        limit, day = cut.limits.get(facts[0].ledger, 0), cut.day.toordinal()
        days = self._recorded if cut.by_recording else self._known
        told = zip(facts, self._positions[low:high], days[low:high], strict=True)
        return [fact for fact, position, on in told if position <= limit and on <= day]


class Spans:
    """The facts of a shelf by the days that a window looks for: single days apart, and short spans from long ones."""

    def __init__(self, placing: Placing, facts: Iterable[Fact]) -> None:
        self._placing = placing
        self._rows: dict[timedelta, tuple[list[date], list[date], Row]] = {}
        placed: dict[timedelta, list[tuple[date, date, Fact]]] = {}
        for fact in facts:
            begin, end = self._bounds(fact)
            placed.setdefault(_class_of(end - begin), []).append((end, begin, fact))
        for longest, own in placed.items():
            own.sort(key=lambda one: one[0])
            self._rows[longest] = [end for end, _, _ in own], [begin for _, begin, _ in own], Row(one[2] for one in own)

    def add(self, fact: Fact) -> None:
        """File one more."""
        begin, end = self._bounds(fact)
        ends, begins, row = self._rows.setdefault(_class_of(end - begin), ([], [], Row()))
        at = bisect_right(ends, end)
        ends.insert(at, end)
        begins.insert(at, begin)
        row.insert(at, fact)

    def touching(self, first: date, last: date, cut: Holding) -> Iterator[Fact]:
        """Every fact that a cut has whose bounds touch these days, and perhaps others."""
        for longest, (ends, _, row) in self._rows.items():
            through = last + longest if longest < date.max - last else date.max
            yield from row.held(cut, bisect_left(ends, first), bisect_right(ends, through))

    def count(self, first: date, last: date) -> int:
        """How many facts there are whose bounds end in these days."""
        return sum(bisect_right(ends, last) - bisect_left(ends, first) for ends, _, _ in self._rows.values())

    def _bounds(self, fact: Fact) -> tuple[date, date]:
        bounds = self._placing(fact)
        return bounds.first or date.min, bounds.last or date.max


def _class_of(length: timedelta) -> timedelta:
    """How far before the last day of such a span its first can lie."""
    return next((longest for longest in LENGTHS if length <= longest), timedelta.max)


class Shelf:
    """The facts under one name in fold order; on demand by the days of an axis, and by group, the last first."""

    def __init__(self) -> None:
        self._row = Row()
        self._spans: dict[object, Spans] = {}
        self._groups: dict[tuple[str, ...], dict[Hashable, Row]] = {}

    def add(self, facts: Sequence[Fact]) -> None:
        """File more facts: a few in their places, many all at once."""
        if len(facts) > 16 + len(self._row) // 16:
            self._row = Row(sorted([*self._row.facts, *facts], key=_order))
            self._spans, self._groups = {}, {}
        else:
            for fact in facts:
                self._row.insert(bisect_right(self._row.facts, fact.order, key=_order), fact)
                for spans in self._spans.values():
                    spans.add(fact)
                for attributes, groups in self._groups.items():
                    together = fact.values(attributes)
                    own = groups[together].facts if together in groups else []
                    groups[together] = _last_first([*own, fact])

    @property
    def facts(self) -> Sequence[Fact]:
        """All of them, in fold order."""
        return self._row.facts

    def held(self, cut: Holding) -> list[Fact]:
        """Those that a cut has, in fold order."""
        return self._row.held(cut)

    def spans(self, key: object, placing: Placing) -> Spans:
        """The facts by their bounds, which the placing of that key gives."""
        if key not in self._spans:
            self._spans[key] = Spans(placing, self._row.facts)
        return self._spans[key]

    def groups(self, attributes: tuple[str, ...]) -> Mapping[Hashable, Row]:
        """The facts that are equal in these attributes together, the last first."""
        if attributes not in self._groups:
            found: dict[Hashable, list[Fact]] = {}
            for fact in self._row.facts:
                found.setdefault(fact.values(attributes), []).append(fact)
            self._groups[attributes] = {together: _last_first(own) for together, own in found.items()}
        return self._groups[attributes]


def _last_first(facts: Iterable[Fact]) -> Row:
    """The last by rank first; those of equal rank in fold order."""
    return Row(sorted(sorted(facts, key=_order), key=_rank, reverse=True))
