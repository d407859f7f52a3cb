"""`stocktake changes`: what became of figures since they are followed, and a look on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from services.cli.client import System
from services.cli.figures import named
from services.cli.output import AsJson, console, plain, print_json, table
from services.cli.two_times import CAUSES
from services.gateway.words import STATUSES, number

changes_app = typer.Typer(no_args_is_help=True, help="Changes of figures: told once each, with their causes.")

Row = Mapping[str, Any]


@changes_app.command("run")
def run(as_json: AsJson = False) -> None:
    """Tell of every figure that is not what was told of it last; a second run adds nothing."""
    ran = System().post("/indicators/changes/run")
    if as_json:
        print_json(ran)
    else:
        console().print(f"{ran['announced']} told on {ran['on']}", markup=False, highlight=False)


@changes_app.command("list")
def list_(
    meeting: Annotated[str | None, typer.Option(help="A meeting or a cycle.")] = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="The latest so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The changes that were told, the latest first."""
    asked = {"limit": str(limit)} | ({"meeting": meeting} if meeting else {})
    rows = System().get("/indicators/changes", **asked)["items"]
    if as_json:
        print_json(rows)
        return
    columns = ("Recorded", "Figure", "Before", "After", "In", "Out", "Because of")
    made = table(None, columns, numbers=("Before", "After"))
    for row in rows:
        made.add_row(
            row["recorded"],
            plain(f"{row['indicator']} at {row['cycle']}"),
            _answer(row["old"]),
            _answer(row["new"]),
            plain(named(row["in"])),
            plain(named(row["out"])),
            plain("; ".join(_because(row["causes"]))),
        )
    console().print(made)


def _answer(answer: Row | None) -> str:
    if answer is None:
        return number(None)
    words = "" if answer["status"] == "computed" else f" ({STATUSES[answer['status']]})"
    return f"{number(answer['value'])}{words}"


def _because(causes: Sequence[Row]) -> Iterator[str]:
    for one in causes:
        more = one["number"] - len(one["events"])
        events = ", ".join(one["events"]) + (f" and {more} more" if more else "")
        yield f"{CAUSES[one['cause']]}{': event ' + events if events else ''}"
