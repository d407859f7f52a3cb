"""How a figure comes about: formula and window in words, each State with its passages, coverage, readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.indicators.evaluation.populations import left_on
from services.indicators.evaluation.sets import found
from services.indicators.facts.fact import Fact
from services.indicators.figures.figure import Figure
from services.indicators.grammar.expression import Population
from services.indicators.plans.words import formula, population_name, population_words, window_words
from services.indicators.world.frame import Interval
from services.indicators.world.stateset import bit, members


def explained(figure: Figure) -> dict[str, Any]:
    """What an explanation adds to the row."""
    states = states_of(figure)
    return {
        "formula": formula(figure.definition),
        "title": figure.definition.indicator.title,
        "definitionHash": figure.definition.hash(),
        "population": _population(figure),
        "window": _window(figure),
        "states": states,
        "coverage": _coverage(figure),
        "readings": list(figure.definition.indicator.readings),
        "withoutFormer": _without_former(figure, states),
    }


def states_of(figure: Figure) -> list[dict[str, Any]]:
    """Every State that certainly or possibly belongs to the figure, with what speaks for it."""
    counted = figure.first.counted
    left = {state: _left_on(figure, state) for state in members(counted.possible)}
    return [
        {
            "iso3": state,
            "evidence": evidence(_facts(figure, state)),
            "leftOn": day.isoformat() if day else None,
            "certain": bool(counted.certain & bit(state)),
        }
        for state, day in left.items()
    ]


def _facts(figure: Figure, state: str) -> Sequence[Fact]:
    """The statement or act that is counted; for a mere population what puts the State into it."""
    first = figure.first
    return first.speaks.facts_of(state) or first.counted.facts_of(state) or figure.scene.world.acts.get(state, ())


def evidence(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """One row per passage of each fact."""
    return [
        {
            "document": document,
            "paragraph": paragraph,
            "eventId": fact.id,
            "kind": fact.kind,
            "knowntime": fact.known.isoformat(),
            "confidence": "verified" if fact.sure else "unverified",
        }
        for fact in facts
        for document, paragraph in fact.passages
    ]


def _left_on(figure: Figure, state: str) -> date | None:
    """The day since which a counted State is outside the population; None while it is inside."""
    inside = figure.denominator
    days = figure.days
    if inside is None or days is None or state in inside:
        return None
    population = figure.definition.indicator.population
    if isinstance(population, Population):
        seen = Interval(min(days.first, figure.scene.frame.last), min(days.last, figure.scene.frame.last))
        return left_on(population.population, figure.scene, state, seen, found)
    term = figure.scene.world.possible_membership.of(state).term(figure.scene.frame.last)
    return term.left if term and term.over(figure.scene.frame.last) else None


def _without_former(figure: Figure, states: Sequence[dict[str, Any]]) -> int | None:
    """The count without States that left the population in the window; None where none did."""
    former = {one["iso3"] for one in states if one["leftOn"]} & set(figure.first.members)
    return len(figure.first.members) - len(former) if former else None


def _population(figure: Figure) -> dict[str, Any] | None:
    node = figure.definition.indicator.population
    if node is None or figure.days is None:
        return None
    return {
        "name": population_name(node),
        "date": min(figure.days.last, figure.scene.frame.last).isoformat(),
        "members": figure.denominator or [],
        "words": population_words(node, figure.definition),
    }


def _window(figure: Figure) -> dict[str, Any] | None:
    window = figure.definition.indicator.window
    if figure.days is None:
        return None
    first, last = figure.days.first.isoformat(), figure.days.last.isoformat()
    words = f"{window_words(window)}: {first} to {last}"
    return {"axis": window.axis, "from": first, "to": last, "words": words}


def _coverage(figure: Figure) -> list[dict[str, Any]]:
    """Every question asked of the record with the declarations that speak to it; none leaves it open."""
    rows: list[dict[str, Any]] = []
    for leaf in figure.leaves:
        asked = {"subject": leaf.subject, "from": leaf.first.isoformat(), "through": leaf.last.isoformat()}
        if not leaf.declarations:
            rows.append({**asked, "completeness": "none", "document": None, "paragraph": None, "eventId": None})
        for declaration in {one.id: one for one in leaf.declarations}.values():
            document, paragraph = declaration.passages[0] if declaration.passages else (None, None)
            rows.append(
                {
                    "subject": leaf.subject,
                    "from": declaration.data["from"],
                    "through": declaration.data["through"],
                    "completeness": declaration.data["completeness"],
                    "document": document,
                    "paragraph": paragraph,
                    "eventId": declaration.id,
                }
            )
    return rows
