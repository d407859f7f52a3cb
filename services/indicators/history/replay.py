"""A figure set computed from ledgers' facts alone, for replays and for seals. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.indicators.facts.fact import Fact
from services.indicators.figures.figure_set import FigureSet
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.record import Record
from shared.problems import Problem


def replayed(
    facts: Sequence[Fact], question: Question, heads: Mapping[str, int], today: date, plan: str | None = None
) -> dict[str, Any]:
    """`{meeting, basis, knownBy, effectiveAt, positions, hash, figures}` of a plan, or of all. Raises Problem."""
    return set_of(facts, question, heads, today, plan).answered(plan)


def set_of(
    facts: Sequence[Fact], question: Question, heads: Mapping[str, int], today: date, plan: str | None
) -> FigureSet:
    """The figures of a question over facts that reach its positions. Raises Problem 404, 422."""
    asked = dict(question.positions)
    record = Record(facts, tuple(sorted((ledger, asked.get(ledger, head)) for ledger, head in heads.items())))
    if plan is not None:
        check_plan(record, plan)
    cycle, cut = cut_of(question, record.cycles, heads, today)
    return FigureSet(record, cycle, record.attested(cut), question.definition)


def check_plan(record: Record, plan: str, field: str = "query:plan") -> None:
    """Raise Problem 404 `plan-unknown` unless the record defines indicators of the plan."""
    if plan not in record.plans():
        known = ", ".join(record.plans()) or "none"
        detail = f"no plan is called {plan!r}; there are: {known}"
        raise Problem(404, "plan-unknown", "No such plan", detail, field=field)
