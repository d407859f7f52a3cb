"""Which facts an expression selects: conditions on attributes, window, deadline, and the last one of each group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.indicators.facts.fact import Fact
from services.indicators.grammar.expression import Condition, Test
from services.indicators.grammar.expression import Fact as FactNode
from services.indicators.grammar.window import Window
from services.indicators.world.found import Found, Item
from services.indicators.world.placing import Answer, in_time, placing
from services.indicators.world.scene import TO_DATE, Scene
from services.indicators.world.stateset import mask

Groups = Mapping[str, Found]
"""The sets that `among` refers to, by attribute, evaluated once for all facts."""

UNNAMED = "unspecified"


def selected(node: FactNode, facts: Sequence[Fact], scene: Scene, groups: Groups) -> tuple[list[Item], bool]:
    """The items of a fact node, and whether one of them names nobody. Raises NoSuchWindow."""
    place = placing(window_of(node, scene), node.date, scene)
    candidates: list[tuple[Fact, Answer]] = []
    for fact in facts:
        answer = _meets(fact, node.where, groups)
        if answer:
            answer = min(answer, place(fact))
        if answer and node.by:
            answer = min(answer, in_time(fact, node, scene))
        if answer:
            candidates.append((fact, answer if fact.sure else Answer.MAYBE))
    chosen = _last_of_each(node, candidates, groups) if node.latest else _having(node, candidates, groups)
    items = [Item(fact, answer is Answer.YES, states_named(fact, node.state)) for fact, answer in chosen]
    unnamed = node.state is not None and any(fact.attribute(node.state) == UNNAMED for fact, _ in chosen)
    return items, unnamed


def window_of(node: FactNode, scene: Scene) -> Window:
    """The window of a fact node: its own, everything to date, or the scene's."""
    return TO_DATE if node.at == "last" else node.in_ or scene.window


def groups_of(node: FactNode, found: Callable[[Any], Found]) -> dict[str, Found]:
    """The `among` sets of a fact node, evaluated by `found`."""
    conditions = [*node.where.items(), *node.having.items()]
    return {
        name: found(condition.among)
        for name, condition in conditions
        if isinstance(condition, Test) and condition.among is not None
    }


def _having(node: FactNode, candidates: Sequence[tuple[Fact, Answer]], groups: Groups) -> list[tuple[Fact, Answer]]:
    asked = ((fact, min(answer, _meets(fact, node.having, groups))) for fact, answer in candidates)
    return [(fact, answer) for fact, answer in asked if answer]


def _last_of_each(
    node: FactNode, candidates: Sequence[tuple[Fact, Answer]], groups: Groups
) -> list[tuple[Fact, Answer]]:
    """Of each group the last fact by effective date, then known_at, if it meets `having`.

    What is only possibly there does not hide what came before it, and two that tie may contradict each other: then
    several facts may be the last, and the answer is yes only if all of them say so.
    """
    grouped: dict[tuple[object, ...], list[tuple[Fact, Answer]]] = {}
    for fact, answer in candidates:
        grouped.setdefault(tuple(_hashable(fact.attribute(name)) for name in node.latest), []).append((fact, answer))
    chosen: list[tuple[Fact, Answer]] = []
    for group in grouped.values():
        last = last_facts(group)
        answers = [(fact, there, _meets(fact, node.having, groups)) for fact, there in last]
        agreed = all(meets is Answer.YES for _, _, meets in answers)
        certain = agreed and any(there is Answer.YES for _, there, _ in answers)
        chosen += [
            (fact, there if certain else Answer.MAYBE) for fact, there, meets in answers if meets is not Answer.NO
        ]
    return chosen


def last_facts(group: Sequence[tuple[Fact, Answer]]) -> list[tuple[Fact, Answer]]:
    """The facts of a group that may be its last; one unless it is uncertain which, or two tie."""
    ordered = sorted(group, key=lambda one: _rank(one[0]), reverse=True)
    alternatives: list[tuple[Fact, Answer]] = []
    for fact, answer in ordered:
        settled = any(there is Answer.YES for _, there in alternatives)
        if settled and _rank(fact) != _rank(alternatives[-1][0]):
            break
        alternatives.append((fact, answer))
    return alternatives


def _rank(fact: Fact) -> tuple[str, str]:
    """By effective date, then known_at: what the fold order begins with, the other way round."""
    known, effective = fact.order[:2]
    return effective, known


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def chosen_whatever_the_day(node: FactNode, fact: Fact) -> bool:
    """Whether a fact meets the conditions of a node without a group, a deadline or a set that it refers to."""
    return bool(_meets(fact, node.where, {}) and _meets(fact, node.having, {}))


def states_named(fact: Fact, attribute: str | None) -> tuple[str, ...]:
    """The States that a fact is about, or that it names in an attribute."""
    value = fact.attribute(attribute) if attribute else fact.state
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) and value != UNNAMED else ()


def _meets(fact: Fact, conditions: Mapping[str, Condition], groups: Groups) -> Answer:
    answers = (_holds(fact.attribute(name), one, groups.get(name)) for name, one in conditions.items())
    return min(answers, default=Answer.YES)


def _holds(value: Any, condition: Condition, group: Found | None) -> Answer:
    if isinstance(condition, Test):
        return _tested(value, condition, group)
    wanted = condition if isinstance(condition, tuple) else (condition,)
    return Answer.YES if any(_equal(value, one) for one in wanted) else Answer.NO


def _equal(value: Any, wanted: object) -> bool:
    """Equal as JSON: true is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _tested(value: Any, test: Test, group: Found | None) -> Answer:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    plain = (
        test.given is None or test.given == (value is not None),
        test.has is None or test.has in listed,
        test.has_all is None or all(one in listed for one in test.has_all),
        test.has_any is None or any(one in listed for one in test.has_any),
        test.min is None or (isinstance(value, int | str) and _number(value) >= test.min),
    )
    if not all(plain):
        return Answer.NO
    if test.among is None:
        return Answer.YES
    assert group is not None
    if value == UNNAMED:
        return Answer.MAYBE
    named = mask(listed)
    if named & group.certain:
        return Answer.YES
    return Answer.MAYBE if named & group.possible else Answer.NO


def _number(value: int | str) -> float:
    """A quantity for comparison; words that events allow in place of a number ("none", "some") are below any."""
    try:
        return float(value)
    except ValueError:
        return float("-inf")
