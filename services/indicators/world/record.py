"""Everything held up to some positions: cycles, definitions and printed figures by name, and worlds by cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from services.indicators.facts.fact import Fact
from services.indicators.facts.index import FactIndex
from services.indicators.facts.lineage import standing
from services.indicators.grammar.expression import BUILT_IN
from services.indicators.plans.definition import Definition, Version
from services.indicators.world.frame import Cycle
from services.indicators.world.indexed import world_at
from services.indicators.world.world import Cut, World, cut_facts, cycles_of, world_of


@dataclass(frozen=True, slots=True)
class Defined:
    """One recorded version of an indicator's definition."""

    definition: Definition
    version: int
    in_force: date
    known: date
    hash: str
    fact: str  # the id of the event


@dataclass
class Record:
    """The facts up to `positions`. Pure apart from keeping the worlds it has built.

    With an `index`, which files at least these facts, a world reads only what it is asked for; without one it is folded
    from all facts, which gives the same answers.
    """

    facts: Sequence[Fact]
    positions: tuple[tuple[str, int], ...]
    index: FactIndex | None = None
    worlds: dict[Cut, World] = field(default_factory=dict)
    _read: dict[str, Defined] = field(default_factory=dict)
    _attested: dict[Any, Mapping[str, Sequence[Defined]]] = field(default_factory=dict)

    @cached_property
    def held(self) -> list[Fact]:
        """The facts that stand whatever the day: what a question names is looked up in these."""
        return standing(self._named(self.positions), None)

    def _named(self, positions: tuple[tuple[str, int], ...]) -> Iterator[Fact]:
        """Cycles, definitions, print and seals up to some positions."""
        limit = dict(positions).get("indicators", 0)
        return (fact for fact in self._own if fact.position <= limit)

    @cached_property
    def _own(self) -> list[Fact]:
        """Cycles, definitions, print, seals and what takes one of them back."""
        own = (fact for fact in self.facts if fact.ledger == "indicators")
        return [fact for fact in own if fact.kind in NAMED or fact.retracts]

    @cached_property
    def cycles(self) -> dict[str, Cycle]:
        """Every cycle by name."""
        return cycles_of(self.held)

    @cached_property
    def published(self) -> Mapping[str, Sequence[Fact]]:
        """Every printed figure, by each indicator that it is printed for."""
        return printed_by_indicator(self.held)

    @cached_property
    def versions(self) -> Mapping[str, Sequence[Defined]]:
        """The versions of each indicator in order, the indicators in the order of their definition."""
        return versions_of(self.held, self._defined)

    def _defined(self, fact: Fact) -> Defined:
        """The version a fact records, read once: definitions are large, and many cuts hold the same."""
        if fact.id not in self._read:
            self._read[fact.id] = defined_by(fact)
        return self._read[fact.id]

    def versions_at(self, cut: Cut) -> Mapping[str, Sequence[Defined]]:
        """The versions that a cut holds: on the attested basis those that this system had recorded by its day."""
        if cut.basis == "reconstructed":
            return self.versions
        key = (cut.known_by, cut.positions)
        if key not in self._attested:
            self._attested[key] = versions_of(self._recorded(cut), self._defined)
        return self._attested[key]

    def cycle(self, asked: Cycle, cut: Cut) -> Cycle | None:
        """The cycle as the cut holds it; None where this system did not hold it on the attested basis.

        Named outright, a cycle serves before its first day too, as a plan's first version does.
        """
        if cut.basis == "attested":
            return cycles_of(self._recorded(cut)).get(asked.name)
        return cycles_of(standing(self._defining(cut.positions), cut.known_by)).get(asked.name, asked)

    def _recorded(self, cut: Cut) -> list[Fact]:
        """The cycles and definitions that this system had recorded by the cut's day."""
        return standing((fact for fact in self._defining(cut.positions) if fact.recorded <= cut.known_by), None)

    def _defining(self, positions: tuple[tuple[str, int], ...]) -> Iterator[Fact]:
        """Cycles and definitions up to some positions, and what takes one of them back."""
        limit = dict(positions).get("indicators", 0)
        return (fact for fact in self._definitions if fact.position <= limit)

    @cached_property
    def _definitions(self) -> list[Fact]:
        return [fact for fact in self._own if fact.kind in DEFINING or fact.retracts]

    def definition(self, indicator: str, version: Version, cut: Cut) -> Definition | None:
        """The definition to use at a cut; the first version serves before it is in force (model §5)."""
        versions = self.versions_at(cut).get(indicator, ())
        chosen = chosen_version(versions, version, cut.effective_at, lambda one: one.known <= cut.known_by)
        return chosen.definition if chosen else None

    def indicators(self, plan: str, cut: Cut | None = None) -> list[str]:
        """The indicators of a plan, in its order; those that the cut holds, unless it holds none of the plan."""
        all_ = [name for name, versions in self.versions.items() if versions[-1].definition.plan == plan]
        held = self.versions if cut is None else self.versions_at(cut)
        return [name for name in all_ if name in held] or all_

    def plans(self) -> list[str]:
        """The plans that define an indicator."""
        return list(dict.fromkeys(versions[-1].definition.plan for versions in self.versions.values()))

    def population(self, name: str, plan: str | None, version: Version, cut: Cut) -> Definition | None:
        """A definition of the cut that knows the population: one of `plan`, else of the first plan that declares it."""
        candidates = [one for one in self.definitions_at(version, cut) if plan is None or one.plan == plan]
        if name in BUILT_IN:
            return candidates[0] if candidates else None
        return next((one for one in candidates if name in one.populations), None)

    def using_code(self, code: str, version: Version, cut: Cut) -> Definition | None:
        """A definition of the cut that asks for a practice code."""
        return next((one for one in self.definitions_at(version, cut) if code in one.codes), None)

    def definitions_at(self, version: Version, cut: Cut) -> Iterator[Definition]:
        """Every definition of the cut."""
        found = (self.definition(name, version, cut) for name in self.versions_at(cut))
        return (one for one in found if one is not None)

    def attested(self, cut: Cut) -> Cut:
        """The cut with the positions that were recorded by its day, where it asks what this system really held."""
        if cut.basis != "attested":
            return cut
        limits, reached = dict(cut.positions), dict.fromkeys(dict(cut.positions), 0)
        if self.index is not None:
            reached = {name: self.index.reached(name, limit, cut.known_by) for name, limit in limits.items()}
            return replace(cut, positions=tuple(sorted(reached.items())))
        for fact in self.facts:
            if fact.recorded <= cut.known_by and fact.position <= limits[fact.ledger]:
                reached[fact.ledger] = max(reached[fact.ledger], fact.position)
        return replace(cut, positions=tuple(sorted(reached.items())))

    def world(self, cut: Cut) -> World:
        """The world of a cut; cuts that differ only in the day they look at share it."""
        key = Cut(cut.basis, cut.known_by, date.min, cut.positions)
        if key not in self.worlds:
            while len(self.worlds) >= MOST_WORLDS:
                self.worlds.pop(next(iter(self.worlds)))
            self.worlds[key] = self._made(cut)
        return self.worlds[key]

    def _made(self, cut: Cut) -> World:
        return world_of(cut_facts(self.facts, cut)) if self.index is None else world_at(self.index, cut)


