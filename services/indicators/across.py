"""What lies across the plans, read and checked at start: the crosswalk, the breakdowns asked for, the vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.indicators.breakdowns import Breakdowns, check_breakdowns, load_breakdowns
from services.indicators.crosswalk import Crosswalk, check_crosswalk, load_crosswalk
from services.indicators.definition import Plan
from services.indicators.expression import BUILT_IN
from services.indicators.vocabulary import Vocabulary, check_vocabulary, load_vocabulary


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
