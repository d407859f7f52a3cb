"""The hash of a figure set: equal answers have equal hashes, whatever engine or order of arrival (model §8)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from services.indicators.evaluation.measures import Part, plain
from services.indicators.figures.figure import Figure
from services.indicators.world.world import Cut
from shared.events.canonical import canonical

HASHED = ("meeting", "basis", "knownBy", "effectiveAt", "figures")
"""What the hash is taken of; positions, ids, titles and printed values are no part of the answers."""


def sealed_set(meeting: str, cut: Cut, figures: Iterable[Figure]) -> dict[str, Any]:
    """`{meeting, basis, knownBy, effectiveAt, positions, hash, figures}`, the figures sorted by indicator."""
    rows = sorted((hashed_row(figure) for figure in figures), key=lambda row: str(row["indicator"]))
    found = {"meeting": meeting, **cut.echoed(), "figures": rows}
    return {**found, "hash": set_hash(found)}


def set_hash(answers: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the RFC 8785 bytes of a set; members that are not hashed may be there."""
    return hashlib.sha256(canonical({name: answers[name] for name in HASHED})).hexdigest()


def hashed_row(figure: Figure) -> dict[str, Any]:
    """`{indicator, definitionHash, status, parts, reasonCode}` of a figure."""
    return {
        "indicator": figure.definition.indicator.id,
        "definitionHash": figure.definition.hash(),
        **hashed_answer(figure),
    }


def hashed_answer(figure: Figure) -> dict[str, Any]:
    """`{status, parts, reasonCode}`: all of a figure that two computations of it must agree on."""
    return {
        "status": figure.status,
        "parts": [_part(part) for part in figure.parts],
        "reasonCode": figure.first.code,
    }


def stated(value: Any) -> Any:
    """The same without members that are null: a ledger does not store what was not said."""
    if isinstance(value, dict):
        return {name: stated(one) for name, one in value.items() if one is not None}
    return [stated(one) for one in value] if isinstance(value, list | tuple) else value


def _part(part: Part) -> dict[str, Any]:
    """Quantities as plain decimal strings; of a percentage the two integers, its bounds by their numerators."""
    found = {"name": part.name, "unit": part.unit, "items": _items(part)}
    if part.denominator is None:
        return {**found, "value": _quantity(part.value), "low": _quantity(part.low), "high": _quantity(part.high)}
    low, high = part.bounding_numerators
    return {**found, "numerator": part.numerator, "denominator": part.denominator, "low": low, "high": high}


def _items(part: Part) -> list[dict[str, Any]]:
    rows = [{name: None if value is None else str(value) for name, value in item.items()} for item in part.items]
    return sorted(rows, key=lambda row: (row["key"] or "", row.get("value") or ""))


def _quantity(value: Decimal | None) -> str | None:
    return None if value is None else str(plain(value))
