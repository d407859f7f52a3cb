"""Files from the system: a workbook written where the reader says, or CSV on the standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.cli.client import Failed, System
from services.gateway.pages.spreadsheet import XLSX

AsCsv = Annotated[bool, typer.Option("--csv", help="The same rows as CSV (RFC 4180).")]
AsXlsx = Annotated[
    Path | None,
    typer.Option("--xlsx", metavar="FILE", help="Write a workbook: figures, the evidence of each State, method."),
]


def export(of: str, xlsx: Path | None, **parameters: str | None) -> None:
    """Write a workbook, or CSV on the standard output where no file is named. Raises Failed."""
    if xlsx is None:
        sys.stdout.buffer.write(System().raw(f"/exports/{of}.csv", "text/csv", **parameters))
        return
    body = System().raw(f"/exports/{of}.xlsx", XLSX, **parameters)
    try:
        xlsx.write_bytes(body)
    except OSError as failure:
        raise Failed(f"cannot write {xlsx}: {failure.strerror}") from failure
    sys.stderr.write(f"written: {xlsx} ({len(body):,} bytes)\n")


def only_one(as_json: bool, as_csv: bool, xlsx: Path | None) -> str | None:
    """Which form is asked for: json, csv or xlsx; None for a table to read. Raises Failed where several are."""
    asked = [name for name, wanted in (("json", as_json), ("csv", as_csv), ("xlsx", xlsx is not None)) if wanted]
    if len(asked) > 1:
        raise Failed("choose one of --json, --csv and --xlsx")
    return asked[0] if asked else None
