"""`stocktake subscribers`: who outside may hear the events, and what each of them needs to do so."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import nats
import typer
from nats.errors import Error as NatsError

from services.cli.client import Failed
from services.cli.output import AsJson, console, plain, print_json, progress_console, table
from shared.bus.connection import stream_name
from shared.bus.durables import OF
from shared.bus.heads import heartbeat_subject
from shared.bus.reloading import Embedded
from shared.bus.subscribers import (
    API_PREFIX,
    EVERYTHING,
    NoSuchGrant,
    Register,
    Subscriber,
    accounts_config,
    new_key,
    public_key,
    replace,
    subscriber,
    utc_day,
)
from shared.settings import Settings

PATIENCE = 30.0
"""Seconds until the services have made a new subscriber's consumers; they look every two."""

subscribers_app = typer.Typer(no_args_is_help=True, help="Who outside may hear the events on NATS, each with a key.")

Name = Annotated[str, typer.Argument(help="The organisation's system: small letters, digits, hyphens (un-odahq).")]
Data = Annotated[Path | None, typer.Option(help="Folder of the running system (STOCKTAKE_DATA, .data).")]
Subjects = Annotated[
    list[str], typer.Option(help="What it may hear: ccm.>, ccm.reports.>, ccm.*.*.LAO; give it several times.")
]


@subscribers_app.command("add")
def add(name: Name, subjects: Subjects = [EVERYTHING], data: Data = None, as_json: AsJson = False) -> None:  # noqa: B006  # typer copies a default
    """Grant a subscriber its subjects and print what it needs; its seed is shown this once and kept nowhere."""
    register, server = _place(data)
    seed, key = new_key()
    with register.changing():
        known = register.read()
        if any(one.name == name for one in known):
            raise Failed(f"{name} is a subscriber already; revoke it first to give it another key or other subjects")
        try:
            made = subscriber(name, key, subjects, utc_day())
        except NoSuchGrant as refusal:
            raise Failed(str(refusal)) from refusal
        register.write([*known, made])
        url = server.reload(register)
    needs = _needs(made, url, seed)  # before anything can go wrong: the seed exists nowhere else
    if as_json:
        print_json(needs)
    else:
        _show(needs)
    if url and (missing := asyncio.run(_served(made, url, seed, lambda: server.reload(register)))):
        raise Failed(f"{name} is granted, but cannot take events yet: {missing}")


@subscribers_app.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """Every subscriber, its public key, and what it may hear."""
    known = _place(data)[0].read()
    if as_json:
        print_json([{"name": one.name, "key": one.key, "subjects": one.subjects, "since": one.since} for one in known])
        return
    made = table(None, ("name", "since", "key", "subjects"))
    for one in known:
        made.add_row(one.name, one.since, one.key, plain(" ".join(one.subjects)))
    console().print(made)


@subscribers_app.command("revoke")
def revoke(name: Name, data: Data = None) -> None:
    """Take everything from a subscriber: it is disconnected at once, and its key opens nothing any more."""
    register, server = _place(data)
    with register.changing():
        known = register.read()
        kept = [one for one in known if one.name != name]
        if len(kept) == len(known):
            raise Failed(f"no subscriber is called {name!r}; `stocktake subscribers list` shows them")
        register.write(kept)
        running = server.reload(register)
    console().print(f"{name} hears nothing any more" if running else f"{name} will hear nothing after the next start")


@subscribers_app.command("accounts")
def accounts(
    service_key: Annotated[Path, typer.Option(help="Our services' own nkey seed; made if there is no such file.")],
    data: Data = None,
) -> None:
    """The accounts for a nats-server that is not the embedded one, to be included in its configuration."""
    if not service_key.exists():
        replace(service_key, new_key()[0] + "\n")
    try:
        ours = public_key(service_key.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise Failed(f"{service_key} holds no nkey seed of a user") from fault
    sys.stdout.write(accounts_config(f'{{ nkey: "{ours}" }}', _place(data)[0].read()))


def _place(data: Path | None) -> tuple[Register, Embedded]:
    settings = Settings(data=data) if data else Settings()
    if not settings.data.is_dir():
        raise Failed(f"{settings.data} is no data folder; start the system with `stocktake up`, or say --data")
    return Register(settings.register), Embedded((settings.data / "nats").resolve())


def _needs(one: Subscriber, url: str | None, seed: str) -> dict[str, Any]:
    """Everything that a subscriber has to be told."""
    return {
        "name": one.name,
        "server": url,
        "seed": seed,
        "key": one.key,
        "inboxPrefix": one.inbox,
        "apiPrefix": API_PREFIX,
        "subjects": list(one.subjects),
        "consumers": [
            {
                "ledger": ledger,
                "stream": stream_name(ledger),
                "durable": one.name,
                "heartbeat": heartbeat_subject(ledger),
                "feed": f"/feeds/{ledger}/1",
            }
            for ledger in one.ledgers
        ],
    }


def _show(needs: dict[str, Any]) -> None:
    def line(what: str, value: str) -> None:
        console().print(f"{what:<14}{value}", markup=False, soft_wrap=True)

    line("subscriber", needs["name"])
    line("server", needs["server"] or "(not running; its grants hold from the next start on)")
    line("nkey seed", f"{needs['seed']}  (shown this once; whoever has it is {needs['name']})")
    line("public key", needs["key"])
    line("inbox prefix", needs["inboxPrefix"])
    line("API prefix", f"{needs['apiPrefix']}  (of JetStream)")
    line("subjects", " ".join(needs["subjects"]))
    for one in needs["consumers"]:
        line("consumer", f"{one['durable']} on {one['stream']} (durable, pull; acknowledge each message)")
        line("heartbeat", one["heartbeat"])
        line("feed", one["feed"])
    if needs["server"] and "STOCKTAKE_NATS_PORT" not in os.environ:
        progress_console().print("The server's port changes at each start unless STOCKTAKE_NATS_PORT says which.")


async def _served(one: Subscriber, url: str, seed: str, reload: Callable[[], object]) -> str | None:
    """Wait until it can take events with its own key; why it cannot, None when it can.

    The server is told again each second: of an account that is new to it, it connects the imports at the second reading
    only (seen with 2.15.1).
    """
    why = "the server does not answer"
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    why = await _missing(one, url, seed)
                except (NatsError, OSError) as error:
                    why = str(error) or type(error).__name__
                if not why:
                    return None
                await asyncio.sleep(1.0)
                reload()
    except TimeoutError:
        return why


async def _missing(one: Subscriber, url: str, seed: str) -> str:
    """Which of its consumers is not there yet; "" when all are."""
    connection = await nats.connect(
        url, nkeys_seed_str=seed, inbox_prefix=one.inbox, allow_reconnect=False, connect_timeout=2, error_cb=_unheard
    )
    try:
        for ledger in one.ledgers:
            found = await connection.jetstream(prefix=API_PREFIX, timeout=2).consumer_info(
                stream_name(ledger), one.name
            )
            if (found.config.metadata or {}).get(OF) != one.key:
                return f"its consumer on {stream_name(ledger)} is being made anew"
        return ""
    finally:
        await connection.close()


async def _unheard(_: Exception) -> None:
    """What goes wrong is raised by the call itself; the client would print it beside."""
