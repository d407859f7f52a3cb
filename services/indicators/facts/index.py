"""Facts in an index: those of one name that stand at a cut and touch some days, without folding all the others.

Whether a fact stands depends on its own entry alone: on itself and on what corrects, revises or retracts it, however
often (model §6). So each such *cluster* is folded by itself, by the rules that fold everything, and a fact that nothing
is linked to stands where the cut holds it. Facts are only added; a cut that does not hold them does not see them.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter
from typing import Final

from services.indicators.facts.arrivals import Arrivals
from services.indicators.facts.fact import Bounds, Fact
from services.indicators.facts.lineage import standing_among
from services.indicators.grammar.expression import ANNOUNCEMENTS

Name = tuple[str, ...]
"""What facts are filed under: (`kind`, ReportSubmitted), (`code`, workplan.annual), (`judged`, event, word)."""

INITIAL: Final[Name] = ("initial reports",)
"""What initial reports are filed under besides."""

Placing = Callable[[Fact], Bounds]
"""The days by which a window of some axis is to find a fact."""

LENGTHS: Final = (timedelta(0), timedelta(days=31), timedelta(days=366))
"""Spans of days are kept apart by length: what touches a window ends within that of it."""


@dataclass(frozen=True)
class Holding:
    """What a cut holds: positions, and the day by which facts were recorded; and the day by which they were known."""

    limits: Mapping[str, int]
    recorded_by: date | None
    known_by: date | None
    outcomes: dict[Cluster, Mapping[str, Fact]] = field(default_factory=dict)

    def holds(self, fact: Fact) -> bool:
        """Whether the cut knows of the fact at all."""
        held = fact.position <= self.limits.get(fact.ledger, 0)
        return held and (self.recorded_by is None or fact.recorded <= self.recorded_by)

    def knows(self, fact: Fact) -> bool:
        """Whether the fact counts by the cut's day."""
        return self.known_by is None or fact.known <= self.known_by

    def among(self, facts: Iterable[Fact], ledger: str) -> list[Fact]:
        """Those of some facts of one ledger that it holds and that count."""
        limit, known_by, recorded_by = self.limits.get(ledger, 0), self.known_by, self.recorded_by
        held = [fact for fact in facts if fact.position <= limit]
        if known_by is not None:
            held = [fact for fact in held if fact.known <= known_by]
        return held if recorded_by is None else [fact for fact in held if fact.recorded <= recorded_by]


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


class Spans:
    """The facts of a shelf by the days that a window looks for: single days apart, and short spans from long ones."""

    def __init__(self, placing: Placing, facts: Iterable[Fact]) -> None:
        self._placing = placing
        self._rows: dict[timedelta, tuple[list[date], list[date], list[Fact]]] = {}
        bounds = [(placing(fact), fact) for fact in facts]
        for one, fact in sorted(bounds, key=lambda pair: pair[0].last or date.max):
            self._insert(one, fact, at_end=True)

    def add(self, fact: Fact) -> None:
        """File one more."""
        self._insert(self._placing(fact), fact)

    def touching(self, first: date, last: date) -> Iterator[Fact]:
        """Every fact whose bounds touch these days."""
        for longest, (ends, begins, facts) in self._rows.items():
            through = last + longest if longest < date.max - last else date.max
            low, high = bisect_left(ends, first), bisect_right(ends, through)
            if not longest:
                yield from facts[low:high]
            else:
                yield from (
                    fact for begin, fact in zip(begins[low:high], facts[low:high], strict=True) if begin <= last
                )

    def count(self, first: date, last: date) -> int:
        """How many facts there are between the ends of those that touch these days."""
        return sum(bisect_right(ends, last) - bisect_left(ends, first) for ends, _, _ in self._rows.values())

    def _insert(self, bounds: Bounds, fact: Fact, *, at_end: bool = False) -> None:
        begin, end = bounds.first or date.min, bounds.last or date.max
        ends, begins, facts = self._rows.setdefault(_class_of(end - begin), ([], [], []))
        at = len(ends) if at_end else bisect_right(ends, end)
        ends.insert(at, end)
        begins.insert(at, begin)
        facts.insert(at, fact)


def _class_of(length: timedelta) -> timedelta:
    """How far before the last day of such a span its first can lie."""
    return next((longest for longest in LENGTHS if length <= longest), timedelta.max)


