"""The schema is a contract: what is checked in is what is served, and all of it says what it means."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_specified_scalar_type,
)

from services.gateway.graph.schema import SDL, schema, sdl
from services.gateway.limits.bounds import Bound

TYPES = [
    kind
    for name, kind in sorted(schema._schema.type_map.items())
    if not name.startswith("__") and not is_specified_scalar_type(kind)
]


def test_the_checked_in_schema_is_the_one_served() -> None:
    assert SDL.read_text(encoding="utf-8") == sdl(), "run: python -m services.gateway.graph.schema"


def test_there_are_no_mutations() -> None:
    assert schema._schema.mutation_type is None


def _undescribed(kind: GraphQLNamedType) -> Iterator[str]:
    if not kind.description:
        yield kind.name
    if isinstance(kind, GraphQLEnumType):
        yield from (f"{kind.name}.{name}" for name, value in kind.values.items() if not value.description)
    if isinstance(kind, GraphQLInputObjectType | GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            if not field.description:
                yield f"{kind.name}.{name}"
            for argument, taken in getattr(field, "args", {}).items():
                if not taken.description:
                    yield f"{kind.name}.{name}({argument})"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_every_type_field_argument_and_value_is_described(kind: GraphQLNamedType) -> None:
    assert list(_undescribed(kind)) == []


def test_every_list_shows_its_bound_and_no_page_holds_more_than_a_hundred() -> None:
    bounds: dict[str, int | None] = {}
    for kind in TYPES:
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            if is_list_type(get_nullable_type(field.type)):
                directives = field.extensions["strawberry-definition"].directives
                bounds[f"{kind.name}.{name}"] = next((one.max for one in directives if isinstance(one, Bound)), None)

    assert [name for name, bound in bounds.items() if bound is None] == []
    edges = {name: bound for name, bound in bounds.items() if name.endswith("Connection.edges")}
    assert set(edges.values()) == {100} and len(edges) >= 10


def test_every_connection_can_be_counted_paged_and_filtered() -> None:
    root = schema._schema.query_type
    assert root is not None
    paged = {
        name: field for name, field in root.fields.items() if get_named_type(field.type).name.endswith("Connection")
    }

    assert {"events", "reports", "statements", "votes", "participations"} <= set(paged)
    for name, field in paged.items():
        assert {"first", "after", "minPosition"} <= set(field.args), name
        assert len(field.args) > 4, f"{name} has no filter"
