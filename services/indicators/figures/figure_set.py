"""All figures of one cycle at one cut, each computed once: rows, explanations, reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.indicators.figures.established import Established, established, progress
from services.indicators.figures.explanation import explained, states_of
from services.indicators.figures.figure import Figure, compute, computed_row, not_held
from services.indicators.figures.figure_hash import sealed_set
from services.indicators.figures.printed import Prints, prints
from services.indicators.figures.reconciliation import reconciled
from services.indicators.plans.definition import Version
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Cut


@dataclass
class FigureSet:
    """Figures by indicator, made when first asked for. Pure apart from remembering them."""

    record: Record
    cycle: Cycle
    cut: Cut
    version: Version
    figures: dict[str, Figure | None] = field(default_factory=dict)

    def figure(self, indicator: str) -> Figure | None:
        """The figure; None for an indicator, or a version of it, that is not defined."""
        if indicator not in self.figures:
            self.figures[indicator] = self._computed(indicator)
        return self.figures[indicator]

    def _computed(self, indicator: str) -> Figure | None:
        definition = self.record.definition(indicator, self.version, self.cut)
        if definition is not None and self._cycle_at_cut is not None:
            return compute(definition, self.record.world(self.cut), self._cycle_at_cut, self.cut)
        later = self.record.versions.get(indicator, ())  # what the attested basis did not hold yet is `notHeld`
        known = [one for one in later if self.version in ("inForce", "latest", one.version)]
        if not known:
            return None
        return not_held(known[0].definition, self.record.world(self.cut), self.cycle, self.cut)

    @cached_property
    def _cycle_at_cut(self) -> Cycle | None:
        return self.record.cycle(self.cycle, self.cut)

    @cached_property
    def _established(self) -> Mapping[str, Established]:
        return established(self.record.held)

    def prints(self, indicator: str) -> Prints:
        """What is printed of it in this cycle."""
        return prints(self.record.published, indicator, self.cycle.name)

    def row(self, figure: Figure, *, evidence: bool = False) -> dict[str, Any]:
        """The row of model §7; with `evidence` also the States and what speaks for each."""
        printed = self.prints(figure.definition.indicator.id)
        row = computed_row(figure)
        row |= {"published": printed.published, "publishedElsewhere": printed.shown_elsewhere()}
        row["progress"] = progress(figure, self._established.get(figure.definition.indicator.id))
        return row | {"states": states_of(figure)} if evidence else row

    def explanation(self, figure: Figure) -> dict[str, Any]:
        """The row with all that explains it."""
        return self.row(figure) | explained(figure)

    def reconciliation(self, figure: Figure) -> dict[str, Any]:
        """Our figure beside the printed one."""
        return reconciled(figure, self.prints(figure.definition.indicator.id), self.figure)

    def of_plan(self, plan: str) -> list[Figure]:
        """The figures of a plan in its order."""
        figures = (self.figure(indicator) for indicator in self.record.indicators(plan, self.cut))
        return [figure for figure in figures if figure is not None]

    def answered(self, plan: str | None = None) -> dict[str, Any]:
        """The set with its hash (model §8): of one plan, or of all."""
        plans = self.record.plans() if plan is None else [plan]
        return sealed_set(self.cycle.name, self.cut, [figure for one in plans for figure in self.of_plan(one)])
