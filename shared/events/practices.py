"""The practice codes: one per predicate that a State can answer, with the indicators of each plan that ask for it."""

from __future__ import annotations

import csv
from difflib import get_close_matches
from functools import cache
from importlib.resources import files


@cache
def practice_codes() -> frozenset[str]:
    """Every code that a statement may carry (`practice_codes.csv` beside this file)."""
    table = files("shared.events").joinpath("practice_codes.csv").read_text(encoding="utf-8")
    return frozenset(row["code"] for row in csv.DictReader(table.splitlines()))


def like(code: str) -> str | None:
    """The code that was probably meant, None when none is near."""
    return next(iter(get_close_matches(code, sorted(practice_codes()), n=1)), None)