class Shelf:
    """The facts under one name, which are of one ledger: in fold order; and on demand by the days of some axis, or
    those that are equal in some attributes together, the last first.
    """

    def __init__(self, ledger: str) -> None:
        self.ledger = ledger
        self.facts: list[Fact] = []
        self._known: list[date] = []
        self._spans: dict[object, Spans] = {}
        self._groups: dict[tuple[str, ...], dict[Hashable, list[Fact]]] = {}

    def add(self, facts: Sequence[Fact]) -> None:
        """File more facts: a few in their places, many all at once."""
        if len(facts) > 16 + len(self.facts) // 16:
            self.facts.extend(facts)
            self.facts.sort(key=_order)
            self._known = [fact.known for fact in self.facts]
            self._spans, self._groups = {}, {}
        else:
            for fact in facts:
                at = bisect_right(self.facts, fact.order, key=_order)
                self.facts.insert(at, fact)
                self._known.insert(at, fact.known)
                for spans in self._spans.values():
                    spans.add(fact)
                for attributes, groups in self._groups.items():
                    own = groups.setdefault(fact.values(attributes), [])
                    own[:] = _last_first([*own, fact])

    def known(self, cut: Holding) -> Sequence[Fact]:
        """The facts known by the cut's day, whether it holds them or not: their order begins with that day."""
        if cut.known_by is None:
            return self.facts
        return self.facts[: bisect_right(self._known, cut.known_by)]

    def spans(self, key: object, placing: Placing) -> Spans:
        """The facts by their bounds, which the placing of that key gives."""
        if key not in self._spans:
            self._spans[key] = Spans(placing, self.facts)
        return self._spans[key]

    def groups(self, attributes: tuple[str, ...]) -> Mapping[Hashable, Sequence[Fact]]:
        """The facts that are equal in these attributes together, the last first."""
        if attributes not in self._groups:
            found: dict[Hashable, list[Fact]] = {}
            for fact in self.facts:
                found.setdefault(fact.values(attributes), []).append(fact)
            self._groups[attributes] = {values: _last_first(own) for values, own in found.items()}
        return self._groups[attributes]


def _last_first(facts: Iterable[Fact]) -> list[Fact]:
    """The last by rank first; those of equal rank in fold order."""
    return sorted(sorted(facts, key=_order), key=_rank, reverse=True)


