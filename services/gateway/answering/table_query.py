"""The plan table by the short way: plans, actions, indicators and their figures at any number of cuts.

What this cannot answer, errors above all, it leaves to the stock executor, which then answers as if this had not
been: an error has its path there, and the two never disagree because only one of them speaks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
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

from services.gateway.asking.cuts import NO_CUT, Asked, asked
from services.gateway.asking.operation import FEW, Asking, FigureKey
from services.gateway.asking.selection import mentions
from services.gateway.graph.compiled import Compiler, Fragments, Memo, NotPlain, Reader, fields_of
from services.gateway.graph.schema import admit, schema
from services.gateway.graph.types.figure import CODED, EVIDENCE, FigureRow
from services.gateway.graph.types.plan import Indicator, Plan, load_plan
from services.gateway.limits.limits import SHORT_QUERY
from services.gateway.problems import PublicError

_LOG = logging.getLogger(__name__)


Group = tuple[str, Asked, bool]
"""What is asked for at once: figures of a plan, at a cut, with or without passages."""


class Given:
    """The arguments of a field as its resolver would be given them; worked out again when the variables are others."""

    def __init__(self, parent: str, node: FieldNode):
        self._parent, self._node = parent, node
        self._last: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None

    def at(self, values: VariableValues) -> Mapping[str, Any]:
        """With these variables. Raises GraphQLError."""
        if self._last is not None and self._last[0] == values.coerced:  # of one operation, so of the same types
            return self._last[1]
        known = _type(self._parent).fields[self._node.name.value]
        definition = known.extensions["strawberry-definition"]
        raw = get_argument_values(known, self._node, values)
        given = convert_arguments(raw, definition.arguments, schema.schema_converter.scalar_registry, schema.config)
        self._last = values.coerced, given
        return given


@dataclass(frozen=True, slots=True, eq=False)
class FigureField:
    """A selection of `figure` below one of the query's plans; a fragment's stands once below each."""

    given: Given
    evidence: bool


@dataclass(frozen=True, slots=True)
class FiguresAt:
    """The rows of the figures selected at one place, by indicator."""

    rows: Mapping[str, FigureRow]
    asking: Asking


@dataclass(frozen=True, slots=True)
class PlanField:
    """A selection of `plan` at the root: how it is read, and the figures it needs first."""

    given: Given
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
            wish
            for name, plan in plans.items()
            for wish in _wishes(plan, {one: _cut_of(one.given.at(values)) for one in self.fields[name].figures})
        ]
        memo = await _figures_of(wanted, asking)
        if asking.stale:
            raise NotPlain("stale")
        return {name: self.fields[name].read([plan], memo)[0] for name, plan in plans.items()}

    async def _plan(self, field: PlanField, asking: Asking, values: VariableValues) -> Plan:
        given = field.given.at(values)
        return await load_plan(asking, given["id"], asked(given.get("meeting"), given.get("cut")))


Wish = tuple[FigureField, Group, Mapping[str, None]]
"""Figures of a plan that are selected at one place, by their codes."""


def _wishes(plan: Plan, cuts: Mapping[FigureField, Asked]) -> list[Wish]:
    indicators = [one for action in plan.actions for one in action.indicators]
    if not indicators:
        return []
    outer = indicators[0].outer  # all of a plan inherit the same
    codes = dict.fromkeys([one.code for one in indicators])
    within = {field: cut if outer == NO_CUT else cut.over(outer) for field, cut in cuts.items()}
    return [(field, (plan.code, cut, field.evidence), codes) for field, cut in within.items()]


async def _figures_of(wanted: list[Wish], asking: Asking) -> Memo:
    """The figures of every selection by indicator, all asked for at once. Raises PublicError where one is refused."""
    groups: dict[Group, dict[str, None]] = {}
    for _, group, codes in wanted:
        groups.setdefault(group, {}).update(codes)
    for group, codes in groups.items():
        if len(codes) > FEW:
            asking.begin_table(*group)
    rows = {group: await _rows(asking, *group, codes.keys()) for group, codes in groups.items()}
    return {field: FiguresAt(rows[group], asking) for field, group, _ in wanted}


async def _rows(asking: Asking, plan: str, cut: Asked, evidence: bool, codes: KeysView[str]) -> Mapping[str, FigureRow]:
    """The rows of a plan's figures by code, asked as the loader asks. Raises PublicError where one is refused."""
    if len(codes) <= FEW:
        answers = await asyncio.gather(*(asking.one_figure(FigureKey(one, cut, evidence)) for one in codes))
        return {code: FigureRow(one.value, cut, False) for code, one in zip(codes, answers, strict=True)}
    table = await asking.table(plan, cut, evidence=evidence)
    rows = table.once(cut, lambda: {row["indicator"]: FigureRow(row, cut, False) for row in table.value["figures"]})
    if unknown := codes - rows.keys():
        raise PublicError("indicator-unknown", f"the plan {plan} has no indicator {min(unknown)}")
    return rows


def _cut_of(given: Mapping[str, Any]) -> Asked:
    return asked(given.get("meeting"), given.get("cut"))


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
        figures.append(field := FigureField(Given("Indicator", inner), mentions(inner, EVIDENCE, dict(fragments))))
        return _figure_of(field, compiler.object(_type("Figure"), inner.selection_set))

    compiler = Compiler(fragments, special, {"Figure": CODED})
    read = compiler.object(_type("Plan"), node.selection_set)
    return PlanField(Given("Query", node), tuple(figures), read)


_CODE, _OBJECTS = attrgetter("code"), attrgetter("objects")


def _figure_of(field: FigureField, read: Reader) -> Reader:
    def read_figures(indicators: Sequence[Indicator], memo: Memo) -> list[Any]:
        at = memo[field]
        rows = list(map(at.rows.__getitem__, map(_CODE, indicators)))
        at.asking.spend(sum(map(_OBJECTS, rows)))
        return read(rows, memo)

    return read_figures
