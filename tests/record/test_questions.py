"""Three questions that the record answers, each State with its passages; and what it cannot answer is not denied."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.cli.record import Record
from services.indicators.questions.answering import answered
from services.indicators.questions.vocabulary import load_vocabulary
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.record import Record as Figures
from tests.record.world import PLANS, World

UNASSISTED = "asked for victim-assistance support and did not receive it"
LATE = "affected States without a timely 2024 report"
UNREDUCED = "States retaining munitions without reported reduction"


@pytest.fixture(scope="module")
def held(record: Record) -> Figures:
    return World(record).record()


def ask(text: str, held: Figures, meeting: str = "13MSP") -> dict[str, Any]:
    cycle, cut = cut_of(Question(meeting), held.cycles, dict(held.positions), date(2026, 11, 21))
    return answered(text, cycle, cut, "inForce", held, PLANS, load_vocabulary())


def names(found: dict[str, Any], which: str = "certain") -> list[str]:
    return [one["iso3"] for one in found[which]]


def test_who_asked_for_support_for_victims_and_did_not_receive_it(held: Figures) -> None:
    found = ask(UNASSISTED, held)

    assert (names(found), names(found, "possible"), found["complete"]) == (["GNB", "MRT", "SOM"], [], True)
    assert all(any(one["paragraph"] == "159" for one in state["evidence"]) for state in found["certain"])


def test_affected_states_without_a_timely_report_for_2024(held: Figures, world: World) -> None:
    affected = world.population("affected")[0]
    timely = world.rows()["LAP-43.2"]["members"]

    found = ask(LATE, held)

    assert names(found) == sorted(set(affected) - set(timely)) == ["AFG", "CHL", "LAO", "SOM", "TCD"]
    assert all(state["evidence"] for state in found["certain"])


def test_states_that_retain_and_reported_no_reduction(held: Figures, world: World) -> None:
    retaining = world.rows()["LAP-17.1"]["members"]
    used_up = (fact for fact in world.facts if fact.kind == "RetainedMunitionsUsedOrDestroyed")
    reduced = {fact.state for fact in used_up if date(2024, 7, 1) <= fact.known <= date(2025, 6, 30)}

    found = ask(UNREDUCED, held)

    assert len(reduced & set(retaining)) == 3
    assert set(names(found)) == set(retaining) - reduced
    assert found["complete"] and names(found, "possible") == []


def test_of_a_year_that_the_record_does_not_cover_nobody_is_called_late(held: Figures) -> None:
    found = ask("affected without timely 2023 report", held)

    assert (names(found), found["complete"]) == ([], False)
    assert "ReportSubmitted is not declared complete" in found["reason"]


def test_the_question_is_said_back_as_it_was_understood(held: Figures) -> None:
    assert "by 30 April of the year after the one reported on" in ask(LATE, held)["words"]
