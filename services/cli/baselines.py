"""`stocktake baselines|establish`: what a plan's indicators stood at when it began, shown and then recorded."""

from __future__ import annotations

import sys
from typing import Annotated
from urllib.parse import quote

import typer

from services.cli.amend import OnBehalfOf, passage
from services.cli.client import System
from services.cli.exporting import AsCsv, AsXlsx, export, only_one
from services.cli.figures import baselines_csv, baselines_table, titles
from services.cli.output import AsJson, console, print_json


def baselines(
    plan: str,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Known by this day, 2026-06-30; today.")] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    xlsx: AsXlsx = None,
) -> None:
    """What each indicator of a plan stood at when it began: final, provisional, or why not and what would supply it."""
    if only_one(as_json, as_csv, xlsx) == "xlsx":
        export(f"baselines/{quote(plan, safe='')}", xlsx, asOf=as_of)
        return
    system = System()
    rows = system.get(f"/indicators/baselines/{quote(plan, safe='')}", asOf=as_of)
    if as_json:
        print_json(rows)
    elif as_csv:
        sys.stdout.write(baselines_csv(rows))
    else:
        console().print(baselines_table(plan, rows, titles(system, plan)))


def establish(
    plan: str,
    as_of: Annotated[str, typer.Option("--as-of", help="Known by this day: 2022-06-30.")],
    adopted: Annotated[str, typer.Option("--adopted", help="The day the plan was adopted, as its file gives it.")],
    passages: Annotated[
        list[str], typer.Option("--passage", metavar="DOCUMENT#PARAGRAPH", help="Where it was adopted.")
    ],
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="INDICATOR", help="Take its value though it may change.")
    ] = None,
    on_behalf_of: OnBehalfOf = None,
    as_json: AsJson = False,
) -> None:
    """Record the baselines of an adopted plan, all at once: later figures show how far they are from them."""
    body = {
        "plan": plan,
        "asOf": as_of,
        "adopted": adopted,
        "passages": [passage(one) for one in passages],
        "accept": accept or [],
        **({} if on_behalf_of is None else {"onBehalfOf": on_behalf_of}),
    }
    done = System().post("/indicators/commands/EstablishBaselines", body)
    if as_json:
        print_json(done)
        return
    said = "were recorded before" if done["replayed"] else "recorded"
    positions = f"{done['first']} to {done['position']}"
    console().print(f"{len(done['ids'])} baselines of {plan} {said}: {done['ledger']} {positions}", markup=False)
