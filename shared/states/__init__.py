"""Identity of the 197 States: ISO 3166-1 alpha-3, UN M49, and the UN short name as a label."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class State:
    """A State as the UN names it. `m49` is the three-digit UN code; `group` its UN regional group."""

    iso3: str
    m49: str
    name: str
    group: str


@cache
def states() -> dict[str, State]:
    """All 197 States by ISO3, in the order of their names (UN Statistics Division M49; DGACM groups)."""
    table = files("shared.states").joinpath("states.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines())
    return {row["iso3"]: State(row["iso3"], row["m49"], row["name"], row["group"]) for row in rows}


def is_iso3(code: str) -> bool:
    """Whether `code` is one of the 197."""
    return code in states()
