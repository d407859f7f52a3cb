"""A shorter way through queries of plain attributes: one pass over ready objects instead of a call per field.

graphql-core completes each field of each object by itself, some four microseconds at a time: a plan's table has nine
thousand of them. Where every selected field is a plain attribute, without directive and without resolver, the same
answer is one nested comprehension. Anything else is not compiled, and takes the stock executor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    InlineFragmentNode,
    SelectionSetNode,
    is_list_type,
    is_non_null_type,
)

Memo = dict[Any, Any]
"""What is known while one answer is read: the figures by indicator and selection, and what was read of an object,
by its identity, for as long as its owner is held."""

Reader = Callable[[Any, Memo], Any]
"""The answer for a value. Raises NotPlain where only the stock executor knows what to say, such as a missing value."""

Getter = Callable[[Any], Any]

Fragments = Mapping[str, FragmentDefinitionNode]

SHARED = frozenset({"Member", "State"})
"""Types whose objects, in lists, are read once per place in a query, since the same ones come again and again."""


class NotPlain(Exception):
    """Something that the short way does not take."""


def fields_of(selection: SelectionSetNode, parent: GraphQLObjectType, fragments: Fragments) -> dict[str, FieldNode]:
    """The fields selected of an object by their names in the answer, in its order.

    Raises NotPlain for a directive, a fragment on another type, and a name that comes twice and would be merged.
    """
    found: dict[str, FieldNode] = {}
    for node in selection.selections:
        if node.directives:
            raise NotPlain("directive")
        if isinstance(node, FieldNode):
            _add(found, {(node.alias or node.name).value: node})
        elif isinstance(node, FragmentSpreadNode):
            fragment = fragments[node.name.value]
            if fragment.directives or fragment.type_condition.name.value != parent.name:
                raise NotPlain("fragment")
            _add(found, fields_of(fragment.selection_set, parent, fragments))
        elif isinstance(node, InlineFragmentNode):
            if node.type_condition and node.type_condition.name.value != parent.name:
                raise NotPlain("fragment")
            _add(found, fields_of(node.selection_set, parent, fragments))
    return found


def _add(found: dict[str, FieldNode], more: dict[str, FieldNode]) -> None:
    if found.keys() & more.keys():
        raise NotPlain("merged")
    found |= more


class Compiler:
    """Makes readers for one document.

    `special` knows the readers of fields that are more than an attribute; `getters`, by type, how to come by an
    attribute of an object that is given in another form.
    """

    def __init__(
        self,
        fragments: Fragments,
        special: Callable[[Compiler, GraphQLObjectType, FieldNode], Reader | None],
        getters: Mapping[str, Mapping[str, Getter]],
    ):
        self._fragments, self._special, self._getters = fragments, special, getters

    def object(self, kind: GraphQLObjectType, selection: SelectionSetNode) -> Reader:
        """A reader of objects of a type. Raises NotPlain."""
        fields = fields_of(selection, kind, self._fragments)
        return _object([(name, *self._field(kind, node)) for name, node in fields.items()])

    def _field(self, kind: GraphQLObjectType, node: FieldNode) -> tuple[Getter, Reader]:
        """How to come by the attribute of a field, or the object itself, and the reader of what is there."""
        if (special := self._special(self, kind, node)) is not None:
            return _itself, special
        known = kind.fields.get(node.name.value)  # not there: __typename
        definition = known and known.extensions.get("strawberry-definition")
        if known is None or definition is None or not definition.is_basic_field or known.args:
            raise NotPlain(f"{kind.name}.{node.name.value}")
        attribute = definition.python_name
        getters = self._getters.get(kind.name)
        get = getters[attribute] if getters else attrgetter(attribute)
        return get, self._value(known.type, node)

    def _value(self, kind: GraphQLOutputType, node: FieldNode) -> Reader:
        required = is_non_null_type(kind)
        present = kind.of_type if is_non_null_type(kind) else kind
        if isinstance(present, GraphQLEnumType | GraphQLScalarType):
            return _leaf(present, required)
        read = self._list(present.of_type, node) if is_list_type(present) else self._inner(present, node)
        return _required(read) if required else _nullable(read)

    def _list(self, kind: GraphQLOutputType, node: FieldNode) -> Reader:
        named = kind.of_type if is_non_null_type(kind) else kind
        shared = isinstance(named, GraphQLObjectType) and named.name in SHARED
        return (_shared_list if shared else _list)(self._value(kind, node))

    def _inner(self, kind: GraphQLOutputType, node: FieldNode) -> Reader:
        if isinstance(kind, GraphQLObjectType) and node.selection_set:
            return self.object(kind, node.selection_set)
        raise NotPlain(str(kind))


def _object(readers: list[tuple[str, Getter, Reader]]) -> Reader:
    def read_object(value: Any, memo: Memo) -> Any:
        return {name: read(get(value), memo) for name, get, read in readers}

    return read_object


def _itself(value: Any) -> Any:
    return value


def _shared_list(read: Reader) -> Reader:
    """A list whose objects are read once, wherever else in the answer they stand at this place of the query."""

    def read_list(value: Any, memo: Memo) -> Any:
        seen = memo.get(read)
        if seen is None:
            seen = memo[read] = {}
        for one in value:
            if id(one) not in seen:
                seen[id(one)] = (one, read(one, memo))  # holds the object too: its identity must stay its own
        return [seen[id(one)][1] for one in value]

    return read_list


def _list(read: Reader) -> Reader:
    def read_list(value: Any, memo: Memo) -> Any:
        return [read(one, memo) for one in value]

    return read_list


def _required(read: Reader) -> Reader:
    def read_required(value: Any, memo: Memo) -> Any:
        if value is None:
            raise NotPlain("null where none may be")
        return read(value, memo)

    return read_required


def _nullable(read: Reader) -> Reader:
    def read_nullable(value: Any, memo: Memo) -> Any:
        return None if value is None else read(value, memo)

    return read_nullable


def _leaf(kind: GraphQLEnumType | GraphQLScalarType, required: bool) -> Reader:
    """The stock serialiser, but for what it is known to leave as it is."""
    serialize = kind.serialize
    as_it_is = {"ID": str, "String": str, "Boolean": bool}.get(kind.name)

    def read_leaf(value: Any, _: Memo) -> Any:
        if value is None:
            if required:
                raise NotPlain("null where none may be")
            return None
        return value if type(value) is as_it_is else serialize(value)

    return read_leaf
