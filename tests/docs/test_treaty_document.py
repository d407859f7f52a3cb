"""docs/treaty.md is derived from the rules and their functions, and leaves out none of them."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType

import pytest

from shared.treaty import deadlines, reporting
from shared.treaty.documentation import functions, markdown, signature, stated
from shared.treaty.rules import JUDGED, RULES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "treaty.md"

BESIDE_THE_RULES = {
    "bounds.between",  # applies a rule to bounds
    "deadlines.met",  # what all verdicts share
    "membership.act_of",
    "membership.membership",  # folds acts by rules stated elsewhere
    "membership.membership_of",
    "periods.add_months",
    "periods.add_years",
    "periods.first_of_month_after",
    "victim_assistance.not_attested",  # Article 5.2 has no numbered rule
}


def test_the_document_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown(), "run make docs"


def test_every_function_states_its_rule_and_article() -> None:
    names = {f"{one.__module__.rpartition('.')[2]}.{one.__name__}" for one in functions()}

    assert names - {one.name for one in stated()} == BESIDE_THE_RULES


def test_it_names_every_rule_and_every_reason_why_not() -> None:
    text = markdown()

    assert [one.number for one in RULES if f"| {one.number} |" not in text] == []
    assert [one.words for one in JUDGED if f"| {one.words} |" not in text] == []


@pytest.mark.parametrize(
    ("function", "takes", "gives"),
    [
        (deadlines.clearance_deadline, "entry_into_force: day", "day"),
        (deadlines.met, "done: date | nothing; last_day: day", "timely | late | cannotTell"),
        (reporting.silent_for_two_years, "reports: list of (date); on: day", "yes | no | cannotTell"),
    ],
)
def test_what_a_function_takes_and_gives_is_read_off_its_annotations(
    function: FunctionType, takes: str, gives: str
) -> None:
    assert signature(function) == (takes, gives)
