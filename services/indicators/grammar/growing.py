"""Which sets can only grow as the day they are looked at moves on: they need no looking at in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.indicators.grammar.expression import All, Any_, Fact, Population, Test
from services.indicators.grammar.window import Node, Window, Years


def grows(node: Any, populations: Mapping[str, Any]) -> bool:
    """Whether who is in a set on a day, certainly or possibly, is in it on every later day of the same cycle.

    Facts come in as a window with a fixed first day reaches further, and none goes out; what is the latest of a group,
    or bound, or measured by a deadline, may change to and fro.
    """
    match node:
        case All():
            return all(grows(one, populations) for one in node.all)
        case Any_():
            return all(grows(one, populations) for one in node.any)
        case Population():
            return node.population in populations and grows(populations[node.population], populations)
        case Fact():
            return (
                not node.latest and node.by is None and _begins_once(node.in_) and _conditions_grow(node, populations)
            )
    return False


def unsteady_parts(node: Any, populations: Mapping[str, Any]) -> list[Node]:
    """The parts of an intersection or union that may change to and fro."""
    return [one for one in parts_of(node, populations) if not grows(one, populations)]


def parts_of(node: Any, populations: Mapping[str, Any]) -> Iterator[Node]:
    """What an intersection or union is made of, through named populations too; any other set is its own part."""
    match node:
        case All():
            inner = node.all
        case Any_():
            inner = node.any
        case Population() if node.population in populations:
            inner = (populations[node.population],)
        case _:
            yield node
            return
    for one in inner:
        yield from parts_of(one, populations)


def _begins_once(window: Window | None) -> bool:
    """Whether the first day of a window does not move with the day it is looked at; without one it is `toDate`."""
    return window is None or not (isinstance(window.span, Years) and isinstance(window.span.years, int))


def _conditions_grow(node: Fact, populations: Mapping[str, Any]) -> bool:
    conditions = [*node.where.values(), *node.having.values()]
    inner = [one.among for one in conditions if isinstance(one, Test) and one.among is not None]
    return all(grows(one, populations) for one in inner)
