"""Looks ahead in a query: does it ask, anywhere below a field or of its object itself, for one of certain fields?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import strawberry
from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionNode

from services.gateway.asking.operation import Asking

Info = strawberry.Info[Asking, None]


def asks_for(info: Info, names: frozenset[str]) -> bool:
    """Whether a field of one of `names` is selected below this one; once worked out per place in the query."""
    raw = info._raw_info
    key = ("asks_for", names, tuple(id(node) for node in raw.field_nodes))
    if key not in info.context.memo:
        info.context.memo[key] = any(mentions(node, names, raw.fragments) for node in raw.field_nodes)
    return bool(info.context.memo[key])


def asks_of_it(info: Info, names: frozenset[str]) -> bool:
    """Whether a field of one of `names` is selected of the object of this field, not of objects further below."""
    raw = info._raw_info
    return any(mentions(node, names, raw.fragments, deep=False) for node in raw.field_nodes)


def mentions(
    node: FieldNode, names: frozenset[str], fragments: dict[str, FragmentDefinitionNode], *, deep: bool = True
) -> bool:
    """Whether a field of one of `names` is selected anywhere below the node; not `deep` = right below it."""
    pending: list[SelectionNode] = list(_below(node))
    seen: set[str] = set()
    while pending:
        found = pending.pop()
        if isinstance(found, FieldNode):
            if found.name.value in names:
                return True
            if deep:
                pending += _below(found)
        elif isinstance(found, FragmentSpreadNode):
            if found.name.value not in seen:
                seen.add(found.name.value)
                pending += _below(fragments[found.name.value])
        else:
            pending += _below(found)
    return False


def _below(node: Any) -> Iterable[SelectionNode]:
    return node.selection_set.selections if node.selection_set else ()
