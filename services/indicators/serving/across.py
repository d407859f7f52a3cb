"""What lies across the plans, read and checked at start: the crosswalk, the breakdowns asked for, the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.indicators.figures.breakdowns import Breakdowns, check_breakdowns, load_breakdowns
from services.indicators.grammar.expression import BUILT_IN
from services.indicators.plans.crosswalk import Crosswalk, check_crosswalk, load_crosswalk
from services.indicators.plans.definition import Plan
from services.indicators.questions.vocabulary import Vocabulary, check_vocabulary, load_vocabulary


@dataclass(frozen=True)
class Across:
    """Data beside the plan files that speak of several of them."""

    crosswalk: Crosswalk
    breakdowns: Breakdowns
    vocabulary: Vocabulary


def load_across() -> Across:
    """As the files beside the plans have it. Raises BrokenCatalogue."""
    return Across(load_crosswalk(), load_breakdowns(), load_vocabulary())


def check_across(across: Across, plans: Sequence[Plan]) -> None:
    """Everything fits the plans of the project's own catalogues. Raises BrokenCatalogue."""
    check_crosswalk(across.crosswalk, plans)
    check_breakdowns(across.breakdowns, plans)
    check_vocabulary(across.vocabulary, {*BUILT_IN, *(name for plan in plans for name in plan.populations)})
