"""Breakdowns that the plans ask for (gender, age, disability, pillar) against those that arrived, State by State."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from services.indicators.evaluation.sets import found
from services.indicators.figures.explanation import evidence
from services.indicators.figures.figure import Figure, uncovered_words
from services.indicators.grammar.expression import Fact, Said
from services.indicators.grammar.faults import closest
from services.indicators.grammar.window import Node
from services.indicators.plans.definition import BrokenCatalogue, Name, Plan, Words
from services.indicators.world.found import Found
from services.indicators.world.frame import NoSuchWindow
from services.indicators.world.stateset import bit, members
from shared.yaml_files import content_of

BREAKDOWNS: Final = Path(__file__).parent.parent / "catalogues" / "across" / "breakdowns.yaml"


class Breakdown(Node):
    """What some indicators ask to be told apart. `by`: each breakdown with the condition that a fact of it meets."""

    indicators: Annotated[tuple[Name, ...], Field(min_length=1)]
    what: Words
    of: Fact | Said
    by: Annotated[dict[Words, dict[str, Any]], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_can_be_asked(self) -> Self:
        for name in self.by:
            self.told(name)
        return self

    def told(self, name: str) -> Fact | Said:
        """The facts or answers that have one breakdown."""
        written = self.of.model_dump(by_alias=True, exclude_defaults=True)
        if isinstance(self.of, Said):
            return Said.model_validate(written | self.by[name])
        return Fact.model_validate(written | {"where": {**self.of.where, **self.by[name]}})


class Breakdowns(Node):
    """All that the plans ask for."""

    asked: tuple[Breakdown, ...]

    def of(self, indicator: str) -> list[Breakdown]:
        """What an indicator asks to be told apart."""
        return [one for one in self.asked if indicator in one.indicators]

    def expected(self, indicator: str) -> list[dict[str, Any]]:
        """`{what, by}` of each."""
        return [{"what": one.what, "by": list(one.by)} for one in self.of(indicator)]

    def received(self, figure: Figure) -> list[dict[str, Any]]:
        """What arrived by the figure's cut: `{what, by, states: [{iso3, certain, received, missing, evidence}], ...}`.

        `missing` means that the State's facts do not tell it apart; States of whom nothing is held are not named,
        and `complete` says whether there can be more.
        """
        return [_received(one, figure) for one in self.of(figure.definition.indicator.id)]


def _received(asked: Breakdown, figure: Figure) -> dict[str, Any]:
    row: dict[str, Any] = {"what": asked.what, "by": list(asked.by)}
    try:
        whole = found(asked.of, figure.scene)
        told = {name: found(asked.told(name), figure.scene) for name in asked.by}
    except NoSuchWindow as lacking:
        return row | {"states": [], "complete": False, "reason": str(lacking)}
    return row | {
        "states": [_state(state, whole, told) for state in members(whole.possible)],
        "complete": whole.complete,
        "reason": None if whole.complete else uncovered_words(whole.leaves),
    }


def _state(state: str, whole: Found, told: dict[str, Found]) -> dict[str, Any]:
    received = [name for name, one in told.items() if one.possible & bit(state)]
    return {
        "iso3": state,
        "certain": bool(whole.certain & bit(state)),
        "received": received,
        "missing": [name for name in told if name not in received],
        "evidence": evidence(whole.facts_of(state)),
    }


def load_breakdowns(path: Path = BREAKDOWNS) -> Breakdowns:
    """The breakdowns in a YAML file. Raises BrokenCatalogue."""
    try:
        return Breakdowns.model_validate(content_of(path))
    except (yaml.YAMLError, ValidationError) as broken:
        raise BrokenCatalogue(f"{path.name}: {broken}") from broken


def check_breakdowns(breakdowns: Breakdowns, plans: Iterable[Plan]) -> None:
    """Every indicator and code named of a loaded plan is one of it. Raises BrokenCatalogue."""
    faults: list[str] = []
    for plan in plans:
        ids = [one.id for one in plan.indicators]
        for asked in breakdowns.asked:
            own = [one for one in asked.indicators if one.partition("-")[0] == plan.id]
            faults += [f"{one} is no indicator; {closest(one, ids, 'leave it out')}" for one in own if one not in ids]
            if own and isinstance(asked.of, Said) and asked.of.said not in plan.codes:
                faults.append(f"{plan.id} declares no code {asked.of.said}; {closest(asked.of.said, plan.codes, '')}")
    if faults:
        raise BrokenCatalogue("\n".join(f"breakdowns: {fault}" for fault in faults))
