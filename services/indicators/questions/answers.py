"""What each State answered to a question in a cycle, silence told apart from no report and from no record."""

from __future__ import annotations

from typing import Any, Literal

from services.indicators.evaluation.populations import during
from services.indicators.evaluation.selecting import last_facts, last_first
from services.indicators.evaluation.sets import found
from services.indicators.facts.fact import Fact
from services.indicators.figures.explanation import evidence
from services.indicators.grammar.window import Window
from services.indicators.plans.definition import Definition
from services.indicators.world.coverage import subjects_of_code
from services.indicators.world.frame import Cycle, Frame, Interval
from services.indicators.world.placing import Answer as Placed
from services.indicators.world.placing import placed
from services.indicators.world.scene import Scene
from services.indicators.world.stateset import members
from services.indicators.world.world import Cut, World

Answer = Literal["yes", "no", "nil", "inPreparation", "notApplicable", "silent", "noReport", "notRecorded"]

_GIVEN: dict[str, Answer] = {
    "yes": "yes", "no": "no", "in_preparation": "inPreparation", "not_applicable": "notApplicable"
}  # fmt: skip
RECEIVED = Window(received="cycle")


def answers(code: str, definition: Definition, world: World, cycle: Cycle, cut: Cut) -> list[dict[str, Any]]:
    """One row per State that was party in the cycle or answered: its answer, whether it is certain, what says so."""
    scene = Scene(
        world, Frame(cycle, cut.effective_at, definition.begins, world.sittings), definition, RECEIVED, "window"
    )
    days = scene.days()
    given = _latest(code, scene)
    reported = {f.state for f in world.by_kind.get("ReportSubmitted", ()) if placed(f, RECEIVED, None, scene)}
    otherwise = _otherwise(code, scene, days)
    states = sorted({*members(during("parties", scene, scene.seen(), found).possible), *given})
    return [
        _row(state, code, given[state])
        if state in given
        else {"state": state, "code": code, "answer": otherwise[state in reported], "certain": True, "evidence": []}
        for state in states
    ]


def _latest(code: str, scene: Scene) -> dict[str, tuple[list[Fact], bool]]:
    """The last statement of each State in the cycle, several where they contradict; and whether it is certain."""
    there = [(fact, placed(fact, RECEIVED, None, scene)) for fact in last_first(scene.world.by_code.get(code, ()))]
    by_state: dict[str, list[tuple[Fact, Placed]]] = {}
    for fact, where in there:
        if where and fact.state:
            by_state.setdefault(fact.state, []).append((fact, where if fact.sure else Placed.MAYBE))
    found_: dict[str, tuple[list[Fact], bool]] = {}
    for state, group in by_state.items():
        last = last_facts(group)
        agreed = len({fact.data["answer"] for fact, _ in last}) == 1
        found_[state] = ([fact for fact, _ in last], agreed and any(where is Placed.YES for _, where in last))
    return found_


def _row(state: str, code: str, given: tuple[list[Fact], bool]) -> dict[str, Any]:
    facts, certain = given
    answer = _GIVEN[facts[0].data["answer"]]
    return {"state": state, "code": code, "answer": answer, "certain": certain, "evidence": evidence(facts)}


def _otherwise(code: str, scene: Scene, days: Interval) -> dict[bool, Answer]:
    """The answer of a State that gave none, by whether it reported in the cycle."""
    coverage = scene.world.coverage
    subjects = [subject for alternative in subjects_of_code(code) for subject in alternative]
    if coverage.nil(subjects, days.first, days.last):
        return {True: "nil", False: "nil"}
    if not coverage.leaf(code, subjects_of_code(code), days.first, days.last).covered:
        return {True: "notRecorded", False: "notRecorded"}
    reports = coverage.leaf("ReportSubmitted", [["ReportSubmitted"]], days.first, days.last)
    return {True: "silent", False: "noReport" if reports.covered else "silent"}
