"""The short way through the plan table answers byte for byte what the stock executor answers, or nothing at all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI
from graphql import GraphQLField, GraphQLNamedType, GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from services.gateway.answering.table_query import TableQuery, table_query
from services.gateway.asking.operation import Asking
from services.gateway.asking.upstream import Upstream
from services.gateway.graph.schema import admit, schema
from tests.gateway.conftest import client_of
from tests.gateway.queries import LEGITIMATE, TABLE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEETINGS = ("10MSP", "11MSP", "12MSP", "13MSP")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def upstream(owing: Mapping[str, FastAPI]) -> AsyncIterator[Upstream]:
    async with AsyncExitStack() as stack:
        yield Upstream({name: await stack.enter_async_context(client_of(app, name)) for name, app in owing.items()})


def compiled(query: str) -> TableQuery | None:
    document, refused = admit(query)
    assert document is not None, refused
    return table_query(query, None, document)


async def both(upstream: Upstream, query: str, variables: dict[str, Any]) -> tuple[bytes | None, bytes, bool]:
    """The short way's answer, the same over held answers; the stock executor's, and whether that one has errors."""
    document, refused = admit(query)
    assert document is not None, refused
    short, asking = table_query(query, None, document), Asking(upstream, document)
    ours = await short.answer(asking, variables) if short else None
    if short and ours is not None:
        held = Asking(upstream, document, held=asking.answers())
        assert orjson.dumps(await short.answer(held, variables)) == orjson.dumps(ours)
        assert held.asked_nothing
    stock = await schema.execute(query, variables, Asking(upstream, document))
    return None if ours is None else orjson.dumps(ours), orjson.dumps(stock.data), bool(stock.errors)


def _is_plain(field: GraphQLField) -> bool:
    return bool(field.extensions["strawberry-definition"].is_basic_field)


@st.composite
def selections(draw: st.DrawFn, kind: GraphQLNamedType, depth: int = 0) -> str:
    """Some plain fields of a type, all the way down; now and then one that is not plain."""
    assert isinstance(kind, GraphQLObjectType)
    plain = sorted(name for name, field in kind.fields.items() if _is_plain(field))
    chosen = draw(st.lists(st.sampled_from(plain), min_size=1, max_size=5, unique=True))
    parts = [draw(_field(kind, name, depth)) for name in chosen]
    if kind.name == "Indicator":
        for n, given_ in enumerate(draw(st.lists(_arguments(), max_size=3))):
            inner = draw(selections(get_named_type(kind.fields["figure"].type), depth + 1))
            parts.append(f"f{n}: figure{given_} {{ {inner} }}")
    if depth == 0 and draw(st.integers(0, 4)) == 0:
        parts.append(draw(st.sampled_from(["__typename", f"{chosen[0]}", "... @include(if: true) { __typename }"])))
    return " ".join(parts)


@st.composite
def _field(draw: st.DrawFn, kind: GraphQLObjectType, name: str, depth: int) -> str:
    inner_kind = get_named_type(kind.fields[name].type)
    alias = draw(st.sampled_from(["", "", f"{name}_: "]))
    if not isinstance(inner_kind, GraphQLObjectType):
        return f"{alias}{name}"
    inner = draw(selections(inner_kind, depth + 1))
    body = draw(st.sampled_from([f"{{ {inner} }}", f"{{ ... on {inner_kind.name} {{ {inner} }} }}"]))
    return f"{alias}{name} {body}"


def _arguments() -> st.SearchStrategy[str]:
    cuts = ['cut: {meeting: "13MSP"}', 'meeting: "13MSP", cut: {knownBy: "2024-12-31"}', "meeting: $m", "cut: $c"]
    return st.sampled_from(["", '(meeting: "13MSP")', '(meeting: "12MSP")', *(f"({one})" for one in cuts)])


ACTIONS = (
    "{ actions { action indicators { code figure { id value } ... on Indicator { m: figure(meeting: $m) {"
    " status members { state { iso3 } } } } } } }"
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """A query for one plan or two, whose variables are used."""
    kind = schema._schema.get_type("Plan")
    assert kind
    root = draw(selections(kind))
    named = draw(st.sampled_from(['plan(id: "LAP", meeting: "13MSP")', 'plan(id: "LAP", meeting: $m, cut: $c)']))
    two = f'two: plan(id: "plan:LAP", meeting: "12MSP", cut: $c) {ACTIONS}'
    return f'query Q($m: String = "13MSP", $c: CutInput) {{ one: {named} {{ {root} }} {two} }}'


VARIABLES = st.fixed_dictionaries(
    {},
    optional={
        "m": st.sampled_from(MEETINGS),
        "c": st.sampled_from([None, {"knownBy": "2025-05-31"}, {"definition": "latest"}]),
    },
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(query=queries(), variables=VARIABLES)
async def test_what_it_answers_equals_the_stock_answer(
    upstream: Upstream, query: str, variables: dict[str, Any]
) -> None:
    document, _ = admit(query)
    if document is None or admit(query)[1]:
        event("refused")
        return

    ours, stock, failed = await both(upstream, query, variables)

    event(
        "answered"
        if ours is not None
        else "with errors"
        if failed
        else "not plain"
        if compiled(query) is None
        else "spent"
    )
    assert ours in (None, stock)
    assert not (failed and ours is not None)


async def test_the_whole_table_takes_the_short_way(upstream: Upstream) -> None:
    ours, stock, failed = await both(upstream, TABLE, {})

    assert not failed
    assert ours == stock
    assert len(orjson.loads(stock)["plan"]["actions"]) == 50


async def test_the_opened_table_takes_the_short_way(upstream: Upstream) -> None:
    ours, stock, _ = await both(upstream, LEGITIMATE["the table of one meeting, opened"], {})

    assert ours == stock
    assert b"event:" in stock


@pytest.mark.parametrize(
    "below",
    [
        "title @include(if: true)",
        "title title",
        "__typename title",
        "actions { indicators { figure { permalink } } }",
        "actions { indicators { figure { members { state { standing } } } } }",
        "... on Node { id }",
    ],
)
async def test_what_is_not_plain_is_left_to_the_stock_executor(below: str) -> None:
    assert compiled(f'{{ plan(id: "LAP", meeting: "13MSP") {{ {below} }} }}') is None


@pytest.mark.parametrize(
    "query",
    [
        '{ plan(id: "LAP", minPosition: [{ledger: reports, position: 1}]) { title } }',
        '{ plan(id: "LAP") { title } states { iso3 } }',
        "{ __typename }",
    ],
)
async def test_other_questions_are_left_to_the_stock_executor(query: str) -> None:
    assert compiled(query) is None


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ plan(id: "NONE") { title } }', {}),
        ('{ plan(id: "LAP") { actions { indicators { figure(meeting: "99MSP") { value } } } } }', {}),
        ("query Q($m: String!) { plan(id: \"LAP\", meeting: $m) { title } }", {}),
        ("query Q($m: String) { plan(id: \"LAP\", meeting: $m) { title } }", {"m": 1}),
    ],
    ids=["no such plan", "no such meeting", "a variable is missing", "a variable does not fit"],
)  # fmt: skip
async def test_an_error_is_told_by_the_stock_executor(
    upstream: Upstream, query: str, variables: dict[str, Any]
) -> None:
    ours, _, failed = await both(upstream, query, variables)

    assert (ours, failed) == (None, True)
