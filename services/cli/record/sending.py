"""Sends the record to a running system over its public commands: many at a time, each stream in its own order."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_delay, wait_random_exponential

from services.cli.record.commands import Command, read_record
from services.cli.record.rows import Failure

AT_ONCE: Final = 24
"""Commands under way at a time: the ledger commits what waits together, so that more at once cost less each."""

PATIENCE: Final = 120.0
"""Seconds for which a command is sent again while the system is not ready for it, or does not answer.

On a busy machine a service may hear of a request a minute after it is recorded; giving up earlier would leave its
decision out."""

NOT_YET: Final = frozenset({"request-unknown", "meeting-unknown", "conflict"})
"""Refusals that pass: another service has yet to hear of something, or somebody else was faster."""

BUSY: Final = frozenset({429, 502, 503, 504})
"""Answers that say: later."""

Tick = Callable[[int, int], None]
"""Called with how many commands are answered, and how many there are."""


@dataclass(slots=True)
class ImportSummary:
    """What became of a record: `recorded` are new events, `replayed` were held already, `failed` names the rest."""

    sent: int = 0
    recorded: int = 0
    replayed: int = 0
    failed: list[Failure] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.failed


class _NotYet(Exception):
    """The system is not ready for this command; the answer says why."""

    def __init__(self, answer: httpx.Response):
        self.answer = answer


async def import_record(
    client: httpx.AsyncClient,
    folder: Path,
    *,
    console: Console | None = None,
    progress: Tick | None = None,
    patience: float = PATIENCE,
) -> ImportSummary:
    """Send a record folder to the system at the client's base URL; sending it again adds nothing.

    A bad row is named in the summary and stops nothing else. `console` shows a progress bar, `progress` is called
    after every answer. Raises httpx.TransportError when nothing answers for `patience` seconds, BrokenMap and
    FileNotFoundError when the folder cannot be read.
    """
    record = await asyncio.to_thread(read_record, folder)
    summary = ImportSummary(failed=list(record.failures))
    total = len(record.commands)
    with _bar(console, total) as tick:
        limit = asyncio.Semaphore(AT_ONCE)

        async def send_all(chain: Sequence[Command]) -> None:
            for command in chain:
                async with limit:
                    _count(summary, command, await _answer(client, command, patience))
                for told in (tick, progress):
                    if told is not None:
                        told(summary.sent, total)

        for phase in (True, False):
            await _together(send_all(chain) for chain in chains(c for c in record.commands if c.first is phase))
    return summary


def chains(commands: Iterable[Command]) -> list[list[Command]]:
    """Commands of one stream one after the other, in the order they have; streams of two services count as one.

    So a request is recorded before its decision, which lies in another ledger under the same name.
    """
    by_stream: dict[str, list[Command]] = {}
    for command in commands:
        by_stream.setdefault(command.stream, []).append(command)
    return list(by_stream.values())


def fingerprint(folder: Path) -> str:
    """SHA-256 (hex) of a record folder: of every file's name and bytes."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".yaml")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


async def _together(work: Iterable[Any]) -> None:
    """Run it all; the first failure ends the rest and is raised as it is, not as a group."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(client: httpx.AsyncClient, command: Command, patience: float) -> httpx.Response:
    """The system's answer, asked again while it is not ready; a repetition is safe, the key sees to that."""
    try:
        return await _post(client, command)
    except (_NotYet, httpx.TransportError):  # seldom, so that waiting is prepared only then
        return await _patiently(client, command, patience)


async def _patiently(client: httpx.AsyncClient, command: Command, patience: float) -> httpx.Response:
    retrying = AsyncRetrying(
        retry=retry_if_exception_type((_NotYet, httpx.TransportError)),
        wait=wait_random_exponential(multiplier=0.1, max=1.0),
        stop=stop_after_delay(patience),
    )
    try:
        return await retrying(_post, client, command)
    except RetryError as given_up:
        last = given_up.last_attempt.exception()
        if isinstance(last, _NotYet):
            return last.answer
        assert last is not None  # a RetryError follows a failed attempt
        raise last from None


async def _post(client: httpx.AsyncClient, command: Command) -> httpx.Response:
    answer = await client.post(command.path, json=command.body, headers={"Idempotency-Key": command.key})
    if answer.status_code in BUSY or (answer.status_code == 409 and _problem(answer)["type"] in NOT_YET):
        raise _NotYet(answer)
    return answer


def _problem(answer: httpx.Response) -> dict[str, str]:
    """`type` (its last part), `field` and `detail` of a problem answer; an answer in no such form is its own detail."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    return {
        "type": str(body.get("type", "")).rsplit("/", 1)[-1],
        "field": str(body.get("field") or "body"),
        "detail": str(body.get("detail") or body.get("title") or f"{answer.status_code} {answer.text[:200]}"),
    }


def _count(summary: ImportSummary, command: Command, answer: httpx.Response) -> None:
    summary.sent += 1
    if answer.status_code == 201:
        summary.recorded += 1
    elif answer.status_code == 200:
        summary.replayed += 1
    else:
        problem = _problem(answer)
        summary.failed.append(Failure(command.label, problem["field"], f"{problem['type']}: {problem['detail']}"))


def _bar(console: Console | None, total: int) -> AbstractContextManager[Tick | None]:
    return nullcontext() if console is None else _shown(console, total)


@contextmanager
def _shown(console: Console, total: int) -> Any:
    columns = (TextColumn("Loading the record"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("record", total=total)
        yield lambda done, _: bar.update(task, completed=done)
