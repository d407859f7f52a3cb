"""Corrections, revisions and retractions as a reader of model §6 would expect them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.facts.lineage import standing
from services.indicators.world.world import cut_facts
from shared.chains import Chains
from shared.events.base import Amendment
from shared.events.meetings import InstrumentDeposited
from shared.events.reports import FactRetracted, ReportSubmitted, RetentionReported
from tests.indicators.history import SAID_A, History, cut_of, day, define, figure, row, world


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


def test_a_revision_that_was_entered_wrongly_and_corrected_still_replaces_what_it_revised() -> None:
    h = History()
    old = h.says("LAO", received="2023-06-01")
    wrong = h.says("LAO", received="2025-03-10", revises=old)
    right = h.says("LAO", received="2025-03-12", corrects=wrong)

    assert standing_ids(h, "2025-03-11") == [old]
    assert standing_ids(h, "2025-03-12") == [right]


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


# --- small histories: what stands on each of some days, worked out by hand from model §6

Step = tuple[str, ...]
"""(name, verb and target or "", received, answer) of one statement, or (name, "retracts x", day) of a retraction."""

HISTORIES: list[tuple[str, list[Step], dict[str, str]]] = [
    ("a correction of before the cut",
     [("a", "", "2024-09-01", "no"), ("b", "corrects a", "2024-09-01", "yes")],
     {"2024-08-31": "", "2024-09-01": "b=yes", "2025-06-30": "b=yes"}),
    ("a correction that makes it known later leaves nothing in between",
     [("a", "", "2024-09-01", "yes"), ("b", "corrects a", "2025-02-01", "yes")],
     {"2024-09-01": "", "2025-01-31": "", "2025-02-01": "b=yes"}),
    ("a correction that makes it known earlier",
     [("a", "", "2025-02-01", "yes"), ("b", "corrects a", "2024-09-01", "yes")],
     {"2024-08-31": "", "2024-09-01": "b=yes", "2025-02-01": "b=yes"}),
    ("two corrections in a chain, to and fro",
     [("a", "", "2024-09-01", "yes"), ("b", "corrects a", "2025-02-01", "yes"),
      ("c", "corrects b", "2024-10-01", "no")],
     {"2024-09-30": "", "2024-10-01": "c=no", "2025-02-01": "c=no"}),
    ("a revision",
     [("a", "", "2024-09-01", "yes"), ("b", "revises a", "2025-03-10", "no")],
     {"2024-09-01": "a=yes", "2025-03-09": "a=yes", "2025-03-10": "b=no"}),
    ("a revision of a revision",
     [("a", "", "2024-09-01", "yes"), ("b", "revises a", "2025-03-10", "no"), ("c", "revises b", "2025-05-01", "yes")],
     {"2024-09-01": "a=yes", "2025-03-10": "b=no", "2025-05-01": "c=yes"}),
    ("a revision of a corrected fact",
     [("a", "", "2024-09-01", "no"), ("b", "corrects a", "2024-09-01", "yes"), ("c", "revises b", "2025-03-10", "no")],
     {"2024-09-01": "b=yes", "2025-03-09": "b=yes", "2025-03-10": "c=no"}),
    ("a corrected revision still revises",
     [("a", "", "2024-09-01", "yes"), ("b", "revises a", "2025-03-10", "yes"), ("c", "corrects b", "2025-02-10", "no")],
     {"2025-02-09": "a=yes", "2025-02-10": "c=no", "2025-03-10": "c=no"}),
    ("a revision taken back by the State",
     [("a", "", "2024-09-01", "yes"), ("b", "revises a", "2025-03-10", "no"), ("r", "retracts b", "2025-05-01")],
     {"2025-03-09": "a=yes", "2025-04-30": "b=no", "2025-05-01": "a=yes"}),
    ("a revision taken back by the registrar never was",
     [("a", "", "2024-09-01", "yes"), ("b", "revises a", "2025-03-10", "no"), ("r", "retracts b", "2025-03-10")],
     {"2025-03-09": "a=yes", "2025-03-10": "a=yes", "2025-06-30": "a=yes"}),
    ("a corrected revision taken back gives back what it revised",
     [("a", "", "2024-09-01", "yes"), ("b", "revises a", "2025-03-10", "no"), ("c", "corrects b", "2025-03-11", "no"),
      ("r", "retracts c", "2025-05-01")],
     {"2025-03-10": "a=yes", "2025-03-11": "c=no", "2025-05-01": "a=yes"}),
    ("a retraction by the State",
     [("a", "", "2024-09-01", "yes"), ("r", "retracts a", "2025-05-01")],
     {"2024-09-01": "a=yes", "2025-04-30": "a=yes", "2025-05-01": ""}),
    ("a wrong State taken back by the registrar",
     [("a", "", "2024-09-01", "yes"), ("r", "retracts a", "2024-09-01")],
     {"2024-08-31": "", "2024-09-01": "", "2025-06-30": ""}),
    ("a corrected fact taken back does not come back as it was entered wrongly",
     [("a", "", "2024-09-01", "no"), ("b", "corrects a", "2024-09-01", "yes"), ("r", "retracts b", "2025-05-01")],
     {"2025-04-30": "b=yes", "2025-05-01": ""}),
    ("a retraction taken back",
     [("a", "", "2024-09-01", "yes"), ("r", "retracts a", "2025-02-01"), ("s", "retracts r", "2025-04-01")],
     {"2025-01-31": "a=yes", "2025-03-31": "", "2025-04-01": "a=yes"}),
    ("a retraction taken back, and that too",
     [("a", "", "2024-09-01", "yes"), ("r", "retracts a", "2025-02-01"), ("s", "retracts r", "2025-04-01"),
      ("t", "retracts s", "2025-05-01")],
     {"2025-01-31": "a=yes", "2025-02-01": "", "2025-04-01": "a=yes", "2025-05-01": ""}),
    ("taken back, restored by the registrar, and revised",
     [("a", "", "2024-09-01", "yes"), ("r", "retracts a", "2025-02-01"), ("s", "retracts r", "2025-02-01"),
      ("b", "revises a", "2025-05-01", "no")],
     {"2025-02-01": "a=yes", "2025-04-30": "a=yes", "2025-05-01": "b=no"}),
]  # fmt: skip


def told(steps: list[Step]) -> tuple[History, dict[str, str]]:
    """The history of some steps, and the names of its events."""
    h, ids = History(), dict[str, str]()
    for name, link, when, *answer in steps:
        verb, _, target = link.partition(" ")
        links: dict[str, Any] = {verb: ids[target]} if verb else {}
        ids[name] = h.says("LAO", answer=answer[0], received=when, **links) if answer else takes_back(h, when, **links)
    return h, {id: name for name, id in ids.items()}


def takes_back(h: History, when: str, *, retracts: str) -> str:
    fact = FactRetracted(
        target_type="x", target_stream="x", state="LAO", amendment=Amendment(role="registrar", reason="a slip")
    )
    return h.tell(fact, known=when, retracts=retracts)


def on(h: History, names: dict[str, str], known_by: str) -> str:
    return " ".join(f"{names[fact.id]}={fact.data['answer']}" for fact in standing(h.facts, day(known_by)))


@pytest.mark.parametrize(("steps", "days"), [one[1:] for one in HISTORIES], ids=[one[0] for one in HISTORIES])
def test_what_stands_on_a_day(steps: list[Step], days: dict[str, str]) -> None:
    history, names = told(steps)

    assert {known_by: on(history, names, known_by) for known_by in days} == days


def test_a_retention_figure_revised_in_2025_is_the_old_one_for_who_asks_as_of_2023() -> None:
    h = History()
    figure_of = {"state": "CHE", "year": 2022, "act": "retained"}
    old = RetentionReported.model_validate(figure_of | {"received": "2023-04-30", "submunitions": 20})
    new = RetentionReported.model_validate(figure_of | {"received": "2025-03-10", "submunitions": 12})
    h.tell(new, revises=h.tell(old))

    def submunitions(known_by: str) -> list[int]:
        return [fact.data["submunitions"] for fact in standing(h.facts, day(known_by))]

    assert (submunitions("2023-06-30"), submunitions("2025-06-30")) == ([20], [12])


def test_a_revision_replaces_only_the_answers_it_mentions() -> None:
    """A revised report answers `a` anew and says nothing of `b`, which stands as it was said."""
    h = History()
    report = ReportSubmitted(state="LAO", kind="annual", covers_years=(2024,), received="2025-04-30")
    first = h.tell(report)
    a, b = h.says("LAO", "a", received="2025-04-30"), h.says("LAO", "b", received="2025-04-30")
    second = h.tell(report.model_copy(update={"received": "2025-08-01"}), revises=first)
    again = h.says("LAO", "a", "no", received="2025-08-01", revises=a)

    assert sorted(standing_ids(h, "2025-07-31")) == sorted([first, a, b])
    assert sorted(standing_ids(h, "2025-08-01")) == sorted([first, second, b, again])


def test_a_revision_that_speaks_of_another_code_or_period_replaces_nothing() -> None:
    h = History()
    said = h.says("LAO", "a", year=2023, received="2024-04-30")
    h.says("LAO", "b", year=2023, received="2025-04-30", revises=said)

    assert said in standing_ids(h)
    assert said in standing_ids(told_of_another_year(h, said))


def told_of_another_year(h: History, said: str) -> History:
    h.says("LAO", "a", year=2024, received="2025-04-30", revises=said)
    return h


def test_a_report_in_time_stays_in_time_when_it_is_revised() -> None:
    report = ReportSubmitted(state="LAO", kind="annual", covers_years=(2024,), received="2025-04-30")
    in_time = define(
        {"count": "states", "of": "parties", "where": {"fact": "ReportSubmitted", "by": "annual_report_due"}}
    )
    h = world("LAO").covered("ReportSubmitted", first="2008-05-30")
    first = h.tell(report)
    before = row(h, in_time)
    h.tell(report.model_copy(update={"received": "2025-06-01"}), revises=first)

    assert (before["members"], row(h, in_time)["members"]) == (["LAO"], ["LAO"])


def test_the_registrar_mends_a_wrong_state_and_only_that_state_leaves_the_figure() -> None:
    h = world("LAO", "AFG").covered("a")
    wrong = h.says("LAO", received="2025-03-01")
    takes_back(h, "2025-03-01", retracts=wrong)
    h.says("AFG", received="2025-03-01")

    assert row(h, define(SAID_A), known_by="2025-03-01", effective_at="2025-06-30")["members"] == ["AFG"]


def test_a_corrected_deposit_makes_a_party_from_another_day_on() -> None:
    h = world("LAO").covered("a")
    h.says("AFG", received="2025-03-01")
    deposit = InstrumentDeposited(state="AFG", instrument="ratification", deposited=date(2024, 9, 1))
    early = h.tell(deposit)
    assert row(h, define(SAID_A))["members"] == ["AFG"]

    h.tell(deposit.model_copy(update={"deposited": date(2025, 1, 2)}), corrects=early)
    assert row(h, define(SAID_A))["members"] == []


def test_a_judgement_stays_lapsed_when_a_later_correction_says_again_what_was_judged() -> None:
    """What was judged on was said to be wrong in between; the coordinator reads it again."""
    judged = define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J")
    h = world("LAO").covered("a")
    said = h.says("LAO")
    h.judges(said, "LAO", "good", "meets")
    h.says("LAO", place="9", corrects=h.says("LAO", keys=("gender",), corrects=said))

    assert figure(h, judged).status == "needsJudgement"


def test_a_judgement_on_a_revised_statement_counts_again_once_the_revision_is_taken_back() -> None:
    judged = define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J")
    h = world("LAO").covered("a")
    said = h.says("LAO", received="2025-03-01")
    h.judges(said, "LAO", "good", "meets")
    revised = h.says("LAO", received="2025-04-01", revises=said)
    assert figure(h, judged).status == "needsJudgement"

    takes_back(h, "2025-05-01", retracts=revised)
    assert figure(h, judged).status == "computed"


def test_an_attested_figure_knows_nothing_of_a_later_correction() -> None:
    h = world("LAO").covered("a")
    said = h.says("LAO", received="2025-03-01")
    before = cut_of(h.facts, basis="attested", known_by="2026-01-02")
    held = [fact.id for fact in cut_facts(h.facts, before)]
    h.says("LAO", answer="no", received="2025-03-01", corrects=said)

    assert [fact.id for fact in cut_facts(h.facts, before)] == held
    assert said in held


DAYS = ("2024-09-01", "2025-01-15", "2025-03-10", "2025-06-30")


@st.composite
def amended(draw: st.DrawFn) -> History:
    """Statements of which some correct, revise or retract the head of an earlier chain."""
    h = History()
    for number in range(draw(st.integers(1, 10))):
        received, answer = draw(st.sampled_from(DAYS)), draw(st.sampled_from(["yes", "no"]))
        verb = draw(st.sampled_from(["", "corrects", "revises", "retracts"])) if number else ""
        if not verb:
            h.says(draw(st.sampled_from(["LAO", "AFG"])), answer=answer, received=received, place=str(number))
            continue
        facts = h.facts
        head = Chains(facts).head(draw(st.sampled_from(facts)).id)
        if verb == "retracts" or head.retracts:
            takes_back(h, received, retracts=head.id)
        else:
            links: dict[str, Any] = {verb: head.id}
            h.says(head.state or "LAO", answer=answer, received=received, place=str(number), **links)
    return h


@settings(max_examples=200, deadline=None)
@given(amended(), st.integers(0, 2**32), st.sampled_from(DAYS))
def test_what_stands_does_not_depend_on_the_order_of_arrival(h: History, seed: int, known_by: str) -> None:
    facts = h.facts
    shuffled = list(facts)
    Random(seed).shuffle(shuffled)

    assert standing(shuffled, day(known_by)) == standing(facts, day(known_by))


@settings(max_examples=200, deadline=None)
@given(amended(), st.sampled_from(DAYS))
def test_nothing_stands_before_it_was_known_or_together_with_what_replaced_it(h: History, known_by: str) -> None:
    stand = standing(h.facts, day(known_by))
    ids = {fact.id for fact in stand}

    assert all(fact.known <= day(known_by) and not fact.retracts for fact in stand)
    assert not any(fact.corrects in ids or fact.revises in ids for fact in stand)
