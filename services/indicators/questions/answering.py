"""Answers a question about sets of States: who certainly, who possibly, with passages, and what the record lacks.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.indicators.evaluation.sets import found
from services.indicators.figures.explanation import evidence
from services.indicators.figures.figure import uncovered_words
from services.indicators.grammar.expression import BUILT_IN
from services.indicators.grammar.window import Window
from services.indicators.plans.definition import Definition, Plan, Version, of_populations
from services.indicators.plans.words import population_words
from services.indicators.questions.question import Known, read_question
from services.indicators.questions.vocabulary import Vocabulary
from services.indicators.world.frame import Cycle, Frame
from services.indicators.world.record import Record
from services.indicators.world.scene import Scene
from services.indicators.world.stateset import members
from services.indicators.world.world import Cut

IN_THE_CYCLE = Window(received="cycle")
"""What facts and codes without a window of their own are taken from."""


def answered(
    text: str, cycle: Cycle, cut: Cut, version: Version, record: Record, files: Mapping[str, Plan], words: Vocabulary
) -> dict[str, Any]:
    """`{expression, words, set, certain, possible, open, complete, reason, cycle, cut}`.

    Raises NotUnderstood, and NoSuchWindow where the cycle lacks what the question refers to.
    """
    definition = everything_named(record, files, version, cut)
    node = read_question(text, Known(words, {*BUILT_IN, *definition.populations}, definition.codes))
    world = record.world(cut)
    scene = Scene(
        world, Frame(cycle, cut.effective_at, definition.begins, world.sittings), definition, IN_THE_CYCLE, "last"
    )
    group = found(node, scene)
    certain, possible = members(group.certain), members(group.possible & ~group.certain)
    open_ = members(group.open & ~group.possible)
    speak = {state: evidence(group.facts_of(state) or world.acts.get(state, ())) for state in (*certain, *possible)}
    return {
        "expression": text,
        "words": population_words(node, definition),
        "set": node.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "certain": [{"iso3": state, "evidence": speak[state]} for state in certain],
        "possible": [{"iso3": state, "evidence": speak[state]} for state in possible],
        "open": open_,
        "complete": group.complete,
        "reason": None if group.complete else uncovered_words(group.leaves),
        "cycle": cycle.name,
        "cut": cut.echoed(),
    }


def everything_named(record: Record, files: Mapping[str, Plan], version: Version, cut: Cut) -> Definition:
    """A definition that knows every population and code: those of the files, and above them those of the cut."""
    base = of_populations(next(iter(files.values())))
    populations = {name: node for plan in files.values() for name, node in plan.populations.items()}
    codes = {name: words for plan in files.values() for name, words in plan.codes.items()}
    for one in record.definitions_at(version, cut):
        populations |= one.populations
        codes |= one.codes
    return base.model_copy(update={"populations": populations, "codes": codes})
