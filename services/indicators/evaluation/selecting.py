"""Which facts an expression selects: conditions on attributes, window, deadline, and the last one of each group."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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
    consider = _considering(node, scene, groups)
    chosen: list[tuple[Fact, Answer]] = []
    if not node.latest:
        candidates = [(fact, answer) for fact in facts if (answer := consider(fact))]
        chosen = _having(node, candidates, groups)
    else:
        for group in _grouped(node, facts) if together is None else together:
            last = last_facts((fact, answer) for fact in group if (answer := consider(fact)))
            chosen += _agreed(node, last, groups)
    items = [Item(fact, answer is Answer.YES, states_named(fact, node.state)) for fact, answer in chosen]
    unnamed = node.state is not None and any(fact.attribute(node.state) == UNNAMED for fact, _ in chosen)
    return items, unnamed


def _considering(node: FactNode, scene: Scene, groups: Groups) -> Callable[[Fact], Answer]:
    """Whether a fact meets the conditions, lies in the window, and met the deadline. Raises NoSuchWindow."""
    place = placing(window_of(node, scene), node.date, scene)

    def consider(fact: Fact) -> Answer:
        answer = _meets(fact, node.where, groups) if node.where else Answer.YES
        if answer:
            answer = min(answer, place(fact))
        if answer and node.by:
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


def _having(node: FactNode, candidates: Sequence[tuple[Fact, Answer]], groups: Groups) -> list[tuple[Fact, Answer]]:
    asked = ((fact, min(answer, _meets(fact, node.having, groups))) for fact, answer in candidates)
    return [(fact, answer) for fact, answer in asked if answer]


def _agreed(node: FactNode, last: Sequence[tuple[Fact, Answer]], groups: Groups) -> list[tuple[Fact, Answer]]:
    """The last facts of a group, as far as they meet `having`.

    What is only possibly there does not hide what came before it, and two that tie may contradict each other: then
    several facts may be the last, and the answer is yes only if all of them say so.
    """
    answers = [(fact, there, _meets(fact, node.having, groups)) for fact, there in last]
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
    met = Answer.YES
    for name, one in conditions.items():
        met = min(met, _holds(fact.attribute(name), one, groups.get(name)))
        if met is Answer.NO:
            break
    return met


def _holds(value: Any, condition: Condition, group: Found | None) -> Answer:
    if isinstance(condition, Test):
        return _tested(value, condition, group)
    if not isinstance(condition, tuple):
        return Answer.YES if _equal(value, condition) else Answer.NO
    return Answer.YES if any(_equal(value, one) for one in condition) else Answer.NO


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
