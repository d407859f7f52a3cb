"""Spreadsheets for those who send them on: a plan's figures at a meeting, or its baselines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from services.gateway.asking.upstream import Upstream
from services.gateway.pages.sheets import Sheet, baseline_sheets, figure_sheets
from services.gateway.pages.spreadsheet import CSV, XLSX, csv_of, workbook
from services.gateway.problems import segment
from shared.problems import Problem

Format = Literal["xlsx", "csv"]
TheSheet = Annotated[
    Literal["figures", "evidence", "method"], Query(description="Of a CSV, which holds one table: which one.")
]
AsOf = Annotated[str | None, Query(alias="asOf", max_length=10, description="Known by this day; today if left out.")]


def exports_router(upstream: Upstream) -> APIRouter:
    """`/exports/baselines/{plan}.xlsx` and `/exports/{plan}/{meeting}.xlsx`, each as `.csv` too."""
    router = APIRouter(prefix="/exports", include_in_schema=False)

    @router.get("/baselines/{plan}.{format}")
    async def of_baselines(plan: str, format: str, as_of: AsOf = None, sheet: TheSheet = "figures") -> Response:
        """What each indicator stood at."""
        rows, methods = await asyncio.gather(
            upstream.ask(f"/indicators/baselines/{segment(plan)}", {"asOf": as_of, "evidence": "true"}),
            upstream.ask("/indicators/methods", {"plan": plan}),
        )
        sheets = baseline_sheets(plan, rows.value, methods.value["sheets"])
        written = date.fromisoformat(rows.value[0]["asOf"]) if rows.value else date.min
        return _file(f"baselines-{plan}-{written}", sheets, written, known_format(format), sheet)

    @router.get("/{plan}/{name}.{format}")
    async def of_figures(plan: str, name: str, format: str, sheet: TheSheet = "figures") -> Response:
        """Every figure of a plan at a meeting."""
        table, methods = await asyncio.gather(
            upstream.ask("/indicators/figures", {"plan": segment(plan), "meeting": segment(name), "evidence": "true"}),
            upstream.ask("/indicators/methods", {"plan": plan}),
        )
        sheets = figure_sheets(plan, name, {**table.value, "stale": table.stale}, methods.value["sheets"])
        written = date.fromisoformat(table.value["cut"]["knownBy"])
        return _file(f"{plan}-{name}", sheets, written, known_format(format), sheet)

    return router


def known_format(format: str) -> Format:
    """xlsx or csv. Raises Problem 404 `format-unknown`."""
    if format not in ("xlsx", "csv"):
        raise Problem(404, "format-unknown", "No such format", f"{format[:20]!r} is none; there are xlsx and csv")
    return "xlsx" if format == "xlsx" else "csv"


def _file(name: str, sheets: Sequence[Sheet], written: date, format: Format, sheet: str) -> Response:
    at = ["figures", "evidence", "method"].index(sheet)
    body: Any = workbook(name, sheets, written) if format == "xlsx" else csv_of(sheets[at])
    headers = {"content-disposition": f'attachment; filename="{name}.{format}"'}
    return Response(body, media_type=XLSX if format == "xlsx" else CSV, headers=headers)
