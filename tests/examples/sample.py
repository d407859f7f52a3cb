"""A sample subscriber as the stranger runs it: a process that is given a grant and the gateway's address."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.system import ROOT, STOCKTAKE, Process, System

EXAMPLES = ROOT / "examples"

WHOLE = ("ccm.>",)
NEEDED = (
    "ccm.reports.AssistanceProvidedReported.>",
    "ccm.reports.AssistanceReceivedReported.>",
    "ccm.reports.FactRetracted.>",
    "ccm.meetings.InstrumentDeposited.>",
    "ccm.meetings.WithdrawalNotified.>",
    "ccm.meetings.ArmedConflictStatusRecorded.>",
    "ccm.meetings.FactRetracted.>",
    "ccm.indicators.IndicatorDefined.>",
    "ccm.indicators.CycleDefined.>",
    "ccm.indicators.FactRetracted.>",
)
"""What LAP-40.1 rests on: a subscriber that hears no more than that has holes in `sequence` all the time."""


def command_of(language: str, node: Path | None) -> list[str]:
    """The sample's command line, without arguments."""
    if language == "python":
        return [sys.executable, "-W", "ignore", str(EXAMPLES / "python" / "subscriber.py")]
    assert node is not None
    return ["node", str(node / "subscriber.mjs")]


def installed(folder: Path) -> Path:
    """The Node sample with the packages that its lock file names."""
    copy = folder / "node"
    shutil.copytree(EXAMPLES / "node", copy, ignore=shutil.ignore_patterns("node_modules"))
    done = subprocess.run(["npm", "ci"], cwd=copy, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return copy


def granted(system: System, name: str, subjects: tuple[str, ...]) -> dict[str, Any]:
    """What `stocktake subscribers add` prints."""
    asked = [word for one in subjects for word in ("--subjects", one)]
    needs: dict[str, Any] = json.loads(_subscribers(system, "add", name, *asked, "--json"))
    return needs


def revoked(system: System, name: str) -> None:
    """`stocktake subscribers revoke`."""
    _subscribers(system, "revoke", name)


def _subscribers(system: System, *words: str) -> str:
    done = subprocess.run(
        [STOCKTAKE, "subscribers", *words],
        env=os.environ | {"STOCKTAKE_DATA": str(system.folder / "data")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass
class Sample:
    """One subscriber with its grant, its journal, and what it says."""

    name: str
    folder: Path
    process: Process

    @property
    def said(self) -> str:
        """Everything it wrote: answers and notices."""
        return self.process.log.read_text(encoding="utf-8")

    def answer(self) -> dict[str, Any]:
        """Its last answer; empty while there is none."""
        answers = [line for line in self.said.splitlines() if line.startswith("{")]
        found: dict[str, Any] = json.loads(answers[-1]) if answers else {}
        return found

    def has_come_to(self, positions: dict[str, int]) -> bool:
        """Whether it holds these ledgers whole."""
        assert self.process.running is not None
        assert self.process.running.poll() is None, self.said
        return bool(self.answer().get("positions") == positions)


def sample(system: System, name: str, command: list[str], needs: dict[str, Any], indicator: str = "LAP-40.1") -> Sample:
    """A sample subscriber, started."""
    folder = system.folder / name
    folder.mkdir()
    (folder / "needs.json").write_text(json.dumps(needs), encoding="utf-8")
    arguments = ["--gateway", system.url, "--journal", str(folder / "journal.jsonl"), "--indicator", indicator]
    process = Process([*command, str(folder / "needs.json"), *arguments], {}, folder / "said.log")
    process.start()
    return Sample(name, folder, process)
