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


@dataclass(frozen=True)
class Coverage:
    """The declarations of completeness that stand at a cut, by subject."""

    by_subject: Mapping[str, Sequence[Fact]] = field(default_factory=dict)

    def leaf(self, subject: str, alternatives: Alternatives, first: date, last: date) -> Leaf:
        """Whether the record is complete for one question from `first` to `last`, both included."""
        answers = [self._alternative(subject, subjects, first, last) for subjects in alternatives]
        return max(answers, key=lambda leaf: (leaf.covered, leaf.through or date.min))

    def _alternative(self, subject: str, subjects: Sequence[str], first: date, last: date) -> Leaf:
        used: list[Fact] = []
        through: date | None = date.max
        for one in subjects:
            declared = self.by_subject.get(one, ())
            reached = _complete_through(declared, first)
            through = min(through, reached) if through and reached else None
            used += [d for d in declared if _first(d) <= last and _last(d) >= first]
        covered = first <= last and through is not None and through >= last
        return Leaf(subject, first, last, covered, through, tuple(used))

    def nil(self, subjects: Iterable[str], first: date, last: date) -> bool:
        """Whether a source says outright that there was none in these days."""
        return any(
            bool(d.data.get("nil")) and _first(d) <= first and _last(d) >= last
            for subject in subjects
            for d in self.by_subject.get(subject, ())
        )


def coverage(declarations: Iterable[Fact]) -> Coverage:
    """The coverage that these CoverageDeclared facts add up to."""
    found: dict[str, list[Fact]] = {}
    for declaration in declarations:
        for subject in declaration.data["subjects"]:
            found.setdefault(subject, []).append(declaration)
    return Coverage(found)


def _complete_through(declarations: Sequence[Fact], first: date) -> date | None:
    """The last day of the unbroken span of complete declarations that contains `first`; None when none does."""
    reached = first - ONE_DAY
    for declaration in sorted(filter(_complete, declarations), key=_first):
        if _first(declaration) > reached + ONE_DAY:
            break
        reached = max(reached, _last(declaration))
    return reached if reached >= first else None


def _complete(declaration: Fact) -> bool:
    return declaration.data["completeness"] == "complete" or bool(declaration.data.get("nil"))


def _first(declaration: Fact) -> date:
    return date.fromisoformat(declaration.data["from"])


def _last(declaration: Fact) -> date:
    return date.fromisoformat(declaration.data["through"])
