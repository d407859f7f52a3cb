"""Figures in the terminal: a plan's table, the comparison with print, and one figure opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from services.cli.client import System
from services.cli.output import plain, table
from services.gateway.pages.coverage import Covered, coverage
from services.gateway.pages.spreadsheet import csv_lines
from services.gateway.pages.table import parts_in_words, printed_in_words
from services.gateway.words import OUTCOMES, STATUSES, by_event, number, valued
from shared.states import states

Row = Mapping[str, Any]

RECONCILED = ("indicator", "outcome", "computed", "published", "publishedElsewhere", "reason")
"""Fields of a reconciliation row, in the order scripts see them."""

COLOURS = {"equal": "green", "differs": "red", "bound": "yellow", "needsJudgement": "yellow"}


def reconciled(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Exactly the fields of model §7."""
    return [{name: row[name] for name in RECONCILED} for row in rows]


def figures_table(plan: str, meeting: str, rows: Sequence[Row], titles: Mapping[str, str]) -> RenderableType:
    """A plan's figures with the States by name."""
    made = table(f"{plan} at {meeting}", ("Indicator", "", "Ours", "Print", "States"), numbers=("Ours", "Print"))
    for row in rows:
        words = "" if row["status"] == "computed" else f" ({STATUSES[row['status']]})"
        made.add_row(
            row["indicator"],
            plain(titles.get(row["indicator"], "") + words),
            number(row["value"]),
            number(row["published"]),
            plain(named(row["members"] or ())),
        )
    return made


BASELINES = (
    "indicator", "status", "provisional", "value", "numerator", "denominator", "printed", "reason",
    "definitionVersion", "dataThrough", "asOf",
)  # fmt: skip
"""Fields of a baseline, in the order scripts see them."""


def baselines_csv(rows: Sequence[Row]) -> str:
    """One line per indicator; States by code with blanks between them, what is not known empty."""
    return csv_lines([BASELINES, *([_cell(row[name]) for name in BASELINES] for row in rows)])


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else value


def baselines_table(plan: str, rows: Sequence[Row], titles: Mapping[str, str]) -> RenderableType:
    """Each baseline with how far the record reaches; provisional ones say so; counts below."""
    columns = ("Indicator", "", "Baseline", "Print", "Through", "Why")
    made = table(f"Baselines of {plan}, known by {rows[0]['asOf'] if rows else '–'}", columns,
                 numbers=("Baseline", "Print"))  # fmt: skip
    for row in rows:
        status = "provisional, " if row["provisional"] else ""
        words = "" if row["status"] == "computed" and not status else f" ({status}{STATUSES[row['status']]})"
        made.add_row(
            row["indicator"], plain(titles.get(row["indicator"], "") + words), number(row["value"]),
            number(row["printed"]), plain(row["dataThrough"]), plain(row["reason"] or ""),
        )  # fmt: skip
    final = sum(row["value"] is not None and not row["provisional"] for row in rows)
    provisional = sum(bool(row["provisional"]) for row in rows)
    summary = f"{final} final, {provisional} provisional, {len(rows) - final - provisional} without a value"
    return Group(made, Text(f"\n{len(rows)} indicators: {summary}"))


def reconciliation_table(meeting: str, rows: Sequence[Row]) -> RenderableType:
    """Ours beside print, and the reason in words; the counts of outcomes below."""
    made = table(f"Our figures against print at {meeting}", ("Indicator", "Outcome", "Ours", "Print", "Reason"),
                 numbers=("Ours", "Print"))  # fmt: skip
    for row in rows:
        outcome = Text(OUTCOMES[row["outcome"]], style=COLOURS.get(row["outcome"], ""))
        made.add_row(
            row["indicator"], outcome, number(row["computed"]), number(row["published"]), plain(row["reason"] or "")
        )
    counted = Counter(row["outcome"] for row in rows)
    summary = ", ".join(f"{counted[code]} {words}" for code, words in OUTCOMES.items() if counted[code])
    return Group(made, Text(f"\n{len(rows)} indicators: {summary}"))


def explanation(row: Row, meeting: str) -> RenderableType:
    """One figure opened: formula, population, window, States with their passages, coverage, print, readings, cut."""
    return Group(
        Text(f"{row['indicator']} at {meeting}", style="bold"),
        *([plain(row["title"])] if row.get("title") else []),
        _facts(row),
        Text(f"\nStates ({len(row['states'])})", style="bold"),
        _states(row["states"]),
    )


