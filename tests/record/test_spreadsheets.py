"""The workbooks of the record, read back: every figure can be traced to the passages behind each of its States."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import date
from typing import Any

import openpyxl
import pytest

from services.cli.record import Record
from services.gateway.pages.sheets import Row, baseline_sheets, figure_sheets
from services.gateway.pages.spreadsheet import workbook
from services.indicators.figures.baselines import baselines
from services.indicators.figures.explanation import states_of
from services.indicators.figures.figure_set import FigureSet
from services.indicators.figures.methodology import methodology
from services.indicators.serving.across import load_across
from services.indicators.world.record import Record as Figures
from services.indicators.world.world import Cut
from tests.record.world import World

TODAY = date(2026, 11, 21)
ACROSS = load_across()


@pytest.fixture(scope="module")
def held(record: Record) -> Figures:
    return World(record).record()


def sheets_of(held: Figures, plan: str) -> list[dict[str, Any]]:
    return [methodology(one, held, ACROSS.crosswalk, ACROSS.breakdowns, TODAY) for one in held.indicators(plan)]


def table_of(held: Figures, plan: str, meeting: str) -> dict[str, Any]:
    cycle = held.cycles[meeting]
    cut = Cut("reconstructed", cycle.last, cycle.last, held.positions)
    figures = FigureSet(held, cycle, cut, "inForce")
    return {"cut": cut.echoed(), "figures": [figures.row(one, evidence=True) for one in figures.of_plan(plan)]}


def read(body: bytes) -> dict[str, list[Row]]:
    """Every sheet as rows by heading."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    found: dict[str, list[Row]] = {}
    for page in book:
        heading, *lines = page.iter_rows(values_only=True)
        found[page.title] = [dict(zip(map(str, heading), line, strict=True)) for line in lines]
    return found


def by_indicator(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["Indicator"]].append(row)
    return found


@pytest.mark.parametrize(("plan", "meeting", "rows"), [("LAP", "13MSP", 85), ("VCAP", "VCAP-baseline", 113)])
def test_every_figure_is_traceable_to_its_evidence(held: Figures, plan: str, meeting: str, rows: int) -> None:
    table = table_of(held, plan, meeting)
    found = read(workbook("t", figure_sheets(plan, meeting, table, sheets_of(held, plan)), TODAY))

    evidence, figures = by_indicator(found["Evidence"]), by_indicator(found["Figures"])
    assert len(figures) == len(by_indicator(found["Method"])) == rows
    for row in table["figures"]:
        first, *parts = figures[row["indicator"]]
        certain = {one["ISO3"] for one in evidence[row["indicator"]] if one["Certain"] == "yes"}
        possible = {one["ISO3"] for one in evidence[row["indicator"]]}
        named = set((first["Names"] or "").split())
        if row["value"] is None:
            assert (named, first["States"], first["At least"], first["At most"]) == (set(), None, None, None)
            continue
        assert named == set(row["members"]) == (possible if row["status"] == "needsJudgement" else certain)
        assert first["States"] == len(named) and len(parts) == len(row["parts"]) - 1
        for one in evidence[row["indicator"]]:
            assert one["Document"] and one["Paragraph"] and one["Event"] and one["Kind"], one


def test_values_are_numbers_and_words_stay_words(held: Figures) -> None:
    sheets = figure_sheets("LAP", "13MSP", table_of(held, "LAP", "13MSP"), sheets_of(held, "LAP"))
    found = by_indicator(read(workbook("t", sheets, TODAY))["Figures"])

    values = [row["Value"] for rows in found.values() for row in rows]
    assert {type(value) for value in values} <= {int, float, type(None)}
    assert found["LAP-47.2"][0]["At least"] == 4 and found["LAP-47.2"][0]["At most"] is None
    assert found["LAP-11.1"][0]["Value"] is None and found["LAP-11.1"][0]["Reason"]
    assert found["LAP-2.2"][0]["Print"] == found["LAP-2.2"][0]["Value"] == 10


def test_baselines_are_traceable_too(held: Figures) -> None:
    given = baselines(held, "VCAP", date(2026, 6, 30))
    rows = [{**one.row(), "states": states_of(one.given)} for one in given]

    found = read(workbook("t", baseline_sheets("VCAP", rows, sheets_of(held, "VCAP")), TODAY))

    shown, evidence = by_indicator(found["Baselines VCAP"]), by_indicator(found["Evidence"])
    assert len(shown) == 113
    for row in rows:
        (line,) = shown[row["indicator"]]
        names = set((line["Numerator names"] or "").split())
        assert names == set(row["numerator"] or ())
        assert names <= {one["ISO3"] for one in evidence[row["indicator"]]}
        assert (line["Denominator"] is None) == (row["denominator"] is None)
