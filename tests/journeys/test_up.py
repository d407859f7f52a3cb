"""`make up` and the question after it, as the README says to type them; and the same start once more."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.journeys.system import PATIENCE, ROOT, Process, System, free_port, until

pytestmark = pytest.mark.journey

(COMMANDS,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
UP, ASK = (line.split("#")[0].split() for line in COMMANDS.splitlines())
LOADED_WITHIN = 300.0
"""Seconds for a start that loads the record; only there to end a hanging test."""


def test_what_the_readme_says_loads_announces_and_answers_and_a_second_start_on_the_same_day_adds_nothing(
    tmp_path: Path,
) -> None:
    # given what it says to type first; what that installs is installed already, since this test runs
    port = free_port()
    up = [*UP, f"--old-file={installed_stamp()}", f"PORT={port}", f"DATA={tmp_path / 'data'}"]
    system = started(up, tmp_path, port, "first.log")
    children = system.parts["up"].descendants()
    try:
        # when one asks what it says to type next, then the figure opens into States and passages
        answer = subprocess.run(
            ASK, cwd=ROOT, env=os.environ | {"STOCKTAKE_URL": system.url}, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        assert "LAP-38.1" in answer.stdout
        assert re.search(r"13MSP-PROGRESS-REPORT\S*, \w+; event\s+[0-9a-f-]{36}", answer.stdout)

        # and what the record makes due on this day is announced
        tail = system.get("/meetings/ledger/tail", limit="200")["events"]
        kinds = [event["type"].rsplit(".", 1)[1] for event in tail if event["actor"] == "clock"]
        assert kinds.count("WithdrawalTookEffect") == 1
        assert kinds.count("EntryIntoForceReached") == 113, "112 States Parties, and Lithuania which left"
        assert system.get("/indicators/clock")["last"] is not None
        tail = system.get("/indicators/ledger/tail", limit="200")["events"]
        observed = [event["stream"] for event in tail if event["type"].endswith(".FiguresObserved")]
        assert "observed-LAP-13MSP" in observed, "figures are followed from the loaded record on"
        assert not [event for event in tail if event["type"].endswith(".FigureChanged")], "the load changed nothing"
        heads = system.heads()
    finally:
        system.stop()

    # then the end leaves nothing behind
    assert psutil.wait_procs(children, timeout=PATIENCE)[1] == []

    # when it is started again, then it adds nothing
    again = started(up, tmp_path, port, "second.log")
    try:
        assert again.heads() == heads
        ran = json.loads(again.cli("clock", "run", "--json").stdout)
        assert [row["announced"] for row in ran] == [0, 0]
        assert json.loads(again.cli("changes", "run", "--json").stdout)["announced"] == 0
        assert again.heads() == heads
    finally:
        again.stop()


def installed_stamp() -> str:
    """The file that tells make what is installed."""
    database = subprocess.run(
        ["make", "--dry-run", "--print-data-base", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"^RUNS := (\S+)$", database, re.MULTILINE)
    assert found
    return found[1]


def started(up: list[str], folder: Path, port: int, log: str) -> System:
    """`make up`, until it says that it serves."""
    process = Process(up, {}, folder / log)
    system = System(f"http://127.0.0.1:{port}", folder, {"up": process})
    process.start()
    until(lambda: says_that_it_serves(process), f"{process.log} to say it serves", LOADED_WITHIN)
    assert system.ready()
    return system


def says_that_it_serves(up: Process) -> bool:
    said = up.log.read_text(encoding="utf-8")
    assert up.running is not None
    assert up.running.poll() is None, said
    return "Serving" in said
