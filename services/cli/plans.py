"""Across the plans: an indicator's trend, its methodology sheet, and questions about sets of States."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from services.cli.client import System
from services.cli.output import AsJson, console, plain, print_json, table
from services.gateway.words import STATUSES, by_event, number
from shared.states import states

Row = Mapping[str, Any]

MARKS: Mapping[str, str] = {
    "break": "break",
    "restated": "restated since",
    "printDiffers": "print differs",
    "sharedCell": "print gives one number for several",
    "provisional": "provisional",
    "notApplicable": "not applicable",
    "noData": "no data",
}
"""Marks of a trend's point in words."""

GRADES: Mapping[str, str] = {
    "same": "the same",
    "narrower": "narrower",
    "broader": "broader",
    "merged": "merged",
    "split": "split",
    "new": "new",
    "dropped": "dropped",
}
"""Grades of the crosswalk in words."""


def trend(indicator: str, as_json: AsJson = False) -> None:
    """An indicator through the cycles and, where the crosswalk allows, through the plans; breaks are marked."""
    found = System().get(f"/indicators/trends/{quote(indicator, safe='')}")
    if as_json:
        print_json(found)
    else:
        console().print(trend_shown(found))


def trend_shown(found: Row) -> RenderableType:
    """Its points by cycle, how its segments meet, and the links across which it does not go."""
    made = table(
        f"{found['indicator']} {found['title']}", ("Indicator", "Cycle", "Print", "Then", "Now", "", "Mind"),
        numbers=("Print", "Then", "Now"),
    )  # fmt: skip
    for point in found["points"]:
        printed = point["published"]["value"] if point["published"] else None
        made.add_row(
            point["indicator"], point["cycle"], number(printed), _figure(point["then"]), _figure(point["now"]),
            STATUSES[point["now"]["status"]], plain("; ".join(MARKS[mark] for mark in point["marks"])),
        )  # fmt: skip
    return Group(made, *(Text(f"\n{line}") for line in _around(found)))


def _figure(side: Row) -> str:
    of = f" ({side['numerator']} of {side['denominator']})" if side["denominator"] is not None else ""
    return f"{number(side['value'])}{of}"


def _around(found: Row) -> Iterator[str]:
    for joint in found["joints"]:
        values = "values compare" if joint["comparable"] else "a break"
        change = f", {joint['unitChange']}: only the numbers counted compare" if joint["unitChange"] else ""
        change = change if joint["countsComparable"] or not joint["unitChange"] else f", {joint['unitChange']}"
        yield f"{joint['from']} to {joint['to']}: {GRADES[joint['grade']]}, {values}{change}; {joint['why']}"
    for one in found["apart"]:
        others = f" ({', '.join(one['others'])})" if one["others"] else ""
        yield f"{one['indicator']}, {one['direction']}: {GRADES[one['grade']]}{others}, not joined; {one['why']}"


def method(indicator: str, as_json: AsJson = False) -> None:
    """The methodology sheet of an indicator, generated from the definition that runs."""
    found = System().get(f"/indicators/methods/{quote(indicator, safe='')}")
    if as_json:
        print_json(found)
    else:
        console().print(method_shown(found))


def method_shown(found: Row) -> RenderableType:
    """Label and text, line by line."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for label, texts in _method_lines(found):
        for at, text in enumerate(texts or ["none"]):
            grid.add_row("" if at else label, plain(text))
    return Group(Text(f"{found['indicator']} {found['title']}", style="bold"), grid)


def _method_lines(found: Row) -> Iterator[tuple[str, Sequence[str]]]:
    yield "Plan", [f"{found['plan']}, action {found['action']}, {found['section']}"]
    yield "Formula", [found["formula"]]
    yield "Population", [found["population"] or "none: the unit is no State"]
    yield "Window", [found["window"]]
    yield "Unit", [found["unit"]]
    yield "Series", [found["series"]]
    yield "Rests on", [found["restsOn"]]
    yield "Sources", found["sources"]
    yield "Reads", [", ".join(found["reads"]) or "nothing"]
    yield "Codes", [f"{one['code']}: {one['words']}" for one in found["codes"]]
    yield "Judgement words", found["judgementWords"]
    yield "Readings and notes on the draft", found["readings"]
    yield "Told apart by", [f"{one['what']}: {', '.join(one['by'])}" for one in found["breakdowns"]]
    yield "Baseline", [_baseline(found["baseline"])] if found["baseline"] else []
    yield "Crosswalk", [_link(one) for one in found["links"]]
    yield "Versions", [_version(one) for one in found["versions"]]


def _baseline(row: Row) -> str:
    printed = f"; print has {row['printed']}" if row["printed"] else ""
    return f"{row['cycle'] or 'of no cycle'}{printed}"


def _link(row: Row) -> str:
    others = f" {', '.join(row['others'])}" if row["others"] else ""
    return f"{row['direction']}:{others} ({GRADES[row['grade']]}); {row['why']}"


def _version(row: Row) -> str:
    running = ", running" if row["running"] else ""
    return f"{row['version']} in force from {row['inForce']}{running}; hash {row['hash']}; event {row['event']}"


def ask(
    expression: Annotated[
        str,
        typer.Argument(help="Terms joined by and, or, not, without, brackets; or a set as plans write it, in JSON."),
    ],
    at: Annotated[str, typer.Option("--at", help="A meeting (13MSP), or a day in exactly one cycle.")],
    as_json: AsJson = False,
) -> None:
    """Which States belong to a set: "affected and requested clearance assistance and not received" --at 13MSP."""
    found = System().get("/indicators/answers", expression=expression, meeting=at)
    if as_json:
        print_json(found)
    else:
        console().print(answer_shown(found))


def answer_shown(found: Row) -> RenderableType:
    """The question as understood, then the States that certainly and possibly belong, with their passages."""
    lines: list[RenderableType] = [Text(found["words"], style="italic")]
    lines += _members(f"Certain ({len(found['certain'])})", found["certain"])
    lines += _members(f"Possible ({len(found['possible'])})", found["possible"])
    if not found["complete"]:
        lines.append(Text(f"\nThe record cannot say no of {len(found['open'])} others: {found['reason']}"))
    cut = found["cut"]
    lines.append(Text(f"\n{found['cycle']}: as of {cut['effectiveAt']}, known by {cut['knownBy']}", style="dim"))
    return Group(*lines)


def _members(title: str, rows: Sequence[Row]) -> Iterator[RenderableType]:
    yield Text(f"\n{title}", style="bold")
    for row in rows:
        yield Text(f"  {states()[row['iso3']].name} [{row['iso3']}]")
        for event, words in by_event(row["evidence"]):
            yield Padding(plain(f"{words}; event {event}"), (0, 0, 0, 6))
