"""The clock in the system as it is started: it announces once the record is loaded, and a restart adds nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.system import STOCKTAKE, Process, System, free_port, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]


def started(folder: Path, port: int, log: str) -> System:
    """`stocktake up`, until it says that it serves."""
    process = Process([str(STOCKTAKE), "up", "--port", str(port), "--data", str(folder / "data")], {}, folder / log)
    system = System(f"http://127.0.0.1:{port}", folder, {"up": process})
    process.start()
    until(lambda: "Serving" in process.log.read_text(encoding="utf-8"), f"{process.log} to say it serves", 180)
    return system


def test_a_loaded_system_has_announced_and_a_second_start_on_the_same_day_adds_nothing(tmp_path: Path) -> None:
    port = free_port()
    system = started(tmp_path, port, "first.log")
    try:
        heads = system.heads()
        tail = system.get("/meetings/ledger/tail", limit="200")["events"]
        kinds = [event["type"].rsplit(".", 1)[1] for event in tail if event["actor"] == "clock"]
        assert kinds.count("WithdrawalTookEffect") == 1
        assert kinds.count("EntryIntoForceReached") == 113, "112 States Parties, and Lithuania which left"
        assert system.get("/indicators/clock")["last"] is not None
        tail = system.get("/indicators/ledger/tail", limit="200")["events"]
        observed = [event["stream"] for event in tail if event["type"].endswith(".FiguresObserved")]
        assert "observed-LAP-13MSP" in observed, "figures are followed from the loaded record on"
        assert not [event for event in tail if event["type"].endswith(".FigureChanged")], "the load changed nothing"
    finally:
        system.stop()

    again = started(tmp_path, port, "second.log")
    try:
        assert again.heads() == heads
        ran = json.loads(again.cli("clock", "run", "--json").stdout)
        assert [row["announced"] for row in ran] == [0, 0]
        assert json.loads(again.cli("changes", "run", "--json").stdout)["announced"] == 0
        assert again.heads() == heads
    finally:
        again.stop()
