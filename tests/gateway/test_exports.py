"""Spreadsheets from the gateway: a workbook of figures, evidence and method, and each table as CSV."""

from __future__ import annotations

import csv
import io

import httpx
import openpyxl
import pytest

from services.gateway.pages.spreadsheet import XLSX

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_workbook_of_a_plan_at_a_meeting(door: httpx.AsyncClient) -> None:
    answer = await door.get("/exports/LAP/13MSP.xlsx")

    assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
    assert answer.headers["content-disposition"] == 'attachment; filename="LAP-13MSP.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Figures", "Evidence", "Method", "Cut"]
    rows = {row[0]: row for row in book["Figures"].iter_rows(values_only=True)}
    assert (rows["LAP-38.1"][3], rows["LAP-38.1"][12]) == (2, "LAO LTU")
    behind = [row for row in book["Evidence"].iter_rows(values_only=True) if row[0] == "LAP-38.1"]
    assert {(row[2], row[6]) for row in behind} == {("LAO", "113"), ("LTU", "131")}
    assert book["Cut"]["B2"].value == "LAP"


@pytest.mark.parametrize(("sheet", "columns", "rows"), [("figures", 17, 85), ("evidence", 11, 1), ("method", 17, 85)])
async def test_each_table_as_csv(door: httpx.AsyncClient, sheet: str, columns: int, rows: int) -> None:
    answer = await door.get("/exports/LAP/13MSP.csv", params={"sheet": sheet})

    assert answer.headers["content-type"].startswith("text/csv")
    heading, *lines = csv.reader(io.StringIO(answer.text, newline=""))
    assert heading[0] == "Indicator" and len(heading) == columns
    assert len({line[0] for line in lines}) >= rows
    assert all(len(line) == columns for line in lines)


async def test_the_workbook_of_baselines(door: httpx.AsyncClient) -> None:
    answer = await door.get("/exports/baselines/VCAP.xlsx", params={"asOf": "2026-06-30"})

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Baselines VCAP", "Evidence", "Method"]
    rows = {row[0]: row for row in book["Baselines VCAP"].iter_rows(values_only=True)}
    assert len(rows) == 114
    assert rows["VCAP-1.c"][2:7] == (33.3, "computed", "yes", 1, "LAO")
    assert any(row[0] == "VCAP-1.c" for row in book["Evidence"].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/exports/NOPE/13MSP.xlsx", 404),
        ("/exports/LAP/99MSP.xlsx", 404),
        ("/exports/LAP/13MSP.pdf", 404),
        ("/exports/LAP/13MSP.csv?sheet=cut", 422),
        ("/exports/baselines/NOPE.csv", 404),
        ("/exports/baselines/VCAP.xlsx?asOf=soon", 422),
    ],
)
async def test_what_is_not_there_is_a_problem(door: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await door.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
