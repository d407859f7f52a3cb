"""The cost rule: our own table fits, and what could exhaust us is refused before any service is asked."""

from __future__ import annotations

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, get_introspection_query, parse

from services.gateway.graph.schema import admit, schema
from services.gateway.limits.bounds import Bound
from services.gateway.limits.cost import cost_of
from services.gateway.limits.limits import DEPTH, OBJECTS
from tests.gateway.queries import HOSTILE, LEGITIMATE, TABLE


@pytest.mark.parametrize("query", LEGITIMATE.values(), ids=LEGITIMATE)
def test_a_legitimate_query_is_admitted(query: str) -> None:
    document, refused = admit(query)

    assert (refused, document is not None) == ([], True)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_query_is_refused(query: str) -> None:
    _, refused = admit(query)

    assert refused


def test_introspection_as_tools_send_it_is_admitted() -> None:
    document, refused = admit(get_introspection_query(descriptions=True, input_value_deprecation=True))

    assert (refused, document is not None) == ([], True)


def test_cost_is_the_product_of_the_lists_along_each_path() -> None:
    # plan 1, actions 50, indicators 50 x 2, figures 50 x 2 x 4, members x 20, and the State of each
    assert cost_of(schema._schema, parse(TABLE)).objects == 1 + 50 + 100 + 400 + 400 * 20 + 400 * 20


@pytest.mark.parametrize(("levels", "fits"), [(DEPTH, True), (DEPTH + 1, False)])
def test_objects_nest_so_deep_and_no_deeper(levels: int, fits: bool) -> None:
    chain = "{ ofType " * (levels - 2) + "{ name }" + " }" * (levels - 2)
    _, refused = admit('{ __type(name: "State") { fields' + chain.replace("ofType", "type", 1) + " } }")

    assert (refused == []) is fits


def test_a_refusal_of_cost_says_what_to_do_by_its_code() -> None:
    _, refused = admit(HOSTILE["a hundred figures"])

    assert [error.extensions and error.extensions["code"] for error in refused] == ["too-costly"]


def test_every_list_of_the_schema_has_its_bound() -> None:
    unbounded = [
        f"{name}.{field}"
        for name, kind in schema._schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field, definition in kind.fields.items()
        if isinstance(
            definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type, GraphQLList
        )
        and not any(isinstance(one, Bound) for one in definition.extensions["strawberry-definition"].directives)
    ]

    assert unbounded == []


def test_the_budget_is_what_the_model_says() -> None:
    assert (OBJECTS, DEPTH) == (50_000, 14)
