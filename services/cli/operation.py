"""`stocktake ledger`, `relay` and `clock`: how the machinery stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer

from services.cli.client import SERVICES, Failed, System
from services.cli.output import AsJson, console, plain, print_json, table

LedgerName = Literal["reports", "meetings", "indicators"]
OneLedger = Annotated[LedgerName | None, typer.Option("--ledger", help="Only this ledger.")]

HEAD = ("ledger", "position", "hash", "recordedTime")
"""Fields of a row of `ledger head`."""

CLOCKS = ("meetings", "indicators")
"""The services that have a clock."""

ledger_app = typer.Typer(no_args_is_help=True, help="The ledgers: what is recorded, and whether it is sound.")
relay_app = typer.Typer(no_args_is_help=True, help="The relay from each ledger to NATS.")
clock_app = typer.Typer(no_args_is_help=True, help="The clocks that announce what the calendar brings.")


def _chosen(ledger: LedgerName | None) -> Sequence[str]:
    return (ledger,) if ledger else SERVICES


@ledger_app.command("head")
def head(ledger: OneLedger = None, as_json: AsJson = False) -> None:
    """The last position of each ledger, its chain hash and when it was recorded."""
    found = [System().get(f"/{name}/ledger/head") for name in _chosen(ledger)]
    _show([{name: row[name] for name in HEAD} for row in found], HEAD, as_json, numbers=("position",))


@ledger_app.command("tail")
def tail(
    ledger: OneLedger = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="Events of each ledger.")] = 20,
    as_json: AsJson = False,
) -> None:
    """The last events of each ledger, in the order of their positions."""
    events: list[dict[str, Any]] = []
    for name in _chosen(ledger):
        body = System().get(f"/{name}/ledger/tail", limit=limit)
        events += [{"ledger": name, **event} for event in body["events"]]
    if as_json:
        print_json(events)
        return
    made = table(None, ("ledger", "position", "type", "stream", "known", "recorded", "id"), numbers=("position",))
    for event in events:
        made.add_row(
            event["ledger"], str(event["position"]), event["type"].rsplit(".", 1)[-1], plain(event["stream"]),
            plain(event["knowntime"]), plain(event["recordedtime"][:19] + "Z"), event["id"],
        )  # fmt: skip
    console().print(made)


@ledger_app.command("verify")
def verify(ledger: OneLedger = None, as_json: AsJson = False) -> None:
    """Walk every event: positions, bytes, chain. Exit 1 when a ledger is not sound."""
    found = [System().get(f"/{name}/ledger/verify") for name in _chosen(ledger)]
    _show(found, ("ledger", "checked", "head", "sound", "fault"), as_json, numbers=("checked",))
    if unsound := [row["ledger"] for row in found if not row["sound"]]:
        raise Failed(f"not sound: {', '.join(unsound)}")


@relay_app.command("status")
def relay_status(ledger: OneLedger = None, as_json: AsJson = False) -> None:
    """How far each ledger is published on NATS."""
    found = [System().get(f"/{name}/relay") for name in _chosen(ledger)]
    columns = ("ledger", "head", "relayed", "lag", "state", "error")
    _show(found, columns, as_json, numbers=("head", "relayed", "lag"))


@clock_app.command("run")
def clock_run(as_json: AsJson = False) -> None:
    """Announce what is due today and was not announced yet; a second run adds nothing."""
    found = [{"ledger": name, **System().post(f"/{name}/clock/run")} for name in CLOCKS]
    _show(found, ("ledger", "on", "announced"), as_json, numbers=("announced",))


def _show(rows: Sequence[dict[str, Any]], columns: Sequence[str], as_json: bool, *, numbers: Sequence[str]) -> None:
    if as_json:
        print_json(rows)
        return
    made = table(None, columns, numbers=numbers)
    for row in rows:
        made.add_row(*(plain(row.get(column)) for column in columns))
    console().print(made)