def _facts(row: Row) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for label, text in _lines(row):
        grid.add_row(label, plain(text))
    return grid


def _lines(row: Row) -> Iterator[tuple[str, str]]:
    """Label and text of each line above the States; a label is said once."""
    unit = f" {row['unit']}" if row.get("unit") and row["value"] is not None else ""
    provisional = ", provisional" if row.get("provisional") else ""
    yield "Ours", f"{valued(row)}{unit} ({STATUSES[row['status']]}{provisional})"
    yield from _several("Parts", parts_in_words(row))
    yield "Print", number(row.get("published"))
    yield from _several("Also printed", [printed_in_words(one) for one in row.get("publishedElsewhere") or ()])
    if comparison := row.get("comparison"):
        yield "Compared", f"{OUTCOMES[comparison['outcome']]}: {comparison['reason']}"
    elif row.get("reason"):
        yield "Reason", row["reason"]
    yield "Formula", row["formula"]
    yield "Population", _population(row.get("population"))
    yield "Window", row["window"]["words"] if row.get("window") else "none"
    if row.get("withoutFormer") is not None:
        yield "Without former", f"{row['withoutFormer']} without States that left the population in the window"
    yield from _several("Coverage", [_covered(one) for one in coverage(row["coverage"])] or ["none declared"])
    yield "Data through", row.get("dataThrough") or "not covered as a whole"
    for one in row.get("breakdowns") or ():
        yield from _several(f"{one['what']} told apart".capitalize(), list(_told_apart(one)))
    yield from _several("Reading", row["readings"])
    yield "Definition", f"version {row.get('definition')}"
    yield "Cut", _cut(row["cut"])


def _told_apart(row: Row) -> Iterator[str]:
    """What the plan asks to be told apart, and which States did so."""
    yield f"asked: {', '.join(row['by'])}"
    for name in row["by"]:
        told = [one["iso3"] for one in row["states"] if name in one["received"]]
        yield f"{name}: {', '.join(told) or 'nobody'}, {len(told)} of {len(row['states'])} that told anything"
    if not row["complete"]:
        yield f"not all may be held: {row['reason']}"


def _several(label: str, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, text in enumerate(texts):
        yield "" if at else label, text


def _population(population: Row | None) -> str:
    if population is None:
        return "no denominator: what is counted is not a share of States"
    words = population.get("words") or population["name"]
    return f"{words}, on {population['date']}: {len(population['members'])} States"


def _covered(one: Covered) -> str:
    match one.events:
        case ():
            return one.words
        case (event,):
            return f"{one.words}; event {event}"
        case several:
            return f"{one.words}; {len(several)} declarations"


def _cut(cut: Row) -> str:
    positions = ", ".join(f"{ledger} {at}" for ledger, at in sorted((cut.get("positions") or {}).items()))
    return f"{cut['basis']}, as of {cut['effectiveAt']}, known by {cut['knownBy']}, at positions {positions}"


def _states(rows: Sequence[Row]) -> RenderableType:
    if not rows:
        return Text("  none")
    lines: list[RenderableType] = []
    for row in sorted(rows, key=lambda one: (not one["certain"], states()[one["iso3"]].name)):
        notes = [] if row["certain"] else ["possible, not certain"]
        notes += [f"left on {row['leftOn']}"] if row.get("leftOn") else []
        suffix = f" ({'; '.join(notes)})" if notes else ""
        lines.append(Text(f"  {states()[row['iso3']].name} [{row['iso3']}]{suffix}"))
        for event, words in by_event(row["evidence"]):
            lines.append(Padding(plain(f"{words}; event {event}"), (0, 0, 0, 6)))
    return Group(*lines)


def named(codes: Sequence[str]) -> str:
    """States by name, in the order of their names."""
    return ", ".join(sorted(states()[code].name for code in codes))


def titles(system: System, plan: str) -> dict[str, str]:
    """Title of each indicator of a plan. Raises Failed."""
    shown = system.get(f"/indicators/plans/{quote(plan, safe='')}")
    return {one["id"]: one["title"] for action in shown["actions"] for one in action["indicators"]}
