"""Who belongs to a population on a day, on any day of a window, and until when: one membership clock for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, cast

from services.indicators.duties.extensions import KINDS as REQUEST_KINDS
from services.indicators.duties.obligations import KINDS as OBLIGATION_KINDS
from services.indicators.evaluation.daily import Evaluate, Masks, day_by_day
from services.indicators.facts.fact import bounds_of
from services.indicators.grammar.expression import BUILT_IN, Fact, Obliged, Owes, Population, Said, walk
from services.indicators.grammar.growing import grows, parts_of, unsteady_parts
from services.indicators.grammar.window import Node
from services.indicators.plans.definition import named_populations
from services.indicators.world.clock import GROUPS
from services.indicators.world.found import Found, Leaf
from services.indicators.world.frame import Interval
from services.indicators.world.scene import Scene
from services.indicators.world.stateset import bit, everybody
from services.indicators.world.world import World, day_before
from shared.treaty.membership import last_act_that_tells_parties

T = TypeVar("T")


def on_day(name: str, scene: Scene, day: date, evaluate: Evaluate) -> Found:
    """Who is in the population on a day."""
    key = ("on", name, _written(name, scene), scene.frame.cycle, scene.frame.begins, day)
    return _remembered(scene.world, key, lambda: _on_day(name, scene.on(day), evaluate))


def during(name: str, scene: Scene, days: Interval, evaluate: Evaluate) -> Found:
    """Who is in the population on at least one of the days; whether the record is complete is asked of the last."""
    key = ("during", name, _written(name, scene), scene.frame.cycle, scene.frame.begins, days)
    return _remembered(scene.world, key, lambda: _during(name, scene, days, evaluate))


def _on_day(name: str, scene: Scene, evaluate: Evaluate) -> Found:
    if name in BUILT_IN:
        return _built_in(name, scene)
    return evaluate(scene.definition.populations[name], scene)


def _during(name: str, scene: Scene, days: Interval, evaluate: Evaluate) -> Found:
    last = on_day(name, scene, days.last, evaluate)
    certain, possible, pending = last.certain, last.possible, last.pending
    for one in on_days(name, scene, telling_days(name, scene, days), evaluate):
        certain, possible, pending = certain | one.certain, possible | one.possible, pending | one.pending
    open_ = possible if last.complete else possible | last.open
    return Found(certain, possible, open_, pending & ~certain, last.items, last.evidence, last.leaves)


def on_days(name: str, scene: Scene, days: Sequence[date], evaluate: Evaluate) -> Sequence[Masks]:
    """Who is in the population on each of these days, which are in order."""
    if scene.world.nearby is None:
        return [Masks.of(on_day(name, scene, day, evaluate)) for day in days]
    return day_by_day(Population(population=name), scene, days, evaluate)


def telling_days(name: str, scene: Scene, days: Interval) -> list[date]:
    """Days of an interval, besides its last, on which whoever is in a population on any of its days is in it.

    A part that only grows holds most on the last day before another part turns; a population of such parts alone needs
    no day but the last.
    """
    populations = scene.definition.populations
    whole = Population(population=name)
    if not any(grows(part, populations) for part in parts_of(whole, populations)):
        return turning_days(name, scene, days)
    unsteady = unsteady_parts(whole, populations)
    key = ("unsteady", name, _written(name, scene))
    turns = _remembered(scene.world, key, lambda: _days_of(unsteady, scene) if unsteady else frozenset())
    return sorted({day_before(day) for day in turns if days.first < day <= days.last})


def left_on(name: str, scene: Scene, state: str, days: Interval, evaluate: Evaluate) -> date | None:
    """The first day on which a State that was in the population during the days no longer was."""
    own = bit(state)
    left: date | None = None
    seen = sorted({*turning_days(name, scene, days), days.last})
    for day, there in zip(seen, on_days(name, scene, seen, evaluate), strict=True):
        if there.possible & own:
            left = None
        elif left is None:
            left = day
    return left


def turning_days(name: str, scene: Scene, days: Interval) -> list[date]:
    """The days of an interval on which a population can change, the first of them included."""
    found = {days.first}
    for day in _all_turning_days(name, scene):
        if days.first < day <= days.last:
            found.add(day)
    return sorted(found)


def _all_turning_days(name: str, scene: Scene) -> frozenset[date]:
    key = ("turning", name, _written(name, scene))
    return _remembered(scene.world, key, lambda: _gathered(name, scene))


def _gathered(name: str, scene: Scene) -> frozenset[date]:
    return _days_of([Population(population=name)], scene)


def _days_of(parts: Sequence[Node], scene: Scene) -> frozenset[date]:
    """Every day on which something that expressions look at happens or becomes known."""
    world, populations = scene.world, scene.definition.populations
    named = {name for part in parts for name in named_populations(part, populations)}
    nodes = [node for one in (*parts, *(populations[name] for name in named)) for node in walk(one)]
    days = set(world.clock.days)
    for node in nodes:
        if isinstance(node, Fact):
            for fact in world.of_kinds(node.fact):
                bounds = [fact.effective, fact.held]
                dated = node.date and fact.attribute(node.date)
                bounds += [bounds_of(dated)] if dated else []
                days.update(day for one in bounds for day in (one.first, one.last) if day)
        elif isinstance(node, Said | Owes):
            facts = world.by_code.get(node.said, ()) if isinstance(node, Said) else world.of_kinds(["ReportSubmitted"])
            both = (bounds for fact in facts for bounds in (fact.effective, fact.held))
            days.update(day for one in both for day in (one.first, one.last) if day)
        elif isinstance(node, Obliged):
            facts = world.of_kinds([*OBLIGATION_KINDS[node.obliged], *REQUEST_KINDS])
            dated = (bounds for fact in facts for bounds in (fact.effective, fact.held))
            days.update(day for one in dated for day in (one.first, one.last) if day)
            days.update(fact.known for fact in facts)
    return frozenset(days)


def _written(name: str, scene: Scene) -> str:
    return "" if name in BUILT_IN else scene.definition.meanings[name]


def _remembered(world: World, key: tuple[Any, ...], find: Callable[[], T]) -> T:
    if key not in world.memo:
        world.memo[key] = find()
    return cast(T, world.memo[key])  # the key names the kind of answer


def _built_in(name: str, scene: Scene) -> Found:
    day, world = scene.frame.last, scene.world
    if name == "states":
        return Found(everybody(), everybody(), everybody())
    if name in GROUPS:
        one, other = world.clock.on(name, day)
        certain, possible = one & other, one | other
    else:
        inside = ("deposited", "signatories") if name == "not_party" else ("parties",)
        groups = [_built_in(group, scene) for group in inside]
        certain = everybody() & ~_any(group.possible for group in groups)
        possible = everybody() & ~_any(group.certain for group in groups)
    leaves = _clock_leaves(name, scene)
    open_ = possible if all(leaf.covered for leaf in leaves) else everybody()
    if name in ("not_party", "outside") and open_ != possible:
        certain = 0  # without complete depositary records nobody is certainly outside
    return Found(certain, possible, open_, leaves=leaves)


def _any(masks: Any) -> int:
    found = 0
    for one in masks:
        found |= one
    return found


def _clock_leaves(name: str, scene: Scene) -> tuple[Leaf, ...]:
    kinds = ["InstrumentDeposited", "WithdrawalNotified"]
    if name in ("signatories", "not_party"):
        kinds.append("SignatureRecorded")
    return tuple(_clock_leaf(name, kind, scene) for kind in kinds)


def _clock_leaf(name: str, kind: str, scene: Scene) -> Leaf:
    """Whether the acts of a kind are all there; who is party on a day is settled half a year before it."""
    coverage, frame = scene.world.coverage, scene.frame
    if name in ("parties", "outside"):
        settled = max(last_act_that_tells_parties(frame.last), frame.begins)
        leaf = coverage.leaf(kind, [[kind]], frame.begins, settled)
        if leaf.covered:
            through = max(leaf.through or settled, frame.last)
            return replace(leaf, last=frame.last, through=through)
    return coverage.leaf(kind, [[kind]], frame.begins, frame.last)
