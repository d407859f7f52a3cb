"""Who is in a set on each of many days, as masks alone: what is asked of every day on which a population turns.

The same as evaluating the set on each day, for what an index answers; the fold does that, and is held to be equal.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.indicators.duties.obligations import masks_through
from services.indicators.evaluation.selecting import UNNAMED, checks_of, met, states_named, window_of
from services.indicators.grammar.expression import All, Any_, Fact, Obliged, Population
from services.indicators.grammar.growing import grows
from services.indicators.world.clock import GROUPS
from services.indicators.world.found import Found
from services.indicators.world.placing import days_of_truth
from services.indicators.world.scene import Scene
from services.indicators.world.stateset import everybody, mask

Evaluate = Callable[[Any, Scene], Found]
"""`found` of sets.py, handed in because populations and sets rest on one another."""


@dataclass(frozen=True, slots=True)
class Masks:
    """A set of States without what speaks for them: as in Found."""

    certain: int
    possible: int
    pending: int = 0

    @classmethod
    def of(cls, found: Found) -> Masks:
        """Of a whole answer."""
        return cls(found.certain, found.possible, found.pending)


def day_by_day(node: Any, scene: Scene, days: Sequence[date], evaluate: Evaluate) -> Sequence[Masks]:
    """The set on each of the days, which are in order; `evaluate` gives the whole answer in a scene."""
    if not days:
        return ()
    populations = scene.definition.populations
    match node:
        case Population() if node.at in (None, "last"):
            if node.population in GROUPS:
                return [Masks(one & other, one | other) for one, other in _shown(node.population, scene, days)]
            if node.population in populations:
                return day_by_day(populations[node.population], scene, days, evaluate)
        case All():
            each = [day_by_day(one, scene, days, evaluate) for one in node.all]
            return [_in_all(masks) for masks in zip(*each, strict=True)]
        case Any_():
            each = [day_by_day(one, scene, days, evaluate) for one in node.any]
            return [_in_any(masks) for masks in zip(*each, strict=True)]
        case Obliged():
            steps = masks_through(node.obliged, set(node.status), scene.world, days[0], days[-1])
            return _on(days, [(day, Masks(certain, possible)) for day, certain, possible in steps])
        case Fact() if grows(node, populations) and not _looks_elsewhere(node, scene):
            return _on(days, list(_growing(node, scene, days)))
    return [Masks.of(evaluate(node, scene.on(day))) for day in days]


def _shown(group: str, scene: Scene, days: Iterable[date]) -> Iterator[tuple[int, int]]:
    return (scene.world.clock.on(group, day) for day in days)


def _in_all(masks: Sequence[Masks]) -> Masks:
    certain = possible = everybody()
    pending = 0
    for one in masks:
        certain, possible, pending = certain & one.certain, possible & one.possible, pending | one.pending
    return Masks(certain, possible, pending & possible & ~certain)


def _in_any(masks: Sequence[Masks]) -> Masks:
    certain = possible = pending = 0
    for one in masks:
        certain, possible, pending = certain | one.certain, possible | one.possible, pending | one.pending
    return Masks(certain, possible, pending & ~certain)


def _on(days: Sequence[date], steps: Sequence[tuple[date, Masks]]) -> list[Masks]:
    """What the steps, each from a day on, come to on the days; none of which lies before the first step."""
    begins = [day for day, _ in steps]
    return [steps[bisect_right(begins, day) - 1][1] for day in days]


def _looks_elsewhere(node: Fact, scene: Scene) -> bool:
    """Whether what it selects depends on more than one window of days: a meeting's, or a set of States."""
    conditions = (*node.where.values(), *node.having.values())
    among = any(getattr(one, "among", None) is not None for one in conditions)
    return among or window_of(node, scene.on(scene.frame.last)).axis == "meeting"


def _growing(node: Fact, scene: Scene, days: Sequence[date]) -> Iterator[tuple[date, Masks]]:
    """The steps in which facts come in as the window, whose first day stands, reaches further."""
    at_last, where = scene.on(days[-1]), [*checks_of(node.where, {}), *checks_of(node.having, {})]
    window = window_of(node, at_last)
    whole = at_last.days(window)
    certain: dict[date, int] = {}
    possible: dict[date, int] = {}
    for fact in scene.world.of_kinds_in(node.fact, window.axis, node.date, whole):
        maybe, yes = days_of_truth(fact, window.axis, node.date, whole)
        if maybe is None or not met(fact, where):
            continue
        nobody = node.state is not None and fact.attribute(node.state) == UNNAMED
        own = everybody() if nobody else mask(states_named(fact, node.state))
        possible[maybe] = possible.get(maybe, 0) | own
        if yes is not None and fact.sure and not nobody:
            certain[yes] = certain.get(yes, 0) | own
    sure = may = 0
    for day in sorted({date.min, *certain, *possible}):
        sure, may = sure | certain.get(day, 0), may | possible.get(day, 0)
        yield day, Masks(sure, may)
