"""Facts in an index: those of one name that stand at a cut and touch some days, without folding all the others.

Whether a fact stands depends on its own entry alone: on itself and on what corrects, revises or retracts it, however
often (model §6). So each such *cluster* is folded by itself, by the rules that fold everything, and a fact that nothing
is linked to stands where the cut holds it. Facts are only added; a cut that does not hold them does not see them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Final

from services.indicators.facts.arrivals import Arrivals
from services.indicators.facts.fact import Fact
from services.indicators.facts.holding import Cluster, Holding
from services.indicators.facts.shelf import Placing, Shelf
from services.indicators.grammar.expression import ANNOUNCEMENTS

Name = tuple[str, ...]
"""What facts are filed under: (`kind`, ReportSubmitted), (`code`, workplan.annual), (`judged`, event, word)."""

INITIAL: Final[Name] = ("initial reports",)
"""What initial reports are filed under besides."""


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
                self._shelves.setdefault(name, Shelf()).add(under)
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
            return list(self._standing(shelf.held(cut), cut)) if shelf else []

    def touching(self, name: Name, cut: Holding, key: object, placing: Placing, first: date, last: date) -> list[Fact]:
        """Those of them whose bounds touch these days; `key` names the placing that gives the bounds."""
        with self._lock:
            shelf = self._shelves.get(name)
            if shelf is None:
                return []
            near = shelf.spans(key, placing).touching(first, last, cut)
            return sorted(self._standing(near, cut), key=_order)

    def groups(self, name: Name, attributes: tuple[str, ...], cut: Holding) -> list[Iterator[Fact]]:
        """The facts under a name that stand at a cut, those that are equal in some attributes together, last first.

        Of each group only as many are looked at as are asked for.
        """
        with self._lock:
            shelf = self._shelves.get(name)
            if shelf is None:
                return []
            groups = [own.held(cut) for own in shelf.groups(attributes).values()]
        return [self._standing(own, cut) for own in groups if own]

    def sizes(
        self, name: Name, attributes: tuple[str, ...], key: object, placing: Placing, first: date, last: date
    ) -> tuple[int, int]:
        """How many facts under a name touch some days, at least, and how many groups there are."""
        with self._lock:
            shelf = self._shelves.get(name)
            if shelf is None:
                return 0, 0
            return shelf.spans(key, placing).count(first, last), len(shelf.groups(attributes))

    def last(self, name: Name, cut: Holding) -> Fact | None:
        """The last fact in fold order under a name that stands at a cut."""
        with self._lock:
            shelf = self._shelves.get(name)
            facts = shelf.facts if shelf else ()
            return next((own for fact in reversed(facts) if (own := self.one(fact, cut)) is not None), None)

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

    def _standing(self, held: Iterable[Fact], cut: Holding) -> Iterator[Fact]:
        """Those of the facts that a cut has that stand, in their order."""
        clusters = self._clusters
        for fact in held:
            cluster = clusters.get(fact.id)
            own = fact if cluster is None else cluster.at(cut).get(fact.id)
            if own is not None:
                yield own

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
