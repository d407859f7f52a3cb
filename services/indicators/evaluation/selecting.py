"""Which facts an expression selects: conditions on attributes, window, deadline, and the last one of each group."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
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


def selected(
    node: FactNode,
    facts: Iterable[Fact],
    scene: Scene,
    groups: Groups,
    together: Iterable[Iterable[Fact]] | None = None,
) -> tuple[list[Item], bool]:
    """The items of a fact node, and whether one of them names nobody. Raises NoSuchWindow.

    `together` are the same facts where they are grouped by `latest` already, each group by rank from the last on.
    """
    consider, having = _considering(node, scene, groups), checks_of(node.having, groups)
    chosen: list[tuple[Fact, Answer]] = []
    if not node.latest:
        candidates = ((fact, answer) for fact in facts if (answer := consider(fact)))
        asked = ((fact, min(answer, met(fact, having))) for fact, answer in candidates) if having else candidates
        chosen = [(fact, answer) for fact, answer in asked if answer]
    else:
        for group in _grouped(node, facts) if together is None else together:
            last = last_facts((fact, answer) for fact in group if (answer := consider(fact)))
            chosen += _agreed(last, having)
    items = [Item(fact, answer is Answer.YES, states_named(fact, node.state)) for fact, answer in chosen]
    unnamed = node.state is not None and any(fact.attribute(node.state) == UNNAMED for fact, _ in chosen)
    return items, unnamed


def _considering(node: FactNode, scene: Scene, groups: Groups) -> Callable[[Fact], Answer]:
    """Whether a fact meets the conditions, lies in the window, and met the deadline. Raises NoSuchWindow."""
    place, where = placing(window_of(node, scene), node.date, scene), checks_of(node.where, groups)

    def consider(fact: Fact) -> Answer:
        answer = met(fact, where) if where else Answer.YES
        if answer is Answer.NO:
            return answer
        there = place(fact)
        if there is not Answer.YES:
            answer = there
        if node.by and answer:
            answer = min(answer, in_time(fact, node, scene))
        return answer if fact.sure or not answer else Answer.MAYBE

    return consider


def _grouped(node: FactNode, facts: Iterable[Fact]) -> Iterable[Iterable[Fact]]:
    found: dict[Hashable, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.values(node.latest), []).append(fact)
    return (last_first(group) for group in found.values())


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


def _agreed(last: Sequence[tuple[Fact, Answer]], having: Checks) -> Iterable[tuple[Fact, Answer]]:
    """The last facts of a group, as far as they meet `having`.

    What is only possibly there does not hide what came before it, and two that tie may contradict each other: then
    several facts may be the last, and the answer is yes only if all of them say so.
    """
    answers = [(fact, there, met(fact, having)) for fact, there in last]
    agreed = all(meets is Answer.YES for _, _, meets in answers)
    certain = agreed and any(there is Answer.YES for _, there, _ in answers)
    return [(fact, there if certain else Answer.MAYBE) for fact, there, meets in answers if meets is not Answer.NO]


def last_first(facts: Iterable[Fact]) -> list[Fact]:
    """By effective date, then known_at, from the last on; those that tie as they come."""
    return sorted(facts, key=attrgetter("rank"), reverse=True)


def last_facts(ranked: Iterable[tuple[Fact, Answer]]) -> list[tuple[Fact, Answer]]:
    """Of facts by rank, from the last on, those that may be the last; one unless it is uncertain which, or two tie."""
    alternatives: list[tuple[Fact, Answer]] = []
    settled = False
    for fact, answer in ranked:
        if settled and fact.rank != alternatives[-1][0].rank:
            break
        alternatives.append((fact, answer))
        settled = settled or answer is Answer.YES
    return alternatives


def states_named(fact: Fact, attribute: str | None) -> tuple[str, ...]:
    """The States that a fact is about, or that it names in an attribute."""
    value = fact.attribute(attribute) if attribute else fact.state
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, str) and value != UNNAMED else ()


Checks = Sequence[tuple[str, Callable[[Any], Answer]]]
"""What is asked of the values of attributes."""


def checks_of(conditions: Mapping[str, Condition], groups: Groups) -> Checks:
    """The conditions, to be asked of many facts."""
    return [(name, _check(one, groups.get(name))) for name, one in conditions.items()]


def met(fact: Fact, checks: Checks) -> Answer:
    """Whether a fact meets all conditions."""
    answer = Answer.YES
    for name, check in checks:
        one = check(fact.attribute(name))
        if one is Answer.NO:
            return one
        if one is Answer.MAYBE:
            answer = one
    return answer


def _check(condition: Condition, group: Found | None) -> Callable[[Any], Answer]:
    if isinstance(condition, Test):
        return partial(_tested, test=condition, group=group)
    wanted = condition if isinstance(condition, tuple) else (condition,)
    return lambda value: Answer.YES if value in wanted and any(_equal(value, one) for one in wanted) else Answer.NO


def _equal(value: Any, wanted: object) -> bool:
    """Equal as JSON: true is not 1."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _tested(value: Any, test: Test, group: Found | None) -> Answer:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    if (
        (test.given is not None and test.given != (value is not None))
        or (test.has is not None and test.has not in listed)
        or (test.has_all is not None and not all(one in listed for one in test.has_all))
        or (test.has_any is not None and not any(one in listed for one in test.has_any))
        or (test.min is not None and not (isinstance(value, int | str) and _number(value) >= test.min))
    ):
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
