"""`stocktake`: look at figures, compare them with print, load the record, watch the machinery."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import httpx
import typer

from services.cli.amend import amend_app
from services.cli.baselines import baselines, establish
from services.cli.changes import changes_app
from services.cli.client import PATIENCE, Failed, System, base_url, nothing_answers
from services.cli.duties import deadlines, membership, state
from services.cli.exporting import AsCsv, AsXlsx, export, only_one
from services.cli.figures import (
    explanation,
    figures_table,
    reconciled,
    reconciliation_table,
    titles,
)
from services.cli.operation import clock_app, ledger_app, relay_app
from services.cli.output import AsJson, console, print_json, progress_console
from services.cli.plans import ask, method, trend
from services.cli.projections import projections_app
from services.cli.subscribers import subscribers_app
from services.cli.two_times import replay, restate, seal, seals_app
from shared import collector

app = typer.Typer(
    name="stocktake",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A client of the running system at STOCKTAKE_URL (default http://127.0.0.1:8000).",
)
record_app = typer.Typer(no_args_is_help=True, help="The record: facts with their passages.")
app.add_typer(record_app, name="record")
app.add_typer(clock_app, name="clock")
app.add_typer(changes_app, name="changes")
app.add_typer(ledger_app, name="ledger")
app.add_typer(relay_app, name="relay")
app.add_typer(projections_app, name="projections")
app.add_typer(subscribers_app, name="subscribers")
app.add_typer(amend_app)
app.add_typer(seals_app, name="seals")
for _command in (replay, restate, seal):
    app.command()(_command)

Meeting = Annotated[str, typer.Argument(help="A meeting (13MSP), or a day in exactly one cycle.")]


@app.command()
def up(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 lets the kernel choose.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the ledgers.")] = None,
) -> None:
    """Start everything in one process, load the record, and serve until stopped."""
    collector.while_starting()
    from services.up import run  # everything: a client that only asks need not load it

    run(port, data)


@record_app.command("import")
def import_(folder: Annotated[Path | None, typer.Option(help="Another record than the project's own.")] = None) -> None:
    """Send the record over the public commands; what is held already is not recorded twice."""
    from services.cli.record import RECORD, import_record

    async def send() -> bool:
        async with httpx.AsyncClient(base_url=base_url(), timeout=PATIENCE, trust_env=False) as client:
            summary = await import_record(client, folder or RECORD, console=progress_console())
        console().print(
            f"{summary.recorded} recorded, {summary.replayed} held already, {len(summary.failed)} not recorded"
        )
        for failure in summary.failed:
            progress_console().print(f"not recorded: {failure}", style="red", markup=False)
        return bool(summary.failed)

    System().get("/livez")  # before reading the record: one line when nothing answers
    try:
        failed = asyncio.run(send())
    except httpx.TransportError as failure:
        raise nothing_answers(base_url(), failure) from failure
    if failed:
        raise Failed("some facts were not recorded; they are named above")


@app.command()
def figures(plan: str, meeting: Meeting, as_json: AsJson = False, as_csv: AsCsv = False, xlsx: AsXlsx = None) -> None:
    """Every figure of a plan at a meeting, with the States by name."""
    if only_one(as_json, as_csv, xlsx) in ("csv", "xlsx"):
        export(f"{quote(plan, safe='')}/{quote(meeting, safe='')}", xlsx)
        return
    found = System().get("/indicators/figures", plan=plan, meeting=meeting)
    if as_json:
        print_json(found["figures"])
    else:
        console().print(figures_table(plan, meeting, found["figures"], titles(System(), plan)))


@app.command()
def explain(indicator: str, meeting: Meeting, as_json: AsJson = False) -> None:
    """One figure opened: formula, population, States with their passages, coverage, print beside it, the cut."""
    system = System()
    found = system.get(f"/indicators/explanations/{quote(indicator, safe='')}", meeting=meeting)
    beside_print = system.get(f"/indicators/reconciliation/{quote(meeting, safe='')}", plan=indicator.partition("-")[0])
    found["comparison"] = next((row for row in reconciled(beside_print) if row["indicator"] == indicator), None)
    if as_json:
        print_json(found)
    else:
        console().print(explanation(found, meeting))


@app.command()
def reconcile(
    meeting: Meeting, plan: Annotated[str, typer.Option(help="The plan.")] = "LAP", as_json: AsJson = False
) -> None:
    """Every figure of a plan beside the printed one: equal, different, and why."""
    rows = reconciled(System().get(f"/indicators/reconciliation/{quote(meeting, safe='')}", plan=plan))
    if as_json:
        print_json(rows)
    else:
        console().print(reconciliation_table(meeting, rows))


for command in (baselines, establish, deadlines, membership, state, trend, method, ask):
    app.command()(command)


def main() -> None:
    """Run a command; what goes wrong is one line on stderr and exit 1, a traceback only for STOCKTAKE_TRACEBACK=1."""
    try:
        app()
    except Exception as failure:
        if os.environ.get("STOCKTAKE_TRACEBACK"):
            raise
        sys.stderr.write(f"stocktake: {in_one_line(failure)}\n")
        sys.exit(1)


def in_one_line(failure: BaseException) -> str:
    """What went wrong; an error that was not foreseen is named by its type and says how to see where it arose."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    words = " ".join(str(failure).split())
    if isinstance(failure, Failed):
        return words
    return f"{words or 'failed'} ({type(failure).__name__}; STOCKTAKE_TRACEBACK=1 shows where)"


if __name__ == "__main__":
    main()