class FactIndex:
    """All facts, filed. Safe to read in one thread while another adds."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.by_id: dict[str, Fact] = {}
        self.digests: dict[object, object] = {}
        self.shared: dict[object, object] = {}
        self._shelves: dict[Name, Shelf] = {}
        self._arrivals: dict[str, Arrivals] = {}
        self._linked: dict[str, list[str]] = {}
        self._clusters: dict[str, Cluster] = {}
        self._lock = threading.RLock()
        self.add(facts)

    def add(self, facts: Iterable[Fact]) -> None:
        """File more facts, each once; what the clock announced is none that a figure reads."""
        arrived: dict[str, list[Fact]] = {}
        for fact in facts:
            arrived.setdefault(fact.ledger, []).append(fact)
        new = [fact for own in arrived.values() for fact in own if fact.kind not in ANNOUNCEMENTS]
        with self._lock:
            for ledger, own in arrived.items():
                self._arrivals.setdefault(ledger, Arrivals()).add(own)
            filed: dict[Name, list[Fact]] = {}
            for fact in new:
                self.by_id[fact.id] = fact
                for name in names_of(fact):
                    filed.setdefault(name, []).append(fact)
                self._link(fact)
            for name, under in filed.items():
                self._shelves.setdefault(name, Shelf(under[0].ledger)).add(under)
            self._gather(fact.id for fact in new if fact.id in self._linked)

    def reached(self, ledger: str, limit: int, day: date) -> int:
        """The last position of a ledger, up to a limit, that was recorded by a day; 0 where none was."""
        with self._lock:
            arrivals = self._arrivals.get(ledger)
            return arrivals.reached(limit, day) if arrivals else 0

    def names(self, what: str) -> list[Name]:
        """The names under which facts are filed, of one sort."""
        with self._lock:
            return [name for name in self._shelves if name[0] == what]

    def standing(self, name: Name, cut: Holding) -> list[Fact]:
        """The facts under a name that stand at a cut, in fold order."""
        with self._lock:
            shelf = self._shelves.get(name)
            return self._stand(shelf.known(cut), shelf.ledger, cut) if shelf else []

    def touching(self, name: Name, cut: Holding, key: object, placing: Placing, first: date, last: date) -> list[Fact]:
        """Those of them whose bounds touch these days; `key` names the placing that gives the bounds."""
        with self._lock:
            shelf = self._shelves.get(name)
            if shelf is None:
                return []
            near = shelf.spans(key, placing).touching(first, last)
            return sorted(self._stand(near, shelf.ledger, cut), key=_order)

    def groups(self, name: Name, attributes: tuple[str, ...], cut: Holding) -> list[Iterator[Fact]]:
        """The facts under a name that stand at a cut, those that are equal in some attributes together, last first.

        Of each group only as many are looked at as are asked for.
        """
        with self._lock:
            shelf = self._shelves.get(name)
            groups = [list(own) for own in shelf.groups(attributes).values()] if shelf else []
        return [self._each(own, cut) for own in groups]

    def sizes(
        self, name: Name, attributes: tuple[str, ...], key: object, placing: Placing, first: date, last: date
    ) -> tuple[int, int]:
        """How many facts under a name touch some days, at least, and how many groups there are."""
        with self._lock:
            shelf = self._shelves.get(name)
            if shelf is None:
                return 0, 0
            return shelf.spans(key, placing).count(first, last), len(shelf.groups(attributes))

    def _each(self, facts: Iterable[Fact], cut: Holding) -> Iterator[Fact]:
        return (own for fact in facts if (own := self.one(fact, cut)) is not None)

    def last(self, name: Name, cut: Holding) -> Fact | None:
        """The last fact in fold order under a name that stands at a cut."""
        with self._lock:
            shelf = self._shelves.get(name)
            known = shelf.known(cut) if shelf else ()
            return next((own for fact in reversed(known) if (own := self.one(fact, cut)) is not None), None)

    def one(self, fact: Fact, cut: Holding) -> Fact | None:
        """The fact as it stands at a cut, None where it does not."""
        cluster = self._clusters.get(fact.id)
        if cluster is not None:
            return cluster.at(cut).get(fact.id)
        return fact if cut.holds(fact) and cut.knows(fact) else None

    def anything(self, cut: Holding) -> bool:
        """Whether any fact stands at a cut."""
        with self._lock:
            return any(self.last(name, cut) is not None for name in self._shelves if name[0] == "kind")

    def _stand(self, facts: Iterable[Fact], ledger: str, cut: Holding) -> list[Fact]:
        """Those of some facts that stand, in their order."""
        clusters, found = self._clusters, []
        for fact in cut.among(facts, ledger):
            cluster = clusters.get(fact.id)
            own = fact if cluster is None else cluster.at(cut).get(fact.id)
            if own is not None:
                found.append(own)
        return found

    def _link(self, fact: Fact) -> None:
        for target in (fact.corrects, fact.revises, fact.retracts):
            if target is not None:
                self._linked.setdefault(fact.id, []).append(target)
                self._linked.setdefault(target, []).append(fact.id)

    def _gather(self, ids: Iterable[str]) -> None:
        """Make the clusters of these facts anew."""
        done: set[str] = set()
        for id in ids:
            if id in done:
                continue
            together = self._together(id)
            done |= together
            cluster = Cluster([self.by_id[one] for one in sorted(together & self.by_id.keys())])
            for fact in cluster.facts:
                self._clusters[fact.id] = cluster

    def _together(self, id: str) -> set[str]:
        found: set[str] = set()
        ahead = [id]
        while ahead:
            one = ahead.pop()
            if one not in found:
                found.add(one)
                ahead += self._linked.get(one, ())
        return found


def names_of(fact: Fact) -> Iterator[Name]:
    """What a fact is filed under."""
    yield ("kind", fact.kind)
    if fact.kind == "PracticeReported":
        yield ("code", fact.data["code"])
    elif fact.kind == "PracticeAssessed":
        yield ("judged", fact.data["target_event"], fact.data["criterion"])
    elif fact.kind == "RequestContentAssessed":
        yield ("judged", fact.data["request_id"], fact.data["item"])
    elif fact.kind == "ReportSubmitted" and fact.data["kind"] == "initial":
        yield INITIAL


_order = attrgetter("order")
_rank = attrgetter("rank")
