"""Writes what is missing in tests/golden/events: `python -m tests.golden.make`. What is there is never written again.

For each event type at its current version: `<version>.json`, an event as a ledger stores it, with every field filled,
and `<version>.shape.json`, what its fields may hold.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from shared.events.base import ISO3, Decimal_, Effective, Event, FactDate, Known, Passage, Token, known_from
from shared.events.envelope import Proposed, stored_object
from shared.events.registry import EVENT_TYPES
from shared.events.shape import shape_of

GOLDEN = Path(__file__).parent / "events"

BY_TYPE: list[tuple[Any, Any]] = [(Token, "13MSP"), (Decimal_, "1250.50"), (FactDate, "2024-12")]
BY_PLAIN_TYPE = {str: "as the source has it", int: 3, bool: True, date: "2024-12-05", Any: {"count": "states"}}
BY_FIELD: dict[str, Any] = {
    "received": "2024-12-05",
    "reported": {"notBefore": "2024-12-01", "notAfter": "2024-12-05", "basis": "the letter names the week"},
    "request_id": "LAO-4-2",
    "year": 2024,
    "budget_year": 2025,
    "covers_years": [2024],
    "forms_included": ["A", "F"],
    "currency": "CHF",
    "sections": ["a", "d"],
    "from": "2024-07-01",
    "from_": "2024-07-01",
    "period_from": "2024-01-01",
    "period_to": "2024-12-31",
    "to": "2025-06-30",
    "through": "2025-06-30",
    "definition_hash": "0123456789abcdef" * 4,
    "hash": "0123456789abcdef" * 4,
    "code": "workplan.annual",
    "participant": "LAO",
    "revises": "0197ba00-0000-7000-8000-000000000000",
    "updates": "0197ba00-0000-7000-8000-000000000000",
    "target_event": "0197ba00-0000-7000-8000-000000000000",
    "indicator": "LAP-18.1",
    "indicators": ["LAP-18.1"],
    "plan": "LAP",
    "definition": {"id": "LAP-18.1", "count": "states"},
}


def example(kind: type[BaseModel]) -> dict[str, Any]:
    """A value for every field, the optional ones too, by the names used in JSON."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.alias or name: _value(name, hints[name]) for name, field in kind.model_fields.items()}


def _value(name: str, hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType) and set(get_args(FactDate)) <= set(get_args(hint)):
        hint = FactDate
    if hint == ISO3:
        return "LAO"
    if name in BY_FIELD:
        return BY_FIELD[name]
    for known, value in BY_TYPE:
        if hint == known:
            return value
    return BY_PLAIN_TYPE[hint] if hint in BY_PLAIN_TYPE else _composed(name, hint)


def _composed(name: str, hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _value(name, args[0])
    if origin is Literal:
        return args[0]
    if origin in (Union, UnionType):
        return _value(name, next(one for one in args if one is not NoneType))
    if origin is tuple:
        return [_value(name, args[0])]
    if origin is dict:
        return {"women": _value(name, args[1])}
    return example(hint)


def stored(kind: type[Event]) -> dict[str, Any]:
    """An event of this type as its ledger would store it at position 1."""
    event = kind.model_validate(example(kind))
    known = known_from(event.received_on) if event.received_on else None
    known = known or Known(time=date(2025, 6, 30), precision="by")
    return stored_object(
        Proposed(
            event,
            known,
            event.holds or Effective(from_=known.time),
            (
                Passage(document="CCM/MSP/2025/9", paragraph="12"),
                Passage(document="CCM/MSP/2025/9", paragraph="table 3"),
            ),
        ),
        id="0197ba00-0000-7000-8000-000000000001",
        source=f"stocktake.example/{kind.ledger}",
        version=1,
        position=1,
        recordedtime=datetime(2025, 7, 1, 12, 0, 0, 123456, UTC),
        actor="operator",
        onbehalfof="ISU",
    )


def shape(kind: type[Event]) -> dict[str, str]:
    """What each field may hold, in words; a field that may be left out ends with a question mark."""
    return {f"{one.name}{'' if one.required else '?'}": one.holds for one in shape_of(kind)}


def write_missing() -> list[Path]:
    """The files written now."""
    written = []
    for name, kind in EVENT_TYPES.items():
        for suffix, make in (("json", stored), ("shape.json", shape)):
            file = GOLDEN / name / f"{kind.schemaversion}.{suffix}"
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(json.dumps(make(kind), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
                written.append(file)
    return written


if __name__ == "__main__":
    for file in write_missing():
        print(file.relative_to(Path.cwd()))
