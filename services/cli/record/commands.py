"""The record as commands: a pure function from rows to what is to be sent, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.record.drafts import Draft, Drafts
from services.cli.record.meaning import StatementMap, load_map
from services.cli.record.registers import REGISTERS, Tables
from services.cli.record.rows import BadRow, Failure, Row, read_table
from services.cli.record.statements import add_evidence, state_facts
from shared.events.base import Event

STATEMENTS, IN_THE_TEXT, MAP = "statements.csv", "in_the_text.csv", "statement_map.yaml"

REPORTS: dict[str, tuple[str, str]] = {
    MAP: (STATEMENTS, IN_THE_TEXT),
    "dubrovnik_map.yaml": ("dubrovnik_lists.csv", "dubrovnik_in_the_text.csv"),
}
"""The documents whose lists are read by a map: the map, the table of lists, and that of what the text says."""

FIRST = frozenset(
    {"SourceRegistered", "MeetingScheduled", "SignatureRecorded", "InstrumentDeposited", "WithdrawalNotified"}
)
"""What other facts refer to, and what decides who is party: sent before everything else."""

RANK = {"SignatureRecorded": 0, "InstrumentDeposited": 1, "ExtensionAnnounced": 0, "ExtensionRequested": 1}
LATER = {"WithdrawalNotified": 2, "ExtensionDecided": 3}
"""Order inside one stream, before that of dates: a request comes before its update and its decision."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the service, its name, the body, the idempotency key, and the rows it comes from."""

    service: str
    command: str
    body: dict[str, Any]
    key: str
    label: str
    stream: str
    first: bool
    order: tuple[int, str, str]

    @property
    def path(self) -> str:
        """Where it is posted."""
        return f"/{self.service}/commands/{self.command}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record folder read: the commands, and the rows that yield none because they are bad."""

    commands: tuple[Command, ...]
    failures: tuple[Failure, ...]


def read_record(folder: Path) -> Record:
    """Read a record folder. Raises FileNotFoundError for a missing table and BrokenMap for an unusable map."""
    tables: dict[str, list[Row]] = {}
    failures: list[Failure] = []
    for name in (*REGISTERS, *(table for pair in REPORTS.values() for table in pair)):
        tables[name], bad = read_table(folder / name)
        failures += bad
    drafts, more = drafts_of(tables, {name: load_map(folder / name) for name in REPORTS})
    commands, rest = commands_of(drafts)
    return Record(commands, (*failures, *more, *rest))


def drafts_of(tables: Tables, maps: Mapping[str, StatementMap]) -> tuple[Drafts, list[Failure]]:
    """Every fact of the tables, those stated in several places joined; `maps` by the names of REPORTS."""
    drafts = Drafts()
    failures: list[Failure] = []
    for name, reader in REGISTERS.items():
        for row in tables.get(name, ()):
            try:
                drafts.state(reader(row, tables))
            except BadRow as bad:
                failures.append(row.failure(bad))
    for step in (state_facts, add_evidence):
        for name, (lists, in_the_text) in REPORTS.items():
            failures += step(drafts, tables.get(lists, ()), maps[name].keys, maps[name])
            failures += step(drafts, tables.get(in_the_text, ()), maps[name].in_the_text, maps[name])
    return drafts, failures


def commands_of(drafts: Iterable[Draft]) -> tuple[tuple[Command, ...], list[Failure]]:
    """One command per fact, in the order in which they can be sent one after the other."""
    commands: list[Command] = []
    failures: list[Failure] = []
    for draft in drafts:
        try:
            commands.append(_command(draft))
        except BadRow as bad:
            failures.append(Failure(draft.label, bad.field, bad.reason))
    return tuple(sorted(commands, key=lambda c: (not c.first, c.order, c.key))), failures


def _command(draft: Draft) -> Command:
    event = draft.event
    body: dict[str, Any] = {
        "fact": event.data(),
        "passages": sorted(draft.passages, key=lambda p: (p["document"], p["paragraph"])),
        "known": draft.known,
        "effective": draft.effective,
    }
    return Command(
        service=event.ledger,
        command=event.command,
        body={name: value for name, value in body.items() if value is not None},
        key=event.natural_key,
        label=draft.label,
        stream=event.stream,
        first=draft.kind in FIRST,
        order=_order(draft.kind, event),
    )


def _order(kind: str, event: Event) -> tuple[int, str, str]:
    update = 1 if getattr(event, "updates", None) else 0
    rank = LATER.get(kind, RANK.get(kind, 0) + update)
    holds = event.holds
    first = (holds.from_ or holds.to) if holds else None
    return rank, first.isoformat() if first else "", kind
