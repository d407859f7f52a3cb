"""What became of a figure since it was told last, and why: the causes of a restatement, each with its events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from services.indicators.facts.fact import Fact
from services.indicators.history.following import Followed, Now, Told, observation, same, seen_at, start_of
from services.indicators.history.restatement import Cause, Side, cause_of, same_answer, side_of, stretch, way
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Cut
from shared.events.indicators import ChangeCause, FigureAnswer, FigureChanged, FiguresObserved

MOST_WALKED: Final = 40
"""Events that can matter and are applied one by one; more than that moved the figure together."""

MOST_NAMED: Final = 50
"""Events that a cause names; of more it says how many there are."""

Because = tuple[Cause, str | None]
"""A cause, and the id of the event behind it where there is one."""


def notices(
    record: Record, plan: str, cycle: Cycle, figures: Mapping[str, Now], before: Told, now: Cut
) -> Iterator[FiguresObserved | FigureChanged]:
    """What is to be told of a set: that it is followed, or each figure that is not what was told of it last."""
    if (plan, cycle.name) not in before.sets:
        if figures:
            yield observation(plan, cycle, figures, now)
        return
    for indicator, figure in figures.items():
        followed = before.figures.get((indicator, cycle.name))
        if followed is None or not same(followed.answer, figure.answer):
            yield changed(record, plan, indicator, cycle, followed, figure.answer, now)


def changed(
    record: Record, plan: str, indicator: str, cycle: Cycle, before: Followed | None, new: FigureAnswer, now: Cut
) -> FigureChanged:
    """The notice that a figure is not what it was told to be; `before` is None for what was not followed yet."""
    because, together = _causes(record, indicator, cycle, before, now)
    old = _plain(before.answer) if before else None
    was, is_ = _members(old), _members(new)
    return FigureChanged(
        indicator=indicator,
        plan=plan,
        cycle=cycle.name,
        meeting=cycle.meeting,
        effective_at=now.effective_at,
        change=1 + (before.change if before else 0),
        old=old,
        new=new,
        entering=tuple(sorted(is_ - was)),
        leaving=tuple(sorted(was - is_)),
        causes=grouped(because),
        together=together,
        since=seen_at(before.at) if before else None,
        until=seen_at(now),
    )


def _causes(
    record: Record, indicator: str, cycle: Cycle, before: Followed | None, now: Cut
) -> tuple[list[Because], bool]:
    """Why, in fold order, and whether the events were too many to be applied one by one."""
    if before is None:
        return [("definition", record.versions[indicator][-1].fact)], False
    start = start_of(before, now)
    known_by = min(cycle.last, start.known_by)
    between = stretch(record, indicator, "inForce", cycle, start, now)
    if between is None:
        return [], False
    first: list[Because] = []
    if before.at.effective_at != now.effective_at:
        first = [("definition", id) for id in _defining(record, cycle)]
    elif not same_answer(_side(before.answer), between.start):
        first = [("codeChange", None)]
    if len(between.moving) > MOST_WALKED:
        return [*first, *_because(between.moving, known_by)], True
    found = way(record, indicator, "inForce", cycle, start, now)
    steps = found.steps if found else ()
    return [*first, *_because((step.event for step in steps), known_by)], False


def _because(events: Iterable[Fact | None], known_by: date) -> list[Because]:
    """As `restate` says it: late is what became known after the cycle, or, while it runs, after the last look."""
    return [(cause_of(event, known_by), event.id) for event in events if event is not None]


def _defining(record: Record, cycle: Cycle) -> list[str]:
    own = (fact for fact in record.held if fact.kind == "CycleDefined" and fact.data["cycle"] == cycle.name)
    return [fact.id for fact in own]


def grouped(because: Iterable[Because]) -> tuple[ChangeCause, ...]:
    """One entry for each cause, in the order in which they first appear."""
    found: dict[Cause, list[str]] = {}
    for cause, event in because:
        found.setdefault(cause, []).extend([event] if event is not None else [])
    return tuple(
        ChangeCause(cause=cause, events=tuple(ids[:MOST_NAMED]), number=len(ids)) for cause, ids in found.items()
    )


def _plain(answer: FigureAnswer) -> FigureAnswer:
    """The answer alone, without the name that an observation gives it."""
    return FigureAnswer(**{name: getattr(answer, name) for name in FigureAnswer.model_fields})


def _members(answer: FigureAnswer | None) -> frozenset[str]:
    """The States that an answer counts."""
    return frozenset() if answer is None else _side(answer).members


def _side(answer: FigureAnswer) -> Side:
    return side_of(answer.model_dump(mode="json", by_alias=True))
