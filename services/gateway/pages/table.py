"""Shapes the services' answers into the page: a plan's table against print, each figure with its States."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.words import OUTCOMES, STATUSES, by_event, number, valued
from shared.states import states

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StateLine:
    """A State behind a figure, and the passages that put it there."""

    iso3: str
    name: str
    certain: bool
    left_on: str | None
    evidence: Sequence[tuple[str, str]]  # event id, passages in words


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One indicator on the page."""

    indicator: str
    title: str
    ours: str
    parts: Sequence[str]
    unit: str | None
    status: str
    print: str
    elsewhere: Sequence[str]
    outcome: str
    outcome_words: str
    reason: str | None
    population: str | None
    of: int | None
    data_through: str | None
    formula: str | None
    provisional: bool
    states: Sequence[StateLine]


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """An action and its indicators."""

    action: str
    title: str | None
    section: str | None
    lines: Sequence[FigureLine]


@dataclass(frozen=True, slots=True)
class PlanTable:
    """The whole page: a plan at a meeting."""

    plan: str
    title: str
    meeting: str
    groups: Sequence[ActionGroup]
    summary: Sequence[tuple[str, str, int]]
    cut: Row
    stale: bool


def plan_table(plan: Row, meeting: str, figures: Row, reconciliation: Sequence[Row], *, stale: bool) -> PlanTable:
    """The page of a plan: every indicator in the plan's order, whether or not it has a figure."""
    rows = {row["indicator"]: row for row in figures["figures"]}
    compared = {row["indicator"]: row for row in reconciliation}
    groups = [
        ActionGroup(
            action=str(action["action"]),
            title=action.get("title"),
            section=action.get("section"),
            lines=[
                _line(one, rows[one["id"]], compared.get(one["id"], {}))
                for one in action["indicators"]
                if one["id"] in rows
            ],
        )
        for action in plan["actions"]
    ]
    counted = Counter(row["outcome"] for row in reconciliation)
    summary = [(code, words, counted[code]) for code, words in OUTCOMES.items() if counted[code]]
    title = plan.get("title") or plan["id"]
    return PlanTable(plan["id"], title, meeting, groups, summary, figures["cut"], stale)


def _line(indicator: Row, row: Row, compared: Row) -> FigureLine:
    outcome = compared.get("outcome", "notPublished")
    denominator = row.get("denominator")
    return FigureLine(
        indicator=indicator["id"],
        title=indicator["title"],
        ours=valued(row),
        parts=parts_in_words(row),
        unit=row.get("unit"),
        status=STATUSES[row["status"]],
        print=number(row.get("published")),
        elsewhere=[printed_in_words(one) for one in row.get("publishedElsewhere") or ()],
        outcome=outcome,
        outcome_words=OUTCOMES[outcome],
        reason=compared.get("reason") or row.get("reason"),
        population=indicator.get("population"),
        of=None if denominator is None else len(denominator),
        data_through=row.get("dataThrough"),
        formula=indicator.get("formula"),
        provisional=bool(row.get("provisional")),
        states=state_lines(row),
    )


def parts_in_words(row: Row) -> list[str]:
    """Each part with both its numbers, where a figure has more than one or its one is a fraction or a range."""
    parts = row.get("parts") or []
    if len(parts) == 1 and parts[0].get("numerator") is None and parts[0].get("low") == parts[0].get("high"):
        return []
    return [_part(one) for one in parts]


def _part(part: Row) -> str:
    words = f"{part['name']}: {number(part.get('value'))}"
    if part.get("unit"):
        words += f" {part['unit']}"
    if part.get("numerator") is not None:
        words += f" ({part['numerator']} of {part['denominator']})"
    if part.get("low") != part.get("high"):
        words += f" (certain {number(part.get('low'))}, possible {number(part.get('high'))})"
    return words


def printed_in_words(printed: Row) -> str:
    """Another printing: value and place."""
    where = ", ".join(str(printed[name]) for name in ("document", "place") if printed.get(name))
    return f"{number(printed.get('value'))} ({where})" if where else number(printed.get("value"))


def state_lines(row: Row) -> list[StateLine]:
    """The States of a figure by name, the certain ones first; without evidence, its members alone."""
    listed = row.get("states") or [{"iso3": code} for code in row.get("members") or ()]
    lines = [
        StateLine(
            iso3=one["iso3"],
            name=states()[one["iso3"]].name,
            certain=one.get("certain", True),
            left_on=one.get("leftOn"),
            evidence=by_event(one.get("evidence") or ()),
        )
        for one in listed
    ]
    return sorted(lines, key=lambda line: (not line.certain, line.name))
