"""What an event's fields may hold, in words: for docs/events.md, and for the test that keeps versions apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.events.base import ISO3, Decimal_, FactDate, IndicatorId, Token

NAMED = {ISO3: "State", Token: "token", IndicatorId: "indicator id", Decimal_: "decimal"}
"""Types that have a name of their own; docs/events.md says what each means."""

BOUNDS = {
    "ge": "at least {}",
    "gt": "more than {}",
    "le": "at most {}",
    "lt": "less than {}",
    "min_length": "{} or more",
    "max_length": "{} or fewer",
    "pattern": "like {}",
}

PLAIN = {str: "text", int: "whole number", bool: "yes/no", date: "day", NoneType: "nothing", Any: "any JSON"}


@dataclass(frozen=True, slots=True)
class Shape:
    """One field as it is written in JSON: its name there, what it may hold, and whether it may be left out."""

    name: str
    holds: str
    required: bool


def shape_of(kind: type[BaseModel]) -> list[Shape]:
    """The fields of an event or of a value inside one, in the order of its class."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        Shape(field.alias or name, words(hints[name]), field.is_required()) for name, field in kind.model_fields.items()
    ]


def words(hint: Any) -> str:
    """The words for a type annotation; TypeError for one that has none yet."""
    for named, word in NAMED.items():
        if hint == named:
            return word
    if hint in PLAIN:
        return PLAIN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return words(args[0]) + "".join(f", {bound}" for bound in _bounds(args[1:]))
    if origin is Literal:
        return " | ".join(str(value) for value in args)
    if origin in (Union, UnionType):
        return _union(list(args))
    if origin is tuple:
        return f"list of ({words(args[0])})"
    if origin is dict:
        return f"map of text to ({words(args[1])})"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        inside = ", ".join(f"{one.name}{'' if one.required else '?'}: {one.holds}" for one in shape_of(hint))
        return f"{{{inside}}}"
    raise TypeError(f"no words for {hint!r} yet: add them to {__name__}")


def _union(alternatives: list[Any]) -> str:
    said = []
    date_forms = list(get_args(FactDate))
    if all(form in alternatives for form in date_forms):
        alternatives = [one for one in alternatives if one not in date_forms]
        said.append("date")
    said += [words(one) for one in alternatives if one is not NoneType]  # an absent field is left out, never null
    return " | ".join(said)


def _bounds(metadata: tuple[Any, ...]) -> Iterator[str]:
    for one in metadata:
        for rule in one.metadata if isinstance(one, FieldInfo) else [one]:
            for name, said in BOUNDS.items():
                if (bound := getattr(rule, name, None)) is not None:
                    yield said.format(bound)
