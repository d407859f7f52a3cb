"""Tables for spreadsheets: figures, the evidence of each State, the method of each indicator, and the cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.gateway.words import STATUSES
from shared.states import states

Row = Mapping[str, Any]
Cell = str | int | float | date | None
"""None is an empty cell: what is not known, never 0."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and the width of its cells in characters."""

    heading: str
    width: int = 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a name."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


FIGURES = (
    Column("Indicator"), Column("Title", 44), Column("Part", 26), Column("Value", 10), Column("Unit", 24),
    Column("Status", 30), Column("Provisional", 13), Column("At least", 10), Column("At most", 10),
    Column("Numerator", 12), Column("Denominator", 14), Column("States", 8), Column("Names", 50),
    Column("Print", 10), Column("Reason", 60), Column("Data through", 14), Column("Definition", 12),
)  # fmt: skip
BASELINES = (
    Column("Indicator"), Column("Title", 44), Column("Baseline", 10), Column("Status", 30), Column("Provisional", 13),
    Column("Numerator", 12), Column("Numerator names", 50), Column("Denominator", 14), Column("Denominator names", 50),
    Column("Print", 10), Column("Reason", 60), Column("Definition", 12), Column("Data through", 14),
    Column("As of", 12),
)  # fmt: skip
EVIDENCE = (
    Column("Indicator"), Column("State", 44), Column("ISO3", 7), Column("Certain", 9), Column("Left on", 12),
    Column("Document", 34), Column("Paragraph", 24), Column("Kind", 28), Column("Known by", 12),
    Column("Confidence", 12), Column("Event", 40),
)  # fmt: skip
METHOD = (
    Column("Indicator"), Column("Title", 44), Column("Action", 8), Column("Section", 20), Column("Formula", 80),
    Column("Population", 50), Column("Window", 24), Column("Unit", 24), Column("Series", 30), Column("Rests on", 30),
    Column("Sources", 36), Column("Judgement words", 24), Column("Told apart by", 30), Column("Readings", 60),
    Column("Version", 8), Column("In force", 12), Column("Definition hash", 66),
)  # fmt: skip
CUT = (Column("Cut", 20), Column("", 60))


def figure_sheets(plan: str, meeting: str, table: Row, methods: Sequence[Row]) -> list[Sheet]:
    """A plan's figures with `states`, its methodology sheets, and the cut, as four tables."""
    titles = {one["indicator"]: one["title"] for one in methods}
    figures = table["figures"]
    return [
        Sheet("Figures", FIGURES, [row for one in figures for row in _figure(one, titles)]),
        Sheet("Evidence", EVIDENCE, [row for one in figures for row in _evidence(one)]),
        Sheet("Method", METHOD, [_method(one) for one in methods]),
        Sheet("Cut", CUT, _cut(plan, meeting, table["cut"], stale=bool(table.get("stale")))),
    ]


def baseline_sheets(plan: str, baselines: Sequence[Row], methods: Sequence[Row]) -> list[Sheet]:
    """A plan's baselines with `states`, and its methodology sheets, as three tables."""
    titles = {one["indicator"]: one["title"] for one in methods}
    return [
        Sheet(f"Baselines {plan}", BASELINES, [_baseline(one, titles) for one in baselines]),
        Sheet("Evidence", EVIDENCE, [row for one in baselines for row in _evidence(one)]),
        Sheet("Method", METHOD, [_method(one) for one in methods]),
    ]


