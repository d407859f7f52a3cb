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

Fragments = Mapping[str, FragmentDefinitionNode]

SHARED = frozenset({"Member", "State"})
"""Types whose objects are read once per place in a query, since the same ones come again and again."""


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
    """Makes readers for one document; `special` knows the readers of fields that are more than an attribute."""

    def __init__(
        self,
        fragments: Fragments,
        special: Callable[[Compiler, GraphQLObjectType, FieldNode], Reader | None],
    ):
        self._fragments, self._special = fragments, special

    def object(self, kind: GraphQLObjectType, selection: SelectionSetNode) -> Reader:
        """A reader of objects of a type. Raises NotPlain."""
        fields = fields_of(selection, kind, self._fragments)
        read = _object([(name, *self._field(kind, node)) for name, node in fields.items()])
        return _once(read) if kind.name in SHARED else read

    def _field(self, kind: GraphQLObjectType, node: FieldNode) -> tuple[str | None, Reader]:
        """The attribute of a field, or None for the object itself, and the reader of what is there."""
        if (special := self._special(self, kind, node)) is not None:
            return None, special
        known = kind.fields.get(node.name.value)  # not there: __typename
        definition = known and known.extensions.get("strawberry-definition")
        if known is None or definition is None or not definition.is_basic_field or known.args:
            raise NotPlain(f"{kind.name}.{node.name.value}")
        return definition.python_name, self._value(known.type, node)

    def _value(self, kind: GraphQLOutputType, node: FieldNode) -> Reader:
        if is_non_null_type(kind):
            return _required(self._present(kind.of_type, node))
        return _nullable(self._present(kind, node))

    def _present(self, kind: GraphQLOutputType, node: FieldNode) -> Reader:
        if is_list_type(kind):
            return _list(self._value(kind.of_type, node))
        if isinstance(kind, GraphQLEnumType | GraphQLScalarType):
            return _leaf(kind)
        if isinstance(kind, GraphQLObjectType) and node.selection_set:
            return self.object(kind, node.selection_set)
        raise NotPlain(str(kind))


def _object(fields: list[tuple[str, str | None, Reader]]) -> Reader:
    readers = [(name, attrgetter(attribute) if attribute else _itself, read) for name, attribute, read in fields]

    def read_object(value: Any, memo: Memo) -> Any:
        return {name: read(get(value), memo) for name, get, read in readers}

    return read_object


def _itself(value: Any) -> Any:
    return value


def _once(read: Reader) -> Reader:
    def read_once(value: Any, memo: Memo) -> Any:
        key = (id(value), read)
        if key not in memo:
            memo[key] = read(value, memo)
        return memo[key]

    return read_once


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


def _leaf(kind: GraphQLEnumType | GraphQLScalarType) -> Reader:
    """The stock serialiser, but for text, whose answer is known without asking it."""
    serialize = kind.serialize
    as_it_is = kind.name in ("ID", "String")

    def read_leaf(value: Any, _: Memo) -> Any:
        return value if as_it_is and type(value) is str else serialize(value)

    return read_leaf
