"""Corrections, revisions and retractions as a reader of model §6 would expect them."""

from __future__ import annotations

from datetime import date

from services.indicators.lineage import standing
from tests.indicators.history import SAID_A, History, define, figure, row, world


def standing_ids(history: History, known_by: str | None = None) -> list[str]:
    limit = date.fromisoformat(known_by) if known_by else None
    return [fact.id for fact in standing(history.facts, limit)]


def test_a_correction_replaces_its_target_whenever_one_asks() -> None:
    h = History()
    wrong = h.says("LAO", answer="no", received="2025-04-01")
    right = h.says("LAO", answer="yes", received="2025-04-01", corrects=wrong)

    assert standing_ids(h) == [right]
    assert standing_ids(h, "2025-04-01") == [right]


def test_a_correction_may_move_known_at_later_and_its_target_is_gone_all_the_same() -> None:
    h = History()
    wrong = h.says("LAO", received="2025-04-01")
    right = h.says("LAO", received="2025-05-01", corrects=wrong)

    assert standing_ids(h, "2025-04-30") == []
    assert standing_ids(h, "2025-05-01") == [right]


def test_a_correction_may_move_known_at_earlier() -> None:
    h = History()
    wrong = h.says("LAO", received="2025-05-01")
    right = h.says("LAO", received="2025-04-01", corrects=wrong)

    assert standing_ids(h, "2025-04-01") == [right]


def test_the_last_of_a_chain_of_corrections_stands() -> None:
    h = History()
    first = h.says("LAO")
    second = h.says("LAO", corrects=first)
    third = h.says("LAO", corrects=second)

    assert standing_ids(h) == [third]


def test_a_revision_replaces_its_target_from_its_own_receipt_on() -> None:
    h = History()
    old = h.says("LAO", received="2023-06-01")
    new = h.says("LAO", received="2025-03-10", revises=old)

    assert standing_ids(h, "2025-03-09") == [old]
    assert standing_ids(h, "2025-03-10") == [new]


def test_retracting_a_revision_restores_what_it_revised() -> None:
    h = History()
    old = h.says("LAO", received="2023-06-01")
    new = h.says("LAO", received="2025-03-10", revises=old)
    h.says("LAO", received="2025-04-10", retracts=new)

    assert standing_ids(h, "2025-04-09") == [new]
    assert standing_ids(h, "2025-04-10") == [old]


def test_a_retracted_fact_counts_from_then_on_no_more() -> None:
    h = world("LAO").covered("a")
    said = h.says("LAO", received="2025-03-01")
    h.says("LAO", received="2025-05-01", retracts=said)

    assert row(h, define(SAID_A), known_by="2025-04-30", effective_at="2025-06-30")["members"] == ["LAO"]
    assert row(h, define(SAID_A))["members"] == []


def test_a_retraction_that_is_itself_retracted_takes_nothing_away() -> None:
    h = History()
    said = h.says("LAO", received="2025-03-01")
    taken = h.says("LAO", received="2025-04-01", retracts=said)
    h.says("LAO", received="2025-05-01", retracts=taken)

    assert standing_ids(h) == [said]


def test_facts_stand_in_fold_order_and_not_in_the_order_of_arrival() -> None:
    h = History()
    late = h.says("LAO", received="2025-04-01")
    early = h.says("AFG", received="2025-03-01")

    assert standing_ids(h) == [early, late]


def test_a_judgement_survives_a_correction_that_leaves_the_answer_and_lapses_when_it_changes() -> None:
    judged = define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J")
    h = world("LAO").covered("a")
    said = h.says("LAO", place="7")
    h.judges(said, "LAO", "good", "meets")
    assert figure(h, judged).status == "computed"

    clerical = h.says("LAO", place="8", corrects=said)
    assert figure(h, judged).status == "computed"

    h.says("LAO", keys=("gender",), corrects=clerical)
    assert figure(h, judged).status == "needsJudgement"


def test_a_judgement_lapses_on_revision() -> None:
    judged = define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J")
    h = world("LAO").covered("a")
    said = h.says("LAO", received="2025-03-01")
    h.judges(said, "LAO", "good", "meets")
    h.says("LAO", received="2025-04-01", revises=said)

    assert figure(h, judged).status == "needsJudgement"
