"""What an explanation says: formula, population and window in words, States with passages, coverage."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.figures.explanation import explained
from services.indicators.plans.words import formula
from services.indicators.questions.answers import answers
from shared.events.reports import ReportSubmitted
from tests.indicators.history import SAID_A, History, define, figure, world


def told(history: History, **definition: Any) -> dict[str, Any]:
    return explained(figure(history, define(SAID_A, **definition)))


def test_every_state_comes_with_the_passages_that_say_so() -> None:
    h = world("LAO", "AFG").covered("a")
    said = h.says("LAO", place="18", known="2025-04-30")

    (state,) = told(h)["states"]

    assert (state["iso3"], state["certain"]) == ("LAO", True)
    assert state["evidence"] == [
        {
            "document": "D",
            "paragraph": "18",
            "eventId": said,
            "kind": "PracticeReported",
            "knowntime": "2025-04-30",
            "confidence": "verified",
        }
    ]


def test_a_possible_state_is_shown_as_such() -> None:
    h = world("LAO").covered("a")
    h.says("LAO", confidence="unverified")

    (state,) = told(h)["states"]

    assert state["certain"] is False
    assert state["evidence"][0]["confidence"] == "unverified"


def test_for_a_mere_population_the_acts_of_membership_speak() -> None:
    found = explained(figure(world("LAO"), define({"count": "states", "of": "parties"})))

    assert [one["kind"] for one in found["states"][0]["evidence"]] == ["InstrumentDeposited"]


def test_population_and_window_carry_their_days() -> None:
    found = told(world("LAO", "AFG"))

    assert found["population"] == {
        "name": "parties",
        "date": "2025-06-30",
        "members": ["AFG", "LAO"],
        "words": "States Parties",
    }
    assert found["window"] == {
        "axis": "received",
        "from": "2024-07-01",
        "to": "2025-06-30",
        "words": "received in the cycle: 2024-07-01 to 2025-06-30",
    }


def test_coverage_shows_each_question_with_its_declarations_and_where_there_are_none() -> None:
    rows = {row["subject"]: row for row in told(world("LAO"))["coverage"]}

    assert rows["InstrumentDeposited"]["completeness"] == "complete"
    assert rows["InstrumentDeposited"]["eventId"] is not None
    assert rows["a"] == {
        "subject": "a",
        "from": "2024-07-01",
        "through": "2025-06-30",
        "completeness": "none",
        "document": None,
        "paragraph": None,
        "eventId": None,
    }


def test_readings_are_shown_and_without_former_is_empty_where_nobody_left() -> None:
    found = told(world("LAO"), readings=["we read it so"])

    assert found["readings"] == ["we read it so"]
    assert found["withoutFormer"] is None


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        (
            {"count": "states", "where": {"said": "a"}},
            "Number of States Parties that report “words of a”; facts received in the cycle",
        ),
        (
            {"count": "states", "where": {"all": [{"said": "a", "answer": "no"}, {"not": {"said": "b"}}]}},
            "Number of States Parties that report “words of a” (answer no) and not (report “words of b”); "
            "facts received in the cycle",
        ),
        (
            {
                "count": "request_id",
                "of": {"fact": "ExtensionRequested", "where": {"article": 4}, "by": "nine_months_before_meeting"},
            },
            "Number of different request id of States that have on record “A State submitted a request to extend its "
            "Article 3 or 4 deadline, or an update of one”, with article 4, by nine months before the meeting that "
            "considers the request opens (Articles 3.5, 4.6); facts received in the cycle",
        ),
        (
            {"percent": {"of": {"said": "a"}, "over": "parties"}},
            "Share of States Parties that report “words of a”, both on the last day; facts received in the cycle",
        ),
    ],
)
def test_the_formula_in_words(measure: dict[str, Any], words: str) -> None:
    assert formula(define(measure)) == words


# what each State answered


def answered(history: History) -> dict[str, tuple[str, bool]]:
    found = figure(history, define(SAID_A))
    rows = answers("a", found.definition, found.scene.world, found.cycle, found.cut)
    return {row["state"]: (row["answer"], row["certain"]) for row in rows}


def test_silence_no_report_and_no_record_are_three_different_answers() -> None:
    h = world("AFG", "CHE", "LAO").covered("a", "ReportSubmitted")
    h.says("LAO", answer="in_preparation")
    h.tell(ReportSubmitted(state="AFG", kind="annual", covers_years=(2024,), received="2025-04-30"))

    assert answered(h) == {"AFG": ("silent", True), "CHE": ("noReport", True), "LAO": ("inPreparation", True)}


def test_without_coverage_nothing_is_recorded_of_the_others() -> None:
    h = world("AFG", "LAO")
    h.says("LAO", answer="no")

    assert answered(h) == {"AFG": ("notRecorded", True), "LAO": ("no", True)}


def test_an_outright_nil_answers_for_everybody() -> None:
    assert answered(world("AFG").covered("a", nil=True)) == {"AFG": ("nil", True)}


def test_contradicting_answers_are_not_certain() -> None:
    h = world("LAO").covered("a")
    h.says("LAO", answer="yes")
    h.says("LAO", answer="no", place="2")

    assert answered(h)["LAO"][1] is False
