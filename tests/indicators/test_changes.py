"""What is told of figures: what was observed first, what changed since, and why; by hand and for every chunking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.facts.fact import Fact
from services.indicators.history import changes
from services.indicators.history.changes import notices
from services.indicators.history.following import cut_now, now_of, reach, sets_to_follow, told
from services.indicators.world.record import Record
from shared.announcement import announcement
from shared.events.base import Event
from shared.events.indicators import CycleDefined, FigureChanged, FiguresObserved
from shared.events.meetings import WithdrawalNotified
from tests.indicators.history import SAID_A, History, cut_of, day, define
from tests.indicators.test_restatement import IN_THE_CYCLE, before, defined

TODAY = day("2026-11-21")


def record_of(facts: list[Fact]) -> Record:
    return Record(tuple(facts), cut_of(facts).positions)


@dataclass
class Follows:
    """A history whose figures are looked at now and then; what is to be told is recorded in it."""

    history: History = field(default_factory=before)

    def look(self, on: date = TODAY) -> list[FiguresObserved | FigureChanged]:
        record = record_of(self.history.facts)
        seen = told(record.facts)
        found: list[FiguresObserved | FigureChanged] = []
        for plan, cycle in sets_to_follow(record, {}):
            cut = cut_now(record, cycle, on)
            found += notices(record, plan, cycle, now_of(record, plan, cycle, cut), seen, cut)
        for one in found:
            proposed = announcement(one)
            self.history.tell(one, proposed.known, proposed.effective)
        return found

    def change(self) -> FigureChanged:
        """The one change that there is to tell."""
        (found,) = self.look()
        assert isinstance(found, FigureChanged)
        return found


def causes(change: FigureChanged) -> list[tuple[str, list[str]]]:
    return [(one.cause, list(one.events)) for one in change.causes]


def followed(*states: str) -> Follows:
    follows = Follows()
    for state in states:
        follows.history.says(state, received="2025-04-30")
    follows.look()
    return follows


def test_what_is_followed_is_told_once_for_each_plan_and_cycle_and_not_as_changes() -> None:
    follows = Follows()
    follows.history.says("LAO")

    (observed,) = follows.look()

    assert isinstance(observed, FiguresObserved)
    assert (observed.plan, observed.cycle, observed.effective_at) == ("X", "13MSP", day("2025-06-30"))
    assert [(one.indicator, one.status, one.value) for one in observed.figures] == [("X-1.1", "computed", "1")]
    assert follows.look() == []


def late(h: History) -> str:
    return h.says("AFG", received=IN_THE_CYCLE, known="2025-09-09")


def found_later(h: History) -> str:
    return h.says("AFG", received="2025-04-30")


def revised(h: History) -> str:
    return h.says("LAO", answer="no", received="2025-09-09", revises="reports-1")


def mended(h: History) -> str:
    return h.says("LAO", answer="no", received="2025-04-30", corrects="reports-1")


def left(h: History) -> str:
    return h.tell(WithdrawalNotified(state="LAO", received=day("2023-11-01")))


@pytest.mark.parametrize(
    ("told_then", "cause", "value", "entering", "leaving"),
    [
        (late, "lateReport", "2", ("AFG",), ()),
        (found_later, "backfilledLetter", "2", ("AFG",), ()),
        (revised, "revision", "0", (), ("LAO",)),
        (mended, "clerical", "0", (), ("LAO",)),
        (left, "membership", "0", (), ("LAO",)),
    ],
)
def test_a_change_says_what_it_was_and_is_who_came_and_went_and_because_of_which_event(
    told_then: Callable[[History], str], cause: str, value: str, entering: tuple[str, ...], leaving: tuple[str, ...]
) -> None:
    follows = followed("LAO")
    event = told_then(follows.history)

    change = follows.change()

    assert change.old is not None and (change.old.value, change.new.value) == ("1", value)
    assert (change.entering, change.leaving) == (entering, leaving)
    assert causes(change) == [(cause, [event])]
    assert (change.subject, change.meeting, change.change) == ("X-1.1", "13MSP", 1)
    assert change.since is not None and change.since.positions != change.until.positions
    assert follows.look() == []


def test_several_events_share_one_change_grouped_by_cause_in_fold_order() -> None:
    follows = followed("LAO")
    second = follows.history.says("AFG", received=IN_THE_CYCLE, known="2025-09-09")
    first = follows.history.says("LAO", answer="no", received="2025-08-01", revises="reports-1")

    change = follows.change()

    assert causes(change) == [("revision", [first]), ("lateReport", [second])]
    assert (change.entering, change.leaving) == (("AFG",), ("LAO",))
    assert change.old is not None and change.old.value == change.new.value == "1"


def test_what_is_undone_before_anybody_looks_is_no_change() -> None:
    follows = followed("LAO")
    late = follows.history.says("AFG", received=IN_THE_CYCLE, known="2025-09-09")
    follows.history.says("AFG", answer="no", received=IN_THE_CYCLE, known="2025-09-09", corrects=late)

    assert follows.look() == []


def test_there_and_back_are_two_changes_and_the_second_begins_where_the_first_ended() -> None:
    follows = followed("LAO")
    late = follows.history.says("AFG", received=IN_THE_CYCLE, known="2025-09-09")
    there = follows.change()
    mend = follows.history.says("AFG", answer="no", received=IN_THE_CYCLE, known="2025-09-09", corrects=late)

    back = follows.change()

    assert (back.change, back.since) == (2, there.until)
    assert back.old == there.new
    assert causes(back) == [("clerical", [mend])]
    assert there.natural_key != back.natural_key


def test_a_definition_that_alters_the_figure_is_the_cause_with_both_versions_and_one_that_does_not_is_silent() -> None:
    follows = followed("LAO")
    same = define(SAID_A, version=2)
    defined(follows.history, same, version=2)
    assert follows.look() == []

    other = define({"count": "states", "where": {"said": "a", "answer": ["no"]}}, version=3)
    event = defined(follows.history, other, version=3)
    change = follows.change()

    assert causes(change) == [("definition", [event])]
    assert change.old is not None
    assert (change.old.definition_version, change.new.definition_version) == (1, 3)


def test_an_answer_that_today_s_code_does_not_give_at_the_same_cut_is_a_code_change() -> None:
    follows = Follows()
    follows.history.says("LAO")
    record = record_of(follows.history.facts)
    ((plan, cycle),) = sets_to_follow(record, {})
    cut = cut_now(record, cycle, TODAY)
    (observed,) = notices(record, plan, cycle, now_of(record, plan, cycle, cut), told(()), cut)
    assert isinstance(observed, FiguresObserved)
    (figure,) = observed.figures
    nobody = {**figure.parts[0], "value": "0", "low": "0", "high": "0", "items": []}
    by_other_code = figure.model_copy(update={"value": "0", "parts": (nobody,)})
    follows.history.tell(observed.model_copy(update={"figures": (by_other_code,)}))

    change = follows.change()

    assert causes(change) == [("codeChange", [])]
    assert (change.entering, change.old and change.old.value, change.new.value) == (("LAO",), "0", "1")


def test_more_events_than_are_walked_moved_the_figure_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST_WALKED", 1)
    monkeypatch.setattr(changes, "MOST_NAMED", 1)
    follows = followed("LAO")
    events = [
        follows.history.says("AFG", received=IN_THE_CYCLE, known=f"2025-09-0{at}", year=2024 - at) for at in (1, 2)
    ]

    change = follows.change()

    assert change.together
    assert causes(change) == [("lateReport", events[:1])]
    assert [one.number for one in change.causes] == [2]


def test_a_cycle_defined_later_is_observed_and_one_that_ended_before_the_plan_began_is_not() -> None:
    follows = followed("LAO")
    later = CycleDefined(cycle="14MSP", from_=day("2025-07-01"), to=day("2026-06-30"), report_year=2025)
    earlier = CycleDefined(cycle="2RC", from_=day("2015-09-11"), to=day("2020-09-28"))
    follows.history.tell(later)
    follows.history.tell(earlier)

    (observed,) = follows.look()

    assert (type(observed), observed.cycle) == (FiguresObserved, "14MSP")


@pytest.mark.parametrize(("last", "sets"), [("2024-06-30", 0), ("2024-07-01", 1)])
def test_a_plan_is_followed_in_cycles_that_had_begun_by_its_last_day(last: str, sets: int) -> None:
    assert len(sets_to_follow(record_of(before().facts), {"X": day(last)})) == sets


def test_a_notice_is_no_fact_that_figures_read_so_that_telling_one_asks_for_no_other_look() -> None:
    follows = followed("LAO")
    record = record_of(follows.history.facts)
    before_notice = reach(record)
    late(follows.history)
    moved = reach(record_of(follows.history.facts))
    follows.change()

    assert before_notice != moved
    assert reach(record_of(follows.history.facts)) == moved


def arriving(h: History, at: int, what: str) -> None:
    state = ("AFG", "LAO")[at % 2]
    match what:
        case "yes" | "no":
            h.says(state, answer=what, received=f"2025-0{1 + at % 9}-15", year=2016 + at % 9)
        case "covered":
            h.covered("a")
        case "defined":
            version = 1 + sum(1 for one in h.stored if one["type"].endswith("IndicatorDefined"))
            answer = ["yes", "no"] if version % 2 else ["yes"]
            defined(h, define({"count": "states", "where": {"said": "a", "answer": answer}}, version=version), version)


Arrivals = st.lists(st.tuples(st.sampled_from(["yes", "no", "covered", "defined"]), st.booleans()), max_size=8)


@settings(max_examples=40, deadline=None)
@given(Arrivals)
def test_following_by_any_chunking_of_appends_ends_in_the_same_last_state(arrivals: list[tuple[str, bool]]) -> None:
    once, often = followed(), followed()
    for at, (what, looks) in enumerate(arrivals):
        arriving(once.history, at, what)
        arriving(often.history, at, what)
        if looks:
            often.look()
    once.look()
    often.look()

    one, other = told(once.history.facts).figures, told(often.history.facts).figures

    def said(figures: Any) -> Any:
        return {key: (one.answer.status, one.answer.parts, one.answer.reason_code) for key, one in figures.items()}

    assert said(one) == said(other)
    assert often.look() == once.look() == []


def test_every_notice_is_an_event_of_its_ledger_that_keeps_its_answers_when_it_is_stored() -> None:
    follows = followed("LAO")
    late(follows.history)
    change: Event = follows.change()

    assert FigureChanged.model_validate(change.data()) == change
