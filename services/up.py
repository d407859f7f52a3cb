"""The main job, `stocktake up`: start everything, load the record over the public commands, say how print compares."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import httpx
from rich.console import Console

from services.cli.record import RECORD, ImportSummary, fingerprint, import_record
from services.embedded import CannotStart, serve
from shared.settings import Settings

CAUGHT_UP_WITHIN = 60.0
"""Seconds the projections may take to catch up with the import before we say so."""

ANSWERED_WITHIN = 60.0
"""Seconds for one answer."""

FOLLOWED_WITHIN = 300.0
"""Seconds for the first look at all figures of all cycles."""

ANNOUNCING = ("meetings", "indicators")
"""The services that have a clock, in the order in which their announcements rest on one another's facts."""

MEETING = "13MSP"
"""The meeting whose printed table the record reconciles."""

OUTCOMES = {
    "equal": "equal",
    "differs": "differ",
    "bound": "bound: the record names only some",
    "needsJudgement": "need a judgement",
    "noData": "no data",
    "notComputable": "not computable",
    "notPublished": "not in print",
}
"""The outcomes of model §7, in the order and the words of the summary."""


class LoadedMark:
    """Remembers which record this data folder has loaded, so that a restart need not offer every fact again.

    A hint only: without it the import runs again and every command answers what it answered before.
    """

    def __init__(self, data: Path):
        self._file = data / "record.loaded"

    def holds(self, print_: str) -> bool:
        """Whether this very record was loaded without a failure."""
        return self._file.exists() and self._file.read_text(encoding="utf-8") == print_

    def set(self, print_: str) -> None:
        """Remember it."""
        self._file.write_text(print_, encoding="utf-8")


async def load_and_report(base_url: str, settings: Settings, folder: Path, console: Console) -> None:
    """Import the record unless this folder holds it already, wait for the figures, print the summary."""
    mark, wanted = LoadedMark(settings.data), fingerprint(folder)
    async with httpx.AsyncClient(base_url=base_url, timeout=ANSWERED_WITHIN) as client:
        if mark.holds(wanted):
            console.print("The record is loaded already; nothing to add.")
        else:
            summary = await import_record(client, folder, console=console)
            _tell(summary, console)
            if not summary.failed:
                mark.set(wanted)
                if settings.clock:
                    await _announce(client, console)
                    await _follow(client, console)
        await _show_summary(client, base_url, console)


def _tell(summary: ImportSummary, console: Console) -> None:
    console.print(f"Record: {summary.recorded} events recorded, {summary.replayed} held already.")
    for failure in summary.failed:
        console.print(f"  not recorded: {failure}", style="red", markup=False)


async def _announce(client: httpx.AsyncClient, console: Console) -> None:
    """Run the clocks on the record just loaded; from then on they run by themselves, once a day."""
    try:
        answers = [await _when_caught_up(client, f"/{service}/clock/run", method="POST") for service in ANNOUNCING]
    except httpx.HTTPStatusError as refused:  # what is loaded stays loaded; the clock tries again by itself
        console.print(f"The clock did not run: {refused.response.text}", style="red", markup=False)
        return
    announced = sum(answer.json()["announced"] for answer in answers)
    console.print(f"Clock: {announced} events announced.", highlight=False)


async def _follow(client: httpx.AsyncClient, console: Console) -> None:
    """Look at every figure once, so that what changes from now on is told."""
    try:
        answer = await _when_caught_up(client, "/indicators/changes/run", method="POST", timeout=FOLLOWED_WITHIN)
    except httpx.HTTPError as refused:  # the service looks again by itself
        console.print(f"Figures are not followed yet: {refused!r}", style="red", markup=False)
        return
    console.print(f"Figures: {answer.json()['announced']} notices of what is followed.", highlight=False)


async def _show_summary(client: httpx.AsyncClient, base_url: str, console: Console) -> None:
    answer = await _when_caught_up(client, f"/indicators/reconciliation/{MEETING}")
    outcomes = Counter(row["outcome"] for row in answer.json())
    console.print(f"{outcomes.total()} indicators of the Lausanne Action Plan at the {MEETING}, against print:")
    for outcome, words in OUTCOMES.items():
        console.print(f"  {outcomes[outcome]:>3} {words}", highlight=False)
    console.print(f"Serving {base_url}/ and {base_url}/graphql; Ctrl-C stops it.", highlight=False, soft_wrap=True)


async def _when_caught_up(
    client: httpx.AsyncClient, path: str, method: str = "GET", timeout: float = ANSWERED_WITHIN
) -> httpx.Response:
    """The answer once the projections hold everything that the ledgers do; a 503 says that they do not yet."""
    deadline = asyncio.get_running_loop().time() + CAUGHT_UP_WITHIN
    while True:
        answer = await client.request(method, path, timeout=timeout)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or asyncio.get_running_loop().time() > deadline:
            return answer.raise_for_status()
        await asyncio.sleep(0.1)


def run(port: int | None = None, data: Path | None = None, record: Path | None = None) -> None:
    """Serve on 127.0.0.1:`port` from the folder `data` until stopped; exits 1 with one line when it cannot start."""
    given = {"port": port, "data": data}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = Settings(**chosen)  # type: ignore[arg-type]  # each value has its field's type; mypy sees their union
    console = Console(stderr=True)

    async def ready(base_url: str) -> None:
        try:
            await load_and_report(base_url, settings, record or RECORD, console)
        except (httpx.HTTPError, OSError) as fault:  # what is served stays served; the import can be run again
            console.print(f"The record is not loaded ({fault!r}); run `stocktake record import`.", markup=False)
            console.print(f"Serving {base_url}/ all the same; Ctrl-C stops it.", highlight=False, soft_wrap=True)

    try:
        asyncio.run(serve(settings, ready))
    except CannotStart as reason:
        sys.exit(f"stocktake: {reason}")
