"""What pydantic finds wrong, said as one problem: which field, what would be right, never what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from shared.http.strict_json import pointer
from shared.problems import Problem

M = TypeVar("M", bound=BaseModel)

MAX_ERRORS = 20
"""Faults listed in one answer."""

_WORDS = {
    "missing": "this field is required",
    "extra_forbidden": "unknown field; leave it out or correct its name",
    "model_type": "write an object",
    "dict_type": "write an object",
    "string_type": "write a string",
    "int_type": "write an integer",
    "int_from_float": "write an integer",
    "bool_type": "write true or false",
    "tuple_type": "write a list",
    "date_type": "write a date as YYYY-MM-DD",
    "date_parsing": "write a date as YYYY-MM-DD",
    "date_from_datetime_inexact": "write a date as YYYY-MM-DD",
    "date_from_datetime_parsing": "write a date as YYYY-MM-DD",
}


def read_as(model: type[M], value: Any) -> M:
    """`value` (parsed JSON) as the model, strictly: no string becomes a number, no number a date.

    Problem 422 `invalid` (`state-unknown` for a code that is no State) with `field` and every fault in `errors`.
    """
    try:
        found = model.model_validate_json(orjson.dumps(value), strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(error.errors(include_url=False, include_input=False), value) from None
    reread = _rewritten(value, found.model_dump(mode="json", by_alias=True), ())
    if reread is not None:
        raise invalid(pointer(*reread), "write it in its plain form: dates as YYYY-MM-DD, no other spelling")
    return found


def invalid(field: str, message: str, type_: str = "invalid") -> Problem:
    """422 with one fault."""
    return _problem(type_, [{"field": field, "message": message}])


def _invalid(errors: Sequence[Mapping[str, Any]], value: Any) -> Problem:
    by_field: dict[str, list[str]] = {}
    for error in errors:
        messages = by_field.setdefault(place(error, value), [])
        words = words_of(error)
        if words not in messages:
            messages.append(words)
    # An object where a text or an object may stand fails as both; the fault inside it is the one that helps.
    by_field = {field: m for field, m in by_field.items() if not any(o.startswith(f"{field}/") for o in by_field)}
    type_ = "state-unknown" if errors[0]["type"] == "state_unknown" else "invalid"
    return _problem(type_, [{"field": field, "message": ", or ".join(m)} for field, m in by_field.items()])


def _problem(type_: str, faults: list[dict[str, str]]) -> Problem:
    title = "No such State" if type_ == "state-unknown" else "The request is not in the form it should be"
    first = faults[0]
    detail = f"{first['field']}: {first['message']}"
    return Problem(422, type_, title, detail, field=first["field"], errors=faults[:MAX_ERRORS])


def words_of(error: Mapping[str, Any]) -> str:
    """The fault in words that say what would be right; texts of our own validators hold no input."""
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "too_short":
        return f"give at least {error['ctx']['min_length']}"
    if kind == "literal_error":
        return f"write one of {error['ctx']['expected']}"
    return _WORDS.get(kind, str(error["msg"]))


def place(error: Mapping[str, Any], value: Any) -> str:
    """Pointer of the fault: pydantic's location without the names of the union branches it tried."""
    path: list[str | int] = []
    here = value
    for step in error["loc"]:
        inside = _inside(here, step)
        if inside is not _ABSENT:
            here = inside
            path.append(step)
        elif error["type"] == "missing" and step is error["loc"][-1]:
            path.append(step)
    return pointer(*path)


_ABSENT: Final = object()


def _inside(value: Any, step: str | int) -> Any:
    """The member of an object or the item of a list, else _ABSENT."""
    if isinstance(value, dict):
        return value.get(step, _ABSENT)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return _ABSENT


def _rewritten(sent: Any, read: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...] | None:
    """The first place where a text was read as something else than it says, such as seconds since 1970 as a date."""
    children: Iterable[tuple[str | int, Any, Any]] = ()
    if isinstance(sent, dict) and isinstance(read, dict):
        children = ((key, item, read.get(key)) for key, item in sent.items())
    elif isinstance(sent, list) and isinstance(read, list):
        children = ((index, *pair) for index, pair in enumerate(zip(sent, read, strict=False)))
    elif isinstance(sent, str) and sent != read:
        return path
    for key, one, other in children:
        found = _rewritten(one, other, (*path, key))
        if found is not None:
            return found
    return None
