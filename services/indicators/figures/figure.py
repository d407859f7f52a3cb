"""A figure: a pure function of the facts at a cut, of a cycle, and of a dated definition (model §5, §7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.indicators.evaluation.measures import Part, Status, measured, plain
from services.indicators.evaluation.sets import found
from services.indicators.grammar.expression import Population, SetNode
from services.indicators.plans.definition import Definition
from services.indicators.world.found import Found, Leaf
from services.indicators.world.frame import Cycle, Frame, Interval, NoSuchWindow
from services.indicators.world.scene import At, Scene
from services.indicators.world.stateset import members
from services.indicators.world.world import Cut, World


@dataclass(frozen=True)
class Figure:
    """An indicator's number at a cut, with all that explains it. `days` is None where the cycle has no such window."""

    definition: Definition
    cycle: Cycle
    cut: Cut
    parts: tuple[Part, ...]
    population: Found | None
    days: Interval | None
    scene: Scene

    @property
    def first(self) -> Part:
        """The part that the row mirrors."""
        return self.parts[0]

    @property
    def status(self) -> Status:
        """Of the first part."""
        return self.first.status

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Every question that was asked of the record for the first part, each once."""
        asked = {(leaf.subject, leaf.first, leaf.last, leaf.covered): leaf for leaf in self.first.counted.leaves}
        return tuple(asked.values())

    @property
    def data_through(self) -> date | None:
        """The day up to which the record is complete for everything the figure asks; None when for nothing."""
        reached = [leaf.through for leaf in self.leaves]
        known = [day for day in reached if day is not None]
        return min(known) if reached and len(known) == len(reached) else None

    @property
    def provisional(self) -> bool:
        """Whether its window was still open at the cut, or its definition not yet in force."""
        open_ = self.days is not None and self.cut.known_by < self.days.last
        return open_ or self.cut.known_by < self.cycle.last or self.definition.in_force > self.cut.effective_at

    @property
    def denominator(self) -> list[str] | None:
        """The population on the last day; what a percentage is taken of."""
        over = self.first.over or self.population
        return None if over is None else members(over.certain)

    @property
    def reason(self) -> str | None:
        """Why there is no plain number, in words."""
        return self.first.reason or _in_words(self)


def compute(definition: Definition, world: World, cycle: Cycle, cut: Cut) -> Figure:
    """The figure of an indicator in a cycle at a cut."""
    indicator = definition.indicator
    frame = Frame(cycle, cut.effective_at, definition.begins, world.sittings)
    at: At = "last" if indicator.series == "status" else "window"
    scene = Scene(world, frame, definition, indicator.window, at)
    if cut.basis == "attested" and world.empty:
        return not_held(definition, world, cycle, cut)
    try:
        parts = tuple(measured(indicator.measure, scene))
        population = _on_the_last_day(indicator.population, scene)
        return Figure(definition, cycle, cut, parts, population, scene.days(), scene)
    except NoSuchWindow as lacking:
        part = Part("value", "notApplicable", indicator.unit, code="noWindow", reason=str(lacking))
        return Figure(definition, cycle, cut, (part,), None, None, scene)


def not_held(definition: Definition, world: World, cycle: Cycle, cut: Cut) -> Figure:
    """The answer of a system that held nothing yet, or not what the question names: never 0 (model §5)."""
    indicator = definition.indicator
    scene = Scene(world, Frame(cycle, cut.effective_at, definition.begins), definition, indicator.window, "last")
    part = Part("value", "notHeld", indicator.unit, code="notHeld", reason="this system held nothing of it yet")
    return Figure(definition, cycle, cut, (part,), None, None, scene)


def _on_the_last_day(population: SetNode | None, scene: Scene) -> Found | None:
    """The denominator (model §5): the population on the last day of the window, whatever the numerator asks."""
    if population is None:
        return None
    node = population.on_the_last_day if isinstance(population, Population) else population
    return found(node, scene.asking_at("last"))


def computed_row(figure: Figure) -> dict[str, Any]:
    """The computed half of the row of model §7; print is added by reconciliation."""
    return {
        "indicator": figure.definition.indicator.id,
        "status": figure.status,
        "provisional": figure.provisional,
        "dataThrough": figure.data_through.isoformat() if figure.data_through else None,
        "value": plain(figure.first.value),
        "unit": figure.first.unit,
        "members": figure.first.members,
        "denominator": figure.denominator,
        "parts": [_part(part) for part in figure.parts],
        "reasonCode": figure.first.code,
        "reason": figure.reason,
        "definition": figure.definition.indicator.version,
        "cut": figure.cut.echoed(),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "value": plain(part.value),
        "low": plain(part.low),
        "high": plain(part.high),
        "unit": part.unit,
        "numerator": part.numerator,
        "denominator": part.denominator,
        "items": [dict(item) for item in part.items],
    }


def _in_words(figure: Figure) -> str | None:
    part = figure.first
    match part.code:
        case "notCovered":
            lacking = uncovered_words(figure.leaves)
            start = "at least this many" if part.status == "bound" else "nothing is named"
            return f"{start}: {lacking}"
        case "judgementMissing":
            waiting = members(part.counted.pending)
            names = f" for {', '.join(waiting)}" if waiting else ""
            if not all(leaf.covered for leaf in figure.leaves):
                return f"no judgement is recorded{names}, and more may be unnamed: {uncovered_words(figure.leaves)}"
            return f"at most this many: no judgement is recorded{names}"
        case "possiblyMore":
            more = members(part.counted.possible & ~part.counted.certain)
            return (
                f"possibly also {', '.join(more)}: unverified, not dated well enough, or contradicting"
                if more
                else None
            )
        case "unidentified":
            return "at least this many: some facts do not say which one they are about"
    return None


def uncovered_words(leaves: Iterable[Leaf]) -> str:
    """Which questions the record is not declared complete for, and until when it is."""
    lacking = {f"{leaf.subject} {_reach(leaf)} ({leaf.first} to {leaf.last})" for leaf in leaves if not leaf.covered}
    return "; ".join(sorted(lacking)) or "the record is not declared complete"


def _reach(leaf: Leaf) -> str:
    return f"is complete only through {leaf.through}" if leaf.through else "is not declared complete"
