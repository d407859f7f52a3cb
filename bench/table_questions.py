"""What is asked for the plan table: by the client in one query, and by the gateway of the services."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

QUERY = (Path(__file__).parents[1] / "examples" / "queries" / "plan_table.graphql").read_text(encoding="utf-8")
PLAN = "LAP"
MEETINGS = ("10MSP", "11MSP", "12MSP", "13MSP")

ANSWERS, BODY = "answers.json", "body.json"
"""Files of a run: what the services answer by request target, and what the query is to be answered with."""


def target(path: str, parameters: Mapping[str, str | None] | None = None) -> str:
    """A question to a service as the request line has it."""
    given = {name: value for name, value in (parameters or {}).items() if value is not None}
    return path + (f"?{urlencode(given)}" if given else "")


def plan_target() -> str:
    """Asks for the plan."""
    return target(f"/indicators/plans/{PLAN}")


def figures_target(meeting: str) -> str:
    """Asks for its figures at a meeting."""
    return target("/indicators/figures", {"plan": PLAN, "meeting": meeting})
