"""Questions in two times: replay a meeting, explain a restatement, seal what was concluded and verify the seals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from services.cli.client import Failed, System
from services.cli.figures import named
from services.cli.output import AsJson, console, plain, print_json, table
from services.gateway.words import STATUSES, number

seals_app = typer.Typer(no_args_is_help=True, help="Sealed figure sets: what was concluded at a meeting.")

Meeting = Annotated[str, typer.Argument(help="A meeting (13MSP), or a day in exactly one cycle.")]
Row = Mapping[str, Any]

CAUSES: Mapping[str, str] = {
    "printDiffers": "print differs",
    "lateReport": "known later",
    "revision": "revised by the State",
    "clerical": "entry corrected",
    "retraction": "taken back",
    "backfilledLetter": "held then, recorded later",
    "membership": "membership",
    "definition": "definition",
    "judgement": "judgement",
    "coverage": "coverage of the record",
    "codeChange": "computed otherwise today",
}
"""Causes of model §8 in words."""


def replay(
    meeting: Meeting,
    known_by: Annotated[str | None, typer.Option(help="By when facts were known: 2025-06-30.")] = None,
    basis: Annotated[str | None, typer.Option(help="reconstructed (as known) or attested (as held here).")] = None,
    at: Annotated[str | None, typer.Option(help="reports:12,meetings:3,indicators:9, or a printed cut (JSON).")] = None,
    plan: Annotated[str | None, typer.Option(help="One plan; left out, all of them.")] = None,
    definition: Annotated[str | None, typer.Option(help="inForce, latest or a version.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every figure computed again from the ledgers alone, and the hash of the set."""
    given = {"knownBy": known_by, "basis": basis, "plan": plan, "definition": definition}
    found = System().get(f"/indicators/replay/{quote(meeting, safe='')}", **(_of_cut(at) | _given(given)))
    if as_json:
        print_json(found)
    else:
        console().print(replayed(found))


def _given(options: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def _of_cut(at: str | None) -> dict[str, str]:
    """Positions, days and basis of a printed cut, or of an answer that carries one; positions alone as they are."""
    if at is None or not at.lstrip().startswith("{"):
        return _given({"at": at})
    try:
        cut = json.loads(at)
        inner = cut.get("cut", cut)
        positions = ",".join(f"{ledger}:{position}" for ledger, position in inner.get("positions", inner).items())
    except (ValueError, AttributeError):
        raise Failed("--at is no cut; write positions as reports:12,meetings:3,indicators:9") from None
    named = {name: str(inner[name]) for name in ("knownBy", "effectiveAt", "basis") if inner.get(name)}
    return {**named, "at": positions}


def replayed(found: Row) -> RenderableType:
    """A replayed set: one line for each figure, the cut and the hash below."""
    made = table(f"Figures at {found['meeting']}", ("Indicator", "Status", "Value"), numbers=("Value",))
    for row in found["figures"]:
        made.add_row(row["indicator"], STATUSES[row["status"]], _part_in_words(row["parts"][0]))
    positions = ", ".join(f"{ledger}:{at}" for ledger, at in sorted(found["positions"].items()))
    cut = f"{found['basis']}, as of {found['effectiveAt']}, known by {found['knownBy']}"
    return Group(made, Text(f"\n{cut}\npositions {positions.replace(' ', '')}\nhash {found['hash']}"))


def _part_in_words(part: Row) -> str:
    if part.get("denominator") is not None:
        return f"{number(part['numerator'])} of {part['denominator']}"
    return number(part.get("value"))


def restate(
    indicator: str,
    from_: Annotated[str, typer.Option("--from", help="The meeting whose figure is explained.")],
    to: Annotated[str, typer.Option(help="now, a later meeting, or a day.")] = "now",
    at: Annotated[
        str | None, typer.Option(help="Positions at --from; left out, those of its seal, else today's.")
    ] = None,
    definition: Annotated[str | None, typer.Option(help="inForce, latest or a version.")] = None,
    as_json: AsJson = False,
) -> None:
    """Why a figure is not what it was: print, what was known then, and each event since."""
    path = f"/indicators/restatements/{quote(indicator, safe='')}"
    found = System().get(path, **_given({"from": from_, "to": to, "at": at, "definition": definition}))
    if as_json:
        print_json(found)
    else:
        console().print(restated(found))


def restated(found: Row) -> RenderableType:
    """The three sides, and the steps between them."""
    sides = [
        Text(f"{found['indicator']} from {found['from']} to {found['to']}", style="bold"),
        Text(f"  published      {number(found['published'])}"),
        Text(f"  reconstructed  {_side(found['reconstructed'])}"),
        Text(f"  now            {_side(found['now'])}"),
    ]
    if not found["steps"]:
        return Group(*sides, Text("\nNothing moved it."))
    made = table(None, ("Cause", "Before", "After", "In", "Out", "Because of"), numbers=("Before", "After"))
    for step in found["steps"]:
        made.add_row(
            CAUSES[step["cause"]],
            number(step["before"]),
            number(step["after"]),
            plain(named(step["in"])),
            plain(named(step["out"])),
            plain("; ".join(_because(step))),
        )
    return Group(*sides, Text(), made)


def _side(side: Row) -> str:
    words = "" if side["status"] == "computed" else f" ({STATUSES[side['status']]})"
    return f"{number(side['value'])}{words}, known by {side['cut']['knownBy']}"


def _because(step: Row) -> Iterator[str]:
    if step["unexplained"] is not None:
        yield f"unexplained: {step['unexplained']}"
    for event in step["events"]:
        places = ", ".join(f"{one['document']} {one['paragraph']}" for one in event["passages"])
        yield f"{event['kind']} known {event['known']}, {places or 'no document'}; event {event['id']}"


def seal(
    meeting: Meeting,
    plan: Annotated[str, typer.Option(help="The plan whose figures are concluded.")] = "LAP",
    known_by: Annotated[str | None, typer.Option(help="By when facts were known.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why a standing seal is superseded.")] = None,
    as_json: AsJson = False,
) -> None:
    """Conclude a plan's figures at a meeting: computed now at its cut, and never edited."""
    body = _given({"meeting": meeting, "plan": plan, "knownBy": known_by, "reason": reason})
    sealed = System().post("/indicators/commands/SealFigures", body)
    if as_json:
        print_json(sealed)
    else:
        console().print(f"sealed: event {sealed['ids'][0]} at position {sealed['position']}", markup=False)


@seals_app.command("list")
def list_seals(as_json: AsJson = False) -> None:
    """Every seal with its cut and hash, and which one took its place."""
    rows = System().get("/indicators/seals")
    if as_json:
        print_json(rows)
    else:
        _show(rows, ("meeting", "plan", "knownBy", "hash", "recorded", "event", "supersededBy", "reason"))


@seals_app.command()
def verify(as_json: AsJson = False) -> None:
    """Compute every seal again at its cut (to be run each night). Exit 1 when one differs; its rows are named."""
    rows = System().get("/indicators/seals/verification")
    if as_json:
        print_json(rows)
    else:
        _show(rows, ("meeting", "plan", "knownBy", "sound", "differing", "event"))
    if bad := [row for row in rows if not row["sound"]]:
        raise Failed("; ".join(f"{row['meeting']} {row['plan']} differs in {_names(row)}" for row in bad))


def _names(row: Row) -> str:
    return ", ".join(row["differing"]) or "its cut"


def _show(rows: Sequence[Row], columns: Sequence[str]) -> None:
    made = table(None, columns)
    for row in rows:
        made.add_row(*(plain(_cell(row.get(column))) for column in columns))
    console().print(made)


def _cell(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value
