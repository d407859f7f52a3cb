"""Everything held up to some positions: cycles, definitions and printed figures by name, and worlds by cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from services.indicators.cutting import Version
from services.indicators.definition import Definition
from services.indicators.expression import BUILT_IN
from services.indicators.facts import Fact
from services.indicators.frame import Cycle
from services.indicators.lineage import standing
from services.indicators.world import Cut, World, cut_facts, cycles_of, world_of


@dataclass(frozen=True, slots=True)
class Defined:
    """One recorded version of an indicator's definition."""

    definition: Definition
    version: int
    in_force: date
    known: date
    hash: str


@dataclass
class Record:
    """The facts up to `positions`. Pure apart from keeping the worlds it has built."""

    facts: Sequence[Fact]
    positions: tuple[tuple[str, int], ...]
    worlds: dict[Cut, World] = field(default_factory=dict)

    @cached_property
    def held(self) -> list[Fact]:
        """The facts that stand whatever the day: cycles, definitions and print are looked up in these."""
        limits = dict(self.positions)
        kinds = ("CycleDefined", "IndicatorDefined", "FigurePublished", "FactRetracted")
        wanted = (f for f in self.facts if f.ledger == "indicators" and f.position <= limits.get(f.ledger, 0))
        return standing((fact for fact in wanted if fact.kind in kinds), None)

    @cached_property
    def cycles(self) -> dict[str, Cycle]:
        """Every cycle by name."""
        return cycles_of(self.held)

    @cached_property
    def published(self) -> list[Fact]:
        """Every printed figure."""
        return [fact for fact in self.held if fact.kind == "FigurePublished"]

    @cached_property
    def versions(self) -> Mapping[str, Sequence[Defined]]:
        """The versions of each indicator in order, the indicators in the order of their definition."""
        found: dict[str, list[Defined]] = {}
        for fact in sorted((f for f in self.held if f.kind == "IndicatorDefined"), key=lambda f: f.position):
            found.setdefault(fact.data["indicator"], []).append(_defined(fact))
        return {name: sorted(versions, key=lambda one: one.version) for name, versions in found.items()}

    def definition(self, indicator: str, version: Version, cut: Cut) -> Definition | None:
        """The definition to use at a cut; the first version serves before it is in force (model §5)."""
        versions = self.versions.get(indicator, ())
        if version == "inForce":
            begun = [one for one in versions if one.in_force <= cut.effective_at and one.known <= cut.known_by]
            chosen: Sequence[Defined] = begun[-1:] or versions[:1]
        elif version == "latest":
            chosen = versions[-1:]
        else:
            chosen = [one for one in versions if one.version == version]
        return chosen[0].definition if chosen else None

    def indicators(self, plan: str) -> list[str]:
        """The indicators of a plan, in its order."""
        return [name for name, versions in self.versions.items() if versions[-1].definition.plan == plan]

    def plans(self) -> list[str]:
        """The plans that define an indicator."""
        return list(dict.fromkeys(versions[-1].definition.plan for versions in self.versions.values()))

    def population(self, name: str, plan: str | None) -> Definition | None:
        """A definition that knows the population: one of `plan`, else of the first plan that declares it."""
        latest = (versions[-1].definition for versions in self.versions.values())
        candidates = [one for one in latest if plan is None or one.plan == plan]
        if name in BUILT_IN:
            return candidates[0] if candidates else None
        return next((one for one in candidates if name in one.populations), None)

    def using_code(self, code: str) -> Definition | None:
        """A definition that asks for a practice code."""
        latest = (versions[-1].definition for versions in self.versions.values())
        return next((one for one in latest if code in one.codes), None)

    def attested(self, cut: Cut) -> Cut:
        """The cut with the positions that were recorded by its day, where it asks what this system really held."""
        if cut.basis != "attested":
            return cut
        limits, reached = dict(cut.positions), dict.fromkeys(dict(cut.positions), 0)
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
            self.worlds[key] = world_of(cut_facts(self.facts, cut))
        return self.worlds[key]


MOST_WORLDS = 6
"""Worlds kept in memory: the cycles of a plan's table, seen at the same heads."""


def _defined(fact: Fact) -> Defined:
    data = fact.data
    definition = Definition.model_validate(data["definition"])
    return Defined(
        definition, data["version"], date.fromisoformat(data["in_force"]), fact.known, data["definition_hash"]
    )
