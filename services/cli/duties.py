"""What States owe, in the terminal: deadlines, membership, and the file of one State."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from services.cli.client import Failed, System
from services.cli.duty_tables import deadlines_table, membership_table, state_shown
from services.cli.output import AsJson, console, print_json
from services.gateway.pages.duty_words import passages
from shared.states import is_iso3, states

Row = Mapping[str, Any]

DEADLINE = ("state", "article", "what", "due", "status", "formula", "source")
"""Fields of a deadline, in the order scripts see them."""

MEMBERSHIP = ("on", "parties", "deposited", "signatories", "notParty")
"""Fields of the membership on a day, in the order scripts see them."""

OnDay = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day to look at; today if left out.")]


def deadlines(
    state: Annotated[str | None, typer.Option(metavar="ISO3", help="Only what this State owes.")] = None,
    within: Annotated[str | None, typer.Option(metavar="SPAN", help="Only up to 90d, 12m or 2y from the day.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day to look from; today if left out.")] = None,
    as_json: AsJson = False,
    ics: Annotated[bool, typer.Option("--ics", help="An iCalendar (RFC 5545) of what is due on a known day.")] = False,
) -> None:
    """The days by which States owe something: ahead, overdue or not recorded, the next first."""
    if as_json and ics:
        raise Failed("choose --json or --ics, not both")
    owing, on, span = state and code_of(state), as_of and day_of(as_of), within and span_of(within)
    system = System()
    if ics:
        of = f"states/{owing}" if owing else "all"
        sys.stdout.buffer.write(system.raw(f"/calendar/{of}.ics", "text/calendar", on=on, within=span))
        return
    found = system.get("/indicators/deadlines", state=owing, on=on, within=span)
    if as_json:
        print_json(deadline_rows(found["deadlines"]))
    else:
        console().print(deadlines_table(found["on"], found["deadlines"]))


def membership(on: OnDay = None, as_json: AsJson = False) -> None:
    """Who is what on a day: parties, depositors (parties among them), signatories, and States not party."""
    found = System().get("/meetings/membership", on=on and day_of(on))
    if as_json:
        print_json({name: found[name] for name in MEMBERSHIP})
    else:
        console().print(membership_table(found))


def state(
    iso3: Annotated[str, typer.Argument(metavar="ISO3", help="A State.")], on: OnDay = None, as_json: AsJson = False
) -> None:
    """One State's file: membership, obligations with their causes, deadlines, reports, requests."""
    found = state_file(System(), code_of(iso3), on and day_of(on))
    if as_json:
        print_json({**found, "deadlines": deadline_rows(found["deadlines"])})
    else:
        console().print(state_shown(found))


def code_of(text: str) -> str:
    """The ISO3 code of a State. Raises Failed, naming States that may have been meant."""
    code = text.strip().upper()
    if is_iso3(code):
        return code
    wanted = text.strip().casefold()[:4].rstrip("s")  # Laos is the Lao People's Democratic Republic
    meant = [f"{one.iso3} ({one.name})" for one in states().values() if wanted and wanted in one.name.casefold()]
    hint = f"did you mean {', '.join(meant[:3])}?" if meant else "write ISO 3166-1 alpha-3, such as LAO"
    raise Failed(f"{text!r} is no code of a State; {hint}")


def day_of(text: str) -> str:
    """A day as the services take it. Raises Failed."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Failed(f"{text!r} is no day; write year, month and day, such as 2026-06-22") from None


def span_of(text: str) -> str:
    """A span of time as the services take it. Raises Failed."""
    if not re.fullmatch(r"[1-9][0-9]{0,2}[dmy]", text, re.ASCII):
        raise Failed(f"{text!r} is no span of time; write days, months or years: 90d, 12m, 2y")
    return text


def state_file(system: System, iso3: str, on: str | None) -> dict[str, Any]:
    """Everything the services hold of one State's duties."""
    at = {"state": iso3, "on": on}
    own = system.get(f"/meetings/states/{iso3}", on=on)
    found: dict[str, Any] = {"state": iso3, "name": own["name"], "on": own["on"], "membership": own}
    for kind in ("obligations", "deadlines", "reports", "requests"):
        found[kind] = system.get(f"/indicators/{kind}", **at)[kind]
    return found


def deadline_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Exactly the fields for scripts; the passages are one string."""
    return [{name: row[name] for name in DEADLINE[:-1]} | {"source": passages(row["source"])} for row in rows]
