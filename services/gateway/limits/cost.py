"""What a query would cost, judged before it runs: objects as the product of list lengths along each path, and depth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.type import SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef

from services.gateway.limits.bounds import Bound
from services.gateway.limits.limits import (
    DEPTH,
    FIELDS_IN_ONE_PLACE,
    NESTED_FRAGMENTS,
    OBJECTS,
    ROOT_FIELDS,
    SELECTIONS,
)
from services.gateway.problems import PublicError

INTROSPECTION: Mapping[str, int] = {
    "types": 50, "fields": 6, "args": 2, "inputFields": 4, "enumValues": 4, "interfaces": 1, "possibleTypes": 1,
    "directives": 8, "locations": 1,
}  # fmt: skip
"""Usual lengths of the lists of the introspection types, for our schema."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Objects an answer would hold, and levels of objects in it."""

    objects: int
    depth: int


def cost_of(schema: GraphQLSchema, document: DocumentNode) -> Cost:
    """The cost of the dearest operation of a document.

    Raises PublicError `too-costly` as soon as a bound is passed, and GraphQLError where the document could not be
    valid anyway: an unknown field, a fragment inside itself or never used. What passes is small enough to validate.
    """
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    meter = _Meter(schema, fragments)
    costs = [meter.operation(one) for one in operations]
    if unused := sorted(set(fragments) - meter.used):
        raise GraphQLError(f"Fragment '{unused[0]}' is never used.", fragments[unused[0]])
    return max(costs, key=lambda cost: cost.objects, default=Cost(0, 0))


Selected = tuple[GraphQLNamedType, FieldNode]
"""A field and the type that it is selected of."""


class _Meter:
    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]):
        self._schema, self._fragments = schema, fragments
        self._looked_at = 0
        self.used: set[str] = set()

    def operation(self, node: OperationDefinitionNode) -> Cost:
        root = self._schema.get_root_type(node.operation)
        if root is None:
            raise GraphQLError(f"Schema is not configured to execute {node.operation.value} operation.", node)
        fields = self._fields(node.selection_set, root, ())
        if len(fields) > ROOT_FIELDS:
            raise PublicError("too-costly", f"the query asks for {len(fields)} root fields; at most {ROOT_FIELDS}")
        return self._selected(fields, times=1, depth=0)

    def _selected(self, fields: list[Selected], times: int, depth: int) -> Cost:
        """Cost of the fields of an object that occurs `times` times at level `depth`.

        Where fragments are for different types, no object has the fields of all; they are counted all the same.
        """
        objects, deepest = 0, depth
        for parent, node in fields:
            known = self._field(parent, node)
            if node.selection_set is None:
                continue
            if depth + 1 > DEPTH:
                raise PublicError("too-costly", f"the query nests objects more than {DEPTH} levels deep")
            count = times * _usual_length(known, node.name.value)
            below = self._fields(node.selection_set, get_named_type(known.type), ())
            inner = self._selected(below, count, depth + 1)
            objects, deepest = objects + count + inner.objects, max(deepest, inner.depth)
            if objects > OBJECTS:
                raise PublicError("too-costly", f"the query may ask for more than {OBJECTS:,} objects; ask for less")
        return Cost(objects, deepest)

    def _fields(self, selection: SelectionSetNode, parent: GraphQLNamedType, opened: tuple[str, ...]) -> list[Selected]:
        """The fields selected here, each with the type it is a field of, through the fragments `opened` so far."""
        found: list[Selected] = []
        for node in selection.selections:
            self._looked_at += 1
            if self._looked_at > SELECTIONS:
                raise PublicError("too-costly", f"the query selects more than {SELECTIONS:,} fields in all")
            if isinstance(node, FieldNode):
                found.append((parent, node))
            elif isinstance(node, InlineFragmentNode):
                found += self._opened(node.selection_set, self._type(node.type_condition, parent), "", opened)
            elif isinstance(node, FragmentSpreadNode):
                found += self._spread(node, parent, opened)
            if len(found) > FIELDS_IN_ONE_PLACE:
                raise PublicError(
                    "too-costly", f"the query selects more than {FIELDS_IN_ONE_PLACE} fields in one place"
                )
        return found

    def _spread(self, node: FragmentSpreadNode, parent: GraphQLNamedType, opened: tuple[str, ...]) -> list[Selected]:
        name = node.name.value
        if name in opened:
            raise GraphQLError(f"Cannot spread fragment '{name}' within itself.", node)
        if name not in self._fragments:
            raise GraphQLError(f"Unknown fragment '{name}'.", node)
        self.used.add(name)
        fragment = self._fragments[name]
        return self._opened(fragment.selection_set, self._type(fragment.type_condition, parent), name, opened)

    def _opened(
        self, selection: SelectionSetNode, parent: GraphQLNamedType, name: str, opened: tuple[str, ...]
    ) -> list[Selected]:
        if len(opened) >= NESTED_FRAGMENTS:
            raise PublicError("too-costly", f"the query opens more than {NESTED_FRAGMENTS} fragments in one another")
        return self._fields(selection, parent, (*opened, name))

    def _type(self, condition: NamedTypeNode | None, otherwise: GraphQLNamedType) -> GraphQLNamedType:
        if condition is None:
            return otherwise
        known = self._schema.get_type(condition.name.value)
        if known is None:
            raise GraphQLError(f"Unknown type '{condition.name.value}'.", condition)
        return known

    def _field(self, parent: GraphQLNamedType, node: FieldNode) -> GraphQLField:
        name = node.name.value
        if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            raise GraphQLError(f"Type '{parent.name}' has no subfields.", node)
        meta = {"__typename": TypeNameMetaFieldDef}
        if parent is self._schema.query_type:
            meta |= {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
        known = parent.fields.get(name) or meta.get(name)
        if known is None:
            raise GraphQLError(f"Cannot query field '{name}' on type '{parent.name}'.", node)
        return known


def _usual_length(field: GraphQLField, name: str) -> int:
    """How many objects a field usually gives: 1, or the bound that its list has in the schema."""
    if not is_list_type(get_nullable_type(field.type)):
        return 1
    definition = field.extensions.get("strawberry-definition")
    for directive in definition.directives if definition else ():
        if isinstance(directive, Bound):
            return directive.usual
    return INTROSPECTION[name]
