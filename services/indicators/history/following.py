"""What became of each figure that is followed: the ledger's own notices say what it was last (model §8). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.indicators.evaluation.measures import plain
from services.indicators.facts.fact import Fact
from services.indicators.figures.figure import Figure
from services.indicators.figures.figure_hash import hashed_row, set_hash, stated
from services.indicators.figures.figure_set import FigureSet
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import UNREAD, Cut
from shared.events.indicators import (
    FigureAnswer,
    FigureChanged,
    FiguresObserved,
    ObservedFigure,
    SeenAt,
)

Key = tuple[str, str]
"""A figure: an indicator and a cycle."""

NOTICES = ("FiguresObserved", "FigureChanged")


@dataclass(frozen=True, slots=True)
class Followed:
    """A figure as it was told last: its answer, the cut at which that was so, and how many changes there were."""

    answer: FigureAnswer
    at: Cut
    change: int = 0


@dataclass(frozen=True)
class Told:
    """All that the ledger has told of figures: what each was last, and which sets are followed, by plan and cycle."""

    figures: Mapping[Key, Followed]
    sets: frozenset[tuple[str, str]]


def told(facts: Iterable[Fact]) -> Told:
    """What these facts tell of figures, in the order of their recording."""
    figures: dict[Key, Followed] = {}
    sets: set[tuple[str, str]] = set()
    for fact in sorted((one for one in facts if one.kind in NOTICES), key=lambda one: one.position):
        if fact.kind == "FigureChanged":
            changed = FigureChanged.model_validate(dict(fact.data))
            seen = _seen(changed.until, changed.effective_at)
            figures[changed.indicator, changed.cycle] = Followed(changed.new, seen, changed.change)
        else:
            observed = FiguresObserved.model_validate(dict(fact.data))
            sets.add((observed.plan, observed.cycle))
            seen = _seen(observed.seen, observed.effective_at)
            figures |= {(one.indicator, observed.cycle): Followed(one, seen) for one in observed.figures}
    return Told(figures, frozenset(sets))


def sets_to_follow(record: Record, ends: Mapping[str, date]) -> list[tuple[str, Cycle]]:
    """Each plan in every cycle that its time touches, from its first version in force to its last day, if any."""
    begun = {plan: _begins(record, plan) for plan in record.plans()}
    cycles = sorted(record.cycles.values(), key=lambda one: (one.first, one.name))
    return [
        (plan, cycle)
        for cycle in cycles
        for plan, first in begun.items()
        if first <= cycle.last and cycle.first <= ends.get(plan, date.max)
    ]


def _begins(record: Record, plan: str) -> date:
    return min(one.in_force for name in record.indicators(plan) for one in record.versions[name])


def cut_now(record: Record, cycle: Cycle, today: date) -> Cut:
    """The cut of a cycle's now-figure: its last day, seen with all that is held and known today."""
    return Cut("reconstructed", today, cycle.last, record.positions)


def reach(record: Record) -> tuple[tuple[str, int], ...]:
    """How far the facts that figures read go in each ledger: notices after that change no figure."""
    last: dict[str, int] = {}
    for fact in record.facts:
        if fact.kind not in UNREAD or fact.kind == "IndicatorDefined":
            last[fact.ledger] = max(last.get(fact.ledger, 0), fact.position)
    return tuple(sorted(last.items()))


@dataclass(frozen=True, slots=True)
class Now:
    """A figure as it is now: the row that is hashed, and the answer as the ledger will hold it."""

    row: Mapping[str, Any]
    answer: FigureAnswer

    @classmethod
    def of(cls, figure: Figure) -> Now:
        """What is kept of a figure; the world that it was computed from is not."""
        row = hashed_row(figure)
        kept, value = stated(row), plain(figure.first.value)
        answer = FigureAnswer(
            status=kept["status"],
            value=None if value is None else str(value),
            definition_version=figure.definition.indicator.version,
            definition_hash=kept["definitionHash"],
            parts=tuple(kept["parts"]),
            reason_code=kept.get("reasonCode"),
        )
        return cls(row, answer)


def now_of(record: Record, plan: str, cycle: Cycle, now: Cut) -> dict[str, Now]:
    """The now-figures of a plan in a cycle, by indicator."""
    figures = FigureSet(record, cycle, now, "inForce").of_plan(plan)
    return {one.definition.indicator.id: Now.of(one) for one in figures}


def same(one: FigureAnswer, other: FigureAnswer) -> bool:
    """Whether two answers agree in all that is hashed of them; the definition may be another."""
    return (one.status, list(one.parts), one.reason_code) == (other.status, list(other.parts), other.reason_code)


def observation(plan: str, cycle: Cycle, figures: Mapping[str, Now], cut: Cut) -> FiguresObserved:
    """The set that is followed from now on, by indicator."""
    names = sorted(figures)
    rows = [figures[name].row for name in names]
    return FiguresObserved(
        plan=plan,
        cycle=cycle.name,
        meeting=cycle.meeting,
        effective_at=cut.effective_at,
        seen=seen_at(cut),
        hash=set_hash({"meeting": cycle.name, **cut.echoed(), "figures": rows}),
        figures=tuple(ObservedFigure(indicator=name, **dict(figures[name].answer)) for name in names),
    )


def seen_at(cut: Cut) -> SeenAt:
    """What a cut knew, without the day that it looks at."""
    return SeenAt(known_by=cut.known_by, positions=dict(cut.positions))


def _seen(at: SeenAt, effective_at: date) -> Cut:
    return Cut("reconstructed", at.known_by, effective_at, tuple(sorted(at.positions.items())))


def start_of(followed: Followed, end: Cut) -> Cut:
    """Where the way to `end` begins: never later known than it ends, though a clock was set back."""
    return replace(followed.at, effective_at=end.effective_at, known_by=min(followed.at.known_by, end.known_by))
