"""What States owe, as people read it in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from services.cli.figures import named
from services.cli.output import plain, table
from services.gateway.pages.duty_words import (
    DEADLINE_STATUSES,
    OBLIGATION_STATUSES,
    RECURRING,
    REQUEST_STATUSES,
    STANDINGS,
    deadline_of_obligation,
    duty,
    interval,
    passages,
)
from services.gateway.words import number
from shared.states import states

Row = Mapping[str, Any]


def deadlines_table(on: str, rows: Sequence[Row]) -> RenderableType:
    """Deadlines with States by name and duties in words."""
    if not rows:
        return Text(f"no deadline is open on {on}")
    made = table(f"Deadlines on {on}", ("Due", "State", "Duty", "Article", "Status", "Formula", "Source"))
    for row in rows:
        made.add_row(
            row["due"] or "not recorded",
            plain(states()[row["state"]].name),
            plain(duty(row["what"])),
            plain(row["article"]),
            DEADLINE_STATUSES[row["status"]],
            plain("; ".join(filter(None, (row["formula"], row["reason"])))),
            plain(passages(row["source"])),
        )
    return made


def membership_table(found: Row) -> RenderableType:
    """Each group with its number and its States by name; States that left are shown to people only."""
    made = table(f"Membership on {found['on']}", ("", "Number", "States"), numbers=("Number",))
    groups = (
        ("States Parties", "parties"),
        ("Instrument deposited", "deposited"),
        ("Signatories", "signatories"),
        ("Former States Parties", "former"),
        ("Not party", "notParty"),
    )
    for label, name in groups:
        made.add_row(label, str(len(found[name])), plain(named(found[name])))
    return made


def state_shown(found: Row) -> RenderableType:
    """The file of a State for people."""
    own = found["membership"]
    parts: list[RenderableType] = [
        Text(f"{found['name']} [{found['state']}] on {found['on']}: {STANDINGS[own['standing']]}", style="bold"),
        _acts(own),
        Text("\nObligations", style="bold"),
        *_obligations(found["obligations"]),
        Text("\nDeadlines", style="bold"),
        deadlines_table(found["on"], found["deadlines"]),
        Text("\nArticle 7 reports", style="bold"),
        _reports(found["reports"]),
        Text("\nExtension requests", style="bold"),
        *_requests(found["requests"]),
    ]
    return Group(*parts)


def _acts(own: Row) -> Table:
    grid = Table.grid(padding=(0, 2))
    for label, name in (
        ("Signed", "signed"),
        ("Deposited", "deposited"),
        ("In force since", "entryIntoForce"),
        ("Notice of withdrawal", "withdrawalReceived"),
        ("Withdrawn with effect from", "withdrawalEffective"),
    ):
        if own[name]:
            grid.add_row(label, plain(own[name]))
    return grid


def _obligations(rows: Sequence[Row]) -> Iterator[RenderableType]:
    if not rows:
        yield Text("  none")
    for row in rows:
        title = ", ".join(filter(None, (f"Article {row['article']}", row["name"])))
        passed = ", passed" if row["pastDeadline"] else ""
        yield plain(
            f"  {title}: {OBLIGATION_STATUSES[row['status']]}; deadline {deadline_of_obligation(row)}{passed}"
            f"{_unchecked(row)}"
        )
        if row["article"] not in RECURRING:
            yield from _chain(row["chain"])


def _chain(causes: Sequence[Row]) -> Iterator[RenderableType]:
    for cause in causes:
        article = f" (Article {cause['article']})" if cause["article"] else ""
        said = f"; {passages(cause['sources'])}" if cause["sources"] else ""
        doubt = "" if cause["certain"] else " (not checked)"
        yield Padding(plain(f"{interval(cause['when'])}: {cause['words']}{article}{doubt}{said}"), (0, 0, 0, 6))


def _reports(rows: Sequence[Row]) -> RenderableType:
    if not rows:
        return Text("  none")
    made = table(None, ("Report", "Due", "Received", "Status", "Source"))
    for row in rows:
        status = "not owed" if row["owed"] == "no" else DEADLINE_STATUSES[row["status"]]
        made.add_row(
            number(row["year"] or row["kind"]),
            row["due"] or "not recorded",
            interval(row["received"]),
            status + _unchecked(row),
            plain(passages(row["sources"])),
        )
    return made


def _requests(rows: Sequence[Row]) -> Iterator[RenderableType]:
    if not rows:
        yield Text("  none recorded")
    for row in rows:
        decision = row["decision"]
        until = f" until {decision['until']}" if decision and decision["until"] else ""
        timely = f"received {interval(row['received'])}: {DEADLINE_STATUSES[row['timeliness']]}"
        yield plain(f"  {row['requestId']}: {REQUEST_STATUSES[row['status']]}{until}; {timely}{_unchecked(row)}")
        yield from _chain(row["chain"])


def _unchecked(row: Row) -> str:
    return " (not checked)" if row["confidence"] == "unverified" else ""
