"""What values an attribute of an event can have, read from its class, so that a definition cannot ask in vain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from shared.events.base import Event


@dataclass(frozen=True, slots=True)
class AttributeType:
    """`listed` and `plain`: it may be a list, or a single value. `words` are the values of a `closed` type."""

    listed: bool
    plain: bool
    closed: bool
    words: frozenset[Any]


@cache
def attribute_type(kind: type[Event], name: str) -> AttributeType | None:
    """The type of an attribute by its name or JSON name; None where the event has none such."""
    for field, info in kind.model_fields.items():
        if name in (field, info.alias):
            return _described(info.annotation)
    return None


def _described(annotation: Any) -> AttributeType:
    arms = [arm for arm in _arms(annotation) if arm is not type(None)]
    lists = [arm for arm in arms if get_origin(arm) is tuple]
    values = [one for arm in arms for one in (_arms(get_args(arm)[0]) if get_origin(arm) is tuple else [arm])]
    closed = bool(values) and all(get_origin(one) is Literal or one is bool for one in values)
    words = {word for one in values for word in (get_args(one) if get_origin(one) is Literal else (True, False))}
    return AttributeType(bool(lists), len(lists) < len(arms), closed, frozenset(words) if closed else frozenset())


def _arms(annotation: Any) -> Iterator[Any]:
    """The alternatives of a union, looking through annotations; a plain type is its only one."""
    origin = get_origin(annotation)
    if origin is Union or str(origin) == "<class 'types.UnionType'>":
        for arm in get_args(annotation):
            yield from _arms(arm)
    elif hasattr(annotation, "__metadata__"):
        yield from _arms(annotation.__origin__)
    else:
        yield annotation
