"""Coverage in plain words: for how long the record is declared complete, and where that is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Row = Mapping[str, Any]

COMPLETENESS = {"complete": "complete", "named_only": "names only some", "none": "not covered"}


@dataclass(frozen=True, slots=True)
class Covered:
    """What is declared of one subject by one passage, and the events that declare it."""

    words: str
    events: tuple[str, ...]


def coverage(rows: Sequence[Row]) -> list[Covered]:
    """One entry per subject, completeness and passage: declarations that follow one another read as one span."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for one in rows:
        key = (one["subject"], one["completeness"], str(one["document"]), str(one["paragraph"]))
        groups.setdefault(key, []).append(one)
    return [_covered(group) for group in groups.values()]


def _covered(group: Sequence[Row]) -> Covered:
    one = group[0]
    spans = ", ".join(f"{first} to {last}" for first, last in _joined(group))
    words = f"{one['subject']}, {spans}: {COMPLETENESS[one['completeness']]}"
    if one["document"]:
        words += f" ({one['document']}, {one['paragraph']})"
    return Covered(words, tuple(dict.fromkeys(row["eventId"] for row in group if row["eventId"])))


def _joined(group: Sequence[Row]) -> list[tuple[date, date]]:
    """The spans of some declarations, those that touch made one."""
    spans: list[tuple[date, date]] = []
    for one in sorted(group, key=lambda row: str(row["from"])):
        first, last = date.fromisoformat(one["from"]), date.fromisoformat(one["through"])
        if spans and first <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans
