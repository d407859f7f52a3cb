"""The public contract as files: docs/schemas and docs/asyncapi.yaml, and what may not be written over.

`python -m shared.events.contract docs` writes them; a schema that breaks the promise of the one written down is not
written, named, and makes the command fail.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.events import asyncapi
from shared.events.base import Event
from shared.events.compatibility import broken_promises
from shared.events.json_schema import HEARTBEAT, event_schema, heartbeat_schema
from shared.events.registry import EVENT_TYPES

SCHEMAS = "schemas"
ASYNCAPI = "asyncapi.yaml"
DERIVE = "run make docs"


def current(types: Mapping[str, type[Event]] = EVENT_TYPES) -> dict[str, str]:
    """Path below docs/ -> text, for what today's classes say; older versions only exist as files."""
    schemas = {f"{SCHEMAS}/{name}/{kind.schemaversion}.json": _text(event_schema(kind)) for name, kind in types.items()}
    return schemas | {
        f"{SCHEMAS}/{HEARTBEAT}/1.json": _text(heartbeat_schema()),
        ASYNCAPI: asyncapi.text(types),
    }


def faults(docs: Path, types: Mapping[str, type[Event]] = EVENT_TYPES) -> list[str]:
    """Every way in which the files and the classes do not say the same, each in one line; broken promises first."""
    broken = list(_broken(docs, types))
    stale = [
        f"{path} is not what the classes say: {DERIVE}"
        for path, text in current(types).items()
        if not (docs / path).is_file() or (docs / path).read_text(encoding="utf-8") != text
    ]
    return [*broken, *(stale if not broken else [])]


def _broken(docs: Path, types: Mapping[str, type[Event]]) -> Iterator[str]:
    for folder in sorted(one for one in (docs / SCHEMAS).glob("*") if one.is_dir()):
        if folder.name not in types and folder.name != HEARTBEAT:
            yield f"{folder.name} is gone or renamed, and ledgers hold such events"
    for name, kind in types.items():
        yield from _breaks(docs, name, kind)
        yield from _forgotten(docs, name, kind)


def _breaks(docs: Path, name: str, kind: type[Event]) -> Iterator[str]:
    written = docs / SCHEMAS / name / f"{kind.schemaversion}.json"
    if written.is_file():
        before: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
        for promise in broken_promises(before, event_schema(kind)):
            yield (
                f"{name} version {kind.schemaversion}: {promise}; "
                f"give it schemaversion {kind.schemaversion + 1} and an upcaster"
            )


def _forgotten(docs: Path, name: str, kind: type[Event]) -> Iterator[str]:
    for version in range(1, kind.schemaversion):
        if not (docs / SCHEMAS / name / f"{version}.json").is_file():
            yield f"{name} version {version}: its schema is gone, and ledgers hold such events"


def _text(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(docs: Path, types: Mapping[str, type[Event]] = EVENT_TYPES) -> list[str]:
    """Write what today's classes say, unless that breaks a promise; answers the broken ones."""
    broken = list(_broken(docs, types))
    if not broken:
        for path, text in current(types).items():
            (docs / path).parent.mkdir(parents=True, exist_ok=True)
            (docs / path).write_text(text, encoding="utf-8")
    return broken


if __name__ == "__main__":
    for promise in (found := write(Path(sys.argv[1]))):
        print(promise, file=sys.stderr)
    sys.exit(1 if found else 0)
