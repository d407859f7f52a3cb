"""What a schema version promises once it is written down, and where today's classes break the promise.

Both sides hold us to it: a subscriber that reads by version n meets nothing version n ruled out, and today's code reads
everything recorded as version n. So within a version a field keeps exactly what it may hold, is there whenever it was
always there, and stays where it was; only a field that may be left out can be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

PLACE = {"x-ledger": "ledger", "x-stream": "stream", "x-subject": "subject"}
"""Where such an event stands; another place means that it is another fact."""

WORDS = {"title", "description", "default", "examples", "deprecated", "$schema", "$id", "$defs"}
"""Keywords that allow and forbid nothing."""

STRUCTURE = {"properties", "required", "items", "anyOf", "additionalProperties", "$ref", *PLACE}


def broken_promises(before: Schema, now: Schema) -> list[str]:
    """What of a written-down version today's schema of that same version breaks, each in one line; none = []."""
    moved = [
        f"its {word} is {_shown(now.get(name))} and was {_shown(before.get(name))}: that is another fact"
        for name, word in PLACE.items()
        if before.get(name) != now.get(name)
    ]
    return [*moved, *dict.fromkeys(_Comparison(before, now).of(before, now, ""))]


class _Comparison:
    """Two whole schemas, so that references inside them can be followed."""

    def __init__(self, before: Schema, now: Schema):
        self._before, self._now = before, now
        self._seen: set[tuple[str, str]] = set()

    def of(self, before: Any, now: Any, path: str) -> Iterator[str]:
        """The differences that matter between two parts; `path` is the field's, "" for the whole."""
        if not isinstance(before, Mapping) or not isinstance(now, Mapping):
            if before != now:
                yield f"{_field(path)} may hold {_shown(now)} and held {_shown(before)}"
            return
        at = (before.get("$ref", ""), now.get("$ref", ""))
        if all(at):
            if at in self._seen:
                return
            self._seen.add(at)
        before, now = _followed(before, self._before), _followed(now, self._now)
        yield from _bounds(before, now, path)
        yield from self._fields(before, now, path)
        yield from self._alternatives(before, now, path)
        for part, sign in (("items", "[]"), ("additionalProperties", "{}")):
            if part in before or part in now:
                yield from self.of(before.get(part, True), now.get(part, True), path + sign)

    def _fields(self, before: Schema, now: Schema, path: str) -> Iterator[str]:
        had, has = before.get("properties", {}), now.get("properties", {})
        needed, needs = set(before.get("required", ())), set(now.get("required", ()))
        for name in had:
            here = f"{path}.{name}".lstrip(".")
            if name not in has:
                yield f"{_field(here)} is gone (removed or renamed)"
                continue
            if name in needs - needed:
                yield f"{_field(here)} is now required, and recorded events may lack it"
            if name in needed - needs:
                yield f"{_field(here)} may now be left out, and readers rely on it"
            yield from self.of(had[name], has[name], here)
        for name in has:
            if name not in had and name in needs:
                yield f"{_field(f'{path}.{name}'.lstrip('.'))} is new and required, and recorded events lack it"

    def _alternatives(self, before: Schema, now: Schema, path: str) -> Iterator[str]:
        could, can = before.get("anyOf", []), now.get("anyOf", [])
        if len(could) != len(can):
            yield f"{_field(path)} may hold one of {len(can) or 1} forms and had {len(could) or 1}"
            return
        for one, other in zip(could, can, strict=True):
            yield from self.of(one, other, path)


def _bounds(before: Schema, now: Schema, path: str) -> Iterator[str]:
    """Everything else that allows or forbids: type, enum, const, pattern, format, limits."""
    for name in sorted((set(before) | set(now)) - WORDS - STRUCTURE):
        if _unordered(name, before.get(name)) != _unordered(name, now.get(name)):
            yield f"{_field(path)}: {name} is {_shown(now.get(name))} and was {_shown(before.get(name))}"


def _unordered(name: str, value: Any) -> Any:
    return sorted(value, key=repr) if name in ("enum", "type") and isinstance(value, list) else value


def _followed(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    if not reference or reference == "#":
        return schema
    *_, name = str(reference).split("/")
    return {**whole["$defs"][name], **{key: value for key, value in schema.items() if key != "$ref"}}


def _field(path: str) -> str:
    return f"field {path}" if path else "the event"


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " | ".join(str(one) for one in value)
    return str(value)
