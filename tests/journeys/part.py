"""Three fifths of the record, which give every figure at the 13MSP: for who disturbs an import or changes a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.record.world import change, copy_of_the_record

Row = dict[str, str]


def _coalitions(row: Row) -> bool:
    return row["paragraph"] == "82"


KEPT: dict[str, Callable[[Row], bool]] = {
    "votes.csv": lambda row: False,
    "published_figures.csv": lambda row: row["cycle"] == "13MSP" and "LAP" in row["indicators"],
    "dubrovnik_lists.csv": _coalitions,
    "dubrovnik_in_the_text.csv": _coalitions,
}
"""The rows that stay in a table; the coalitions of the Dubrovnik review are of the Lausanne Action Plan too."""


def part_of_the_record(to: Path) -> Path:
    """A record folder in `to` without what no figure of the Lausanne Action Plan at the 13MSP rests on.

    `tests/record/test_part.py` holds that these figures stay the same, down to their evidence.
    """
    folder = copy_of_the_record(to)
    for table, stays in KEPT.items():
        assert change(folder, table, lambda row, stays=stays: row if stays(row) else None)  # type: ignore[misc]  # mypy infers no lambda with a default
    return folder
