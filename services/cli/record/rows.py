"""Rows of the record's tables, and what their cells mean; a bad cell is named, never guessed at."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadRow(Exception):
    """One row cannot be read: `field` is the column (or the fact's field) at fault, `reason` says why."""

    def __init__(self, field: str, reason: str):
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that was not recorded: where it stands, the field at fault and the reason."""

    label: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.label}, {self.field}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `number` is its line in the file, the header being line 1."""

    file: str
    number: int
    cells: Mapping[str, str]

    @property
    def label(self) -> str:
        """`statements.csv row 17`."""
        return f"{self.file} row {self.number}"

    def failure(self, bad: BadRow) -> Failure:
        """What is wrong with this row."""
        return Failure(self.label, bad.field, bad.reason)

    def text(self, column: str) -> str | None:
        """The cell, None when it is empty. Raises BadRow when the table has no such column."""
        if column not in self.cells:
            raise BadRow(column, "the table has no such column")
        return self.cells[column] or None

    def need(self, column: str) -> str:
        """The cell, which must not be empty."""
        found = self.text(column)
        if found is None:
            raise BadRow(column, "is empty")
        return found

    def whole(self, column: str) -> int | None:
        """A whole number, None when the cell is empty."""
        found = self.text(column)
        if found is None:
            return None
        try:
            return int(found)
        except ValueError:
            raise BadRow(column, f"{found!r} is no whole number") from None

    def truth(self, column: str) -> bool | None:
        """yes, no, or None when the cell is empty: what is not known is not no."""
        found = self.text(column)
        if found not in (None, "yes", "no"):
            raise BadRow(column, f"{found!r} is neither yes nor no")
        return None if found is None else found == "yes"

    def words(self, column: str) -> list[str]:
        """Words separated by spaces."""
        return (self.text(column) or "").split()

    def dated(self, column: str, basis: str | None = None) -> Any:
        """A date as well as it is known; `basis` is the column that says where bounds come from."""
        found = self.text(column)
        return None if found is None else dated(found, self.text(basis) if basis else None)

    def passages(self, column: str = "passages") -> list[dict[str, str]]:
        """`DOCUMENT#paragraph`, several separated by semicolons; at least one."""
        found = []
        for one in self.need(column).split("; "):
            document, hash_, paragraph = one.partition("#")
            if not (document and hash_ and paragraph):
                raise BadRow(column, f"{one!r} is not written DOCUMENT#paragraph")
            found.append({"document": document, "paragraph": paragraph})
        return found


def dated(text: str, basis: str | None = None) -> Any:
    """`2024-12-05`, `2024-12`, `2024` as they are; `a..b`, `..b`, `a..` as bounds that both belong to it."""
    first, dots, last = text.partition("..")
    if not dots:
        return text
    bounds = {"notBefore": first, "notAfter": last, "basis": basis}
    return {name: value for name, value in bounds.items() if value}


def known(text: str) -> dict[str, str]:
    """`2024-09-13` = held on that day; `by 2025-06-30` = held by then."""
    day = text.removeprefix("by ")
    return {"time": day, "precision": "day" if day == text else "by"}


def read_table(path: Path) -> tuple[list[Row], list[Failure]]:
    """The rows of a table, and those whose number of cells is not that of the header."""
    rows: list[Row] = []
    failures: list[Failure] = []
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        for cells in lines:
            row = Row(path.name, lines.line_num, dict(zip(header, cells, strict=False)))
            if len(cells) == len(header):
                rows.append(row)
            else:
                reason = f"has {len(cells)} cells, the header {len(header)}"
                failures.append(row.failure(BadRow("row", reason)))
    return rows, failures
