"""JSON as RFC 8259 means it and RFC 8785 can store it: what other parsers let pass is refused, with its place.

Python's own parser accepts duplicate keys, NaN, 1e400 (as infinity), lone surrogates and any nesting; each of them
would later be an answer 500, or worse, a fact that reads differently elsewhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from shared.problems import Problem

MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**53 - 1
MAX_TEXT: Final = 8_000
"""Characters in one string: the longest detail of the record is far below; a document does not belong in a fact."""

ROOT: Final = "/"
"""The place named when the fault is the body as a whole."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters and invisible changes of writing direction: they make a text read differently than it is."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """An object before its keys are known to differ."""

    pairs: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it was written."""

    text: str


def pointer(*path: str | int) -> str:
    """RFC 6901 pointer of a path, its unusual characters escaped and each step cut to 80 characters."""
    steps = (str(step)[:80].replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{_printable(step)}" for step in steps) or ROOT


def _printable(step: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in step)


def parse(body: bytes) -> Any:
    """The value of a JSON text; Problem 400 `json` naming the place and what would be right."""
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise _fault((), "the body starts with a byte order mark; send plain UTF-8 without one")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _fault((), f"the body is not UTF-8 (byte {error.start}); send JSON in UTF-8") from None
    try:
        tree = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_Number,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _fault((), f"the body is no complete JSON text: {error.msg} at {where}") from None
    except RecursionError:
        raise _fault((), f"nested deeper than {MAX_DEPTH} levels") from None
    return _value(tree, ())


def _value(node: Any, path: tuple[str | int, ...]) -> Any:
    if len(path) > MAX_DEPTH:
        raise _fault(path, f"nested deeper than {MAX_DEPTH} levels")
    match node:
        case _Pairs(pairs):
            return _object(pairs, path)
        case list():
            return [_value(item, (*path, index)) for index, item in enumerate(node)]
        case _Number(text):
            return _number(text, path)
        case str():
            return _text(node, path)
        case _:
            return node


def _object(pairs: list[tuple[str, Any]], path: tuple[str | int, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, item in pairs:
        _text(key, (*path, key), "a name")
        if key in found:
            raise _fault((*path, key), "this name occurs twice in one object; send it once")
        found[key] = _value(item, (*path, key))
    return found


def _number(text: str, path: tuple[str | int, ...]) -> int | float:
    if text in ("NaN", "Infinity", "-Infinity"):
        raise _fault(path, "NaN and Infinity are no JSON; leave out what is not known")
    if not any(char in text for char in ".eE"):
        # the length goes first: int() of thousands of digits is refused by Python itself, with another exception
        if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
            raise _fault(path, "integers beyond 2^53-1 are not exact everywhere; send a larger quantity as a string")
        return int(text)
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _fault(path, "this number is too large; send it as a string")
    return number


def _text(text: str, path: tuple[str | int, ...], what: str = "a text") -> str:
    if len(text) > MAX_TEXT:
        raise _fault(path, f"{what} holds at most {MAX_TEXT} characters; cite the passage instead of copying it")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _fault(path, f"{what} holds half of a surrogate pair; send both halves or the character itself")
    if _FORBIDDEN.search(text):
        raise _fault(path, f"{what} holds a control or direction character; send visible text, tab or newline")
    return text


def _fault(path: tuple[str | int, ...], detail: str) -> Problem:
    return Problem(400, "json", "The body is not the JSON it should be", detail, field=pointer(*path))
