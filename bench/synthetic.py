"""Events as their ledger stores them, many and cheap: statements of States under codes, meeting after meeting."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from shared.database import sqlite_path
from shared.events.canonical import canonical
from shared.ledger.schema import migrate
from shared.ledger.sqlite import SqliteStore

STATES, CODES, MEETINGS = 200, 100, 20
OLD = 10
"""Of so many events one was written under an earlier version of its type."""

KIND, OLD_VERSION, VERSION = "ccm.bench.Stated", 1, 2
ANSWERS = ("yes", "no", "in_preparation", "not_applicable")

FULL = os.environ.get("BENCH_FULL") == "1"
"""Whether to measure at 10^6 too, which takes many minutes."""


def sizes(*usual: int) -> tuple[int, ...]:
    """How many events: BENCH_EVENTS (as `1000,10000`), else the usual sizes, with 10^6 under BENCH_FULL=1."""
    if given := os.environ.get("BENCH_EVENTS"):
        return tuple(int(one) for one in given.split(","))
    return (*usual, 1_000_000) if FULL else usual


@dataclass(frozen=True, slots=True)
class Statement:
    """What an event says: the last answer of a State under a code before a meeting is the one that counts."""

    state: str
    code: str
    meeting: int
    answer: str


def statement(position: int) -> Statement:
    """The statement at a position: spread over States, codes and meetings, and repeated so that some replace others."""
    spread = (position * 2_654_435_761) & 0xFFFFFFFF
    state, code, meeting = spread % STATES, (spread // STATES) % CODES, (spread // 7) % MEETINGS
    return Statement(f"S{state:03}", f"code.{code:02}", meeting, ANSWERS[(spread >> 9) % len(ANSWERS)])


def stored(position: int) -> bytes:
    """The canonical bytes of the event, about 624 as in `docs/decisions/0001`."""
    said, old = statement(position), position % OLD == 0
    data: dict[str, object] = {
        "code": said.code, "period_from": "2024-01-01", "period_to": "2024-12-31", "received": "2025-04-30",
        "reporter": said.state, "meeting": said.meeting,
    }  # fmt: skip
    data |= {"said": said.answer} if old else {"answer": said.answer}
    return canonical(
        {
            "id": f"0198{position:08x}-0000-7000-8000-{position:012x}", "source": "bench/reports", "type": KIND,
            "schemaversion": OLD_VERSION if old else VERSION, "stream": f"practice-{said.state}-{said.code}",
            "version": position, "position": position, "subject": said.state,
            "effective": {"from": "2024-01-01", "to": "2024-12-31", "precision": "day"}, "knowntime": "2025-04-30",
            "knownprecision": "day", "recordedtime": "2025-05-01T00:00:00.000000Z", "actor": "bench",
            "onbehalfof": None, "corrects": None, "revises": None, "retracts": None,
            "passages": [{"document": "CCM/MSP/2025/3", "paragraph": "17"}], "data": data,
        }
    )  # fmt: skip


def upcast_said(data: dict[str, object]) -> dict[str, object]:
    """Version 1 called the answer `said`."""
    return {("answer" if name == "said" else name): value for name, value in data.items()}


def ledger_file(path: Path, events: int) -> SqliteStore:
    """A ledger of so many events in a SQLite file, opened."""
    database = f"sqlite:///{path}"
    migrate(database, "reports")
    with sqlite3.connect(sqlite_path(database)) as connection:
        for first in range(1, events + 1, 10_000):
            positions = range(first, min(first + 10_000, events + 1))
            connection.executemany(
                "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, positions)
            )
    connection.close()
    store = SqliteStore(path)
    store.open()
    return store


def _row(position: int) -> tuple[object, ...]:
    raw = stored(position)
    one = orjson.loads(raw)
    names = ("position", "id", "stream", "version", "type", "subject", "schemaversion", "knowntime", "recordedtime")
    return (*(one[name] for name in names), raw, bytes(32), None)


def pages(store: SqliteStore, size: int = 100) -> Iterator[list[bytes]]:
    """The bytes of all events, a page at a time."""
    position = 0
    while page := store.raw_after(position, size):
        yield page
        position += len(page)


Cells = dict[tuple[str, str, int], str]
"""(State, code, meeting) -> the last answer: what every fold here ends with."""


def digest(cells: Mapping[tuple[str, str, int], str]) -> str:
    """Equal for equal cells: no rate is printed of a fold that came to something else."""
    return hashlib.sha256(orjson.dumps(sorted((*cell, answer) for cell, answer in cells.items()))).hexdigest()


def expected(events: int) -> str:
    """What the cells must add up to, without any store or decoder."""
    cells: Cells = {}
    for said in map(statement, range(1, events + 1)):
        cells[said.state, said.code, said.meeting] = said.answer
    return digest(cells)


def equal(name: str, found: Iterable[str], wanted: str) -> None:
    """Raise unless every digest is the wanted one."""
    if any(one != wanted for one in found):
        raise AssertionError(f"{name} came to other cells")
