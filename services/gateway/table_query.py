"""The plan table by the short way: plans, actions, indicators and their figures at any number of cuts.

What this cannot answer, errors above all, it leaves to the stock executor, which then answers as if this had not
been: an error has its path there, and the two never disagree because only one of them speaks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from strawberry.types.arguments import convert_arguments

from services.gateway.asking import Asking
from services.gateway.compiled import Compiler, Fragments, Memo, NotPlain, Reader, fields_of
from services.gateway.cuts import Asked, asked
from services.gateway.figure_types import ATTRIBUTES, EVIDENCE, FigureRow
from services.gateway.limits import SHORT_QUERY
from services.gateway.plan_types import Indicator, Plan, load_plan
from services.gateway.schema import admit, schema
from services.gateway.selection import mentions

_LOG = logging.getLogger(__name__)


Group = tuple[str, Asked, bool]
"""What is asked for at once: figures of a plan, at a cut, with or without passages."""


@dataclass(frozen=True, slots=True)
class FigureField:
    """A selection of `figure` in the query."""

    node: FieldNode
    evidence: bool


@dataclass(frozen=True, slots=True)
class PlanField:
    """A selection of `plan` at the root: how it is read, and the figures it needs first."""

    node: FieldNode
    figures: tuple[FigureField, ...]
    read: Reader


@dataclass(frozen=True, slots=True)
class TableQuery:
    """An operation that asks for plans and for nothing but plain attributes of them and of their figures."""

    operation: OperationDefinitionNode
    fields: Mapping[str, PlanField]

    async def answer(self, asking: Asking, variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """`data`, equal to the stock executor's; None where that one has to speak."""
        try:
            return await self._answer(asking, variables)
        except (NotPlain, GraphQLError):
            return None
        except Exception:
            # What fails on our side is masked, given a path and a code by the stock executor.
            _LOG.exception("the short way failed; the stock executor answers")
            return None

    async def _answer(self, asking: Asking, variables: Mapping[str, Any]) -> dict[str, Any]:
        values = get_variable_values(schema._schema, self.operation.variable_definitions or (), dict(variables))
        if isinstance(values, list):
            raise NotPlain("variables")
        plans = {name: await self._plan(field, asking, values) for name, field in self.fields.items()}
        wanted = [
            (plan, figure, _cut_of(figure.node, values))
            for name, plan in plans.items()
            for figure in self.fields[name].figures
        ]
        memo = await _figures_of(wanted, asking)
        if asking.stale:
            raise NotPlain("stale")
        return {name: self.fields[name].read(plan, memo) for name, plan in plans.items()}

    async def _plan(self, field: PlanField, asking: Asking, values: VariableValues) -> Plan:
        given = _arguments("Query", field.node, values)
        return await load_plan(asking, given["id"], asked(given.get("meeting"), given.get("cut")))


async def _figures_of(wanted: list[tuple[Plan, FigureField, Asked]], asking: Asking) -> Memo:
    """Every figure's row by indicator and selection, all asked for at once. Raises PublicError where one is refused."""
    groups: dict[Group, dict[str, None]] = {}
    places: list[tuple[Group, FigureField, list[Indicator]]] = []
    for plan, field, cut in wanted:
        indicators = [one for action in plan.actions for one in action.indicators]
        if indicators:
            group = (plan.code, cut.over(indicators[0].outer), field.evidence)  # all of a plan inherit the same
            groups.setdefault(group, {}).update((one.code, None) for one in indicators)
            places.append((group, field, indicators))
    found = await asyncio.gather(*(asking.rows_of(*group, list(codes)) for group, codes in groups.items()))
    rows = dict(zip(groups, found, strict=True))
    return {
        (id(one), id(field.node)): FigureRow(by_code[one.code], group[1], False, asking)
        for group, field, indicators in places
        if (by_code := rows[group])
        for one in indicators
    }


def _cut_of(node: FieldNode, values: VariableValues) -> Asked:
    given = _arguments("Indicator", node, values)
    return asked(given.get("meeting"), given.get("cut"))


def _arguments(parent: str, node: FieldNode, values: VariableValues) -> dict[str, Any]:
    """The arguments of a field as its resolver would be given them."""
    known = _type(parent).fields[node.name.value]
    definition = known.extensions["strawberry-definition"]
    raw = get_argument_values(known, node, values)
    return convert_arguments(raw, definition.arguments, schema.schema_converter.scalar_registry, schema.config)


def _type(name: str) -> GraphQLObjectType:
    kind = schema._schema.get_type(name)
    assert isinstance(kind, GraphQLObjectType)
    return kind


def table_query(query: str, name: str | None, document: DocumentNode) -> TableQuery | None:
    """The operation of an admitted query in this form, or None where it is of another."""
    return _compiled_cached(query, name) if len(query) <= SHORT_QUERY else _compiled(document, name)


@lru_cache(maxsize=64)
def _compiled_cached(query: str, name: str | None) -> TableQuery | None:
    document, _ = admit(query)
    assert document is not None  # it was admitted a moment ago
    return _compiled(document, name)


def _compiled(document: DocumentNode, name: str | None) -> TableQuery | None:
    operation = get_operation_ast(document, name)
    if operation is None or operation.operation is not OperationType.QUERY or operation.directives:
        return None
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    try:
        root = fields_of(operation.selection_set, _type("Query"), fragments)
        return TableQuery(operation, {key: _plan_field(node, fragments) for key, node in root.items()})
    except NotPlain:
        return None


def _plan_field(node: FieldNode, fragments: Fragments) -> PlanField:
    waits = any(one.name.value == "minPosition" for one in node.arguments or ())
    if node.name.value != "plan" or node.selection_set is None or waits:
        raise NotPlain(node.name.value)
    figures: list[FigureField] = []

    def special(compiler: Compiler, kind: GraphQLObjectType, inner: FieldNode) -> Reader | None:
        if kind.name != "Indicator" or inner.name.value != "figure" or inner.selection_set is None:
            return None
        figures.append(FigureField(inner, mentions(inner, EVIDENCE, dict(fragments))))
        return _figure_at(inner, compiler.object(_type("Figure"), inner.selection_set))

    read = Compiler(fragments, special, {"Figure": ATTRIBUTES}).object(_type("Plan"), node.selection_set)
    return PlanField(node, tuple(figures), read)


def _figure_at(node: FieldNode, read: Reader) -> Reader:
    place = id(node)

    def read_figure(indicator: Indicator, memo: Memo) -> Any:
        return read(memo[id(indicator), place], memo)

    return read_figure
