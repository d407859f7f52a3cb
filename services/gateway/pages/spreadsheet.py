"""Writes tables as a workbook (Office Open XML) or as CSV (RFC 4180); no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from math import ceil
from typing import Any

from services.gateway.pages.sheets import Cell, Column, Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

WRAPPED = 40
"""Columns at least so wide hold sentences: their lines are broken."""

LINE = 15
"""Points of a line of text."""

A3 = 8
"""Its number among the paper sizes."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is run by spreadsheet programs that open a CSV."""


class CellTooLong(Exception):
    """A text that a cell cannot hold (32,767 characters); the message names sheet and heading."""


def workbook(title: str, sheets: Sequence[Sheet], written: date) -> bytes:
    """The tables as one workbook, each with a frozen heading and a filter; equal tables give equal bytes."""
    # Only now: it is slow to import, and few processes ever write a workbook. It ships no types.
    import xlsxwriter  # type: ignore[import-untyped]  # it has no types

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": datetime.combine(written, time(), UTC)})
        formats = _formats(book)
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name), sheet, formats)
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    """Heading, number, words (apart from a number that stands before), wrapped words, day."""
    top = {"valign": "top"}
    return {
        "heading": book.add_format({"bold": True, "bottom": 1, "valign": "top"}),
        "number": book.add_format(top),
        "words": book.add_format({**top, "indent": 1}),
        "wrapped": book.add_format({**top, "indent": 1, "text_wrap": True}),
        "day": book.add_format({**top, "indent": 1, "num_format": "yyyy-mm-dd", "align": "left"}),
    }


def _fill(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    """Heading and rows, and how the page is printed. Raises CellTooLong."""
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(A3)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width)
        page.write_string(0, at, column.heading, formats["heading"])
    for line, row in enumerate(sheet.rows, 1):
        page.set_row(line, LINE * _lines(row, sheet))
        for at, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            if _write(page, line, at, cell, formats[_format(cell, column)]) != 0:
                raise CellTooLong(f"{sheet.name}, {column.heading}, line {line + 1}")


def _lines(row: Sequence[Cell], sheet: Sheet) -> int:
    """How many lines of text the longest wrapped cell has; programs do not all work it out."""
    wrapped = [(cell, column.width) for cell, column in zip(row, sheet.columns, strict=True) if isinstance(cell, str)]
    return max([1, *(ceil(1.15 * len(cell) / width) for cell, width in wrapped if width >= WRAPPED)])


def _format(cell: Cell, column: Column) -> str:
    if isinstance(cell, date):
        return "day"
    if isinstance(cell, int | float):
        return "number"
    return "wrapped" if column.width >= WRAPPED else "words"


def _write(page: Any, line: int, at: int, cell: Cell, style: object) -> int:
    """Numbers as numbers, days as days, text as text whatever it begins with; answers 0 when it could be written."""
    if cell is None:
        return 0
    if isinstance(cell, date):
        return int(page.write_datetime(line, at, cell, style))
    if isinstance(cell, int | float):
        return int(page.write_number(line, at, cell, style))
    return int(page.write_string(line, at, cell, style))


def csv_of(sheet: Sheet) -> str:
    """One table as CSV with its heading."""
    return csv_lines([[column.heading for column in sheet.columns], *sheet.rows])


def csv_lines(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows as CSV: lines end as RFC 4180 has it, and no text is taken for a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_safe(cell) for cell in row] for row in rows])
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    """A text that would be run as a formula is set after an apostrophe, which programs show as text."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
