"""Workbooks and CSV as programs read them back: numbers as numbers, days as days, and no text run as a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from services.gateway.pages.sheets import Column, Sheet, day_cell, number_cell
from services.gateway.pages.spreadsheet import CellTooLong, csv_of, workbook

WRITTEN = date(2025, 6, 30)


def sheet(*rows: tuple[Any, ...]) -> Sheet:
    return Sheet("Page", [Column("A"), Column("B", 60)], rows)


def read(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))["Page"]


@pytest.mark.parametrize(
    ("cell", "back"),
    [
        (7, 7), (41.1, 41.1), (0, 0), (None, None), ("40 or 70 %", "40 or 70 %"), ("07", "07"),
        (date(2025, 4, 30), datetime.fromisoformat("2025-04-30")), ("=1+1", "=1+1"), ("https://example.org", "https://example.org"),
    ],
)  # fmt: skip
def test_a_cell_comes_back_as_what_it_is(cell: Any, back: Any) -> None:
    found = read(workbook("t", [sheet((cell, "x"))], WRITTEN))["A2"]

    assert found.value == back
    assert found.data_type != "f"
    assert found.hyperlink is None


def test_the_heading_is_frozen_and_filtered_and_columns_have_their_widths() -> None:
    page = read(workbook("t", [sheet((1, "x"), (2, "y"))], WRITTEN))

    assert (page.freeze_panes, page.auto_filter.ref) == ("B2", "A1:B3")
    assert [page["A1"].value, page["B1"].value, page["A1"].font.bold] == ["A", "B", True]
    assert page.column_dimensions["B"].width == pytest.approx(60, abs=1)


def test_equal_tables_give_equal_bytes() -> None:
    one, other = (workbook("t", [sheet((1, "x"))], WRITTEN) for _ in range(2))

    assert one == other != workbook("t", [sheet((2, "x"))], WRITTEN)


def test_a_text_that_no_cell_can_hold_is_an_error_and_not_cut_short() -> None:
    with pytest.raises(CellTooLong, match="Page, B, line 3"):
        workbook("t", [sheet((1, "x"), (2, "x" * 32_768))], WRITTEN)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_in_csv_a_text_that_would_be_run_is_set_after_an_apostrophe(start: str) -> None:
    text = csv_of(sheet((-3, f"{start}cmd")))

    (_, row) = list(csv.reader(io.StringIO(text, newline="")))
    assert row == ["-3", f"'{start}cmd"]


def test_csv_lines_end_as_rfc_4180_has_it_and_quotes_are_doubled() -> None:
    assert csv_of(sheet((1, 'say "a, b"'), (None, "x"))) == 'A,B\r\n1,"say ""a, b"""\r\n,x\r\n'


@pytest.mark.parametrize(
    ("given", "cell"),
    [(None, None), (7, 7), ("41.1", 41.1), ("07", 7), ("100.0", 100), ("N/A", "N/A"), ("2/100 %", "2/100 %"),
     ("NaN", "NaN"), ("Infinity", "Infinity")],
)  # fmt: skip
def test_what_is_a_number_becomes_one(given: Any, cell: Any) -> None:
    assert number_cell(given) == cell
    assert type(number_cell(given)) is type(cell)


def test_an_unknown_day_is_an_empty_cell() -> None:
    assert (day_cell(None), day_cell("2025-06-30")) == (None, WRITTEN)
