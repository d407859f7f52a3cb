"""Every refusal that concerns the treaty's order of things is written with its article."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SERVICES = Path(__file__).resolve().parents[2] / "services"
OUR_OWN = {"office.py", "meeting.py", "participation.py", "statement.py"}
"""Offices, schedules, participants, statements under a code: our bookkeeping, on which the treaty is silent."""
MODULES = sorted(
    path
    for service in ("reports", "meetings")
    for path in (SERVICES / service).glob("*.py")
    if path.name not in OUR_OWN and "Refused(" in path.read_text(encoding="utf-8")
)


def of_form(call: ast.Call) -> bool:
    """A refusal of form says 422."""
    return any(one.arg == "status" and getattr(one.value, "value", None) == 422 for one in call.keywords)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_refusal_names_its_article_unless_it_is_one_of_form(path: Path) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ("Refused", "refuse_repetition")
    ]

    silent = [one for one in calls if not of_form(one) and "article" not in {word.arg for word in one.keywords}]

    assert [f"{path.name}:{one.lineno}" for one in silent] == []


def test_these_are_the_aggregates_of_the_treaty() -> None:
    assert {path.stem for path in MODULES} >= {
        "membership",
        "extension_request",
        "extension_decision",
        "compliance_matter",
    }
