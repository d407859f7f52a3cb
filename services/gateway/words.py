"""Plain words for the codes of an answer, for people who read a page or a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

OUTCOMES: Mapping[str, str] = {
    "equal": "equal to print",
    "differs": "differs from print",
    "bound": "a bound: the record names only some",
    "needsJudgement": "needs a judgement",
    "noData": "no data",
    "notComputable": "not computable",
    "notPublished": "not in print",
}
"""Outcome of the comparison with print (model §7)."""

STATUSES: Mapping[str, str] = {
    "computed": "computed",
    "bound": "a bound",
    "needsJudgement": "upper bound; needs a judgement",
    "noData": "no data",
    "notHeld": "not held at the time",
    "notComputable": "not computable",
    "notApplicable": "not applicable",
    "undefined": "undefined",
}
"""Status of a figure."""

ABSENT = "–"


def number(value: Any) -> str:
    """A value as people write it: a dash where there is none, never 0 for nothing."""
    if value is None:
        return ABSENT
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def valued(row: Mapping[str, Any]) -> str:
    """The value of a figure row with what it means: `at most` a judged one, `at least` a bound.

    Where the record names only some, what is to be judged limits the figure on neither side.
    """
    text = number(row.get("value"))
    if text == ABSENT:
        return text
    if row["status"] == "needsJudgement" and row.get("dataThrough") is None:
        return f"{text} to be judged"
    prefix = {"needsJudgement": "at most ", "bound": "at least "}.get(row["status"], "")
    return prefix + text


def by_event(passages: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Event id and its passages in words: each document with its paragraphs, said once."""
    events: dict[str, dict[str, list[str]]] = {}
    for one in passages:
        paragraphs = events.setdefault(one["eventId"], {}).setdefault(one["document"], [])
        if one["paragraph"] not in paragraphs:
            paragraphs.append(one["paragraph"])
    return [
        (event, "; ".join(f"{document}, {', '.join(paragraphs)}" for document, paragraphs in documents.items()))
        for event, documents in events.items()
    ]
