"""Nothing is fitted. Change three rows of the record, and only the figures that rest on them change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.part import Row, part_of_the_record
from tests.journeys.system import System
from tests.record.world import change

pytestmark = pytest.mark.journey


def without(**named: str) -> Callable[[Row], Row | None]:
    """Drop the row with these values."""
    return lambda row: None if named.items() <= row.items() else row


def late(request: str) -> Callable[[Row], Row]:
    """Let a request be received one day after the limit or later."""
    return lambda row: {**row, "received": "2024-12-17..2025-06-30"} if row["request"] == request else row


def test_three_changed_rows_change_the_figures_that_rest_on_them_and_no_others(
    fresh: System, undisturbed: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder = part_of_the_record(tmp_path)
    assert change(folder, "statements.csv", without(key="gp.annual_work_plans", state="CHL")) == 1
    assert change(folder, "requests.csv", late("CHL-4-4")) == 1
    assert change(folder, "coverage.csv", without(coverage="13MSP-innovative-finance")) == 1

    fresh.load(folder)

    before = {row["indicator"]: row for row in undisturbed}
    after = {row["indicator"]: row for row in fresh.figures()}
    answers = ("status", "value", "members", "denominator", "parts")
    assert {id for id in before if any(before[id][name] != after[id][name] for name in answers)} == {
        "LAP-2.2",
        "LAP-50.1",
        "LAP-38.2",
    }
    assert (before["LAP-2.2"]["value"], after["LAP-2.2"]["value"]) == (10, 9)
    assert (before["LAP-50.1"]["value"], after["LAP-50.1"]["value"]) == (4, 3)
    assert (before["LAP-38.2"]["status"], after["LAP-38.2"]["status"]) == ("computed", "noData")
