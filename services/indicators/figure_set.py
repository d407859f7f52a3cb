"""All figures of one cycle at one cut, each computed once: rows, explanations, reconciliation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.indicators.cutting import Version
from services.indicators.explanation import explained, states_of
from services.indicators.figure import Figure, compute, computed_row
from services.indicators.frame import Cycle
from services.indicators.printed import Prints, prints
from services.indicators.reconciliation import reconciled
from services.indicators.record import Record
from services.indicators.world import Cut


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
            definition = self.record.definition(indicator, self.version, self.cut)
            self.figures[indicator] = (
                compute(definition, self.record.world(self.cut), self.cycle, self.cut) if definition else None
            )
        return self.figures[indicator]

    def prints(self, indicator: str) -> Prints:
        """What is printed of it in this cycle."""
        return prints(self.record.published, indicator, self.cycle.name)

    def row(self, figure: Figure, *, evidence: bool = False) -> dict[str, Any]:
        """The row of model §7; with `evidence` also the States and what speaks for each."""
        printed = self.prints(figure.definition.indicator.id)
        row = computed_row(figure)
        row |= {"published": printed.published, "publishedElsewhere": printed.shown_elsewhere()}
        return row | {"states": states_of(figure)} if evidence else row

    def explanation(self, figure: Figure) -> dict[str, Any]:
        """The row with all that explains it."""
        return self.row(figure) | explained(figure)

    def reconciliation(self, figure: Figure) -> dict[str, Any]:
        """Our figure beside the printed one."""
        return reconciled(figure, self.prints(figure.definition.indicator.id), self.figure)

    def of_plan(self, plan: str) -> list[Figure]:
        """The figures of a plan in its order."""
        figures = (self.figure(indicator) for indicator in self.record.indicators(plan))
        return [figure for figure in figures if figure is not None]