MOST_WORLDS = 6
"""Worlds kept in memory: the cycles of a plan's table, seen at the same heads."""


NAMED = ("CycleDefined", "IndicatorDefined", "FigurePublished", "MeetingFiguresSealed", "BaselineEstablished")
"""Kinds that a question names, and that are not facts about States."""

DEFINING = ("CycleDefined", "IndicatorDefined")
"""Of those the kinds that a cut holds or does not hold."""


def printed_by_indicator(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """The printed figures in these facts, by each indicator that they are printed for."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind == "FigurePublished":
            for indicator in fact.data.get("indicators") or ():
                found.setdefault(indicator, []).append(fact)
    return found


def versions_of(facts: Iterable[Fact], read: Callable[[Fact], Defined]) -> dict[str, list[Defined]]:
    """The versions of each indicator in these facts, in order; the indicators in the order of their definition."""
    found: dict[str, list[Defined]] = {}
    for fact in sorted((f for f in facts if f.kind == "IndicatorDefined"), key=lambda f: f.position):
        found.setdefault(fact.data["indicator"], []).append(read(fact))
    return {name: sorted(versions, key=lambda one: one.version) for name, versions in found.items()}


def chosen_version(
    versions: Sequence[Defined], version: Version, day: date, known: Callable[[Defined], bool]
) -> Defined | None:
    """Of an indicator's versions, in order, the one to use for a figure that looks at `day` (model §5)."""
    if version == "inForce":
        begun = [one for one in versions if one.in_force <= day and known(one)]
        chosen: Sequence[Defined] = begun[-1:] or versions[:1]
    elif version == "latest":
        chosen = versions[-1:]
    else:
        chosen = [one for one in versions if one.version == version]
    return chosen[0] if chosen else None


def defined_by(fact: Fact) -> Defined:
    """The version that an IndicatorDefined fact records."""
    data = fact.data
    definition = Definition.model_validate(data["definition"])
    return Defined(
        definition, data["version"], date.fromisoformat(data["in_force"]), fact.known, data["definition_hash"], fact.id
    )
