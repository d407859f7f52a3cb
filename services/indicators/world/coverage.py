"""Coverage decides zero: for which questions and days the record is declared complete (model §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.indicators.facts.fact import Fact
from services.indicators.grammar.expression import Condition, Test
from services.indicators.world.found import Leaf

ONE_DAY = timedelta(days=1)

Alternatives = Sequence[Sequence[str]]
"""Ways in which a question can be covered: all subjects of at least one of them must be."""


def subjects_of_code(code: str) -> Alternatives:
    """What can cover a practice code."""
    return ([code], [f"PracticeReported?code={code}"], ["PracticeReported"])


def subjects_of_kind(kind: str, where: Mapping[str, Condition]) -> Alternatives:
    """What can cover a kind under conditions: the kind, or for one attribute each value that is asked for."""
    named = ([f"{kind}?{name}={_text(value)}" for value in _values(condition)] for name, condition in where.items())
    return ([kind], *(subjects for subjects in named if subjects))


def _values(condition: Condition) -> Sequence[object]:
    if isinstance(condition, Test):
        if condition.has is not None:
            return [condition.has]
        return condition.has_any or (condition.has_all or ())[:1]
    return condition if isinstance(condition, tuple) else [condition]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration and its days, both included."""

    fact: Fact
    first: date
    last: date


@dataclass(frozen=True)
class Coverage:
    """The declarations of completeness that stand at a cut, by subject.

    `spans` are the unbroken spans of the complete ones, in order; a subject without any is not there.
    """

    by_subject: Mapping[str, Sequence[Declared]] = field(default_factory=dict)
    spans: Mapping[str, Sequence[tuple[date, date]]] = field(default_factory=dict)

    def leaf(self, subject: str, alternatives: Alternatives, first: date, last: date) -> Leaf:
        """Whether the record is complete for one question from `first` to `last`, both included."""
        answers = [self._alternative(subject, subjects, first, last) for subjects in alternatives]
        return max(answers, key=lambda leaf: (leaf.covered, leaf.through or date.min))

    def _alternative(self, subject: str, subjects: Sequence[str], first: date, last: date) -> Leaf:
        used: list[Fact] = []
        through: date | None = date.max
        for one in subjects:
            reached = self._complete_through(one, first)
            through = min(through, reached) if through and reached else None
            used += [d.fact for d in self.by_subject.get(one, ()) if d.first <= last and d.last >= first]
        covered = first <= last and through is not None and through >= last
        return Leaf(subject, first, last, covered, through, tuple(used))

    def _complete_through(self, subject: str, first: date) -> date | None:
        """The last day of the unbroken span of complete declarations that contains `first`; None when none does."""
        return next((end for begin, end in self.spans.get(subject, ()) if begin <= first <= end), None)

    def through(self, alternatives: Alternatives, first: date) -> date | None:
        """The last day up to which the record is complete for a question from `first` on; None when not even that."""
        ends = ([self._complete_through(one, first) for one in subjects] for subjects in alternatives)
        reached = [min(known) for one in ends if len(known := [end for end in one if end]) == len(one)]
        return max(reached, default=None)

    def nil(self, subjects: Iterable[str], first: date, last: date) -> bool:
        """Whether a source says outright that there was none in these days."""
        return any(
            bool(d.fact.data.get("nil")) and d.first <= first and d.last >= last
            for subject in subjects
            for d in self.by_subject.get(subject, ())
        )


def coverage(declarations: Iterable[Fact]) -> Coverage:
    """The coverage that these CoverageDeclared facts add up to."""
    found: dict[str, list[Declared]] = {}
    for fact in declarations:
        one = Declared(fact, date.fromisoformat(fact.data["from"]), date.fromisoformat(fact.data["through"]))
        for subject in fact.data["subjects"]:
            found.setdefault(subject, []).append(one)
    return Coverage(found, {subject: _unbroken(filter(_complete, own)) for subject, own in found.items()})


def _unbroken(declared: Iterable[Declared]) -> list[tuple[date, date]]:
    """The days of these declarations as spans with at least one day between one and the next."""
    spans: list[tuple[date, date]] = []
    for one in sorted(declared, key=lambda one: one.first):
        if spans and one.first - ONE_DAY <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.last))
        else:
            spans.append((one.first, one.last))
    return spans


def _complete(one: Declared) -> bool:
    return one.fact.data["completeness"] == "complete" or bool(one.fact.data.get("nil"))
