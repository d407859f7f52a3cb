"""Nothing is fitted. Change three rows of the record, and only the figures that rest on them change."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import ROOT, System

pytestmark = pytest.mark.journey

Row = dict[str, str]


def rewrite(table: Path, change: Callable[[Row], Row | None]) -> None:
    """Change or drop rows of a table, and check that exactly one was touched."""
    with table.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    changed = [change(row) for row in rows]
    assert sum(before != after for before, after in zip(rows, changed, strict=True)) == 1
    with table.open("w", newline="", encoding="utf-8") as sink:
        writer = csv.DictWriter(sink, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in changed if row)


def without(**named: str) -> Callable[[Row], Row | None]:
    """Drop the row with these values."""
    return lambda row: None if named.items() <= row.items() else row


def late(request: str) -> Callable[[Row], Row]:
    """Let a request be received one day after the limit or later."""
    return lambda row: {**row, "received": "2024-12-17..2025-06-30"} if row["request"] == request else row


def test_three_changed_rows_change_the_figures_that_rest_on_them_and_no_others(
    fresh: System, undisturbed: list[dict[str, Any]], tmp_path: Path
) -> None:
    folder = tmp_path / "changed record"
    shutil.copytree(ROOT / "deploy" / "record", folder)
    rewrite(folder / "statements.csv", without(key="gp.annual_work_plans", state="CHL"))
    rewrite(folder / "requests.csv", late("CHL-4-4"))
    rewrite(folder / "coverage.csv", without(coverage="13MSP-innovative-finance"))

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