def _figure(row: Row, titles: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    """One line for each part; status, States and print are those of the first.

    A bound holds only where the record says so: nothing lies at most so high while it names only some, and where it
    has nothing there is no 0.
    """
    limited = row["status"] == "computed" or (row["status"] == "needsJudgement" and row["dataThrough"] is not None)
    told = row["value"] is not None
    for at, part in enumerate(row["parts"]):
        counted = part["value"] is not None
        first = at == 0
        yield (
            row["indicator"],
            titles.get(row["indicator"]),
            part["name"] if len(row["parts"]) > 1 else None,
            number_cell(part["value"]),
            part["unit"],
            _status(row) if first else None,
            _yes(row["provisional"]),
            number_cell(part["low"]) if counted else None,
            number_cell(part["high"]) if counted and limited else None,
            number_cell(part["numerator"]),
            number_cell(part["denominator"]),
            len(row["members"]) if first and told else None,
            " ".join(row["members"]) if first and told else None,
            number_cell(row["published"]) if first else None,
            row["reason"] if first else None,
            day_cell(row["dataThrough"]) if first else None,
            row["definition"],
        )


def _baseline(row: Row, titles: Mapping[str, str]) -> Sequence[Cell]:
    numerator, denominator = row["numerator"], row["denominator"]
    return (
        row["indicator"],
        titles.get(row["indicator"]),
        number_cell(row["value"]),
        STATUSES[row["status"]],
        _yes(row["provisional"]),
        None if numerator is None else len(numerator),
        None if numerator is None else " ".join(numerator),
        None if denominator is None else len(denominator),
        None if denominator is None else " ".join(denominator),
        number_cell(row["printed"]),
        row["reason"],
        row["definitionVersion"],
        day_cell(row["dataThrough"]),
        day_cell(row["asOf"]),
    )


def _evidence(row: Row) -> Iterator[Sequence[Cell]]:
    """One line for each State and passage; a State of which nothing speaks keeps its line."""
    for one in row["states"]:
        name = states()[one["iso3"]].name
        start = (row["indicator"], name, one["iso3"], _yes(one["certain"]), day_cell(one["leftOn"]))
        for passage in one["evidence"] or [{}]:
            yield (
                *start,
                passage.get("document"),
                passage.get("paragraph"),
                passage.get("kind"),
                day_cell(passage.get("knowntime")),
                passage.get("confidence"),
                passage.get("eventId"),
            )


def _method(row: Row) -> Sequence[Cell]:
    running = next(one for one in row["versions"] if one["running"])
    return (
        row["indicator"],
        row["title"],
        row["action"],
        row["section"],
        row["formula"],
        row["population"],
        row["window"],
        row["unit"],
        row["series"],
        row["restsOn"],
        "; ".join(row["sources"]),
        "; ".join(row["judgementWords"]),
        "; ".join(f"{one['what']}: {', '.join(one['by'])}" for one in row["breakdowns"]),
        " ".join(row["readings"]),
        row["version"],
        day_cell(running["inForce"]),
        row["definitionHash"],
    )


def _cut(plan: str, meeting: str, cut: Row, *, stale: bool) -> list[Sequence[Cell]]:
    positions = ",".join(f"{ledger}:{at}" for ledger, at in sorted(cut["positions"].items()))
    rows: list[Sequence[Cell]] = [
        ("Plan", plan),
        ("Meeting", meeting),
        ("Basis", cut["basis"]),
        ("As of", day_cell(cut["effectiveAt"])),
        ("Known by", day_cell(cut["knownBy"])),
        ("Positions", positions),
    ]
    return [*rows, ("Mind", "a service is down: newer facts may be missing")] if stale else rows


def _status(row: Row) -> str:
    """In words; what is to be judged limits nothing where the record names only some."""
    if row["status"] == "needsJudgement" and row["dataThrough"] is None:
        return "to be judged; no upper bound"
    return STATUSES[row["status"]]


def number_cell(value: Any) -> Cell:
    """A number as a number; what is printed in words stays text."""
    if value is None or isinstance(value, int | float):
        return value
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    return int(number) if number == number.to_integral_value() else float(number)


def day_cell(text: str | None) -> Cell:
    """A day as a day."""
    return date.fromisoformat(text[:10]) if text else None


def _yes(value: bool) -> str:
    return "yes" if value else "no"
