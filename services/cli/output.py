"""Where answers go: tables for people, JSON for scripts, and neither mixed with progress, which goes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 140
"""Columns when the output is no terminal and COLUMNS does not say."""

AsJson = Annotated[bool, typer.Option("--json", help="Rows for scripts: codes, not names.")]


def console() -> Console:
    """The console of answers; NO_COLOR and pipes are respected by rich, the width of a pipe is ours to choose."""
    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(width=PIPED_WIDTH if piped else None, highlight=False, soft_wrap=False)


def progress_console() -> Console:
    """The console of everything that is no answer."""
    return Console(stderr=True)


def print_json(value: Any) -> None:
    """As JSON, indented."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def table(title: str | None, columns: Iterable[str], *, numbers: Sequence[str] = ()) -> Table:
    """An empty table; `numbers` are the columns set flush right."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        number = column in numbers
        # folded, never cut short: an id that is not whole is of no use
        made.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
    return made


def plain(value: Any) -> Text:
    """A value as text, never as markup: titles and reasons may hold brackets."""
    return Text("–" if value is None else str(value))
