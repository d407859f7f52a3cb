"""Change one row of the record and exactly the figures that rest on it change; nothing is 0 without coverage."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.cli.record import read_record
from tests.record.world import World, change, copy_of_the_record

Row = dict[str, str]
Rows = dict[str, dict[str, Any]]


def without(key: str, state: str) -> Callable[[Row], Row | None]:
    return lambda row: None if (row.get("key"), row.get("state")) == (key, state) else row


def answers(rows: Rows) -> dict[str, Any]:
    told = ("status", "value", "members", "denominator", "parts")
    return {indicator: [row[name] for name in told] for indicator, row in rows.items()}


CHANGES = [
    ("statements.csv", without("gp.annual_work_plans", "CHL"), {"LAP-2.2"}),
    ("statements.csv", without("ica.best_practices_shared", "DNK"), {"LAP-39.1"}),
    ("statements.csv", without("ica.multi_year_funding", "MCO"), {"LAP-3.2"}),
    ("statements.csv", without("va.with_victims", "SSD"), {
        "LAP-31.1", "LAP-32.1", "LAP-33.1", "LAP-33.2", "LAP-34.1", "LAP-34.2", "LAP-35.1", "LAP-37.1", "LAP-37.2",
    }),
    ("requests.csv", lambda row: {**row, "received": "2024-12-17..2025-06-30"} if row["request"] == "CHL-4-4" else row,
     {"LAP-50.1"}),
    ("coverage.csv", lambda row: None if row["coverage"] == "13MSP-innovative-finance" else row, {"LAP-38.2"}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "of", "expected"), CHANGES)
def test_one_row_changes_what_rests_on_it_and_nothing_else(
    world: World, tmp_path: Path, table: str, of: Callable[[Row], Row | None], expected: set[str]
) -> None:
    folder = copy_of_the_record(tmp_path)
    assert change(folder, table, of) == 1

    before, after = answers(world.rows()), answers(World(read_record(folder)).rows())

    assert {indicator for indicator in before if before[indicator] != after[indicator]} == expected


def test_nothing_is_zero_without_coverage(world: World, tmp_path: Path) -> None:
    folder = copy_of_the_record(tmp_path)
    change(folder, "coverage.csv", lambda row: None)

    with_coverage, bare = world.rows(), World(read_record(folder)).rows()

    assert {id for id, row in with_coverage.items() if row["value"] == 0} == {
        "LAP-12.1", "LAP-12.2", "LAP-13.1", "LAP-15.1", "LAP-38.2", "LAP-43.1", "LAP-49.1",
    }  # fmt: skip
    assert [id for id, row in bare.items() if row["value"] == 0] == []


def test_a_table_cell_is_no_coverage(world: World) -> None:
    """The table prints 00 for voluntary reports and moratoria; no paragraph says that there were none."""
    rows = world.rows()

    assert {rows[id]["status"] for id in ("LAP-10.3", "LAP-11.3", "LAP-25.1")} == {"noData"}
